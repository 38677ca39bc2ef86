/**
 * The member names of the objects that are open, to find one that occurs twice (RFC 7493 section 2.3). A name of a small
 * object is compared with those before it; a large object is checked when it ends, by sorting its names' hashes. Sorting
 * keeps to n log n also when an attacker makes all the hashes equal, which a table of hashes does not.
 */
import { decodeString } from "./string.ts";

/** Up to so many names comparing one by one is cheapest. */
const SMALL_OBJECT = 16;
/** Room for more names than this is given back after the text: one huge document must not cost memory for good. */
const KEPT_ROOM = 64 * 1024;
const BACKSLASH = 0x5c;
const encoder = new TextEncoder();
/** FNV-1a, 32 bits: the scanner works it out while it reads a name. */
export const FNV_OFFSET = 0x811c9dc5 | 0;
export const FNV_PRIME = 0x01000193;

/** FNV-1a over the UTF-8 bytes of a name as it reads, escapes resolved; the range is without the quotes. */
export function hashName(bytes: Uint8Array, start: number, end: number): number {
  let escaped = false;
  for (let p = start; p < end && !escaped; p++) escaped = bytes[p] === BACKSLASH;
  const utf8 = escaped ? encoder.encode(decodeString(bytes, start - 1, end + 1)) : bytes.subarray(start, end);
  let hash = FNV_OFFSET;
  for (const byte of utf8) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash;
}

/** Ranges are without the quotes. The names of an object are those from its `base`, the `length` when it was opened. */
export class MemberNames {
  length = 0;
  #hashes = new Int32Array(64);
  #starts = new Uint32Array(64);
  #ends = new Uint32Array(64);

  /** Forgets the names of a text that was left, maybe in the midst of it. */
  clear(): void {
    this.length = 0;
    if (this.#hashes.length > KEPT_ROOM) this.#resize(KEPT_ROOM);
  }

  /** Adds a name; false when the object from `base` has it already, as far as that is looked at before it ends. */
  add(bytes: Uint8Array, base: number, start: number, end: number, hash: number): boolean {
    const length = this.length;
    const hashes = this.#hashes;
    if (length - base < SMALL_OBJECT) {
      for (let i = base; i < length; i++) {
        if (hashes[i] === hash && this.#isName(bytes, i, start, end)) return false;
      }
    }
    if (length === hashes.length) this.#resize(length * 2);
    this.#hashes[length] = hash;
    this.#starts[length] = start;
    this.#ends[length] = end;
    this.length = length + 1;
    return true;
  }

  /** Ends the object from `base`: its names are dropped. The start of the first name that repeats another, or -1. */
  close(bytes: Uint8Array, base: number): number {
    const repeated = this.length - base > SMALL_OBJECT ? this.#firstRepeated(bytes, base) : -1;
    this.length = base;
    return repeated;
  }

  #firstRepeated(bytes: Uint8Array, base: number): number {
    const count = this.length - base;
    // Hash above, index below, in the 53 bits of a double: a typed array sorts natively. Only a huge object loses bits.
    const indexBits = 32 - Math.clz32(count);
    const hashShift = Math.max(0, 32 - (53 - indexBits));
    const scale = 2 ** indexBits;
    const sorted = new Float64Array(count);
    for (let i = 0; i < count; i++) {
      sorted[i] = ((this.#hashes[base + i] as number) >>> hashShift) * scale + i;
    }
    sorted.sort();
    let first = Number.POSITIVE_INFINITY;
    let run = 0;
    for (let i = 1; i <= count; i++) {
      const hash = i < count ? Math.floor((sorted[i] as number) / scale) : -1;
      if (hash === Math.floor((sorted[run] as number) / scale)) continue;
      if (i - run > 1) first = Math.min(first, this.#firstRepeatedOf(bytes, base, sorted.subarray(run, i), scale));
      run = i;
    }
    return first === Number.POSITIVE_INFINITY ? -1 : (this.#starts[base + first] as number);
  }

  /** Among the names of one hash: the index of the first that repeats another, counted from `base`. */
  #firstRepeatedOf(bytes: Uint8Array, base: number, keys: Float64Array, scale: number): number {
    const names = Array.from(keys, (key) => {
      const index = key % scale;
      const name = decodeString(bytes, this.#start(base + index) - 1, this.#end(base + index) + 1);
      return { index, name };
    });
    names.sort((a, b) => {
      if (a.name === b.name) return a.index - b.index;
      return a.name < b.name ? -1 : 1;
    });
    let first = Number.POSITIVE_INFINITY;
    names.forEach(({ index, name }, i) => {
      if (i > 0 && names[i - 1]?.name === name) first = Math.min(first, index);
    });
    return first;
  }

  /** Whether two names are one: their bytes, or, where an escape makes bytes differ, what they read as. */
  #isName(bytes: Uint8Array, i: number, start: number, end: number): boolean {
    const otherStart = this.#start(i);
    const otherEnd = this.#end(i);
    if (otherEnd - otherStart === end - start) {
      let k = 0;
      while (k < end - start && bytes[start + k] === bytes[otherStart + k]) k++;
      if (k === end - start) return true;
    }
    return decodeString(bytes, start - 1, end + 1) === decodeString(bytes, otherStart - 1, otherEnd + 1);
  }

  #start(i: number): number {
    return this.#starts[i] as number;
  }

  #end(i: number): number {
    return this.#ends[i] as number;
  }

  /** Keeps the names that there are; `room` is enough for them. */
  #resize(room: number): void {
    const hashes = new Int32Array(room);
    const starts = new Uint32Array(room);
    const ends = new Uint32Array(room);
    hashes.set(this.#hashes.subarray(0, this.length));
    starts.set(this.#starts.subarray(0, this.length));
    ends.set(this.#ends.subarray(0, this.length));
    this.#hashes = hashes;
    this.#starts = starts;
    this.#ends = ends;
  }
}
