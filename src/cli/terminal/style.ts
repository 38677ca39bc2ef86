/**
 * Colours of a terminal, and what text must pass before it is printed. Names and ids inside evidence are the producer's:
 * a control or bidi character in one could repaint the screen and fake a verdict.
 */
import { printable, withoutLogCommands } from "../../core/text/printable.ts";
import type { Terminal } from "../command/command.ts";

/** Select Graphic Rendition parameters (ECMA-48 section 8.3.117). */
const STYLES = { good: "32;1", bad: "31;1", warn: "33", strong: "1", dim: "2" } as const;
export type TextStyle = keyof typeof STYLES;

/** The escape sequences that `paint` writes; no other ESC reaches a terminal. */
const PAINT = new RegExp(`(\\u001b\\[(?:${Object.values(STYLES).join("|")}|0)m)`);

/** `text`, made printable, in colour if the terminal supports it. */
export function paint(text: string, style: TextStyle, terminal: Terminal): string {
  return terminal.color ? `\u001b[${STYLES[style]}m${printable(text)}\u001b[0m` : printable(text);
}

/** Whether to use colours: on a terminal that supports them, unless NO_COLOR is set (no-color.org). */
export function hasColor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const refused = (env["NO_COLOR"] ?? "") !== "";
  return isTerminal && !refused && env["TERM"] !== "dumb";
}

/** Anything but plain ASCII and newlines. */
const NOT_PLAIN = /[^\n\x20-\x7e]/;

/**
 * The last defence: escapes what a command forgot to escape, except for line ends and the colours of `paint`; and what
 * would be a command to a runner that reads the log.
 */
export function escaped(text: string): string {
  const quiet = withoutLogCommands(text);
  return NOT_PLAIN.test(quiet) ? withoutControls(quiet) : quiet;
}

/**
 * `text` as the start of a line: GitHub Actions takes one that begins with `::`, after any blanks, for a command.
 */
export function lineStart(text: string): string {
  return text.replace(/^(\s*:):/, "$1\\u003a");
}

function withoutControls(text: string): string {
  return text
    .split(PAINT)
    .map((part, index) => (index % 2 === 1 ? part : part.split("\n").map(printable).join("\n")))
    .join("");
}
