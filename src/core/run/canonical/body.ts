/**
 * `args` or `result` of a record in its canonical form, made of the bytes that it is written with: the text that
 * `canonicalize` makes of its value (RFC 8785), without building the value. What is canonical already is only looked at.
 */
import { copyBytes, withRoom } from "../../bytes/copy.ts";
import { numberEnd } from "../../json/number.ts";
import { skipSpace } from "../../json/scanner.ts";
import { PLAIN, plainEnd } from "../../json/string.ts";
import { asciiText, escapesAt, plainNumberEnd } from "./scalar.ts";

/** Nothing is known of the text: its value says what its form is. */
const UNKNOWN = -1;
const MOST_BYTES_PER_UNIT = 3;
const FIRST_ROOM = 64 * 1024;
/** Up to so many names, an insertion sort in place beats `Array.sort`. */
const FEW_NAMES = 16;
/** Longer numbers are left to their value. */
const MOST_NUMBER = 400;
/** From this byte on, UTF-8 has characters whose order in UTF-16 is another one. */
const FIRST_OF_OTHER_ORDER = 0xee;

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const BACKSLASH = 0x5c;
const CLOSE_ARRAY = 0x5d;
const LETTER_F = 0x66;
const LETTER_N = 0x6e;
const LETTER_T = 0x74;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
/** Escapes of one letter that canonical text has: for the others it has the character. */
const SHORT_ESCAPES: ReadonlySet<number> = new Set(Array.from('"\\bfnrt', (letter) => letter.charCodeAt(0)));

/** Reads one record after the other. Nothing is proven: the bytes are those of a strict JSON text. */
export class CanonicalBody {
  /** Of the member in the record's text. */
  start = 0;
  end = 0;
  /** Its canonical bytes: of the text that was read, or valid until `reset`. */
  canonical: Uint8Array = new Uint8Array(0);
  #bytes: Uint8Array = new Uint8Array(0);
  #view = new DataView(this.#bytes.buffer);
  #end = 0;
  #out: Uint8Array = new Uint8Array(FIRST_ROOM);
  /** Bytes of `#out` that are written, and up to where of `#bytes`: what is behind is the same in both. */
  #written = 0;
  #copied = 0;
  /** Of each open object's members: the place of the name in the text, its end, and its place in `#out`. */
  readonly #members: number[] = [];
  /** Of the object that is being sorted: its members as they were written, and their order. */
  #before: Uint8Array = new Uint8Array(FIRST_ROOM);
  readonly #order: number[] = [];
  readonly #encoder = new TextEncoder();

  /** What was made before is not needed any more. */
  reset(): void {
    this.#written = 0;
  }

  /** Finds the object that is the member `name` of the record; false where the record's value has to say what it is. */
  read(bytes: Uint8Array, start: number, end: number, name: "args" | "result"): boolean {
    if (bytes !== this.#bytes) {
      this.#bytes = bytes;
      this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    }
    this.#end = end;
    const first = this.#written;
    let isFound = false;
    let p = this.#space(start);
    if (bytes[p] !== OPEN_OBJECT) return false;
    p = this.#space(p + 1);
    while (bytes[p] !== CLOSE_OBJECT) {
      const nameEnd = this.#plainNameEnd(p + 1);
      if (nameEnd === UNKNOWN) return false;
      const isBody = this.#isName(name, p + 1, nameEnd);
      p = this.#space(this.#space(nameEnd + 1) + 1);
      const at = p;
      this.#copied = at;
      const before = this.#written;
      if (isBody && bytes[p] !== OPEN_OBJECT) return false;
      p = this.#value(p);
      if (p === UNKNOWN) {
        this.#written = first;
        return false;
      }
      if (isBody) {
        isFound = true;
        this.start = at;
        this.end = p;
        this.canonical = this.#taken(before, at, p);
      } else this.#written = before;
      p = this.#space(p);
      if (bytes[p] === COMMA) p = this.#space(p + 1);
    }
    return isFound;
  }

  #taken(before: number, start: number, end: number): Uint8Array {
    if (this.#written === before && this.#copied === start) return this.#bytes.subarray(start, end);
    this.#flush(end);
    return this.#out.subarray(before, this.#written);
  }

