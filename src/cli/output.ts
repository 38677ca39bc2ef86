/**
 * The one place that prints, and what text must pass before it is printed. Names and ids inside evidence are the
 * producer's: a control or bidi character in one could repaint the screen and fake a verdict.
 */
import { writeSync } from "node:fs";
import { printable } from "../core/printable.ts";
import type { Terminal } from "./command.ts";

export { jsonLine } from "../core/answer.ts";
export { printable } from "../core/printable.ts";

/** Select Graphic Rendition parameters (ECMA-48 section 8.3.117). */
const TONES = { good: "32;1", bad: "31;1", warn: "33", strong: "1", dim: "2" } as const;
export type Tone = keyof typeof TONES;

/** Every escape sequence that `paint` writes; nothing else with an ESC gets through to a terminal. */
const PAINT = new RegExp(`(\\u001b\\[(?:${Object.values(TONES).join("|")}|0)m)`);

/** `text`, made printable, in a colour where the terminal has some. */
export function paint(text: string, tone: Tone, terminal: Terminal): string {
  return terminal.color ? `\u001b[${TONES[tone]}m${printable(text)}\u001b[0m` : printable(text);
}

export type Row = readonly [label: string, value: string | undefined, tone?: Tone];

/** Lines of label and value, the values under each other; a row without value is left out. */
export function rows(entries: readonly Row[], terminal: Terminal, indent = ""): string {
  const shown = entries.filter((row) => row[1] !== undefined);
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  return shown
    .map(([label, value = "", tone]) => {
      const text = tone === undefined ? printable(value) : paint(value, tone, terminal);
      return `${indent}${paint(label.padEnd(width), "dim", terminal)}  ${text}\n`;
    })
    .join("");
}

/** Sentences in lines of at most `width` characters with `indent`; a word that is longer stands alone. */
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
  return [...lines, line].map((each) => `${indent}${printable(each)}\n`).join("");
}

/** Whether a stream gets colours: a terminal that knows them, and nobody said no (no-color.org). */
export function hasColor(isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean {
  const refused = (env["NO_COLOR"] ?? "") !== "";
  return isTerminal && !refused && env["TERM"] !== "dumb";
}

/** What is printed before the process ends. */
export interface Printed {
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Writes both streams to their end, however slow the reader is. A reader that has gone away (`| head`) is no error.
 * @throws the system's error when stdout can't take the text for another reason (a full disk)
 */
export function print({ stdout, stderr }: Printed): void {
  // Notes first: they must be seen even where the reader of stdout closes early.
  writeAll(2, guarded(stderr), () => true);
  writeAll(1, guarded(stdout), (code) => code === "EPIPE");
}

/** The last wall: whatever a command forgot to make printable, lines and the colours of `paint` excepted. */
function guarded(text: string): string {
  return text
    .split(PAINT)
    .map((part, index) => (index % 2 === 1 ? part : part.split("\n").map(printable).join("\n")))
    .join("");
}

function writeAll(fd: number, text: string, isFine: (code: unknown) => boolean): void {
  const bytes = new TextEncoder().encode(text);
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (code === "EAGAIN") {
        // The pipe is full and was made non-blocking by whoever shares it.
        Bun.sleepSync(1);
      } else if (isFine(code)) {
        return;
      } else {
        throw error;
      }
    }
  }
}

/** What a library prints by `console.info`, as text: printing is done here alone. */
export function captured(printing: () => void): string {
  const { info } = console;
  let text = "";
  console.info = (line: string) => {
    text += `${line}\n`;
  };
  try {
    printing();
  } finally {
    console.info = info;
  }
  return text;
}
