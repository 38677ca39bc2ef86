/** What stands in a collection's log: that a pack is there, or that one was removed lawfully; and bundles of entries. */
import type { CollectionEntry, PackEntry, RemovalReason } from "../../schema/document/store/collection.ts";
import { canonicalBytes } from "../json/jcs.ts";
import { TILE_WIDTH } from "./tree.ts";

/** A bundle gives the length of an entry in two bytes. */
const MOST_ENTRY_BYTES = 65_535;
/** Of entries that are as long as any may be. */
export const MAX_BUNDLE_BYTES = TILE_WIDTH * (2 + MOST_ENTRY_BYTES);

/** Canonical JSON has one spelling: each kind of entry is one pattern. */
const PACK =
  /^\{"pack_id":"([0-9a-f]{64}|pack_[0-9a-f]{16})","sha256":"([0-9a-f]{64})","size":([1-9][0-9]{0,15}),"type":"pack"\}$/;
const REMOVED = /^\{"reason":"(retention|erasure|legal)","sha256":"([0-9a-f]{64})","type":"removed"\}$/;
/** Other bytes become what no pattern fits. */
const ASCII = new TextDecoder("ascii");
/** The longest of them is a third of this. */
const MOST_TEXT_BYTES = 512;

/** The entry of a pack. @param pack.packId of either letter case, as packs have it */
export function packEntry(pack: {
  readonly packId: string;
  readonly sha256: string;
  readonly size: number;
}): PackEntry {
  return { pack_id: pack.packId.toLowerCase(), sha256: pack.sha256, size: pack.size, type: "pack" };
}

/** The bytes of a leaf: canonical JSON. */
export function entryBytes(entry: CollectionEntry): Uint8Array {
  return canonicalBytes({ ...entry });
}

/** The entry that the bytes of a leaf stand for; `undefined` for any other, which counts in the tree and says nothing. */
export function parseEntry(bytes: Uint8Array): CollectionEntry | undefined {
  if (bytes.length > MOST_TEXT_BYTES) return undefined;
  const text = ASCII.decode(bytes);
  const [, packId, sha256 = "", size] = PACK.exec(text) ?? [];
  if (packId !== undefined) {
    const number = Number(size);
    return Number.isSafeInteger(number) ? { pack_id: packId, sha256, size: number, type: "pack" } : undefined;
  }
  const [, reason, removed = ""] = REMOVED.exec(text) ?? [];
  return reason === undefined ? undefined : { reason: reason as RemovalReason, sha256: removed, type: "removed" };
}

/** Entries one after the other, each behind its length in two bytes, the higher first (C2SP tlog-tiles). */
export function joinedEntries(entries: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + 2 + entry.length, 0));
  const view = new DataView(bytes.buffer);
  let at = 0;
  for (const entry of entries) {
    if (entry.length > MOST_ENTRY_BYTES) throw new RangeError("an entry is longer than a bundle can say");
    view.setUint16(at, entry.length);
    bytes.set(entry, at + 2);
    at += 2 + entry.length;
  }
  return bytes;
}

/** The entries of a bundle; `undefined` where there are not exactly `count`. */
export function splitEntries(bytes: Uint8Array, count: number): readonly Uint8Array[] | undefined {
  const entries: Uint8Array[] = [];
  let at = 0;
  while (at + 2 <= bytes.length && entries.length < count) {
    const end = at + 2 + (bytes[at] as number) * 256 + (bytes[at + 1] as number);
    if (end > bytes.length) return undefined;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return at === bytes.length && entries.length === count ? entries : undefined;
}
