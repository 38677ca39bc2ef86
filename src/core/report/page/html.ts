/** Markup as the text of an HTML file, in pieces. */
import type { Markup } from "../../text/markup.ts";
import { printable } from "../../text/printable.ts";

/** They have no end tag and nothing in them. */
const VOID: ReadonlySet<string> = new Set(["br", "hr", "input", "meta"]);

/** Nothing of a text can end it or begin something: not in an element, not in an attribute between double quotes. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"'`=]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Pieces of some kilobytes and more: a report can be written while it is made. */
export function* htmlOf(content: readonly Markup[]): Generator<string> {
  let piece = "";
  for (const text of tokens(content)) {
    piece += text;
    if (piece.length < PIECE) continue;
    yield piece;
    piece = "";
  }
  yield piece;
}

const PIECE = 64 * 1024;

function* tokens(content: readonly Markup[]): Generator<string> {
  for (const markup of content) {
    if (typeof markup === "string") {
      yield escapeHtml(markup);
      continue;
    }
    const { tag, attributes, children } = markup;
    let start = `<${tag}`;
    for (const [name, value] of Object.entries(attributes)) {
      start += value === true ? ` ${name}` : ` ${name}="${escapeHtml(value)}"`;
    }
    yield `${start}>`;
    if (VOID.has(tag)) continue;
    yield* tokens(children);
    // One element a line where it matters to a reader of the source; white space between blocks means nothing.
    yield BLOCKS.has(tag) ? `</${tag}>\n` : `</${tag}>`;
  }
}

const BLOCKS: ReadonlySet<string> = new Set([
  "section",
  "article",
  "table",
  "thead",
  "tbody",
  "tr",
  "svg",
  "p",
  "dl",
  "ul",
  "ol",
]);

/** JSON as the text of a data block: nothing in it can end the element or begin a comment. */
export function jsonBlock(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
