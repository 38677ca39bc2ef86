/**
 * Lines of a byte stream, without building strings. Only LF ends a line: canonical JSON carries U+0085 and U+2028
 * raw inside strings (RFC 8785 section 3.2.2.2), so a splitter that knows more line ends would cut records in two.
 */

/** Longest line that is read, in bytes. A record is held in memory as a whole, so its size must have a bound. */
export const MAX_LINE_BYTES = 64 * 1024 * 1024;

/** Room for the beginning of a line; there is none until a chunk ends within one. */
const LEAST_ROOM = 64 * 1024;

/** `bytes[start, end)` is one line without its LF, never an empty one, valid during the call only; `line` counts from 1. */
export type LineSink = (bytes: Uint8Array, start: number, end: number, line: number) => void;

/** Whether the line has nothing but white space: such a line is no record (contract 1.7, 2.6). */
export function isBlankLine(bytes: Uint8Array, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index];
    if (byte !== 0x20 && byte !== 0x09 && byte !== 0x0d) return false;
  }
  return true;
}

export interface LineReader {
  push(chunk: Uint8Array): void;
  /** Hands over a last line that no LF ended. */
  end(): void;
  /** Number of the first line longer than the limit; its bytes, and all after them, were not handed over. */
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
        // Empty lines are no records, and a quarter of a gigabyte of them costs seconds if each one is handed over.
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
    end() {
      if (restLength > 0 && tooLong === undefined) {
        line += 1;
        sink(rest, 0, restLength, line);
      }
    },
  };
}
