/**
 * The one place that prints, and what text must pass before it is printed. Names and ids inside evidence are the
 * producer's: a control or bidi character in one could repaint the screen and fake a verdict.
 */
import { write, writeSync } from "node:fs";
import { GaitError } from "../../core/finding/error.ts";
import { printable } from "../../core/text/printable.ts";
import type { Status, Terminal } from "../command/command.ts";
import { brokenInto, displayWidth } from "./width.ts";

/** Select Graphic Rendition parameters (ECMA-48 section 8.3.117). */
const STYLES = { good: "32;1", bad: "31;1", warn: "33", strong: "1", dim: "2" } as const;
export type TextStyle = keyof typeof STYLES;

/** Every escape sequence that `paint` writes; nothing else with an ESC gets through to a terminal. */
const PAINT = new RegExp(`(\\u001b\\[(?:${Object.values(STYLES).join("|")}|0)m)`);

/** `text`, made printable, in a colour where the terminal has some. */
export function paint(text: string, style: TextStyle, terminal: Terminal): string {
  return terminal.color ? `\u001b[${STYLES[style]}m${printable(text)}\u001b[0m` : printable(text);
}

export type LabelledRow = readonly [label: string, value: string | undefined, style?: TextStyle | undefined];

/**
 * Lines of label and value, the values under each other, broken where the terminal is too narrow for them; a row without
 * value is left out.
 */
export function rows(entries: readonly LabelledRow[], terminal: Terminal, indent = ""): string {
  const shown = entries.filter((row) => row[1] !== undefined);
  const width = Math.max(0, ...shown.map(([label]) => label.length));
  const before = indent.length + width + 2;
  // Where not even a word would fit beside the labels, the terminal may break the lines.
  const room = terminal.columns === undefined || terminal.columns < before + 12 ? undefined : terminal.columns - before;
  return shown
    .map(([label, value = "", style]) => {
      const text = printable(value);
      const paintedLines = (lines: readonly string[]): readonly string[] =>
        style === undefined ? lines : lines.map((line) => paint(line, style, terminal));
      const margin = " ".repeat(indent.length + BELOW);
      const more = before - margin.length;
      if (room !== undefined && isWholeBelow(text, room, more)) {
        const below = paintedLines(brokenInto(text, room + more)).map((line) => `${margin}${line}\n`);
        return `${label === "" ? "" : `${indent}${paint(label, "dim", terminal)}\n`}${below.join("")}`;
      }
      const [first = "", ...rest] = paintedLines(room === undefined ? [text] : brokenInto(text, room));
      const under = rest.map((line) => `${" ".repeat(before)}${line}\n`).join("");
      return `${indent}${paint(label.padEnd(width), "dim", terminal)}  ${first}\n${under}`;
    })
    .join("");
}

/** Columns by which a value stands further in that stands below its label. */
const BELOW = 4;

/** Whether a word is broken beside the labels, and none where `more` columns are gained: a digest is best seen whole. */
function isWholeBelow(text: string, room: number, more: number): boolean {
  // A text without end is broken anyway, and not measured.
  if (text.length > MEASURED_CHARACTERS) return false;
  const widest = Math.max(...text.split(" ").map(displayWidth));
  return widest > room && widest <= room + more;
}

const MEASURED_CHARACTERS = 1000;

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
  clearStatus();
  // Notes first: they must be seen even where the reader of stdout closes early.
  writeAll(2, guarded(stderr), () => true);
  writeAll(1, guarded(stdout), (code) => code === "EPIPE");
}

/** So much is kept, or for so long, before it is written. */
const KEPT_CHARACTERS = 64 * 1024;
const KEPT_MS = 30;

/** Results that come one after the other (`Environment.write` and `flush`). */
export function createWriter(): { write(text: string): Promise<void>; flush(): Promise<void> } {
  let kept = "";
  let last: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const bytes = new TextEncoder().encode(guarded(kept));
    kept = "";
    last = last.then(() => writeWaiting(bytes));
    // Whoever writes or flushes next is told.
    last.catch(() => undefined);
    return last;
  };
  return {
    write(text) {
      kept += text;
      if (kept.length >= KEPT_CHARACTERS) return flush();
      timer ??= setTimeout(() => void flush().catch(() => undefined), KEPT_MS);
      return Promise.resolve();
    },
    flush,
  };
}

/** Writes to stdout while signals are heard, however slow the reader is. One that has gone away is no error. */
async function writeWaiting(bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    try {
      clearStatus();
      written += await new Promise<number>((resolve, reject) => {
        write(1, bytes, written, (error, count) => (error ? reject(error) : resolve(count)));
      });
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (code === "EPIPE") return;
      if (code !== "EAGAIN") {
        const reason = error instanceof Error ? error.message : String(error);
        throw new GaitError("write_failed", `the answer could not be written to the standard output: ${reason}`);
      }
      await Bun.sleep(1);
    }
  }
}

let statusShown = false;
let recordWritten = true;

/** `Environment.showStatus`: a line that is gone before anything else is printed, or a record for a program. */
export function showStatus(status: Status | undefined): void {
  if (status === undefined) clearStatus();
  else if ("line" in status) {
    writeAll(2, `\r\u001b[K${printable(status.line)}`, () => true);
    statusShown = true;
  } else if (recordWritten) {
    // A reader that does not read gets fewer of them, and stops nobody.
    recordWritten = false;
    write(2, new TextEncoder().encode(status.record), () => {
      recordWritten = true;
    });
  }
}

export function clearStatus(): void {
  if (!statusShown) return;
  statusShown = false;
  writeAll(2, "\r\u001b[K", () => true);
}

/** Anything else than plain ASCII and line ends. */
const NOT_PLAIN = /[^\n\x20-\x7e]/;

/** The last defence: escapes what a command forgot to escape, except for line ends and the colours of `paint`. */
function guarded(text: string): string {
  if (!NOT_PLAIN.test(text)) return text;
  return text
    .split(PAINT)
    .map((part, index) => (index % 2 === 1 ? part : part.split("\n").map(printable).join("\n")))
    .join("");
}

/** So many characters are encoded at a time: an answer may be as long as a string can be. */
const ENCODED_CHARACTERS = 1024 * 1024;

function writeAll(fd: number, text: string, isFine: (code: unknown) => boolean): void {
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + ENCODED_CHARACTERS);
    // The two halves of a character beyond U+FFFF are encoded together.
    if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end += 1;
    if (!writeBytes(fd, new TextEncoder().encode(text.slice(at, end)), isFine)) return;
    at = end;
  }
}

/** Whether the reader took them all; one that has gone away has not. */
function writeBytes(fd: number, bytes: Uint8Array, isFine: (code: unknown) => boolean): boolean {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (code === "EAGAIN") {
        // The pipe is full and was made non-blocking by whoever shares it.
        Bun.sleepSync(1);
      } else if (isFine(code)) {
        return false;
      } else {
        throw error;
      }
    }
  }
  return true;
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
