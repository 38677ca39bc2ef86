/**
 * A set of ids that can be many and long: of each it holds 16 bytes of its SHA-256. Nobody can make two ids that share
 * them (some 2^64 attempts), and the room is 16 to 45 bytes for an id, however long it is.
 */
import { type Hashing, sha256OfTextInto } from "./digest.ts";

/** `firstSlot` counts on it. */
const WORDS = 4;
/** Each part grows by itself, so that room is never needed for all of them twice. A power of two. */
const PARTS = 64;
const FIRST_SLOTS = 8;
/** A part that is fuller than this doubles. */
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

  /** Whether it was not in the set before. */
  add(id: string): boolean {
    return this.#partOf(id).add(this.#key);
  }

  /** The part that the id belongs to; its key is in `#key` then. */
  #partOf(id: string): Part {
    sha256OfTextInto(this.#hashing, id, this.#digest);
    const key = this.#key;
    // Four words of zeros are an empty slot.
    key[0] = (key[0] as number) | 1;
    return this.#parts[(key[1] as number) & (PARTS - 1)] as Part;
  }
}

/** Open addressing with linear probing. A digest's own bits are as good as a hash of it. */
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

  /** Where the key is, or the empty slot where it would be. */
  #find(key: Int32Array): number {
    const slots = this.#slots;
    // By index: taking it apart as a list takes as long as all the rest.
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
      // They are all different: what is free is theirs.
      let at = firstSlot(old[from + 2] as number) & mask;
      while (slots[at] !== 0) at = (at + WORDS) & mask;
      for (let word = 0; word < WORDS; word += 1) slots[at + word] = old[from + word] as number;
    }
    this.#slots = slots;
  }
}

/** Where the search for a key begins, by its third word; without the multiplication, which would leave the integers. */
function firstSlot(third: number): number {
  return third << 2;
}
