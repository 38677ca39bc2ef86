/**
 * Reads small records at increasing offsets, with one window of the file in memory. Records in the window are returned
 * synchronously: most archives are small, and have more records than windows.
 */
import type { ByteSource } from "../../bytes/source.ts";

const SPAN = 16 * 1024;

export class Window {
  readonly #source: ByteSource;
  #bytes: Uint8Array = new Uint8Array(0);
  #offset = 0;

  constructor(source: ByteSource) {
    this.#source = source;
  }

  /** `length` bytes from `offset`, which must be in the file; valid until the next call. */
  bytes(offset: number, length: number): Uint8Array | Promise<Uint8Array> {
    if (offset >= this.#offset && offset + length <= this.#offset + this.#bytes.length)
      return this.#part(offset, length);
    const read = this.#source.read(offset, Math.min(Math.max(length, SPAN), this.#source.size - offset));
    if (read instanceof Promise) {
      return read.then((bytes) => {
        this.#moved(offset, bytes);
        return this.#part(offset, length);
      });
    }
    this.#moved(offset, read);
    return this.#part(offset, length);
  }

  /** The same as a view. */
  view(offset: number, length: number): DataView | Promise<DataView> {
    const bytes = this.bytes(offset, length);
    return bytes instanceof Promise ? bytes.then(viewOf) : viewOf(bytes);
  }

  #moved(offset: number, bytes: Uint8Array): void {
    this.#bytes = bytes;
    this.#offset = offset;
  }

  #part(offset: number, length: number): Uint8Array {
    const start = offset - this.#offset;
    return this.#bytes.subarray(start, start + length);
  }
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
