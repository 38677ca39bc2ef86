/**
 * Splits a byte stream into lines, without building strings. Only LF ends a line: canonical JSON has raw U+0085 and
 * U+2028 in strings (RFC 8785 section 3.2.2.2), and splitting there would cut records in two.
 */

/** Longest line, in bytes. A record is held in memory, so its size must be bounded. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Buffer for the start of a line; allocated when a chunk first ends within one. */
const LEAST_ROOM = 64 * 1024;

/** `bytes[start, end)` is one non-empty line without its LF, valid only during the call; `line` counts from 1. */
export type LineSink = (bytes: Uint8Array, start: number, end: number, line: number) => void;

/** Whether the line is blank: a blank line is not a record (contract 1.7, 2.6). */
export function isBlankLine(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}

export interface LineReader {
  push(chunk: Uint8Array): void;
  /** Counts so many lines as delivered, which are not pushed. `false`, and nothing is counted, within a line. */
  skip(lines: number): boolean;
  /** Delivers a last line without LF. */
  end(): void;
  /** Number of the first line over the limit; it and all later lines were not delivered. */
  readonly tooLong: number | undefined;
}

export function createLineReader(sink: LineSink, maxBytes = MAX_LINE_BYTES): LineReader {
  let line = 0;
  let rest = new Uint8Array(0);
  let restLength = 0;
  let tooLong: number | undefined;

  function keep(bytes: Uint8Array): void {
    const needed = restLength + bytes.length;
    if (needed > maxBytes) {
      tooLong = line + 1;
      return;
    }
    if (needed > rest.length) {
      const grown = new Uint8Array(Math.min(maxBytes, Math.max(needed, rest.length * 2, LEAST_ROOM)));
      grown.set(rest.subarray(0, restLength));
      rest = grown;
    }
    rest.set(bytes, restLength);
    restLength = needed;
  }

  return {
    get tooLong() {
      return tooLong;
    },
    push(chunk) {
      let start = 0;
      while (start < chunk.length && tooLong === undefined) {
        // Empty lines are not records, and delivering a quarter of a gigabyte of them takes seconds.
        if (restLength === 0 && chunk[start] === 0x0a) {
          line += 1;
          start += 1;
          continue;
        }
        const end = chunk.indexOf(0x0a, start);
        if (end < 0) {
          keep(chunk.subarray(start));
          return;
        }
        if (restLength > 0) {
          keep(chunk.subarray(start, end));
          if (tooLong !== undefined) return;
          line += 1;
          sink(rest, 0, restLength, line);
          restLength = 0;
        } else if (end - start > maxBytes) {
          tooLong = line + 1;
          return;
        } else {
          line += 1;
          sink(chunk, start, end, line);
        }
        start = end + 1;
      }
    },
    skip(lines) {
      if (restLength > 0) return false;
      line += lines;
      return true;
    },
    end() {
      if (restLength > 0 && tooLong === undefined) {
        line += 1;
        sink(rest, 0, restLength, line);
      }
    },
  };
}
