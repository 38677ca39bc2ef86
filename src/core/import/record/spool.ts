/** Calls and results between the reading of a source and the writing of its runs: on the disk where they are many. */
import type { Scratch } from "../../bytes/scratch.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { GaitError } from "../../finding/error.ts";

/** One call or result. */
export interface SpoolRecord {
  readonly id: string;
  /** Empty for a result. */
  readonly tool: string;
  /** As a runpack has it; empty where the source has none. */
  readonly time: string;
  /** Empty where there is no payload. */
  readonly digest: string;
  /** There is a payload that the capture mode leaves out. */
  readonly isOmitted: boolean;
  /** The canonical text of the payload, where it is recorded. */
  readonly body: string | undefined;
}

const BUFFER = 256 * 1024;
/** UTF-8 has at most so many bytes for a UTF-16 code unit. */
const MOST_BYTES_PER_UNIT = 3;
const WINDOW = 256 * 1024;
/** Nearly every head is shorter. */
const LEAST_HEAD = 1024;
const LF = 0x0a;

/** id, tool, time, digest, whether the payload was left out, bytes of the body or -1. */
type Head = [string, string, string, string, 0 | 1, number];

export class Spool {
  readonly #scratch: Scratch;
  readonly #buffer = new Uint8Array(BUFFER);
  readonly #encoder = new TextEncoder();
  readonly #decoder = new TextDecoder();
  #buffered = 0;
  /** Bytes that the scratch has. */
  #flushed = 0;
  #source: ByteSource | undefined;
  #window: Uint8Array = new Uint8Array(0);
  #windowAt = 0;

  constructor(scratch: Scratch) {
    this.#scratch = scratch;
  }

  /** Where the record is, for `read`. */
  write({ id, tool, time, digest, isOmitted, body }: SpoolRecord): number {
    const at = this.#flushed + this.#buffered;
    const bytes = body === undefined ? undefined : this.#encoder.encode(body);
    const head: Head = [id, tool, time, digest, isOmitted ? 1 : 0, bytes?.length ?? -1];
    this.#put(`${JSON.stringify(head)}\n`);
    if (bytes !== undefined) this.#putBytes(bytes);
    return at;
  }

  /** In order it is quickest; in any order it works. */
  read(offset: number): SpoolRecord {
    const { head, end } = this.#headAt(offset);
    const [id, tool, time, digest, omitted, size] = head;
    const isOmitted = omitted === 1;
    if (size < 0) return { id, tool, time, digest, isOmitted, body: undefined };
    const body = this.#decoder.decode(this.#bytesAt(offset, end + 1 + size).subarray(end + 1, end + 1 + size));
    return { id, tool, time, digest, isOmitted, body };
  }

  /** The tool of the record, without reading what it holds. */
  toolAt(offset: number): string {
    return this.#headAt(offset).head[1];
  }

  #headAt(offset: number): { readonly head: Head; readonly end: number } {
    const bytes = this.#lineAt(offset);
    const end = bytes.indexOf(LF);
    return { head: JSON.parse(this.#decoder.decode(bytes.subarray(0, end))) as Head, end };
  }

  dispose(): void {
    this.#scratch.dispose();
  }

  #put(text: string): void {
    if (text.length * MOST_BYTES_PER_UNIT > BUFFER) {
      this.#putBytes(this.#encoder.encode(text));
      return;
    }
    if (this.#buffered + text.length * MOST_BYTES_PER_UNIT > BUFFER) this.#flush();
    this.#buffered += this.#encoder.encodeInto(text, this.#buffer.subarray(this.#buffered)).written;
  }

  #putBytes(bytes: Uint8Array): void {
    if (this.#buffered + bytes.length > BUFFER) this.#flush();
    if (bytes.length > BUFFER) {
      this.#scratch.write(bytes);
      this.#flushed += bytes.length;
      this.#source = undefined;
      return;
    }
    this.#buffer.set(bytes, this.#buffered);
    this.#buffered += bytes.length;
  }

  #flush(): void {
    if (this.#buffered === 0) return;
    this.#scratch.write(this.#buffer.subarray(0, this.#buffered));
    this.#flushed += this.#buffered;
    this.#buffered = 0;
    this.#source = undefined;
  }

  /** The bytes from `offset` on, a whole line at least. */
  #lineAt(offset: number): Uint8Array {
    for (let length = LEAST_HEAD; ; length *= 4) {
      const bytes = this.#bytesAt(offset, length);
      if (bytes.includes(LF)) return bytes;
      if (bytes.length < length) throw new GaitError("internal", "a spooled record has no end");
    }
  }

  /** The bytes from `offset` on, `length` of them at least, or all that there are. */
  #bytesAt(offset: number, length: number): Uint8Array {
    const size = this.#flushed + this.#buffered;
    // What was written last is asked for most: it is not on the disk yet.
    if (offset >= this.#flushed) return this.#buffer.subarray(offset - this.#flushed, this.#buffered);
    const end = Math.min(offset + length, size);
    if (offset < this.#windowAt || end > this.#windowAt + this.#window.length) {
      this.#flush();
      this.#source ??= this.#scratch.source();
      const read = this.#source.read(offset, Math.min(Math.max(length, WINDOW), size - offset));
      if (read instanceof Promise) throw new GaitError("internal", "what is spooled must be there at once");
      this.#window = read;
      this.#windowAt = offset;
    }
    return this.#window.subarray(offset - this.#windowAt);
  }
}
