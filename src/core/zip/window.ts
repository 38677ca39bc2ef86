/** Reads records of some bytes at rising offsets, holding one window of the file at a time. */
import type { ByteSource } from "../source.ts";

const SPAN = 16 * 1024;

export class Window {
  readonly #source: ByteSource;
  #bytes: Uint8Array = new Uint8Array(0);
  #offset = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** `length` bytes from `offset`, which the caller knows to be in the file; valid until the next call. */
  async bytes(offset: number, length: number): Promise<Uint8Array> {
    if (offset < this.#offset || offset + length > this.#offset + this.#bytes.length) {
      const span = Math.min(Math.max(length, SPAN), this.#source.size - offset);
      this.#bytes = await this.#source.read(offset, span);
      this.#offset = offset;
    }
    const start = offset - this.#offset;
    return this.#bytes.subarray(start, start + length);
  }

  /** The same as a view. */
  async view(offset: number, length: number): Promise<DataView> {
    const bytes = await this.bytes(offset, length);
    return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }
}
