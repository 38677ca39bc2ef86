/** Labels with their values, and sentences, in lines that fit a terminal. */
import { printable } from "../../core/text/printable.ts";
import type { Terminal } from "../command/command.ts";
import { lineStart, paint, type TextStyle } from "./style.ts";
import { brokenInto, displayWidth } from "./width.ts";

export type LabelledRow = readonly [label: string, value: string | undefined, style?: TextStyle | undefined];

/**
 * Lines of label and value, with the values aligned and wrapped to the terminal; a row without a value is left out.
 */
export function rows(entries: readonly LabelledRow[], terminal: Terminal, indent = ""): string {
  const shown = entries.filter((row) => row[1] !== undefined);
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  const before = indent.length + width + 2;
  // If not even a word fits next to the labels, the terminal wraps the lines.
  const room = terminal.columns === undefined || terminal.columns < before + 12 ? undefined : terminal.columns - before;
  return shown
    .map(([label, value = "", style]) => {
      const text = label === "" ? lineStart(printable(value)) : printable(value);
      const paintedLines = (lines: readonly string[]): readonly string[] =>
        style === undefined ? lines : lines.map((line) => paint(line, style, terminal));
      const margin = " ".repeat(indent.length + BELOW);
      const more = before - margin.length;
      if (room !== undefined && isWholeBelow(text, room, more)) {
        const below = paintedLines(brokenInto(text, room + more)).map((line) => `${margin}${line}\n`);
        return `${label === "" ? "" : `${indent}${paint(lineStart(label), "dim", terminal)}\n`}${below.join("")}`;
      }
      const [first = "", ...rest] = paintedLines(room === undefined ? [text] : brokenInto(text, room));
      const under = rest.map((line) => `${" ".repeat(before)}${line}\n`).join("");
      return `${indent}${paint(lineStart(label.padEnd(width)), "dim", terminal)}  ${first}\n${under}`;
    })
    .join("");
}

/** Indentation of a value that goes below its label. */
const BELOW = 4;

/** Whether a word would be broken next to the labels but not with `more` columns: a digest is best shown whole. */
function isWholeBelow(text: string, room: number, more: number): boolean {
  // A very long text is broken anyway; don't measure it.
  if (text.length > MEASURED_CHARACTERS) return false;
  const widest = Math.max(...text.split(" ").map(displayWidth));
  return widest > room && widest <= room + more;
}

const MEASURED_CHARACTERS = 1000;

/** Sentences in lines of at most `width` characters with `indent`; a longer word gets its own line. */
export function wrapped(text: string, width: number, indent = ""): string {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && indent.length + line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
  }
  return [...lines, line].map((each) => `${indent}${lineStart(printable(each))}\n`).join("");
}
