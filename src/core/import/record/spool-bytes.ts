/** Bytes that are written in order and read again anywhere, the last of them from memory. */
import type { Scratch } from "../../bytes/scratch.ts";
import type { ByteSource } from "../../bytes/source.ts";
import { GaitError } from "../../finding/error.ts";

const BUFFER = 256 * 1024;
/** UTF-8 has at most so many bytes for a UTF-16 code unit. */
const MOST_BYTES_PER_UNIT = 3;
const WINDOW = 256 * 1024;

/** Some bytes of a spool, valid until something is written or read. */
export interface SpoolView {
  readonly bytes: Uint8Array;
  /** Where the bytes that were asked for begin. */
  readonly start: number;
}

export type SetCuts = (cut: number, secondCut: number, end: number) => void;

/** `Platform.encodeTextInto` */
export type EncodeInto = (text: string, bytes: Uint8Array, at: number) => number;

export class SpoolBytes {
  readonly #scratch: Scratch;
  readonly #encodeInto: EncodeInto;
  readonly #buffer = new Uint8Array(BUFFER);
  readonly #encoder = new TextEncoder();
  #buffered = 0;
  /** Bytes that the scratch has. */
  #flushed = 0;
  #source: ByteSource | undefined;
  #window: Uint8Array = new Uint8Array(0);
  #windowAt = 0;

  constructor(scratch: Scratch, encodeInto?: EncodeInto) {
    this.#scratch = scratch;
    this.#encodeInto = encodeInto ?? ((text, bytes, at) => this.#encoder.encodeInto(text, bytes.subarray(at)).written);
  }

  /** How many there are. */
  get size(): number {
    return this.#flushed + this.#buffered;
  }

  dispose(): void {
    this.#scratch.dispose();
  }

  /** Writes the text as UTF-8; the number of bytes. */
  putText(text: string): number {
    const most = text.length * MOST_BYTES_PER_UNIT;
    if (most > BUFFER) {
      const bytes = this.#encoder.encode(text);
      this.putBytes(bytes);
      return bytes.length;
    }
    if (this.#buffered + most > BUFFER) this.#flush();
    const { written } = this.#encoder.encodeInto(text, this.#buffer.subarray(this.#buffered));
    this.#buffered += written;
    return written;
  }

  /** Writes `head`, and behind it the text of the parts; `setCuts` is given the parts' ends in it, in bytes. */
  putParts(head: Uint8Array, parts: readonly [string, string, string], setCuts: SetCuts): void {
    const first = parts[0];
    const second = parts[1];
    const text = first + second + parts[2];
    const most = head.length + text.length * MOST_BYTES_PER_UNIT;
    if (most > BUFFER) {
      const bytes = parts.map((part) => this.#encoder.encode(part)) as [Uint8Array, Uint8Array, Uint8Array];
      const cut = bytes[0].length;
      setCuts(cut, cut + bytes[1].length, cut + bytes[1].length + bytes[2].length);
      this.putBytes(head);
      for (const each of bytes) this.putBytes(each);
      return;
    }
    if (this.#buffered + most > BUFFER) this.#flush();
    const at = this.#buffered + head.length;
    const written = this.#encodeInto(text, this.#buffer, at);
    const cut = written === text.length ? first.length : this.#encoder.encode(first).length;
    const secondCut = cut + (written === text.length ? second.length : this.#encoder.encode(second).length);
    setCuts(cut, secondCut, written);
    // The head has few bytes: a call of the native copy costs more than they do.
    for (let from = 0, to = this.#buffered; to < at; from += 1, to += 1) this.#buffer[to] = head[from] as number;
    this.#buffered = at + written;
  }

  putBytes(bytes: Uint8Array): void {
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

  /** The bytes from `offset` on, `length` of them at least. */
  view(offset: number, length: number): SpoolView {
    // What was written last is asked for most: it is not on the disk yet.
    if (offset >= this.#flushed) return this.#within(this.#buffer, offset - this.#flushed, length, this.#buffered);
    const inWindow = offset - this.#windowAt;
    if (inWindow >= 0 && inWindow + length <= this.#window.length) return { bytes: this.#window, start: inWindow };
    this.#flush();
    this.#source ??= this.#scratch.source();
    const read = this.#source.read(offset, Math.min(Math.max(length, WINDOW), this.#flushed - offset));
    if (read instanceof Promise) throw new GaitError("internal", "what is spooled must be there at once");
    this.#window = read;
    this.#windowAt = offset;
    return this.#within(read, 0, length, read.length);
  }

  #within(bytes: Uint8Array, start: number, length: number, end: number): SpoolView {
    if (start + length > end) throw new GaitError("internal", "a spooled record has no end");
    return { bytes, start };
  }

  #flush(): void {
    if (this.#buffered === 0) return;
    this.#scratch.write(this.#buffer.subarray(0, this.#buffered));
    this.#flushed += this.#buffered;
    this.#buffered = 0;
    this.#source = undefined;
  }
}
