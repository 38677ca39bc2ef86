/** Tables and paragraphs for terminals of any width. Nothing is cut when the output is not a terminal. */

import { printable } from "../../core/text/printable.ts";
import type { Terminal } from "../command/command.ts";
import { lineStart, paint, type TextStyle } from "./style.ts";
import { brokenInto, displayWidth, fitted } from "./width.ts";

export interface Column {
  /** Minimum width; 8 by default. */
  readonly least?: number;
  /** Maximum width; 40 by default. The last column takes the remaining width. */
  readonly most?: number;
  /** Right-aligned, for numbers. */
  readonly right?: boolean;
}

export type TableCell = string | readonly [text: string, style: TextStyle];

const LEAST = 8;
const MOST = 40;
const GAP = 2;

/**
 * Aligned lines of cells. On a terminal, cells are cut to fit with a `…`; the last column is wrapped instead, in its
 * column, or on separate lines if it is too narrow.
 */
export function table(
  columns: readonly Column[],
  lines: readonly (readonly TableCell[])[],
  terminal: Terminal,
  indent = "  ",
): string {
  const texts = lines.map((line) => {
    const cells = line.map((cell) => printable(typeof cell === "string" ? cell : cell[0]));
    const first = cells.findIndex((cell) => cell !== "");
    return cells.map((cell, column) => (column === first ? lineStart(cell) : cell));
  });
  const last = columns.length - 1;
  const widths = columns.map(({ most = MOST }, column) => {
    const widest = texts.reduce((width, line) => Math.max(width, displayWidth(line[column] ?? "")), 0);
    return column === last ? widest : Math.min(widest, terminal.columns === undefined ? Math.max(most, 64) : most);
  });
  const room = (terminal.columns ?? Number.POSITIVE_INFINITY) - indent.length;
  const before = shrink(columns, widths, room);
  const beside = room - before;
  return lines
    .map((cells, index) => {
      const shown = columns.slice(0, -1).map(({ right }, column) => {
        const width = widths[column] ?? 0;
        const whole = texts[index]?.[column] ?? "";
        const text = terminal.columns === undefined ? whole : fitted(whole, width);
        // Spaces stay outside of the colours, so that trailing ones can be trimmed.
        const spaces = " ".repeat(Math.max(0, width - displayWidth(text)));
        const cell = styled(text, cells[column], terminal);
        return right ? spaces + cell : cell + spaces;
      });
      const head = indent + shown.map((cell) => cell + " ".repeat(GAP)).join("");
      const tail = texts[index]?.[last] ?? "";
      if (tail === "") return `${head.trimEnd()}\n`;
      const below = !fitsBeside(tail, beside);
      const under = below ? `${indent}${" ".repeat(BELOW)}` : " ".repeat(indent.length + before);
      const parts =
        terminal.columns === undefined ? [tail] : brokenInto(tail, Math.max(LEAST, below ? room - BELOW : beside));
      const [first = "", ...rest] = parts.map((each) => styled(each, cells[last], terminal));
      const start = below ? `${head.trimEnd()}\n${under}${first}\n` : `${head}${first}\n`;
      return start + rest.map((each) => `${under}${each}\n`).join("");
    })
    .join("");
}

/** A last cell with less room than this, or with a word too long for it, goes below the others. */
const LEAST_BESIDE = 20;
const BELOW = 4;

function fitsBeside(text: string, beside: number): boolean {
  if (displayWidth(text) <= beside) return true;
  return beside >= LEAST_BESIDE && text.split(" ").every((word) => displayWidth(word) <= beside);
}

/** Narrows the widest columns until all but the last fit; returns their total width. */
function shrink(columns: readonly Column[], widths: number[], room: number): number {
  const last = columns.length - 1;
  const taken = (): number => widths.slice(0, last).reduce((sum, width) => sum + width + GAP, 0);
  while (taken() - GAP > room) {
    let widest = -1;
    for (let column = 0; column < last; column += 1) {
      const width = widths[column] ?? 0;
      if (width > (columns[column]?.least ?? LEAST) && (widest < 0 || width > (widths[widest] ?? 0))) widest = column;
    }
    if (widest < 0) break;
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return taken();
}

function styled(text: string, cell: TableCell | undefined, terminal: Terminal): string {
  return cell === undefined || typeof cell === "string" ? text : paint(text, cell[1], terminal);
}

/** A heading of a section. */
export function heading(text: string, terminal: Terminal): string {
  const lines = terminal.columns === undefined ? [text] : brokenInto(text, terminal.columns);
  return lines.map((line) => `${paint(lineStart(line), "strong", terminal)}\n`).join("");
}
