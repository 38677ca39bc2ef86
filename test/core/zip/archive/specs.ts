/** Parts of the archives in this folder's tables. */
import { crc32 } from "node:zlib";
import { type ArchiveSpec, contentOf, type EntrySpec, extra, u64 } from "./builder.ts";

export const A: EntrySpec = { name: "a.txt", content: "first\n" };
export const B: EntrySpec = { name: "b.txt", content: "second\n", deflate: true };
/** In a field of 32 bits: the value is in the zip64 field. */
export const SEE_ZIP64 = 0xffffffff;
export const UNIX_TIMES = extra(0x5455, Uint8Array.of(1, 0, 0xa6, 0xce, 0x12));

export function openSizes(): { compressedSize: number; uncompressedSize: number } {
  return { compressedSize: SEE_ZIP64, uncompressedSize: SEE_ZIP64 };
}

/** The end record leaves all numbers to the zip64 one. */
export function allOpen(): Required<ArchiveSpec>["end"] {
  return { diskEntries: 0xffff, entries: 0xffff, directorySize: SEE_ZIP64, directoryOffset: SEE_ZIP64 };
}

export function valuesOf(entry: EntrySpec): EntrySpec["local"] & object {
  const content = contentOf(entry);
  return { crc32: crc32(content), compressedSize: content.length, uncompressedSize: content.length };
}

/** `A` with a zip64 field of `length` bytes in the central header. */
export function centralZip64(length: number): EntrySpec {
  const size = contentOf(A).length;
  return { ...A, central: { ...openSizes(), extra: extra(1, u64(size, size, 0).subarray(0, length)) } };
}

/** `B` from a writer that does not know its size in advance: zeros in a zip64 field, the values after the data. */
export function streamedZip64(descriptor: EntrySpec["descriptor"] & string): EntrySpec {
  return { ...B, name: "c.txt", descriptor, local: { ...openSizes(), extra: extra(1, u64(0, 0)) } };
}

/** `entry` with sizes in zip64 fields, as from a writer that can't know that they are small. */
export function zip64Entry(entry: EntrySpec): EntrySpec {
  const size = contentOf(entry).length;
  const field = extra(1, u64(size, size));
  return {
    ...entry,
    both: { compressedSize: SEE_ZIP64, uncompressedSize: SEE_ZIP64, extra: field, versionNeeded: 45 },
  };
}
