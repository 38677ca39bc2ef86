/** The HTML of a report as an independent parser sees it, and the markup it was made from, to compare. */
import type { Markup } from "../../../src/core/text/markup.ts";
import { printable } from "../../../src/core/text/printable.ts";

/** A start tag with its attributes, or text. */
export type Token = string | readonly [tag: string, ...attributes: (readonly [name: string, value: string])[]];

/** By Bun's HTML rewriter (lol-html). */
export function parsed(html: string): Token[] {
  const tokens: Token[] = [];
  new HTMLRewriter()
    .on("*", {
      element: ({ tagName, attributes }) => {
        const given = [...attributes].map(([name, value]) => [name, decoded(value)] as const);
        tokens.push([tagName, ...given]);
      },
      comments: ({ text }) => void tokens.push(["comment", ["text", text]]),
    })
    .onDocument({
      text: ({ text }) => addText(tokens, text),
      comments: ({ text }) => void tokens.push(["comment", ["text", text]]),
    })
    .transform(html);
  return tokens.map((token) => (typeof token === "string" ? decoded(token) : token)).filter((token) => token !== "");
}

/** The expected result of `parsed` for the HTML of `content`. */
export function expected(content: readonly Markup[], tokens: Token[] = []): Token[] {
  for (const markup of content) {
    if (typeof markup === "string") {
      addText(tokens, printable(markup));
      continue;
    }
    const given = Object.entries(markup.attributes).map(
      ([name, value]) => [name.toLowerCase(), value === true ? "" : printable(value)] as const,
    );
    tokens.push([markup.tag, ...given]);
    expected(markup.children, tokens);
  }
  return tokens;
}

/** Without the line ends between blocks, which mean nothing. */
export function withoutLineEnds(tokens: readonly Token[]): Token[] {
  return tokens
    .map((token) => (typeof token === "string" ? token.replaceAll("\n", "") : token))
    .filter((token) => token !== "");
}

function addText(tokens: Token[], text: string): void {
  const last = tokens.at(-1);
  if (typeof last === "string") tokens[tokens.length - 1] = last + text;
  else tokens.push(text);
}

/** Only numbers are written. */
function decoded(text: string): string {
  return text.replace(/&#(\d+);/g, (_, code: string) => String.fromCharCode(Number(code)));
}
