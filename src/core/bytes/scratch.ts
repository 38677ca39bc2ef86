/** Scratch space for bytes, and its in-memory implementation, used in browsers and first by the host. */
import { type ByteSource, bytesSource } from "./source.ts";

/** Space for bytes that are written once and then read at random: an archive inside a deflated entry. */
export interface Scratch {
  write(bytes: Uint8Array): void;
  /** Everything written so far, as a source; valid until `dispose`. */
  source(): ByteSource;
  dispose(): void;
}

/** One array that doubles as it fills; a large write gets as much as it needs. */
export class MemoryScratch implements Scratch {
  #bytes = new Uint8Array(0);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  write(bytes: Uint8Array): void {
    const size = this.#size + bytes.length;
    if (size > this.#bytes.length) {
      const larger = new Uint8Array(Math.max(size, 2 * this.#bytes.length));
      larger.set(this.bytes());
      this.#bytes = larger;
    }
    this.#bytes.set(bytes, this.#size);
    this.#size = size;
  }

  /** Everything written so far, as one array; the next `write` may replace it. */
  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#size);
  }

  source(): ByteSource {
    return bytesSource(this.bytes());
  }

  dispose(): void {
    this.#bytes = new Uint8Array(0);
    this.#size = 0;
  }
}
