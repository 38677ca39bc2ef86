/**
 * Memory that threads share while one entry's lines are checked: slots that one thread fills in turn. Each slot is hashed, in
 * order, by one of the others, and checked by whichever thread is free. It is filled again only when both are done, so that
 * what was hashed is what was checked.
 */

import type { Compilable } from "../platform/platform.ts";

/** Whole lines that were found sound: what `RecordChecker.pass` takes. */
export interface SoundLines {
  /** All of them, blank ones too. */
  readonly lines: number;
  /** Of each record, as in `RecordsReport`. */
  readonly intentIds: Int32Array;
  readonly kept: number;
}

/** Says what whole lines in shared memory are if all are sound, without a warning; nothing otherwise. */
export type LinesCheck = (content: Uint8Array) => SoundLines | undefined;

export const SLOTS = 16;
const SLOT_BYTES = 128 * 1024;
/** Shorter lines than this many to a slot are no records, and are left to the thread that fills. */
const MAX_RECORDS = 1024;

/** Words that all slots share, at the start of the memory. */
const FILLED = 0;
const HASHED = 1;
const ENDED = 2;
/** Changes with every step, for those that wait. */
const STEPS = 3;
const SHARED_WORDS = 8;
/** Words of each slot. The first two are numbers of fillings, from 1 on: the one last claimed for a check, the one last checked. */
const CLAIMED = 0;
const CHECKED = 1;
const LENGTH = 2;
const IS_SOUND = 3;
const LINES = 4;
const RECORDS = 5;
const KEPT = 6;
const SLOT_WORDS = 8;

const WAIT_MS = 5;

export class LineRing {
  readonly memory: SharedArrayBuffer;
  readonly slotBytes: number;
  readonly #words: Int32Array<SharedArrayBuffer>;
  readonly #ids: Int32Array<SharedArrayBuffer>;
  readonly #bytes: Uint8Array<SharedArrayBuffer>;

  /** Of `memory`, or new. */
  constructor(memory?: SharedArrayBuffer, slotBytes = SLOT_BYTES) {
    const words = SHARED_WORDS + SLOTS * SLOT_WORDS;
    const idsAt = words * 4;
    const bytesAt = idsAt + SLOTS * MAX_RECORDS * 4;
    this.memory = memory ?? new SharedArrayBuffer(bytesAt + SLOTS * slotBytes);
    this.slotBytes = (this.memory.byteLength - bytesAt) / SLOTS;
    this.#words = new Int32Array(this.memory, 0, words);
    this.#ids = new Int32Array(this.memory, idsAt, SLOTS * MAX_RECORDS);
    this.#bytes = new Uint8Array(this.memory, bytesAt);
    if (memory === undefined) {
      // As if the fillings before the first had been claimed and checked.
      for (let slot = 0; slot < SLOTS; slot += 1) {
        this.#words[this.#word(slot, CLAIMED)] = slot + 1 - SLOTS;
        this.#words[this.#word(slot, CHECKED)] = slot + 1 - SLOTS;
      }
    }
  }

  /** The slot of a filling, from 0 on. */
  slot(filling: number): Uint8Array<SharedArrayBuffer> {
    const at = (filling % SLOTS) * this.slotBytes;
    return this.#bytes.subarray(at, at + this.slotBytes);
  }

  /** What a filling holds. */
  content(filling: number): Uint8Array<SharedArrayBuffer> {
    const at = (filling % SLOTS) * this.slotBytes;
    return this.#bytes.subarray(at, at + (this.#words[this.#word(filling, LENGTH)] as number));
  }

  get filled(): number {
    return Atomics.load(this.#words, FILLED);
  }

  get hashed(): number {
    return Atomics.load(this.#words, HASHED);
  }

  /** There will be no further filling. Read it before `filled`. */
  get ended(): boolean {
    return Atomics.load(this.#words, ENDED) !== 0;
  }

  get steps(): number {
    return Atomics.load(this.#words, STEPS);
  }

  /** The next filling is there, `length` bytes of it. Others than whole lines are not checked here. */
  fill(length: number, isWholeLines: boolean): void {
    const filling = this.filled;
    const words = this.#words;
    words[this.#word(filling, LENGTH)] = length;
    words[this.#word(filling, IS_SOUND)] = 0;
    if (!isWholeLines) {
      Atomics.store(words, this.#word(filling, CLAIMED), filling + 1);
      Atomics.store(words, this.#word(filling, CHECKED), filling + 1);
    }
    Atomics.store(words, FILLED, filling + 1);
    this.#step();
  }

  end(): void {
    Atomics.store(this.#words, ENDED, 1);
    this.#step();
  }

  /** The oldest filling that is not hashed has been. */
  markHashed(): void {
    Atomics.add(this.#words, HASHED, 1);
    this.#step();
  }

  /** Checks one filling that nobody has claimed, the oldest; `false` if there is none. */
  checkOne(check: LinesCheck): boolean {
    const filled = this.filled;
    for (let filling = Math.max(0, filled - SLOTS); filling < filled; filling += 1) {
      const word = this.#word(filling, CLAIMED);
      // Compared with the filling before: a slot that was filled again since has another number, whatever it was claimed for.
      const before = filling + 1 - SLOTS;
      if (Atomics.compareExchange(this.#words, word, before, filling + 1) !== before) continue;
      this.#check(filling, check);
      return true;
    }
    return false;
  }

  isChecked(filling: number): boolean {
    return Atomics.load(this.#words, this.#word(filling, CHECKED)) === filling + 1;
  }

  /** What the check of a filling found; valid until the slot is filled again. */
  found(filling: number): SoundLines | undefined {
    const word = (name: number): number => this.#words[this.#word(filling, name)] as number;
    if (word(IS_SOUND) === 0) return undefined;
    const at = (filling % SLOTS) * MAX_RECORDS;
    return { lines: word(LINES), kept: word(KEPT), intentIds: this.#ids.subarray(at, at + word(RECORDS)) };
  }

  /** Waits for a step after the first `seen`, not for long. Not for a thread that others send messages to. */
  wait(seen: number): void {
    Atomics.wait(this.#words, STEPS, seen, WAIT_MS);
  }

  /** The same for a thread that goes on receiving messages meanwhile. */
  async waitAsync(seen: number): Promise<void> {
    await Atomics.waitAsync(this.#words, STEPS, seen, WAIT_MS).value;
  }

  /** See `lineCode`. */
  get hot(): readonly Compilable[] {
    return [this.#check, this.#step, this.#word];
  }

  #check(filling: number, check: LinesCheck): void {
    const sound = check(this.content(filling));
    if (sound !== undefined && sound.intentIds.length <= MAX_RECORDS) {
      const words = this.#words;
      this.#ids.set(sound.intentIds, (filling % SLOTS) * MAX_RECORDS);
      words[this.#word(filling, LINES)] = sound.lines;
      words[this.#word(filling, RECORDS)] = sound.intentIds.length;
      words[this.#word(filling, KEPT)] = sound.kept;
      words[this.#word(filling, IS_SOUND)] = 1;
    }
    Atomics.store(this.#words, this.#word(filling, CHECKED), filling + 1);
    this.#step();
  }

  #step(): void {
    Atomics.add(this.#words, STEPS, 1);
    Atomics.notify(this.#words, STEPS);
  }

  #word(filling: number, word: number): number {
    return SHARED_WORDS + (filling % SLOTS) * SLOT_WORDS + word;
  }
}
