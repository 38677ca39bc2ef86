/** How many packs a thread is given at a time, by how long it took for those before. */

/** A batch is to keep a thread busy for as long as this. */
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
