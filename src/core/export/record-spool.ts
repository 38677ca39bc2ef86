/** Lines that are kept outside of memory, and read again by their places. */
import type { Scratch } from "../bytes/scratch.ts";
import type { ByteSource } from "../bytes/source.ts";

/** Small lines are written and read together. */
const BLOCK = 256 * 1024;

/** Memory is 8 bytes a line; the text is in `scratch`, which the caller disposes of. */
export class RecordSpool {
  readonly #scratch: Scratch;
  readonly #pending = new Uint8Array(BLOCK);
  #pendingSize = 0;
  /** Where each line ends, which is where the next one begins. */
  #ends = new Float64Array(1024);
  #source: ByteSource | undefined;
  /** The lines that were read last, and where they begin. */
  #window = new Uint8Array(0);
  #start = 0;
  length = 0;

  constructor(scratch: Scratch) {
    this.#scratch = scratch;
  }

  add(bytes: Uint8Array): void {
    if (this.length === this.#ends.length) {
      const grown = new Float64Array(this.length * 2);
      grown.set(this.#ends);
      this.#ends = grown;
    }
    this.#ends[this.length] = this.#begin(this.length) + bytes.length;
    this.length += 1;
    if (bytes.length > BLOCK - this.#pendingSize) this.#flush();
    if (bytes.length > BLOCK) {
      this.#scratch.write(bytes);
      return;
    }
    this.#pending.set(bytes, this.#pendingSize);
    this.#pendingSize += bytes.length;
  }

  /** Call it once, after the last line. */
  end(): void {
    this.#flush();
    this.#source = this.#scratch.source();
  }

  /** @param place from 0. @returns the line, which is valid until the next one is read */
  async line(place: number): Promise<Uint8Array> {
    const source = this.#source as ByteSource;
    const begin = this.#begin(place);
    const length = (this.#ends[place] as number) - begin;
    if (length > BLOCK) return source.read(begin, length);
    if (begin < this.#start || begin + length > this.#start + this.#window.length) {
      // The next read may write over what this one gives.
      this.#window = (await source.read(begin, Math.min(BLOCK, source.size - begin))).slice();
      this.#start = begin;
    }
    return this.#window.subarray(begin - this.#start, begin - this.#start + length);
  }

  #begin(place: number): number {
    return place === 0 ? 0 : (this.#ends[place - 1] as number);
  }

  #flush(): void {
    if (this.#pendingSize > 0) this.#scratch.write(this.#pending.subarray(0, this.#pendingSize));
    this.#pendingSize = 0;
  }
}
