/**
 * The member names of the open objects, to find duplicates (RFC 7493 section 2.3). A name in a small object is compared
 * with the previous ones; a large object is checked at its end by sorting the hashes of its names. Sorting stays n log
 * n even if an attacker makes all hashes equal; a hash table does not.
 */
import { decodeString } from "./string.ts";

/** Up to this many names, comparing one by one is cheapest. */
const SMALL_OBJECT = 16;
/**
 * A buffer for more names than this is freed after the text, so that one huge document does not hold memory forever.
 */
const KEPT_ROOM = 64 * 1024;
const BACKSLASH = 0x5c;
const encoder = new TextEncoder();
/** FNV-1a, 32 bits: the scanner computes it while reading a name. */
export const FNV_OFFSET = 0x811c9dc5 | 0;
export const FNV_PRIME = 0x01000193;

/** FNV-1a over the UTF-8 bytes of a name with escapes resolved; the range excludes the quotes. */
export function hashName(bytes: Uint8Array, start: number, end: number): number {
  let escaped = false;
  for (let p = start; p < end && !escaped; p++) escaped = bytes[p] === BACKSLASH;
  const utf8 = escaped ? encoder.encode(decodeString(bytes, start - 1, end + 1)) : bytes.subarray(start, end);
  let hash = FNV_OFFSET;
  for (const byte of utf8) hash = Math.imul(hash ^ byte, FNV_PRIME);
  return hash;
}

/** Ranges exclude the quotes. The names of an object start at its `base`, the `length` when it was opened. */
export class MemberNames {
  length = 0;
  #hashes = new Int32Array(64);
  #starts = new Uint32Array(64);
  #ends = new Uint32Array(64);

  /** Clears the names after a text, even an unfinished one. */
  clear(): void {
    this.length = 0;
    if (this.#hashes.length > KEPT_ROOM) this.#resize(KEPT_ROOM);
  }

  /** Adds a name; false if it is known to repeat one since `base`. Large objects are checked only at their end. */
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

  /** Ends the object at `base` and drops its names. Returns the start of the first repeated name, or -1. */
  close(bytes: Uint8Array, base: number): number {
    const repeated = this.length - base > SMALL_OBJECT ? this.#firstRepeated(bytes, base) : -1;
    this.length = base;
    return repeated;
  }

  #firstRepeated(bytes: Uint8Array, base: number): number {
    const count = this.length - base;
    // Hash in the high bits, index in the low bits of a double's 53: typed arrays sort natively. Only a huge object
    // loses bits.
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

  /** Among names with the same hash, the index of the first repeated one, counted from `base`. */
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

  /** Whether two names are equal: by bytes, or with escapes resolved if there are any. */
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

  /** Keeps the current names; `room` must be enough for them. */
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
