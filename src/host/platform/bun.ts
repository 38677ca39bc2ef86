/**
 * The native platform: Bun's digest, checksum, inflate and signature check, and a scratch that spills to disk.
 * `core/portable-platform.ts` gives the same results, but slower.
 */
import { closeSync, openSync, readSync, unlinkSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Scratch } from "../../core/bytes/scratch.ts";
import { MemoryScratch } from "../../core/bytes/scratch.ts";
import type { ByteSource } from "../../core/bytes/source.ts";
import { GaitError } from "../../core/finding/error.ts";
import type { Platform, Sha256 } from "../../core/platform/platform.ts";
import { fileError, withFileErrors } from "../files/errno.ts";
import { bufferOf } from "../files/input.ts";
import { progress } from "../threads/progress.ts";
import { otherThreads } from "../threads/threads.ts";
import { verifyEd25519Native } from "./ed25519-native.ts";
import { createInflater } from "./inflater.ts";

/** Bytes that a scratch keeps in memory before it spills to disk. */
export const SCRATCH_MEMORY_BYTES = 8 * 1024 * 1024;

export const hostPlatform: Platform = {
  sha256: () => nativeSha256(),
  sha256Text: (text) => Bun.SHA256.hash(text, "hex"),
  sha256TextInto: (text, digest) => void Bun.SHA256.hash(text, digest),
  sha256Bytes: (bytes) => Bun.SHA256.hash(bytes as Uint8Array<ArrayBuffer>, "hex"),
  sha256BytesInto: (bytes, digest) => void Bun.SHA256.hash(bytes as Uint8Array<ArrayBuffer>, digest),
  // Its own view of the bytes would cost as much as the search.
  bytesInclude: (bytes, text) => Buffer.prototype.includes.call(bytes, text, 0, "latin1"),
  decodeText: (bytes, start, end) => Buffer.prototype.utf8Slice.call(bytes, start, end),
  encodeTextInto: (text, bytes, at) => Buffer.prototype.utf8Write.call(bytes, text, at),
  hasher(name) {
    const hash = new Bun.CryptoHasher(name);
    return { update: (bytes) => void hash.update(bytes), digest: () => new Uint8Array(hash.digest()) };
  },
  // The same code as node:zlib's, without the 10 ms that loading that costs.
  crc32: (bytes, seed) => Bun.hash.crc32(bytes, seed),
  // Bun's own refuses data after the final block and data that ends before it, at twice the speed of node:zlib's
  // stream; the tests pin both. It also waits for its reader within a piece of input, so a bomb stays small.
  InflateRaw: class InflateRaw extends DecompressionStream {
    constructor() {
      super("deflate-raw");
    }
  },
  inflateSmall,
  inflater: createInflater,
  // Loaded for large files only.
  async textProof() {
    const { createTextProof } = await import("./line-proof/line-proof.ts");
    try {
      return createTextProof();
    } catch {
      return undefined;
    }
  },
  async lastTierSparer() {
    const { noFTL } = await import("bun:jsc");
    return (functions) => {
      for (const each of functions) noFTL(each);
    };
  },
  scratch: () => createScratch(SCRATCH_MEMORY_BYTES),
  threads: otherThreads,
  progress,
  collectGarbage: () => Bun.gc(true),
  verifyEd25519: verifyEd25519Native,
};

const RAW_DEFLATE = { windowBits: -15, library: "zlib" } as const;

/** A sound stream fails here once, by design (`hasEndBefore` of `core/zip/content/small-stream.ts`): no one reads that error's stack. */
function inflateSmall(bytes: Uint8Array): Uint8Array {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return Bun.inflateSync(bytes as Uint8Array<ArrayBuffer>, RAW_DEFLATE);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

function nativeSha256(hash = new Bun.CryptoHasher("sha256")): Sha256 {
  return {
    update: (bytes) => void hash.update(bytes),
    fork: () => nativeSha256(hash.copy()),
    hex: () => hash.digest("hex"),
  };
}

/**
 * Keeps up to `memoryBytes` in memory, and then everything in a file of the temporary folder that only this user can read
 * and that has no name any more, so that it is gone with the process however that ends.
 *
 * @throws GaitError `write_failed` from `write`, where the temporary folder can't take it.
 */
export function createScratch(memoryBytes: number, folder: string = tmpdir()): Scratch {
  const memory = new MemoryScratch();
  let file: ScratchFile | undefined;
  return {
    write(bytes) {
      if (file === undefined && memory.size + bytes.length > memoryBytes) {
        file = new ScratchFile(folder);
        file.write(memory.bytes());
        memory.dispose();
      }
      (file ?? memory).write(bytes);
    },
    source: () => (file ?? memory).source(),
    dispose: () => (file ?? memory).dispose(),
  };
}

class ScratchFile implements Scratch {
  readonly #path: string;
  readonly #fd: number;
  readonly #unlinked: boolean;
  #size = 0;
  #open = true;

  constructor(folder: string) {
    const path = join(folder, `gait-${crypto.randomUUID()}.tmp`);
    this.#path = path;
    this.#fd = withFileErrors("write", path, () => openSync(path, "wx+", 0o600));
    this.#unlinked = unlink(path);
  }

  write(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      try {
        at += writeSync(this.#fd, bytes, at, bytes.length - at, this.#size + at);
      } catch (error) {
        this.dispose();
        const cause = fileError(error, "write", this.#path);
        if (!(cause instanceof GaitError)) throw cause;
        throw new GaitError(cause.code, cause.message, {
          cause,
          hint: "Free some space there, or set TMPDIR to another folder.",
        });
      }
    }
    this.#size += bytes.length;
  }

  source(): ByteSource {
    const size = this.#size;
    const fd = this.#fd;
    const shared = { buffer: new Uint8Array(0) };
    return {
      size,
      read: (offset, length) => {
        if (!this.#open) throw new GaitError("internal", "scratch is read after it was disposed of");
        if (offset < 0 || length < 0 || offset + length > size) {
          throw new GaitError(
            "internal",
            `read of ${length} bytes at ${offset} is outside the ${size} bytes of scratch`,
          );
        }
        const bytes = bufferOf(shared, length, size);
        for (let at = 0; at < length; ) {
          const count = withFileErrors("read", this.#path, () => readSync(fd, bytes, at, length - at, offset + at));
          if (count === 0) throw new GaitError("input_changed", "a temporary file was truncated by another program");
          at += count;
        }
        return bytes;
      },
    };
  }

  dispose(): void {
    if (!this.#open) return;
    this.#open = false;
    closeSync(this.#fd);
    if (!this.#unlinked) unlink(this.#path);
  }
}

/** Returns whether it worked: Windows can't unlink an open file. */
function unlink(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch {
    return false;
  }
}
