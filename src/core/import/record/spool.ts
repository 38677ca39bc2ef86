/** Texts with a time, between the reading of a source and what is made of them: on the disk where they are many. */
import type { Scratch } from "../../bytes/scratch.ts";
import { SpoolBytes } from "./spool-bytes.ts";

export interface SpoolRecord {
  /** As a runpack has it; empty where the source has none. */
  readonly time: string;
  readonly body: string | undefined;
}

/** Of the time, and of the body: one more than its bytes, 0 for none. */
const HEAD = 5;

export class Spool {
  readonly #bytes: SpoolBytes;
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  readonly #head = new Uint8Array(HEAD);
  readonly #headView = new DataView(this.#head.buffer);

  constructor(scratch: Scratch) {
    this.#bytes = new SpoolBytes(scratch);
  }

  /** Where the record is, for `read`. */
  write({ time, body }: SpoolRecord): number {
    const at = this.#bytes.size;
    const bytes = body === undefined ? undefined : this.#encoder.encode(body);
    // A time is ASCII, and shorter than 64 characters.
    this.#headView.setUint8(0, time.length);
    this.#headView.setUint32(1, bytes === undefined ? 0 : bytes.length + 1);
    this.#bytes.putBytes(this.#head);
    this.#bytes.putText(time);
    if (bytes !== undefined) this.#bytes.putBytes(bytes);
    return at;
  }

  /** In order it is quickest; in any order it works. */
  read(offset: number): SpoolRecord {
    const head = this.#bytes.view(offset, HEAD);
    const view = new DataView(head.bytes.buffer, head.bytes.byteOffset + head.start, HEAD);
    const timeLength = view.getUint8(0);
    const size = view.getUint32(1) - 1;
    const { bytes, start } = this.#bytes.view(offset + HEAD, timeLength + Math.max(size, 0));
    const time = this.#decoder.decode(bytes.subarray(start, start + timeLength));
    const from = start + timeLength;
    return { time, body: size < 0 ? undefined : this.#decoder.decode(bytes.subarray(from, from + size)) };
  }

  dispose(): void {
    this.#bytes.dispose();
  }
}
