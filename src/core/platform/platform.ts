/**
 * What core asks of the machine it runs on. `core/portable-platform.ts` answers with the portable dependencies (a browser),
 * `host/platform/bun.ts` with what Bun has natively. Both give the same answers; the tests hold them against each other.
 */

import type { Scratch } from "../bytes/scratch.ts";
import type { WorkerThread } from "./thread-task.ts";

/** SHA-256 over bytes given in pieces (FIPS 180-4). */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** A second hasher that has taken the same bytes; each goes on by itself. */
  fork(): Sha256;
  /** 64 lower-case hex digits; the hasher can't be used afterwards. */
  hex(): string;
}

/** Counts how far reading and writing have come. Bytes are those of content, inflated. */
export interface Progress {
  /** So many bytes will go by. */
  ahead(bytes: number): void;
  /** So many have. The promise, if there is one, is to be waited for: others have their turn. */
  done(bytes: number): Promise<void> | undefined;
}

/** Inflates one deflate stream: `next` until it has nothing, then `give` again, and `end` after the last. */
export interface Inflater {
  /** More of the stream, which has to stay as it is until `next` has nothing. */
  give(bytes: Uint8Array): void;
  /** Some of what comes out, valid until the next call. @throws where this is no deflate data, or stands behind its final block */
  next(): Uint8Array | undefined;
  /** @throws where the final block has not ended */
  end(): void;
  dispose(): void;
}

export interface Platform {
  sha256(): Sha256;
  /** SHA-256 of the UTF-8 bytes of well-formed text, 64 lower-case hex digits; absent where there is no faster way. */
  sha256Text?(text: string): string;
  /** The same as its 32 bytes, into `digest`; absent where there is no faster way. */
  sha256TextInto?(text: string, digest: Uint8Array): void;
  /** CRC-32 (ISO 3309, as in ZIP) of `bytes`, continuing from `seed` (0 at the start); unsigned. */
  crc32(bytes: Uint8Array, seed: number): number;
  /**
   * Inflates raw deflate data (RFC 1951). It must refuse input after the final block and input that ends before it.
   * Shape: the WHATWG `DecompressionStream`, which is what zip.js takes; the format asked for is `deflate-raw`.
   */
  readonly InflateRaw: new (
    format: string,
  ) => { readable: ReadableStream<Uint8Array>; writable: WritableStream<BufferSource> };
  /**
   * The same at once, for a few kilobytes, without the streams that cost more than all the rest of a small pack. It may
   * take what stands behind the final block, and must refuse a stream without one. Absent: there is only `InflateRaw`.
   */
  inflateSmall?(bytes: Uint8Array): Uint8Array;
  /** The same for large data, without streams and faster. Absent, or without an answer: there is only `InflateRaw`. */
  inflater?(): Inflater | undefined;
  scratch(): Scratch;
  /**
   * Called now and then on long ways, to have what streams left behind collected: a collector that counts objects more
   * than their bytes lets hundreds of megabytes of spent buffers lie. Absent: nothing to be done.
   */
  collectGarbage?(): void;
  /** Absent: progress is not shown. */
  readonly progress?: Progress;
  /** Other threads that may work at the same time, `most` of them at the most. Absent: there are none. */
  threads?(most: number): readonly WorkerThread[];
  /** Ed25519 verification by the one strict rule of `core/signature/signature.ts`: cofactorless, R compared as bytes, S < L. */
  verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): Promise<boolean>;
}
