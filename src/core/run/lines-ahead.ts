/**
 * Lines of a runpack that are deflated while the records are still read. What all lines have alike is taken as the run has
 * it so far; if in the end the run says otherwise, they are made again.
 */
import type { Compilable } from "../platform/platform.ts";
import type { AheadEntry, DeflateAhead } from "../zip/deflate-ahead.ts";
import { type ReadyKind, ReadyLines, type ReadyRecord } from "./ready-record.ts";
import type { RecordDefaults } from "./record-defaults.ts";

export interface EntryOfLines {
  readonly entry: AheadEntry;
  readonly count: number;
  readonly omitted: number;
}

export class LinesAhead {
  readonly #deflate: DeflateAhead;
  readonly #lines: ReadyLines;
  readonly #stamp: Omit<RecordDefaults, "createdAt">;
  #count = 0;
  #omitted = 0;
  #isDropped = false;

  constructor(kind: ReadyKind, stamp: Omit<RecordDefaults, "createdAt">, deflate: DeflateAhead) {
    this.#deflate = deflate;
    this.#stamp = stamp;
    this.#lines = new ReadyLines(kind, { ...stamp, createdAt: "" }, () => deflate.spare());
  }

  /** See `core/import/hot-code.ts`. */
  get hot(): readonly Compilable[] {
    return [...this.#lines.hot];
  }

  /** The next line. One without a time takes the run's, which is known last; one without a digest is warned of. */
  add(record: ReadyRecord): void {
    if (this.#isDropped) return;
    if (!record.hasTime || !record.hasDigest) {
      this.drop();
      return;
    }
    this.#count += 1;
    if (record.isOmitted) this.#omitted += 1;
    const piece = this.#lines.add(record);
    if (piece !== undefined) this.#deflate.push(piece);
  }

  /** See `DeflateAhead.drained`. */
  drained(): Promise<void> | undefined {
    return this.#isDropped ? undefined : this.#deflate.drained();
  }

  /** `undefined` where the lines are others for a run that says this, or were not deflated. */
  async end({ runId, producerVersion }: RecordDefaults): Promise<EntryOfLines | undefined> {
    const isSame = runId === this.#stamp.runId && producerVersion === this.#stamp.producerVersion;
    if (this.#isDropped || !isSame) {
      this.drop();
      return undefined;
    }
    const last = this.#lines.take();
    if (last !== undefined) this.#deflate.push(last);
    const entry = await this.#deflate.end();
    return entry && { entry, count: this.#count, omitted: this.#omitted };
  }

  drop(): void {
    if (this.#isDropped) return;
    this.#isDropped = true;
    this.#deflate.dispose();
  }
}
