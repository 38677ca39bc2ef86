/** Archives that two readers could read in two ways: class C of "My ZIP isn't your ZIP" (USENIX Security 2025). */
import { type ArchiveSpec, archive, concat, type EntrySpec, extra, u16, u32, u64 } from "./builder.ts";
import { A, allOpen, B, centralZip64, openSizes, SEE_ZIP64, streamedZip64, zip64Entry } from "./specs.ts";

const stored = (over: Partial<EntrySpec>): ArchiveSpec => ({ entries: [{ ...A, ...over }, B] });

/** With the codes of all expected findings, sorted. */
export const AMBIGUOUS_ARCHIVES: readonly [rule: string, spec: ArchiveSpec, ...codes: string[]][] = [
  // C1: seen by a streaming reader and not by a reader of the directory.
  ["C1 a hidden entry between", { entries: [A, { ...A, name: "hidden", hidden: true }, B] }, "zip_gap"],
  ["C1 a hidden entry first", { entries: [{ ...A, name: "hidden", hidden: true }, A] }, "zip_prefix"],
  ["C1 a hidden entry last", { entries: [A, { ...A, name: "hidden", hidden: true }] }, "zip_gap"],
  ["C1 bytes between entries", { entries: [A, { ...B, before: "x" }] }, "zip_gap"],
  ["C1 bytes before the central directory", { entries: [A], beforeDirectory: "x" }, "zip_gap"],
  [
    "C1 an entry in another's data",
    {
      entries: [
        { ...A, content: archive({ entries: [B] }) },
        { ...B, central: { offset: 35 } },
      ],
    },
    "zip_gap",
    "zip_overlap",
  ],
  [
    "C1 data that runs into the central directory",
    { entries: [{ ...A, both: { compressedSize: 70, uncompressedSize: 70 } }] },
    "zip_overlap",
  ],
  [
    "C1 data that runs into the next entry",
    { entries: [{ ...A, both: { compressedSize: 7, uncompressedSize: 7 } }, B] },
    "zip_crc_mismatch",
    "zip_overlap",
  ],
  [
    "C1 data that ends early",
    { entries: [{ ...A, both: { compressedSize: 5, uncompressedSize: 5 } }, B] },
    "zip_crc_mismatch",
    "zip_gap",
  ],
  [
    "C1 stored data with a descriptor in it",
    { entries: [{ ...A, descriptor: "signed", content: concat(u32(0x08074b50), u32(0, 0, 0)) }] },
    "zip_header_mismatch",
  ],
  // C2: which end record.
  ["C2 bytes before", { entries: [A], prefix: "#!/bin/sh\n" }, "zip_prefix"],
  ["C2 bytes before, included in the offsets", { entries: [{ ...A, before: "#!/bin/sh\n" }] }, "zip_prefix"],
  ["C2 an archive before", { entries: [A], prefix: archive({ entries: [B] }) }, "zip_prefix"],
  ["C2 bytes after", { entries: [A], suffix: "\n" }, "zip_suffix"],
  ["C2 an archive comment", { entries: [A], end: { comment: "hello" } }, "zip_comment"],
  [
    "C2 an archive in the comment",
    { entries: [A], end: { comment: archive({ entries: [B] }) } },
    "zip_end_record_ambiguous",
  ],
  ["C2 a comment length without a comment", { entries: [A], end: { commentLength: 3 } }, "zip_truncated"],
  ["C2 an entry comment", stored({ central: { comment: "hello" } }), "zip_comment"],
  ["C2 an end record in an entry that claims the rest as its comment", endInEntry(), "zip_end_record_ambiguous"],
  ["C2 bytes between the central directory and the end record", { entries: [A], afterDirectory: "x" }, "zip_gap"],
  // C3: counts.
  ["C3 one too many", { entries: [A, B], end: { entries: 3, diskEntries: 3 } }, "zip_count_mismatch"],
  ["C3 one too few", { entries: [A, B], end: { entries: 1, diskEntries: 1 } }, "zip_count_mismatch"],
  ["C3 none", { entries: [A, B], end: { entries: 0, diskEntries: 0 } }, "zip_count_mismatch"],
  ["C3 two numbers", { entries: [A, B], end: { diskEntries: 1 } }, "zip_count_mismatch"],
  // C4: offsets.
  ["C4 a directory elsewhere", { entries: [A, B], end: { directoryOffset: 3 } }, "zip_prefix"],
  ["C4 a directory past the end", { entries: [A, B], end: { directoryOffset: 9999 } }, "zip_offset_mismatch"],
  ["C4 a directory that is too long", { entries: [A, B], end: { directorySize: 9999 } }, "zip_offset_mismatch"],
  ["C4 a directory that ends inside a header", { entries: [A, B], end: { directorySize: 80 } }, "zip_gap"],
  ["C4 a local header elsewhere", stored({ central: { offset: 1 } }), "zip_offset_mismatch", "zip_prefix"],
  [
    "C4 a local header past the end",
    stored({ central: { offset: 0x7fffffff } }),
    "zip_gap",
    "zip_offset_mismatch",
    "zip_prefix",
  ],
  ["C4 a local header without signature", stored({ local: { signature: 0x04034b51 } }), "zip_prefix"],
  ["C4 a central header without signature", { entries: [A, { ...B, central: { signature: 0x02014b51 } }] }, "zip_gap"],
  // C5: zip64.
  [
    "C5 zip64 sizes without a zip64 field",
    stored({ both: { compressedSize: SEE_ZIP64, uncompressedSize: SEE_ZIP64 } }),
    "zip64_mismatch",
  ],
  ["C5 a zip64 field that is too short", { entries: [centralZip64(12), B] }, "zip64_mismatch"],
  ["C5 a zip64 field with a different size", stored({ central: { extra: extra(1, u64(7, 6)) } }), "zip64_mismatch"],
  [
    "C5 a zip64 size in the local header only",
    stored({ local: { ...openSizes(), extra: extra(1, u64(7, 6)) } }),
    "zip_header_mismatch",
  ],
  [
    "C5 a number past 2^53",
    { entries: [{ ...A, central: { uncompressedSize: SEE_ZIP64, extra: extra(1, u64(2n ** 60n)) } }] },
    "zip64_mismatch",
  ],
  [
    "C5 a zip64 end record with a different count",
    { entries: [A, B], zip64: { entries: 1, diskEntries: 1 } },
    "zip64_mismatch",
  ],
  [
    "C5 a zip64 end record that is believed, with a different count",
    { entries: [A, B], zip64: { entries: 1, diskEntries: 1 }, end: allOpen() },
    "zip_count_mismatch",
  ],
  [
    "C5 a zip64 end record with a different offset",
    { entries: [A, B], zip64: { directoryOffset: 1 } },
    "zip64_mismatch",
  ],
  ["C5 a locator that points elsewhere", { entries: [A, B], zip64: { locatorOffset: 0 } }, "zip64_mismatch"],
  ["C5 a locator without a zip64 end record", { entries: [A, B], zip64: { signature: 0x06064b51 } }, "zip64_mismatch"],
  ["C5 a zip64 end record with more in it", { entries: [A, B], zip64: { surplus: "more" } }, "zip64_mismatch"],
  ["C5 numbers left to a zip64 record that is missing", { entries: [A, B], end: allOpen() }, "zip64_mismatch"],
  [
    "C5 a count past 2^53",
    { entries: [A, B], zip64: { entries: 2 ** 60, diskEntries: 2 ** 60 }, end: allOpen() },
    "zip64_mismatch",
  ],
  ["C5 sizes in zip64 fields that do not need them", { entries: [zip64Entry(A), B] }, "zip64_mismatch"],
  [
    "C5 a zip64 field with all three numbers, as Go writes it for 4 GiB",
    { entries: [centralZip64(24), B] },
    "zip64_mismatch",
    "zip_header_mismatch",
  ],
  [
    "C5 a zip64 field that repeats the sizes, in the central header",
    stored({ both: { extra: extra(1, u64(6, 6)) } }),
    "zip64_mismatch",
  ],
  [
    "C5 a zip64 field whose values are in a different order",
    stored({ central: { offset: SEE_ZIP64, extra: extra(1, u64(6, 6, 0)) } }),
    "zip64_mismatch",
  ],
  [
    "C5 a wide descriptor and sizes in the central header's field",
    { entries: [{ ...B, descriptor: "signed64", central: { ...openSizes(), extra: extra(1, u64(7, 9)) } }] },
    "zip_header_mismatch",
  ],
  [
    "C5 one entry as python writes it, with zip64 to a pipe",
    { entries: [streamedZip64("signed64"), B] },
    "zip_header_mismatch",
  ],
  ["C5 a zip64 end record that agrees but is not needed", { entries: [A, B], zip64: {} }, "zip64_mismatch"],
  [
    "C5 a zip64 end record that has all the numbers of a few entries",
    { entries: [A, B], zip64: {}, end: allOpen() },
    "zip64_mismatch",
  ],
  // Split archives.
  ["disk numbers in the end record", { entries: [A], end: { disk: 1, directoryDisk: 1 } }, "zip_multi_disk"],
  ["disk number of an entry", stored({ central: { disk: 1 } }), "zip_multi_disk"],
  ["disk numbers in the zip64 end record", { entries: [A], zip64: { disk: 1 }, end: allOpen() }, "zip_multi_disk"],
  ["disk numbers in the zip64 locator", { entries: [A], zip64: { locatorDisks: 2 } }, "zip_multi_disk"],
  // For each header there are readers that use it.
  ["a different time in the local header", stored({ local: { time: 1 } }), "zip_header_mismatch"],
  ["a different date in the local header", stored({ local: { date: 0x0022 } }), "zip_header_mismatch"],
];

/** A stored entry with an end record in it, whose comment is everything after it. */
function endInEntry(): ArchiveSpec {
  const fake = (commentLength: number): Uint8Array =>
    concat(u32(0x06054b50), u16(0, 0, 0, 0), u32(0, 0), u16(commentLength));
  const spec = (content: Uint8Array): ArchiveSpec => ({ entries: [{ ...A, content }] });
  const { length } = archive(spec(fake(0)));
  return spec(fake(length - 30 - 5 - 22));
}