  /** Writes the value at `p` and returns its end, or `UNKNOWN`. */
  #value(p: number): number {
    switch (this.#bytes[p]) {
      case QUOTE:
        return this.#string(p + 1);
      case OPEN_OBJECT:
        return this.#object(p + 1);
      case OPEN_ARRAY:
        return this.#array(p + 1);
      case LETTER_T:
      case LETTER_N:
        return p + 4;
      case LETTER_F:
        return p + 5;
      default:
        return this.#number(p);
    }
  }

  #array(start: number): number {
    const bytes = this.#bytes;
    let p = this.#skip(start);
    while (bytes[p] !== CLOSE_ARRAY) {
      p = this.#value(p);
      if (p === UNKNOWN) return UNKNOWN;
      p = this.#skip(p);
      if (bytes[p] === COMMA) p = this.#skip(p + 1);
    }
    return p + 1;
  }

  #object(start: number): number {
    const bytes = this.#bytes;
    const members = this.#members;
    const first = members.length;
    let isSorted = true;
    let p = this.#skip(start);
    while (bytes[p] !== CLOSE_OBJECT) {
      const nameEnd = this.#plainNameEnd(p + 1);
      if (nameEnd === UNKNOWN) return this.#unknownFrom(first);
      if (isSorted && members.length > first) isSorted = this.#compare(members.length - 3, p + 1, nameEnd) < 0;
      members.push(p + 1, nameEnd, this.#written + p - this.#copied);
      p = this.#skip(this.#skip(nameEnd + 1) + 1);
      p = this.#value(p);
      if (p === UNKNOWN) return this.#unknownFrom(first);
      p = this.#skip(p);
      if (bytes[p] === COMMA) p = this.#skip(p + 1);
    }
    if (!isSorted) {
      this.#flush(p);
      this.#sort(first);
    }
    members.length = first;
    return p + 1;
  }

  #unknownFrom(first: number): number {
    this.#members.length = first;
    return UNKNOWN;
  }

  /** Puts the written members from this one on into their order. */
  #sort(first: number): void {
    const members = this.#members;
    const start = members[first + 2] as number;
    const length = this.#written - start;
    if (length > this.#before.length) this.#before = new Uint8Array(Math.max(length, 2 * this.#before.length));
    const before = this.#before;
    copyBytes(this.#out, start, this.#written, before, 0);
    const order = this.#order;
    order.length = 0;
    for (let member = first; member < members.length; member += 3) order.push(member);
    this.#sortOrder();
    let to = start;
    for (const member of order) {
      if (to > start) {
        this.#out[to] = COMMA;
        to += 1;
      }
      const from = (members[member + 2] as number) - start;
      // Between two members is one comma.
      const end = member + 3 < members.length ? (members[member + 5] as number) - start - 1 : length;
      copyBytes(before, from, end, this.#out, to);
      to += end - from;
    }
  }

  #sortOrder(): void {
    const order = this.#order;
    const members = this.#members;
    const compare = (left: number, right: number): number =>
      this.#compare(left, members[right] as number, members[right + 1] as number);
    if (order.length > FEW_NAMES) {
      order.sort(compare);
      return;
    }
    for (let i = 1; i < order.length; i += 1) {
      const member = order[i] as number;
      let at = i;
      for (; at > 0 && compare(order[at - 1] as number, member) > 0; at -= 1) order[at] = order[at - 1] as number;
      order[at] = member;
    }
  }

  #compare(member: number, nameStart: number, nameEnd: number): number {
    const bytes = this.#bytes;
    const start = this.#members[member] as number;
    const length = (this.#members[member + 1] as number) - start;
    const most = Math.min(length, nameEnd - nameStart);
    for (let i = 0; i < most; i += 1) {
      const difference = (bytes[start + i] as number) - (bytes[nameStart + i] as number);
      if (difference !== 0) return difference;
    }
    return length - (nameEnd - nameStart);
  }

  /** The closing quote of a name whose bytes have the order of its characters. */
  #plainNameEnd(start: number): number {
    const bytes = this.#bytes;
    for (let p = start; ; p += 1) {
      const byte = bytes[p] as number;
      if (byte === QUOTE) return p;
      if (byte === BACKSLASH || byte >= FIRST_OF_OTHER_ORDER) return UNKNOWN;
    }
  }

  #isName(name: string, start: number, end: number): boolean {
    if (end - start !== name.length) return false;
    for (let i = 0; i < name.length; i += 1) if (this.#bytes[start + i] !== name.charCodeAt(i)) return false;
    return true;
  }

  #string(start: number): number {
    const bytes = this.#bytes;
    let p = start;
    for (;;) {
      p = plainEnd(this.#view, p, this.#end);
      while (PLAIN[bytes[p] as number] === 1) p += 1;
      const byte = bytes[p] as number;
      if (byte === QUOTE) return p + 1;
      if (byte !== BACKSLASH) p += 1;
      else if (SHORT_ESCAPES.has(bytes[p + 1] as number)) p += 2;
      else p = this.#otherEscape(p);
    }
  }

  /** `\/` and `\u`, which canonical text has as something else, but for some controls. */
  #otherEscape(start: number): number {
    const text = escapesAt(this.#bytes, start);
    const canonical = JSON.stringify(JSON.parse(`"${text}"`)).slice(1, -1);
    const end = start + text.length;
    if (canonical !== text) this.#replace(start, end, canonical);
    return end;
  }

  #number(start: number): number {
    const plain = plainNumberEnd(this.#bytes, start);
    if (plain > 0) return plain;
    const end = numberEnd(this.#bytes, start, this.#end);
    if (end - start > MOST_NUMBER) return UNKNOWN;
    const text = asciiText(this.#bytes, start, end);
    const canonical = String(Number(text));
    if (canonical !== text) this.#replace(start, end, canonical);
    return end;
  }

  #replace(start: number, end: number, text: string): void {
    this.#flush(start);
    this.#out = withRoom(this.#out, this.#written, text.length * MOST_BYTES_PER_UNIT);
    this.#written += this.#encoder.encodeInto(text, this.#out.subarray(this.#written)).written;
    this.#copied = end;
  }

  /** Space within the value, which canonical text has not. */
  #skip(start: number): number {
    const p = this.#space(start);
    if (p > start) {
      this.#flush(start);
      this.#copied = p;
    }
    return p;
  }

  #space(start: number): number {
    return skipSpace(this.#bytes, start, this.#end);
  }

  /** Writes what is the same up to this place of the text. */
  #flush(end: number): void {
    const length = end - this.#copied;
    this.#out = withRoom(this.#out, this.#written, length);
    copyBytes(this.#bytes, this.#copied, end, this.#out, this.#written);
    this.#written += length;
    this.#copied = end;
  }
}
