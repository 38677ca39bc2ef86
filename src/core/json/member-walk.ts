/** The members of one object in a text that was proven, one after the other, without building what they hold. */
import { skipSpace } from "./scanner.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const SHORT = 48;

/** Begins before the first member. Nothing is checked: the bytes are those of a strict JSON object. */
export class MemberWalk {
  /** Of the name, within its quotes, and of the value. */
  nameStart = 0;
  nameEnd = 0;
  start = 0;
  end = 0;
  #bytes: Uint8Array = new Uint8Array(0);
  #next = 0;
  #last = 0;

  /** The object that begins at `start`, and ends before `end`. */
  open(bytes: Uint8Array, start: number, end: number): void {
    this.#bytes = bytes;
    this.#next = start + 1;
    this.#last = end - 1;
  }

  /** Goes to the next member; false behind the last. */
  next(): boolean {
    const bytes = this.#bytes;
    let p = skipSpace(bytes, this.#next, this.#last);
    if (p < this.#last && bytes[p] === COMMA) p = skipSpace(bytes, p + 1, this.#last);
    if (p >= this.#last) return false;
    this.nameStart = p + 1;
    this.nameEnd = closingQuote(bytes, p + 1);
    // Behind the name is a colon.
    p = skipSpace(bytes, skipSpace(bytes, this.nameEnd + 1, this.#last) + 1, this.#last);
    this.start = p;
    this.end = jsonValueEnd(bytes, p, this.#last);
    this.#next = this.end;
    return true;
  }

  /** Whether the name is this one, written without an escape. */
  isNamed(name: string): boolean {
    if (this.nameEnd - this.nameStart !== name.length) return false;
    for (let i = 0; i < name.length; i += 1) if (this.#bytes[this.nameStart + i] !== name.charCodeAt(i)) return false;
    return true;
  }
}

/** The place of the quote that ends a string, read on from `start` within it. */
export function closingQuote(bytes: Uint8Array, start: number): number {
  // Names are short: a call of the native search costs more than they do.
  for (let p = start; p < start + SHORT; p += 1) {
    const byte = bytes[p];
    if (byte === QUOTE) return p;
    if (byte === BACKSLASH) break;
  }
  for (let from = start; ; ) {
    const quote = bytes.indexOf(QUOTE, from);
    let before = quote - 1;
    while (before >= start && bytes[before] === BACKSLASH) before -= 1;
    // An even number of backslashes are escapes of each other.
    if ((quote - 1 - before) % 2 === 0) return quote;
    from = quote + 1;
  }
}

export function jsonValueEnd(bytes: Uint8Array, start: number, limit: number): number {
  const first = bytes[start] as number;
  if (first === QUOTE) return closingQuote(bytes, start + 1) + 1;
  const isContainer = first === 0x7b || first === 0x5b;
  let depth = 0;
  for (let p = start; p < limit; p += 1) {
    const byte = bytes[p] as number;
    if (!isContainer) {
      if (byte === COMMA || byte <= 0x20) return p;
    } else if (byte === QUOTE) p = closingQuote(bytes, p + 1);
    else if (byte === 0x7b || byte === 0x5b) depth += 1;
    else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth === 0) return p + 1;
    }
  }
  return limit;
}
