/**
 * Reading archives. The layout is proven first, then entries are streamed from the offsets that the proof found.
 *
 * zip.js does not read here. Once every record has been read and held against the others, nothing is left for its
 * reader but to do it again, and it costs 12 ms to load (a small pack verifies in 20) and an object of 60 members for
 * each entry. The tests keep it as a second opinion.
 */

import { type ByteSource, sliceSource } from "../bytes/source.ts";
import { GaitError } from "../finding/error.ts";
import type { Finding } from "../finding/finding.ts";
import type { Platform } from "../platform/platform.ts";
import { type ContentSink, type EntryContent, streamContent } from "./entry-content.ts";
import { readLayout, type ZipEntry, type ZipLayout } from "./layout.ts";
import type { Surroundings, ZipLimits } from "./limits.ts";
import { METHOD } from "./records.ts";

/** A small entry in memory. */
export interface EntryBytes {
  /** `undefined` where the entry is larger than asked for (nothing was read then, and nothing found), or does not inflate. */
  readonly bytes: Uint8Array | undefined;
  readonly findings: readonly Finding[];
}

/** An entry that can be read at random, for an archive in the archive. `dispose` it after the last read. */
export interface EntrySource extends ByteSource {
  /** What inflating it found; a stored entry is not read for this, so only `stream` tells of its CRC-32. */
  readonly findings: readonly Finding[];
  dispose(): void;
}

/**
 * An archive whose layout has been judged. Entries are read one at a time: the source may use one buffer for all reads.
 * Its methods throw `GaitError` `not_found` for a name that is not in `layout.entries`, and `input_changed` or
 * `not_readable` where the source fails; bad content is findings.
 */
export interface Archive {
  readonly layout: ZipLayout;
  /** The bytes that the layout is of. */
  readonly source: ByteSource;
  /** @throws GaitError `not_found` */
  entry(name: string): ZipEntry;
  has(name: string): boolean;
  stream(name: string, sink: ContentSink): Promise<EntryContent>;
  bytes(name: string, maxBytes: number): Promise<EntryBytes>;
  open(name: string): Promise<EntrySource>;
}

/**
 * @param around for an archive in an archive: what those around it took of the limits
 * @throws GaitError `not_an_archive` for a file that neither begins as a ZIP nor has an end record.
 */
export async function openArchive(
  source: ByteSource,
  platform: Platform,
  limits?: ZipLimits,
  around?: Surroundings,
): Promise<Archive> {
  const layout = await readLayout(source, limits, around);
  const entries = new Map(layout.entries.map((entry) => [entry.name, entry]));
  const find = (name: string): ZipEntry => {
    const entry = entries.get(name);
    if (entry === undefined) throw new GaitError("not_found", `the archive has no entry "${name}" that can be read`);
    return entry;
  };
  return {
    layout,
    source,
    entry: find,
    has: (name) => entries.has(name),
    stream: async (name, sink) => streamContent(source, find(name), platform, sink),
    bytes: async (name, maxBytes) => readBytes(source, find(name), platform, maxBytes),
    open: async (name) => openSource(source, find(name), platform),
  };
}

/** What `archive` takes of the limits before an archive in it is opened. */
export function surroundingsOf({ layout, source }: Archive): Surroundings {
  const bytes = layout.entries.reduce((sum, entry) => sum + entry.uncompressedSize, 0);
  return { entries: layout.entries.length, bytes, archiveSize: source.size };
}

async function readBytes(
  source: ByteSource,
  entry: ZipEntry,
  platform: Platform,
  maxBytes: number,
): Promise<EntryBytes> {
  if (entry.uncompressedSize > maxBytes) return { bytes: undefined, findings: [] };
  // Collected as it comes: the declared size may be a lie, and is no reason to ask for that much memory.
  const parts: Uint8Array[] = [];
  const { sha256, size, findings } = await streamContent(source, entry, platform, (chunk) => {
    parts.push(chunk.slice());
  });
  // What came out before that showed is different from one inflater to the next.
  if (sha256 === undefined) return { bytes: undefined, findings };
  const [only] = parts;
  if (parts.length === 1 && only !== undefined) return { bytes: only, findings };
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, findings };
}

async function openSource(source: ByteSource, entry: ZipEntry, platform: Platform): Promise<EntrySource> {
  if (entry.method === METHOD.stored) {
    const slice = sliceSource(source, entry.dataOffset, entry.compressedSize);
    return { ...slice, findings: [], dispose: () => undefined };
  }
  const scratch = platform.scratch();
  try {
    const { findings } = await streamContent(source, entry, platform, (chunk) => scratch.write(chunk));
    const inflated = scratch.source();
    return {
      size: inflated.size,
      read: (offset, length) => inflated.read(offset, length),
      findings,
      dispose: () => scratch.dispose(),
    };
  } catch (error) {
    scratch.dispose();
    throw error;
  }
}
