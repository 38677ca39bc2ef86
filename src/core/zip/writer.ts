/**
 * Writes archives: the same content gives the same bytes on every platform, however it is chunked.
 *
 * An entry is written when its sizes and CRC-32 are known, so that the local header is complete and nothing follows the
 * data: a data descriptor would be one more place for readers to disagree, and stored data with one can't be streamed.
 * So an entry is deflated into scratch first. A stored entry whose source can be read twice needs no scratch: the first
 * read measures it, the second copies and checks it. The archive is written sequentially, and memory does not grow with
 * an entry: scratch spills to disk.
 *
 * Every entry: made by 0x0314 (Unix, 2.0), 1980-01-01 00:00:00, mode 0100644, no comment, no extra field except zip64's
 * if a size needs it, the UTF-8 flag if the name is not ASCII. Content named `.zip` is stored; all other is deflated,
 * even empty content (`03 00`): one rule without exceptions. Below the limits of zip64 these are the bytes of zip.js's
 * `ZipWriter` with `dataDescriptor: false`; docs/performance.md says why it is not used itself.
 */

import { type ByteSource, chunks } from "../bytes/source.ts";
import { GaitError } from "../finding/error.ts";
import type { Platform } from "../platform/platform.ts";
import type { AheadEntry } from "./deflate-ahead.ts";
import { createDeflate } from "./deflate-thread.ts";
import { type Content, isStream, Measure, type Measurements, measurementsOf, sourceOf } from "./measure.ts";
import { collisionKey, nameFault } from "./name.ts";
import { METHOD } from "./record/fields.ts";
import { centralHeader, endRecords, localHeader, type WrittenHeader } from "./write-records.ts";

/** Receives the archive sequentially; a piece is valid until the call returns or its promise is fulfilled. */
export interface ByteSink {
  write(bytes: Uint8Array): void | Promise<void>;
}

export interface WrittenEntry {
  /** SHA-256 of the content, 64 lower-case hex digits, computed while it was written. */
  readonly sha256: string;
  /** Size of the content in bytes. */
  readonly size: number;
}

export interface ZipWriter {
  /**
   * Writes one entry. Entries are in the order of the calls, which must not overlap.
   *
   * @param known size and digests from an earlier read of `content`: a stored source is then read only once
   * @throws GaitError `invalid_input` for a name that is unsafe or already used; `input_changed` for a stored source
   * that differs from its first read; otherwise what the content, scratch or sink throws. After any error but the
   * first, the archive can't be finished.
   */
  add(path: string, content: Content, known?: Measurements): Promise<WrittenEntry>;
  /** Writes one entry whose content was deflated ahead. @throws GaitError as `add` */
  addAhead(path: string, entry: AheadEntry): Promise<WrittenEntry>;
  /** Writes the central directory. The caller closes the sink. */
  close(): Promise<void>;
}

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

  /** Writes the local header, then `pieces`. */
  const writeEntry = async (
    entry: Omit<WrittenHeader, "localHeaderOffset">,
    pieces: AsyncIterable<Uint8Array>,
  ): Promise<void> => {
    const header = { ...entry, localHeaderOffset: offset };
    await write(localHeader(header));
    for await (const piece of pieces) await write(piece);
    written.push(header);
  };
  const addDeflated = async (path: string, content: Content): Promise<Measurements> => {
    const scratch = platform.scratch();
    try {
      const measure = new Measure(platform);
      const data = await deflate.deflate(measure.through(content), scratch);
      const measured = measure.end();
      await writeEntry(headerOf(path, METHOD.deflated, data.size, measured), chunks(data));
      return measured;
    } finally {
      scratch.dispose();
    }
  };
  const copy = async (path: string, source: ByteSource, known: Measurements): Promise<Measurements> => {
    if (source.size !== known.size) throw changed(path);
    const copied = new Measure(platform);
    await writeEntry(headerOf(path, METHOD.stored, known.size, known), copied.through(source));
    const { crc32, sha256 } = copied.end();
    if (crc32 !== known.crc32 || sha256 !== known.sha256) throw changed(path);
    return known;
  };
  const addStored = async (path: string, content: Content, known?: Measurements): Promise<Measurements> => {
    if (!isStream(content)) return copy(path, sourceOf(content), known ?? (await measurementsOf(content, platform)));
    // It can be read only once.
    const scratch = platform.scratch();
    try {
      const measure = new Measure(platform);
      for await (const piece of measure.through(content)) scratch.write(piece);
      return await copy(path, scratch.source(), measure.end());
    } finally {
      scratch.dispose();
    }
  };

  return {
    async add(path, content, known) {
      names.claim(path);
      begin();
      const add = path.endsWith(".zip") ? addStored : addDeflated;
      const measured = await add(path, content, known);
      state = "open";
      return { sha256: measured.sha256, size: measured.size };
    },
    async addAhead(path, { data, measured }) {
      names.claim(path);
      begin();
      await writeEntry(headerOf(path, METHOD.deflated, data.size, measured), chunks(data));
      deflate.isElsewhere();
      state = "open";
      return { sha256: measured.sha256, size: measured.size };
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

/**
 * The names so far. A new name must not equal one of them, be its directory, or use it as a directory, on any system.
 */
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
        `"${name}" is already in the archive, or collides with a name in it on some systems`,
      );
    }
    this.#keys.add(key);
    for (const directory of directories) this.#directories.add(directory);
  }
}

/** For the key `a\0b\0c`, the keys `a` and `a\0b`. */
function parents(key: string): string[] {
  const parts = key.split("\0");
  return parts.slice(1).map((_, index) => parts.slice(0, index + 1).join("\0"));
}

function headerOf(
  path: string,
  method: number,
  compressedSize: number,
  { size, crc32 }: Measurements,
): Omit<WrittenHeader, "localHeaderOffset"> {
  return { name: new TextEncoder().encode(path), method, crc32, compressedSize, uncompressedSize: size };
}

function changed(path: string): GaitError {
  return new GaitError("input_changed", `the content of the entry "${path}" changed while it was written`, {
    hint: "Try again when no process is writing to the file.",
  });
}
