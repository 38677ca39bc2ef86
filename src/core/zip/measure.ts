/** Size and digests of content, computed while it is streamed. */
import { type ByteSource, bytesSource, chunks } from "../bytes/source.ts";
import { GarbageCollection } from "../platform/collect-garbage.ts";
import type { Platform } from "../platform/platform.ts";

/** Content in any form; a piece must be valid only until the next one is requested. */
export type Content = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array> | ByteSource;

/** Size and digests of content. */
export interface Measurements {
  /** In bytes. */
  readonly size: number;
  readonly crc32: number;
  /** 64 lower-case hex digits. */
  readonly sha256: string;
}

/** What measuring needs of the platform. */
export type Measuring = Pick<Platform, "sha256" | "crc32" | "collectGarbage" | "progress">;

const PIECE = 256 * 1024;
/** Garbage is collected after this many bytes of content. */
const COLLECT_EVERY_BYTES = 32 * 1024 * 1024;

/** Computes size, CRC-32 and SHA-256 of streamed content. */
export class Measure {
  readonly #platform: Pick<Platform, "crc32" | "progress">;
  readonly #hash: ReturnType<Platform["sha256"]>;
  readonly #garbage: GarbageCollection;
  #crc32 = 0;
  #size = 0;

  constructor(platform: Measuring) {
    this.#platform = platform;
    this.#hash = platform.sha256();
    this.#garbage = new GarbageCollection(platform, COLLECT_EVERY_BYTES);
  }

  /** The content in pieces small enough to copy. */
  async *through(content: Content): AsyncGenerator<Uint8Array> {
    for await (const chunk of isStream(content) ? content : chunks(sourceOf(content))) {
      for (let at = 0; at < chunk.length; at += PIECE) {
        const piece = chunk.subarray(at, at + PIECE);
        this.#hash.update(piece);
        this.#crc32 = this.#platform.crc32(piece, this.#crc32);
        this.#size += piece.length;
        this.#garbage.after(piece.length);
        const turn = this.#platform.progress?.done(piece.length);
        if (turn !== undefined) await turn;
        yield piece;
      }
    }
  }

  /** The result for all content. Call once. */
  end(): Measurements {
    return { size: this.#size, crc32: this.#crc32, sha256: this.#hash.hex() };
  }
}

export async function measurementsOf(content: Content, platform: Measuring): Promise<Measurements> {
  const measure = new Measure(platform);
  for await (const _ of measure.through(content));
  return measure.end();
}

type Stream = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export function isStream(content: Content): content is Stream {
  return !(content instanceof Uint8Array) && !("read" in content);
}

export function sourceOf(content: Uint8Array | ByteSource): ByteSource {
  return content instanceof Uint8Array ? bytesSource(content) : content;
}
