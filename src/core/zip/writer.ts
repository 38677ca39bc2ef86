/**
 * Writing archives: the same content gives the same bytes, on every platform, however the content arrives.
 *
 * An entry is deflated into scratch first and written when its sizes and CRC-32 are known. So the local header says all
 * that the central header says, and nothing stands behind the data: a data descriptor would be one more place where two
 * readers could part, and stored data followed by one can't be read from a stream at all. What is written goes to the
 * sink from its first byte to its last, and memory does not grow with an entry: scratch goes to disk.
 *
 * Every entry: made by 0x0314 (Unix, 2.0), 1980-01-01 00:00:00, mode 0100644, no comment, no extra field but zip64's where
 * a size needs it, the UTF-8 flag where the name is not ASCII. Content named `.zip` is stored; all other is deflated,
 * empty content too (`03 00`): one rule without an exception. These are the bytes of zip.js's `ZipWriter` with
 * `dataDescriptor: false`; it can't be that one, because it decides on zip64 before it knows the size.
 */

import type { Scratch } from "../bytes/scratch.ts";
import { type ByteSource, chunks } from "../bytes/source.ts";
import { GaitError } from "../finding/error.ts";
import { GarbageCollection } from "../platform/collect-garbage.ts";
import type { Platform } from "../platform/platform.ts";
import { createDeflate } from "./deflate-thread.ts";
import { collisionKey, nameFault } from "./name.ts";
import { METHOD } from "./records.ts";
import { centralHeader, endRecords, localHeader, type WrittenHeader } from "./write-records.ts";

/** Takes the archive from its first byte to its last; a piece is valid until the call returns or its promise is fulfilled. */
export interface ByteSink {
  write(bytes: Uint8Array): void | Promise<void>;
}

/** Content in whatever form it is at hand; a piece of it has to be valid only until the next one is asked for. */
export type Content = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array> | ByteSource;

export interface WrittenEntry {
  /** SHA-256 of the content, 64 lower-case hex digits, taken while it was written. */
  readonly sha256: string;
  /** Size of the content in bytes. */
  readonly size: number;
}

export interface ZipWriter {
  /**
   * Writes one entry. Entries stand in the order of the calls, which are made one after the other.
   *
   * @throws GaitError `invalid_input` for a name that no reader should take, or that is there already; what the content,
   * scratch or sink throws. After any of the latter the archive can't be finished.
   */
  add(path: string, content: Content): Promise<WrittenEntry>;
  /** Writes the central directory. The sink is the caller's to close. */
  close(): Promise<void>;
}

const PIECE = 256 * 1024;
/** After so many bytes of content, spent buffers are worth collecting. */
const COLLECT_EVERY_BYTES = 32 * 1024 * 1024;

export function createZipWriter(
  sink: ByteSink,
  platform: Pick<Platform, "sha256" | "crc32" | "scratch" | "collectGarbage" | "progress" | "threads">,
): ZipWriter {
  const written: WrittenHeader[] = [];
  const names = new NameSet();
  const deflate = createDeflate(platform);
  let offset = 0;
  let state: "open" | "in the middle of an entry" | "closed" = "open";

  const write = async (bytes: Uint8Array): Promise<void> => {
    await sink.write(bytes);
    offset += bytes.length;
  };
  const begin = (): void => {
    if (state !== "open") throw new GaitError("internal", `the archive can't be written to: it is ${state}`);
    state = "in the middle of an entry";
  };

  return {
    async add(path, content) {
      names.claim(path);
      begin();
      const scratch = platform.scratch();
      try {
        const measure = new Measure(platform);
        const stored = path.endsWith(".zip");
        const data = stored
          ? await store(measure.through(content), scratch)
          : await deflate(measure.through(content), scratch);
        const header: WrittenHeader = {
          name: new TextEncoder().encode(path),
          method: stored ? METHOD.stored : METHOD.deflated,
          crc32: measure.crc32,
          compressedSize: data.size,
          uncompressedSize: measure.size,
          localHeaderOffset: offset,
        };
        await write(localHeader(header));
        for await (const chunk of chunks(data)) await write(chunk);
        written.push(header);
        state = "open";
        return { sha256: measure.sha256(), size: measure.size };
      } finally {
        scratch.dispose();
      }
    },
    async close() {
      begin();
      const directoryOffset = offset;
      for (const header of written) await write(centralHeader(header));
      await write(endRecords({ entries: written.length, directoryOffset, directorySize: offset - directoryOffset }));
      state = "closed";
    },
  };
}

/** The names so far. A new one may be none of them, nor their directory, nor in them as a directory, on any system. */
class NameSet {
  readonly #keys = new Set<string>();
  readonly #directories = new Set<string>();

  claim(name: string): void {
    const fault = nameFault(name);
    if (fault !== undefined)
      throw new GaitError("invalid_input", `"${name}" can't be the name of an entry: ${fault.message}`);
    const key = collisionKey(name);
    const directories = parents(key);
    if (
      this.#keys.has(key) ||
      this.#directories.has(key) ||
      directories.some((directory) => this.#keys.has(directory))
    ) {
      throw new GaitError(
        "invalid_input",
        `"${name}" is a name that is in the archive already, or is one with it on some systems`,
      );
    }
    this.#keys.add(key);
    for (const directory of directories) this.#directories.add(directory);
  }
}

/** Of the key `a\0b\0c` the keys `a` and `a\0b`. */
function parents(key: string): string[] {
  const parts = key.split("\0");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("\0"));
}

/** Takes size, CRC-32 and SHA-256 of content on its way to the codec. */
class Measure {
  readonly #platform: Pick<Platform, "crc32" | "progress">;
  readonly #hash: ReturnType<Platform["sha256"]>;
  readonly #garbage: GarbageCollection;
  crc32 = 0;
  size = 0;

  constructor(platform: Pick<Platform, "sha256" | "crc32" | "collectGarbage" | "progress">) {
    this.#platform = platform;
    this.#hash = platform.sha256();
    this.#garbage = new GarbageCollection(platform, COLLECT_EVERY_BYTES);
  }

  /** The content in pieces that are not too large to be copied. */
  async *through(content: Content): AsyncGenerator<Uint8Array> {
    for await (const chunk of piecesOf(content)) {
      for (let at = 0; at < chunk.length; at += PIECE) {
        const piece = chunk.subarray(at, at + PIECE);
        this.#hash.update(piece);
        this.crc32 = this.#platform.crc32(piece, this.crc32);
        this.size += piece.length;
        this.#garbage.after(piece.length);
        const turn = this.#platform.progress?.done(piece.length);
        if (turn !== undefined) await turn;
        yield piece;
      }
    }
  }

  sha256(): string {
    return this.#hash.hex();
  }
}

function piecesOf(content: Content): Iterable<Uint8Array> | AsyncIterable<Uint8Array> {
  if (content instanceof Uint8Array) return [content];
  return "read" in content ? chunks(content) : content;
}

async function store(content: AsyncIterable<Uint8Array>, scratch: Scratch): Promise<ByteSource> {
  for await (const piece of content) scratch.write(piece);
  return scratch.source();
}
