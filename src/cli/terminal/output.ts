/** The one place that prints, and the status line that is gone before anything else is printed. */
import { fstatSync, readFileSync, write, writeSync } from "node:fs";
import { GaitError } from "../../core/finding/error.ts";
import { printable } from "../../core/text/printable.ts";
import type { Status } from "../command/command.ts";
import { escaped } from "./style.ts";

/** What to print before the process ends. */
export interface Printed {
  readonly stdout: string;
  /** What follows it, of a long answer: each piece is made when the one before is written. */
  readonly more?: Iterable<string>;
  readonly stderr: string;
}

/**
 * Writes both streams to their end, however slow the reader is. A closed reader (`| head`) is not an error.
 * @throws the system's error when stdout can't take the text for another reason (a full disk)
 */
export function print({ stdout, more = [], stderr }: Printed): void {
  clearStatus();
  // Notes first: they must be seen even if the reader of stdout closes early.
  writeAll(2, escaped(stderr), () => true);
  if (stdout !== "") assertOpen();
  const isClosed = (code: unknown): boolean => code === "EPIPE";
  if (!writeAll(1, escaped(stdout), isClosed)) return;
  for (const piece of more) if (!writeAll(1, escaped(piece), isClosed)) return;
}

let isOpen: boolean | undefined;

/**
 * In the place of a closed stream (`>&-`) the runtime opens /dev/null, which takes everything. That one is closed on
 * exec, and what a caller hands over never is. Only Linux shows it.
 */
function assertOpen(): void {
  isOpen ??= !isOpenedHere();
  if (!isOpen) throw new GaitError("write_failed", "it is closed");
}

function isOpenedHere(): boolean {
  try {
    if (!fstatSync(1).isCharacterDevice()) return false;
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync("/proc/self/fdinfo/1", "latin1"))?.[1];
    return (Number.parseInt(flags ?? "0", 8) & O_CLOEXEC) !== 0;
  } catch {
    return false;
  }
}

const O_CLOEXEC = 0o2000000;

/** Output is buffered up to this size or time before it is written. */
const KEPT_CHARACTERS = 64 * 1024;
const KEPT_MS = 30;

/** Streamed results (`Environment.write` and `flush`). */
export function createWriter(): { write(text: string): Promise<void>; flush(): Promise<void> } {
  let kept = "";
  let last: Promise<void> = Promise.resolve();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const bytes = new TextEncoder().encode(escaped(kept));
    kept = "";
    last = last.then(() => writeWaiting(bytes));
    // The next write or flush throws it.
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

/** Writes to stdout and keeps serving signals, however slow the reader is. A closed reader is not an error. */
async function writeWaiting(bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length; ) {
    try {
      assertOpen();
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

/** `Environment.showStatus`: a line that is cleared before anything else is printed, or a record for a program. */
export function showStatus(status: Status | undefined): void {
  if (status === undefined) clearStatus();
  else if ("line" in status) {
    writeAll(2, `\r\u001b[K${printable(status.line)}`, () => true);
    statusShown = true;
  } else if (recordWritten) {
    // A slow reader gets fewer of them and blocks nothing.
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

/** Characters encoded at a time: an answer may be as long as a string can be. */
const ENCODED_CHARACTERS = 1024 * 1024;

/** Whether the reader took all of it; false if it has closed. */
function writeAll(fd: number, text: string, isFine: (code: unknown) => boolean): boolean {
  for (let at = 0; at < text.length; ) {
    let end = Math.min(text.length, at + ENCODED_CHARACTERS);
    // Don't split a surrogate pair.
    if (end < text.length && (text.charCodeAt(end) & 0xfc00) === 0xdc00) end += 1;
    if (!writeBytes(fd, new TextEncoder().encode(text.slice(at, end)), isFine)) return false;
    at = end;
  }
  return true;
}

/** Whether the reader took all of them; false if it has closed. */
function writeBytes(fd: number, bytes: Uint8Array, isFine: (code: unknown) => boolean): boolean {
  for (let written = 0; written < bytes.length; ) {
    try {
      written += writeSync(fd, bytes, written);
    } catch (error) {
      const code = (error as { code?: unknown }).code;
      if (code === "EAGAIN") {
        // The pipe is full, and another process made it non-blocking.
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

/** Captures a library's `console.info` as text: only this file prints. */
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
