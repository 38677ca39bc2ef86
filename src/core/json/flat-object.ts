/** The canonical form of a small object out of its bytes, where nothing of it has to be understood for that. */
import { MemberWalk } from "./member-walk.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;
const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
/** Digits of a whole number that has one way to be written: every number up to it is exact. */
const MOST_DIGITS = 15;

const walk = new MemberWalk();

/**
 * RFC 8785 of the object in `bytes[start, end)`, of a text that was proven: a copy without the space between its parts.
 * `undefined` where its names are not in order, or a value is more than a text without escapes, a small whole number or a
 * literal. It is made at the start of `room`, where there is one of `end - start` bytes at least.
 */
export function flatCanonical(
  bytes: Uint8Array,
  start: number,
  end: number,
  room?: Uint8Array,
): Uint8Array | undefined {
  const canonical = room ?? new Uint8Array(end - start);
  canonical[0] = OPEN;
  let length = 1;
  let before = 0;
  let beforeEnd = 0;
  walk.open(bytes, start, end);
  while (walk.next()) {
    const { nameStart, nameEnd } = walk;
    if (!isPlainName(bytes, nameStart, nameEnd) || !isPlainValue(bytes, walk.start, walk.end)) return undefined;
    if (beforeEnd > 0 && !isBefore(bytes, before, beforeEnd, nameStart, nameEnd)) return undefined;
    before = nameStart;
    beforeEnd = nameEnd;
    if (length > 1) canonical[length++] = COMMA;
    length = copied(canonical, length, bytes, nameStart - 1, nameEnd + 1);
    canonical[length++] = COLON;
    length = copied(canonical, length, bytes, walk.start, walk.end);
  }
  canonical[length++] = CLOSE;
  return canonical.subarray(0, length);
}

/** ASCII without escapes: then the order of UTF-16 is that of the bytes (RFC 8785 section 3.2.3). */
function isPlainName(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte === BACKSLASH || byte >= 0x80) return false;
  }
  return true;
}

/** Whether the first name comes before the second: equal ones are none of a strict text, and not taken here. */
function isBefore(bytes: Uint8Array, first: number, firstEnd: number, second: number, secondEnd: number): boolean {
  const shorter = Math.min(firstEnd - first, secondEnd - second);
  for (let at = 0; at < shorter; at += 1) {
    const difference = (bytes[first + at] as number) - (bytes[second + at] as number);
    if (difference !== 0) return difference < 0;
  }
  return firstEnd - first < secondEnd - second;
}

function isPlainValue(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number;
  if (first === QUOTE) return !bytes.subarray(start, end).includes(BACKSLASH);
  // `true`, `false`, `null`.
  if (first === 0x74 || first === 0x66 || first === 0x6e) return true;
  if (end - start > MOST_DIGITS || (first === 0x30 && end - start > 1)) return false;
  for (let at = start; at < end; at += 1) {
    const byte = bytes[at] as number;
    if (byte < 0x30 || byte > 0x39) return false;
  }
  return true;
}

function copied(to: Uint8Array, at: number, from: Uint8Array, start: number, end: number): number {
  if (end - start < 64) for (let next = start; next < end; next += 1) to[at + next - start] = from[next] as number;
  else to.set(from.subarray(start, end), at);
  return at + end - start;
}
