/** The latest call of each id, in 22 to 43 bytes an id: a source may have millions. */
import type { Compilable } from "../../platform/platform.ts";
import { type Hashing, sha256OfTextInto } from "../../signature/digest.ts";

/** Three words of an id's SHA-256, and the number of its call, from 1. */
const WORDS = 4;
/** Each part grows by itself, so that room is never needed for all of them twice. A power of two. */
const PARTS = 64;
const FIRST_SLOTS = 8;
const FULL = 0.75;

export class IdIndex {
  readonly #hashing: Hashing;
  readonly #slots: Int32Array[] = Array.from({ length: PARTS }, () => new Int32Array(FIRST_SLOTS * WORDS));
  readonly #counts = new Uint32Array(PARTS);
  readonly #digest = new Uint8Array(32);
  readonly #key = new Int32Array(this.#digest.buffer, 0, 8);
  /** The id whose digest that is: one is asked for several times in a row. */
  #last: string | undefined;

  constructor(hashing: Hashing) {
    this.#hashing = hashing;
  }

  /** Gives its room back: nothing is asked of it any more. */
  clear(): void {
    this.#slots.fill(new Int32Array(FIRST_SLOTS * WORDS));
    this.#counts.fill(0);
  }

  /** The number that was set last for the id, from 0; -1 where there is none. */
  get(id: string): number {
    const part = this.#partOf(id);
    const slots = this.#slots[part] as Int32Array;
    return (slots[this.#find(slots) + 3] as number) - 1;
  }

  set(id: string, number: number): void {
    const part = this.#partOf(id);
    const slots = this.#slots[part] as Int32Array;
    const at = this.#find(slots);
    const isNew = slots[at + 3] === 0;
    for (let word = 0; word < 3; word += 1) slots[at + word] = this.#key[word] as number;
    slots[at + 3] = number + 1;
    if (!isNew) return;
    const count = (this.#counts[part] as number) + 1;
    this.#counts[part] = count;
    if (count * WORDS > slots.length * FULL) this.#slots[part] = grown(slots);
  }

  /** See `hot-code.ts`. */
  get hot(): readonly Compilable[] {
    return [this.#partOf, this.#find, firstSlot, grown];
  }

  #partOf(id: string): number {
    if (id !== this.#last) {
      sha256OfTextInto(this.#hashing, id, this.#digest);
      this.#last = id;
    }
    return (this.#key[7] as number) & (PARTS - 1);
  }

  /** Where the key is, or the empty slot where it would be. */
  #find(slots: Int32Array): number {
    const key = this.#key;
    for (let at = firstSlot(key[2] as number, slots); ; at = (at + WORDS) & (slots.length - 1)) {
      if (slots[at + 3] === 0) return at;
      if (slots[at] === key[0] && slots[at + 1] === key[1] && slots[at + 2] === key[2]) return at;
    }
  }
}

function firstSlot(word: number, slots: Int32Array): number {
  return (word << 2) & (slots.length - 1);
}

function grown(old: Int32Array): Int32Array {
  const slots = new Int32Array(old.length * 2);
  for (let from = 0; from < old.length; from += WORDS) {
    if (old[from + 3] === 0) continue;
    let at = firstSlot(old[from + 2] as number, slots);
    while (slots[at + 3] !== 0) at = (at + WORDS) & (slots.length - 1);
    for (let word = 0; word < WORDS; word += 1) slots[at + word] = old[from + word] as number;
  }
  return slots;
}
