/** The canonical form of a small object out of its bytes, where nothing of it has to be understood for that. */
import { closingQuote } from "./member-walk.ts";
import { skipSpace } from "./scanner.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const SLASH = 0x2f;
const COLON = 0x3a;
const COMMA = 0x2c;
const LETTER_U = 0x75;
const OPEN_LIST = 0x5b;
const OPEN_OBJECT = 0x7b;
/** Of a list or an object: the bracket that opens it, and 2. */
const TO_CLOSE = 2;
/** Digits of a whole number that has one way to be written: every number up to it is exact. */
const MOST_DIGITS = 15;
/** A text up to it is copied by hand quicker than by a view of it. */
const SHORT_TEXT = 64;
/** What is nested deeper is left to those who build it. */
const MOST_LEVELS = 16;
/** Says that something has to be understood. */
const NOT_PLAIN = -1;

let from: Uint8Array = new Uint8Array(0);
let last = 0;
let canonical: Uint8Array = new Uint8Array(0);
let length = 0;

/**
 * RFC 8785 of the object in `bytes[start, end)`, of a text that was proven: a copy without the space between its parts.
 * `undefined` where names are not in order or are more than ASCII without escapes, where a text has an escape that is
 * canonically none (`\u`, `\/`), and where a number is more than a whole one of a few digits. It is made at the start of
 * `room`, where there is one of `end - start` bytes at least.
 */
export function canonicalCopy(
  bytes: Uint8Array,
  start: number,
  end: number,
  room?: Uint8Array,
): Uint8Array | undefined {
  from = bytes;
  last = end;
  canonical = room ?? new Uint8Array(end - start);
  length = 0;
  return copyValue(start, MOST_LEVELS) === NOT_PLAIN ? undefined : canonical.subarray(0, length);
}

/** The place behind the value at `at`, or `NOT_PLAIN`. */
function copyValue(at: number, levels: number): number {
  const first = from[at] as number;
  if (first === QUOTE) return copyText(at);
  if (first !== OPEN_OBJECT && first !== OPEN_LIST) return copyWord(at);
  return levels === 0 ? NOT_PLAIN : copyContainer(at, first, levels - 1);
}

function copyContainer(start: number, open: number, levels: number): number {
  canonical[length++] = open;
  const close = open + TO_CLOSE;
  let name = -1;
  let nameEnd = 0;
  let at = skipSpace(from, start + 1, last);
  while (from[at] !== close) {
    if (from[at] === COMMA) {
      canonical[length++] = COMMA;
      at = skipSpace(from, at + 1, last);
    }
    if (open === OPEN_OBJECT) {
      const end = plainNameEnd(at + 1);
      if (end === NOT_PLAIN || (name >= 0 && !isBefore(name, nameEnd, at + 1, end))) return NOT_PLAIN;
      name = at + 1;
      nameEnd = end;
      copy(at, end + 1);
      canonical[length++] = COLON;
      // Behind the name is a colon.
      at = skipSpace(from, skipSpace(from, end + 1, last) + 1, last);
    }
    at = copyValue(at, levels);
    if (at === NOT_PLAIN) return NOT_PLAIN;
    at = skipSpace(from, at, last);
  }
  canonical[length++] = close;
  return at + 1;
}

/** The quote that ends a name of ASCII without escapes: then the order of UTF-16 is that of the bytes (RFC 8785, 3.2.3). */
function plainNameEnd(start: number): number {
  for (let at = start; ; at += 1) {
    const byte = from[at] as number;
    if (byte === QUOTE) return at;
    if (byte === BACKSLASH || byte >= 0x80) return NOT_PLAIN;
  }
}

/** Whether the first name comes before the second: equal ones are none of a strict text, and not taken here. */
function isBefore(first: number, firstEnd: number, second: number, secondEnd: number): boolean {
  const shorter = Math.min(firstEnd - first, secondEnd - second);
  for (let at = 0; at < shorter; at += 1) {
    const difference = (from[first + at] as number) - (from[second + at] as number);
    if (difference !== 0) return difference < 0;
  }
  return firstEnd - first < secondEnd - second;
}

/** A text has one canonical spelling: two escapes are none of it, all others are. */
function copyText(start: number): number {
  const end = closingQuote(from, start + 1) + 1;
  for (let at = escapeIn(start, end); at >= 0; at = escapeIn(at + 2, end)) {
    const escaped = from[at + 1];
    if (escaped === LETTER_U || escaped === SLASH) return NOT_PLAIN;
  }
  copy(start, end);
  return end;
}

/** The place of the next backslash, or -1. */
function escapeIn(start: number, end: number): number {
  if (end - start > SHORT_TEXT) {
    const at = from.subarray(start, end).indexOf(BACKSLASH);
    return at < 0 ? at : start + at;
  }
  for (let at = start; at < end; at += 1) if (from[at] === BACKSLASH) return at;
  return -1;
}

/** `true`, `false`, `null`, or a small whole number. */
function copyWord(start: number): number {
  const first = from[start] as number;
  const isNumber = first < 0x61;
  let at = start;
  for (; at < last; at += 1) {
    const byte = from[at] as number;
    if (isNumber ? byte < 0x30 || byte > 0x39 : byte < 0x61 || byte > 0x7a) break;
  }
  if (isNumber && !isWhole(start, at)) return NOT_PLAIN;
  copy(start, at);
  return at;
}

/** Digits alone, with a comma, a bracket or space behind them, and no zero before them. */
function isWhole(start: number, end: number): boolean {
  if (end === start || end - start > MOST_DIGITS || (from[start] === 0x30 && end - start > 1)) return false;
  const behind = from[end];
  return behind !== 0x2e && behind !== 0x65 && behind !== 0x45;
}

function copy(start: number, end: number): void {
  if (end - start > SHORT_TEXT) canonical.set(from.subarray(start, end), length);
  else for (let at = start, to = length; at < end; at += 1, to += 1) canonical[to] = from[at] as number;
  length += end - start;
}

/** See `core/import/hot-code.ts`: compiling these into one another took longer than any other code of an import. */
export const COPY_CODE = [
  canonicalCopy,
  copyValue,
  copyContainer,
  plainNameEnd,
  isBefore,
  copyText,
  escapeIn,
  copyWord,
  isWhole,
  copy,
] as const;
