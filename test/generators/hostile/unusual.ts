/** Unusual, and read in one way by everybody: a verifier that refuses these is strict about the wrong things. */
import { crc32 } from "node:zlib";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import {
  type ArchiveSpec,
  concat,
  contentOf,
  type EntrySpec,
  extra,
  u32,
  u64,
} from "../../core/zip/archive/builder.ts";
import type { Changes } from "./artifact.ts";
import { EMPTY_BLOCK, storedBlock } from "./deflate.ts";
import { deflated, first, SEE_ZIP64, UNIX_TIMES } from "./entry-scenarios.ts";
import { prettyPrinted, reversed } from "./manifest-scenarios.ts";

export interface UnusualScenario {
  readonly rule: string;
  readonly changes: Changes;
}

const each = (over: (entry: EntrySpec) => Partial<EntrySpec>) => (entries: readonly EntrySpec[]) => ({
  entries: entries.map((entry) => ({ ...entry, ...over(entry) })),
});

function row(rule: string, archive: (entries: readonly EntrySpec[]) => ArchiveSpec): UnusualScenario {
  return { rule, changes: { archive } };
}

const OPEN = { diskEntries: 0xffff, entries: 0xffff, directorySize: SEE_ZIP64, directoryOffset: SEE_ZIP64 };
const sizes = (entry: EntrySpec): Uint8Array => extra(1, u64(contentOf(entry).length, contentOf(entry).length));

export const UNUSUAL_SCENARIOS: readonly UnusualScenario[] = [
  row("stored", (entries) => ({ entries })),
  row(
    "deflated",
    each((entry) => ({ deflate: true, data: storedBlock(contentOf(entry)) })),
  ),
  row(
    "deflated in several blocks",
    each((entry) => ({ deflate: true, data: concat(EMPTY_BLOCK, storedBlock(contentOf(entry))) })),
  ),
  row("the manifest first", (entries) => ({ entries: [...entries.slice(-1), ...entries.slice(0, -1)] })),
  row("entries in reverse order", (entries) => ({ entries: [...entries].reverse() })),
  row("central headers in reverse order", (entries) => ({ entries, centralOrder: [...entries.keys()].reverse() })),
  row(
    "zip64 fields that agree",
    each((entry) => ({
      both: { compressedSize: SEE_ZIP64, uncompressedSize: SEE_ZIP64, extra: sizes(entry), versionNeeded: 45 },
    })),
  ),
  row(
    "a zip64 field that repeats the header",
    first((entry) => ({ both: { extra: sizes(entry) } })),
  ),
  row("a zip64 end record that agrees", (entries) => ({ entries, zip64: {} })),
  row("a zip64 end record with all the numbers", (entries) => ({ entries, zip64: {}, end: OPEN })),
  row(
    "signed data descriptors",
    each((entry) => ({ deflate: true, data: storedBlock(contentOf(entry)), descriptor: "signed" })),
  ),
  row(
    "data descriptors without signature",
    each((entry) => ({ deflate: true, data: storedBlock(contentOf(entry)), descriptor: "unsigned" })),
  ),
  row(
    "a data descriptor, and the same in the local header",
    deflated((entry) => ({
      descriptor: "signed",
      local: {
        crc32: crc32(contentOf(entry)),
        compressedSize: entry.data?.length ?? 0,
        uncompressedSize: contentOf(entry).length,
      },
    })),
  ),
  row(
    "a wide data descriptor with a zip64 field",
    deflated({
      descriptor: "signed64",
      local: { compressedSize: SEE_ZIP64, uncompressedSize: SEE_ZIP64, extra: extra(1, u64(0, 0)) },
    }),
  ),
  row(
    "as Go writes it",
    each((entry) => ({
      deflate: true,
      data: concat(storedBlock(contentOf(entry)).fill(0, 0, 1), Uint8Array.of(1, 0, 0, 0xff, 0xff)),
      descriptor: "signed",
      both: { extra: UNIX_TIMES },
    })),
  ),
  row(
    "as python writes it",
    each((entry) => ({
      deflate: true,
      data: storedBlock(contentOf(entry)),
      both: { time: 0x7a31, date: 0x5c9f },
      central: { externalAttributes: 0o600 * 0x1_0000 },
    })),
  ),
  row(
    "as Windows writes it",
    each(() => ({ central: { versionMadeBy: 20, externalAttributes: 0x20 } })),
  ),
  row("owner and NTFS times", first({ both: { extra: concat(extra(0x7875, u32(0)), extra(10, u32(0))) } })),
  row("an extra field in the local header only", first({ local: { extra: UNIX_TIMES } })),
  row(
    "names flagged as UTF-8",
    each(() => ({ both: { flags: 0x0800 } })),
  ),
  row("deflate option flags", deflated({ both: { flags: 0x0006 } })),
  row(
    "attributes that say nothing",
    each(() => ({ central: { externalAttributes: 0 } })),
  ),
  row("another version needed in the local header", first({ local: { versionNeeded: 10 } })),
  { rule: "a pretty-printed manifest", changes: { text: prettyPrinted } },
  { rule: "a manifest in another order", changes: { text: reversed } },
  { rule: "a manifest with escapes", changes: { text: (text) => text.replaceAll("a", "\\u0061") } },
  { rule: "digests in capitals", changes: { manifest: (manifest) => mapFiles(manifest, capitalDigest) } },
  { rule: "files listed in another order", changes: { manifest: (manifest) => mapFiles(manifest, undefined) } },
  {
    rule: "the digest of itself in capitals",
    changes: {
      sealed: (manifest) => {
        const name = "pack_id" in manifest ? "pack_id" : "manifest_digest";
        return { ...manifest, [name]: `${manifest[name]}`.toUpperCase() };
      },
    },
  },
  { rule: "one more file, listed", changes: { members: { "notes/more.json": "{}" } } },
  { rule: "one more file, empty", changes: { members: { "notes/empty.bin": "" } } },
  { rule: "one more file, its name not ASCII", changes: { members: { "prüfung/日本.json": "{}" } } },
  { rule: "a file named constructor", changes: { members: { constructor: "x" } } },
  { rule: "a file of ten thousand zeros", changes: { members: { "zeros.bin": new Uint8Array(4000) } } },
];

function capitalDigest(file: JsonObject): JsonObject {
  return { ...file, sha256: `${file["sha256"]}`.toUpperCase() };
}

/** Without `change`, the list in reverse. */
function mapFiles(manifest: JsonObject, change: ((file: JsonObject) => JsonObject) | undefined): JsonObject {
  const name = "contents" in manifest ? "contents" : "files";
  const files = manifest[name] as JsonObject[];
  return { ...manifest, [name]: change === undefined ? [...files].reverse() : files.map(change) };
}
