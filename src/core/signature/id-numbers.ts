/** Numbers that stand for many long ids, of which there may be millions: some 30 bytes for each id, whatever its length. */
import { type Hashing, sha256OfTextInto } from "./digest.ts";

/** 16 bytes of the id's SHA-256, as in an `IdSet`. */
const WORDS = 4;
const FIRST_SLOTS = 1024;
/** A table that is fuller doubles. */
const FULL = 0.75;

/** Equal ids have the same number, others have another one: the first is 1, the next 2, and so on. */
export class IdNumbers {
  readonly #hashing: Hashing;
  readonly #digest = new Uint8Array(32);
  readonly #key = new Int32Array(this.#digest.buffer, 0, WORDS);
  #keys = new Int32Array(FIRST_SLOTS * WORDS);
  /** By slot; 0 where it is empty. */
  #numbers = new Int32Array(FIRST_SLOTS);
  #count = 0;

  constructor(hashing: Hashing) {
    this.#hashing = hashing;
  }

  of(id: string): number {
    sha256OfTextInto(this.#hashing, id, this.#digest);
    const slot = this.#find(this.#key, 0);
    const known = this.#numbers[slot] as number;
    if (known !== 0) return known;
    this.#count += 1;
    this.#take(slot, this.#key, 0, this.#count);
    if (this.#count > this.#numbers.length * FULL) this.#grow();
    return this.#count;
  }

  /** The slot of the key at `from` in `words`, or the empty one where it would be. */
  #find(words: Int32Array, from: number): number {
    const last = this.#numbers.length - 1;
    for (let slot = (words[from] as number) & last; ; slot = (slot + 1) & last) {
      if (this.#numbers[slot] === 0 || this.#isAt(slot, words, from)) return slot;
    }
  }

  #isAt(slot: number, words: Int32Array, from: number): boolean {
    for (let word = 0; word < WORDS; word += 1)
      if (this.#keys[slot * WORDS + word] !== words[from + word]) return false;
    return true;
  }

  #take(slot: number, words: Int32Array, from: number, number: number): void {
    for (let word = 0; word < WORDS; word += 1) this.#keys[slot * WORDS + word] = words[from + word] as number;
    this.#numbers[slot] = number;
  }

  #grow(): void {
    const [keys, numbers] = [this.#keys, this.#numbers];
    this.#keys = new Int32Array(keys.length * 2);
    this.#numbers = new Int32Array(numbers.length * 2);
    for (const [slot, number] of numbers.entries()) {
      if (number !== 0) this.#take(this.#find(keys, slot * WORDS), keys, slot * WORDS, number);
    }
  }
}
