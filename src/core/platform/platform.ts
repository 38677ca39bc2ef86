/**
 * What core needs from its platform. `core/portable-platform.ts` implements it with portable dependencies (for
 * browsers), `host/platform/bun.ts` natively. Both give the same results; the tests compare them.
 */

import type { Scratch } from "../bytes/scratch.ts";
import type { WorkerThread } from "./thread-task.ts";

/** SHA-256 over bytes given in pieces (FIPS 180-4). */
export interface Sha256 {
  update(bytes: Uint8Array): void;
  /** A copy of the hasher in its current state; both continue independently. */
  fork(): Sha256;
  /** 64 lower-case hex digits; the hasher can't be used afterwards. */
  hex(): string;
}

/** A digest of another algorithm, over bytes given in pieces. */
export interface Hasher {
  update(bytes: Uint8Array): void;
  /** Ends it. */
  digest(): Uint8Array;
}

export type DigestName = "sha256" | "sha384" | "sha512" | "blake2b512";

/** Counts the progress of reading and writing, in bytes of uncompressed content. */
export interface Progress {
  /** Announces that many more bytes. */
  ahead(bytes: number): void;
  /** Reports that many bytes as done. Await the promise, if any: it yields to the event loop. */
  done(bytes: number): Promise<void> | undefined;
}

/** Inflates one deflate stream: call `next` until it returns nothing, then `give` again, and `end` after the last. */
export interface Inflater {
  /** Supplies more of the stream, which must not change until `next` returns nothing. */
  give(bytes: Uint8Array): void;
  /** The next output, valid until the next call. @throws if it is not deflate data, or is after the final block */
  next(): Uint8Array | undefined;
  /** @throws if the final block has not ended */
  end(): void;
  dispose(): void;
}

/**
 * Proves texts strict, faster than `core/json/scanner.ts`, and lists their values as that does. It says yes or nothing:
 * what it leaves is for the scanner to judge.
 */
export interface TextProof {
  /** The nodes of the last text that was proven, until the next one. */
  readonly nodes: Uint32Array;
  /**
   * The same object for texts whose outermost members have the same names and the same nodes, none of the names written
   * with an escape; absent for others. It is that of the last text that was proven.
   */
  readonly form: object | undefined;
  /** How many nodes `bytes[start, end)` has with `levels` levels listed; 0 if it is not proven. */
  prove(bytes: Uint8Array, start: number, end: number, maxDepth: number, levels: number): number;
}

/** A function, as the runtime compiles it. */
export type Compilable = (...args: never[]) => unknown;

export interface Platform {
  sha256(): Sha256;
  /** SHA-256 of the UTF-8 bytes of well-formed text, 64 lower-case hex digits; absent if there is no faster way. */
  sha256Text?(text: string): string;
  /** The same as its 32 bytes, into `digest`; absent if there is no faster way. */
  sha256TextInto?(text: string, digest: Uint8Array): void;
  /** SHA-256 of a few bytes, 64 lower-case hex digits; absent where there is no faster way than `sha256`. */
  sha256Bytes?(bytes: Uint8Array): string;
  /** The same as 32 bytes, into `digest`; absent where there is no faster way. */
  sha256BytesInto?(bytes: Uint8Array, digest: Uint8Array): void;
  /** Whether ASCII text is in the bytes; absent where there is no faster way than to decode them. */
  bytesInclude?(bytes: Uint8Array, text: string): boolean;
  /** The text of well-formed UTF-8 in `bytes[start, end)`; absent where there is no faster way than a `TextDecoder`. */
  decodeText?(bytes: Uint8Array, start: number, end: number): string;
  /**
   * Writes well-formed UTF-8 of the text to `bytes` from `at` on, where there is room for it: how many bytes; absent where
   * there is no faster way than a `TextEncoder`.
   */
  encodeTextInto?(text: string, bytes: Uint8Array, at: number): number;
  /** Other digests; absent where there is no faster way than noble's, and `undefined` for one that it lacks. */
  hasher?(name: DigestName): Hasher | undefined;
  /** CRC-32 (ISO 3309, as in ZIP) of `bytes`, continuing from `seed` (0 at the start); unsigned. */
  crc32(bytes: Uint8Array, seed: number): number;
  /**
   * Inflates raw deflate data (RFC 1951). It must refuse input after the final block and input that ends before it. Has
   * the interface of WHATWG's `DecompressionStream`; the format is `deflate-raw`.
   */
  readonly InflateRaw: new (
    format: string,
  ) => { readable: ReadableStream<Uint8Array>; writable: WritableStream<BufferSource> };
  /**
   * The same in one call, for a few kilobytes, because streams cost more than the rest of a small pack. It may accept
   * bytes after the final block, but must refuse a stream without one. Optional.
   */
  inflateSmall?(bytes: Uint8Array): Uint8Array;
  /**
   * The same without streams: faster, and what broken data gives before its fault is the same each time. Optional, and
   * may return nothing; then use `InflateRaw`.
   */
  inflater?(): Inflater | undefined;
  /** A proof for many texts, one caller's own. Optional, and may return nothing: the scanner then proves all texts. */
  textProof?(): Promise<TextProof | undefined>;
  /**
   * Keeps the last tier of the runtime's compiler from functions that run for seconds only: it takes longer than it saves.
   * They are given before they run often. Optional: nothing but time depends on it.
   */
  lastTierSparer?(): Promise<(functions: readonly Compilable[]) => void>;
  scratch(): Scratch;
  /**
   * Called from time to time in long loops to run the garbage collector: it counts objects rather than their bytes, and
   * would leave hundreds of megabytes of used buffers. Optional.
   */
  collectGarbage?(): void;
  /** Absent if progress is not shown. */
  readonly progress?: Progress;
  /** Other threads that may work in parallel, at most `most`. Absent if there are none. */
  threads?(most: number): readonly WorkerThread[];
  /** The size from which on an entry is read by several threads, if not the usual one. For tests. */
  readonly sharedBytes?: number;
  /** Ed25519 verification by the one strict rule of `core/signature/signature.ts`: cofactorless, R compared as bytes, S < L. */
  verifyEd25519(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): Promise<boolean>;
}
