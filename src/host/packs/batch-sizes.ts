/** Chooses how many packs a thread gets at a time, by the time that previous ones took. */

/** Target time for a batch. */
const BATCH_MS = 8;
const MOST_IN_BATCH = 64;

export class BatchSizes<Thread extends object> {
  readonly #sizes = new Map<Thread, number>();

  sizeFor(thread: Thread): number {
    return this.#sizes.get(thread) ?? 1;
  }

  learn(thread: Thread, packs: number, milliseconds: number): void {
    const each = Math.max(milliseconds / packs, 0.01);
    this.#sizes.set(thread, Math.min(MOST_IN_BATCH, Math.max(1, Math.floor(BATCH_MS / each))));
  }
}
