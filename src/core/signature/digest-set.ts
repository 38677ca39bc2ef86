/**
 * A set for many long ids: it stores 16 bytes of each id's SHA-256. A collision takes some 2^64 attempts, and each id
 * needs 16 to 45 bytes, whatever its length.
 */
import { type Hashing, sha256OfTextInto } from "./digest.ts";

/** `firstSlot` relies on it. */
const WORDS = 4;
/** Each part grows separately, so that the whole set is never copied at once. A power of two. */
const PARTS = 64;
const FIRST_SLOTS = 8;
/** A part fuller than this doubles. */
const FULL = 0.75;

export class IdSet {
  readonly #hashing: Hashing;
  readonly #parts: Part[] = Array.from({ length: PARTS }, () => new Part());
  readonly #digest = new Uint8Array(32);
  readonly #key = new Int32Array(this.#digest.buffer, 0, WORDS);

  constructor(hashing: Hashing) {
    this.#hashing = hashing;
  }

  has(id: string): boolean {
    return this.#partOf(id).has(this.#key);
  }

  /** Returns whether it is new. */
  add(id: string): boolean {
    return this.#partOf(id).add(this.#key);
  }

  /** The part for the id; sets `#key`. */
  #partOf(id: string): Part {
    sha256OfTextInto(this.#hashing, id, this.#digest);
    const key = this.#key;
    // Four zero words mark an empty slot.
    key[0] = (key[0] as number) | 1;
    return this.#parts[(key[1] as number) & (PARTS - 1)] as Part;
  }
}

/** Open addressing with linear probing. A digest needs no further hashing. */
class Part {
  #slots = new Int32Array(FIRST_SLOTS * WORDS);
  #count = 0;

  has(key: Int32Array): boolean {
    return this.#slots[this.#find(key)] !== 0;
  }

  add(key: Int32Array): boolean {
    const at = this.#find(key);
    if (this.#slots[at] !== 0) return false;
    for (let word = 0; word < WORDS; word += 1) this.#slots[at + word] = key[word] as number;
    this.#count += 1;
    if (this.#count * WORDS > this.#slots.length * FULL) this.#grow();
    return true;
  }

  /** The slot of the key, or the empty slot for it. */
  #find(key: Int32Array): number {
    const slots = this.#slots;
    // By index: destructuring would double the time.
    const first = key[0] as number;
    const second = key[1] as number;
    const third = key[2] as number;
    const fourth = key[3] as number;
    const mask = slots.length - 1;
    for (let at = firstSlot(third) & mask; ; at = (at + WORDS) & mask) {
      if (slots[at] === 0) return at;
      if (slots[at] === first && slots[at + 1] === second && slots[at + 2] === third && slots[at + 3] === fourth) {
        return at;
      }
    }
  }

  #grow(): void {
    const old = this.#slots;
    const slots = new Int32Array(old.length * 2);
    const mask = slots.length - 1;
    for (let from = 0; from < old.length; from += WORDS) {
      if (old[from] === 0) continue;
      // All keys differ, so any empty slot will do.
      let at = firstSlot(old[from + 2] as number) & mask;
      while (slots[at] !== 0) at = (at + WORDS) & mask;
      for (let word = 0; word < WORDS; word += 1) slots[at + word] = old[from + word] as number;
    }
    this.#slots = slots;
  }
}

/** The first slot for a key, from its third word; without a multiplication, which could exceed the integers. */
function firstSlot(third: number): number {
  return third << 2;
}
