/** Markup as the text of an HTML file, in pieces. */
import type { Markup } from "../../text/markup.ts";
import { printable } from "../../text/printable.ts";

/** Void elements: no end tag and no content. */
const VOID: ReadonlySet<string> = new Set(["br", "hr", "input", "meta", "wbr"]);

/** Escapes text for an element or a double-quoted attribute. */
export function escapeHtml(text: string): string {
  return printable(text).replace(/[&<>"'`=]/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Pieces of a few kilobytes or more, so that a report can be streamed. */
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
    // One block element per line, for readers of the source; white space between blocks has no effect.
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

/** JSON as the text of a data block, escaped so that it can't end the element or start a comment. */
export function jsonBlock(value: unknown): string {
  return JSON.stringify(value).replace(
    /[<>&\u2028\u2029]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
