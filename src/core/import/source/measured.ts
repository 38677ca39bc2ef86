/** Files of a source, with what is known of them when they were read. */
import { GarbageCollection } from "../../platform/collect-garbage.ts";
import type { Platform } from "../../platform/platform.ts";
import { SourceDigest } from "./digest.ts";

/** A file of a source, read once. */
export interface ImportFile {
  /** Its base name. */
  readonly name: string;
  readonly chunks: () => AsyncIterable<Uint8Array>;
}

export interface ImportedFile {
  readonly name: string;
  readonly size: number;
  /** SHA-256, 64 lower-case hex digits. */
  readonly sha256: string;
}

export interface Measured {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** When all of it was read. */
  end(): Promise<ImportedFile>;
  /** It is not read to its end. */
  drop(): void;
}

/** Of lines that were read, so much is left behind: alone, it grows for as long as it finds room. */
const COLLECT_EVERY_BYTES = 24 * 1024 * 1024;
/** Most sources are smaller, and have the room. */
const ROOM_BYTES = 128 * 1024 * 1024;

export function measured({ name, chunks }: ImportFile, platform: Platform): Measured {
  const digest = new SourceDigest(platform);
  const garbage = new GarbageCollection(platform, COLLECT_EVERY_BYTES);
  let size = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const chunk of chunks()) {
      const turn = digest.update(chunk);
      if (turn !== undefined) await turn;
      size += chunk.length;
      if (size > ROOM_BYTES) garbage.after(chunk.length);
      yield chunk;
    }
  }
  return {
    chunks: counted(),
    end: async () => ({ name, size, sha256: await digest.hex() }),
    drop: () => digest.drop(),
  };
}
