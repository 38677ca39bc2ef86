/** Markup as nodes of the page. */
import type { Markup } from "../../core/text/markup.ts";
import { printable } from "../../core/text/printable.ts";

const SVG = "http://www.w3.org/2000/svg";
const SVG_TAGS: ReadonlySet<string> = new Set(["svg", "path", "circle", "line", "rect", "g", "text", "title", "desc"]);

/** Texts and attributes go in as such, through `printable`: the last defence against what evidence may carry. */
export function toDom(markup: Markup): Node {
  if (typeof markup === "string") return document.createTextNode(printable(markup));
  const { tag, attributes, children } = markup;
  const node = SVG_TAGS.has(tag) ? document.createElementNS(SVG, tag) : document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    node.setAttribute(name, value === true ? "" : printable(value));
  }
  node.append(...children.map(toDom));
  return node;
}

/** The page's own element with this id. */
export function byId<T extends HTMLElement>(id: string, kind: new () => T): T {
  const found = document.getElementById(id);
  if (!(found instanceof kind)) throw new Error(`the page has no ${kind.name} "${id}"`);
  return found;
}
