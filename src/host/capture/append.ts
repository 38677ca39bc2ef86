/**
 * Appends a line to a log that other processes append to at the same time, and may be killed at. There is no lock: the
 * line is one write at the end of the file, and afterwards it is looked for there. A write that was cut off by a full disk
 * or a killed process leaves the beginning of a line; what follows begins a line of its own.
 */
import { closeSync, constants, fstatSync, fsyncSync, openSync, readSync, writeSync } from "node:fs";
import { dirname } from "node:path";

const LF = 0x0a;
/** How often a line is written again, where another's cut line took it in. */
const MOST_ATTEMPTS = 8;

/** @param line with its LF. It is on the disk when this returns. @throws the system's error; an Error that says what is wrong */
export function appendLine(path: string, line: Uint8Array): void {
  const { O_RDWR, O_APPEND, O_CREAT, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const fd = openSync(path, O_RDWR | O_APPEND | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  try {
    const { size, isFile } = stateOf(fd);
    if (!isFile) throw new Error(`${path} is no file`);
    for (let attempt = 0, from = size; attempt < MOST_ATTEMPTS; attempt += 1) {
      const bytes = endsWithLine(fd, from) ? line : Buffer.concat([Uint8Array.of(LF), line]);
      const written = writeSync(fd, bytes);
      if (written !== bytes.length)
        throw new Error(`${path} took ${written} of ${bytes.length} bytes: is the disk full?`);
      fsyncSync(fd);
      const { size: end } = stateOf(fd);
      if (isWhole(fd, from, end, line)) {
        // A file that was just made must be found again, too.
        if (size === 0) syncFolder(dirname(path));
        return;
      }
      from = end;
    }
    throw new Error(`${path} is cut off by other programs each time`);
  } finally {
    closeSync(fd);
  }
}

function stateOf(fd: number): { readonly size: number; readonly isFile: boolean } {
  const stats = fstatSync(fd);
  return { size: stats.size, isFile: stats.isFile() };
}

function endsWithLine(fd: number, size: number): boolean {
  if (size === 0) return true;
  const last = new Uint8Array(1);
  return readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === LF;
}

/** Whether the line stands between `from` and `end`, at the beginning of a line. */
function isWhole(fd: number, from: number, end: number, line: Uint8Array): boolean {
  const start = Math.max(0, from - 1);
  const bytes = Buffer.alloc(Math.max(0, end - start));
  let length = 0;
  while (length < bytes.length) {
    const count = readSync(fd, bytes, length, bytes.length - length, start + length);
    if (count === 0) break;
    length += count;
  }
  for (let at = bytes.indexOf(line); at >= 0; at = bytes.indexOf(line, at + 1)) {
    if (start + at === 0 || (at > 0 && bytes[at - 1] === LF)) return true;
  }
  return false;
}

function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, constants.O_RDONLY);
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Windows can't, and needs not.
  }
}
