/** The arguments and results of a run's calls as JSON text, kept outside of memory: an export has them side by side. */
import type { Scratch } from "../bytes/scratch.ts";
import type { ByteSource } from "../bytes/source.ts";
import { readRecords } from "../contents/record-lines.ts";
import type { Archive } from "../zip/reader.ts";

/** A file of records, and the member that is kept of each. */
const FILES = { args: "intents.jsonl", result: "results.jsonl" } as const;
export type PayloadName = keyof typeof FILES;

/** Small texts are written and read together. */
const BLOCK = 256 * 1024;

interface Column {
  readonly offsets: number[];
  /** Of the text; 0 where the record has none, since no JSON text is empty. */
  readonly lengths: number[];
  /** The texts that were read last, and where they begin. */
  window: Uint8Array;
  start: number;
}

function column(): Column {
  return { offsets: [], lengths: [], window: new Uint8Array(0), start: 0 };
}

/** Memory is 16 bytes a record; the text itself is in `scratch`, which the caller disposes of. */
export class PayloadSpool {
  readonly #scratch: Scratch;
  readonly #columns: Readonly<Record<PayloadName, Column>> = { args: column(), result: column() };
  readonly #decoder = new TextDecoder();
  readonly #pending = new Uint8Array(BLOCK);
  #pendingSize = 0;
  #size = 0;
  #source: ByteSource | undefined;

  constructor(scratch: Scratch) {
    this.#scratch = scratch;
  }

  /** Reads both files of `archive`, a runpack that was verified. Call it once, before the first `text`. */
  async read(archive: Archive): Promise<void> {
    for (const name of ["args", "result"] as const) {
      const { offsets, lengths } = this.#columns[name];
      if (!archive.has(FILES[name])) continue;
      await readRecords(archive, FILES[name], (outline) => {
        const node = outline.member(outline.root, name);
        const bytes = node < 0 ? undefined : outline.bytes(node);
        offsets.push(this.#size);
        lengths.push(bytes?.length ?? 0);
        if (bytes !== undefined) this.#write(bytes);
      });
    }
    this.#flush();
    this.#source = this.#scratch.source();
  }

  /** The JSON text as it stands in the evidence; `undefined` where none was kept. `place`: of the record, from 1. */
  async text(name: PayloadName, place: number | undefined): Promise<string | undefined> {
    const { offsets, lengths } = this.#columns[name];
    const length = place === undefined ? 0 : (lengths[place - 1] ?? 0);
    if (place === undefined || length === 0) return undefined;
    return this.#decoder.decode(await this.#bytes(this.#columns[name], offsets[place - 1] as number, length));
  }

  async #bytes(from: Column, offset: number, length: number): Promise<Uint8Array> {
    const source = this.#source as ByteSource;
    if (length > BLOCK) return source.read(offset, length);
    if (offset < from.start || offset + length > from.start + from.window.length) {
      const block = Math.min(BLOCK, source.size - offset);
      // The next read may write over what this one gives.
      from.window = (await source.read(offset, block)).slice();
      from.start = offset;
    }
    return from.window.subarray(offset - from.start, offset - from.start + length);
  }

  #write(bytes: Uint8Array): void {
    this.#size += bytes.length;
    if (bytes.length > BLOCK - this.#pendingSize) this.#flush();
    if (bytes.length > BLOCK) {
      this.#scratch.write(bytes);
      return;
    }
    this.#pending.set(bytes, this.#pendingSize);
    this.#pendingSize += bytes.length;
  }

  #flush(): void {
    if (this.#pendingSize > 0) this.#scratch.write(this.#pending.subarray(0, this.#pendingSize));
    this.#pendingSize = 0;
  }
}
