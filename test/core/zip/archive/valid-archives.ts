/** Archives that all readers read in the same way, however unusual: they are accepted. */
import { type ArchiveSpec, archive, concat, extra, u32, u64 } from "./builder.ts";
import { A, allOpen, B, centralZip64, streamedZip64, UNIX_TIMES, valuesOf, zip64Entry } from "./specs.ts";

export const VALID_ARCHIVES: readonly [rule: string, spec: ArchiveSpec][] = [
  ["no entries", { entries: [] }],
  ["a stored entry", { entries: [A] }],
  ["a deflated entry", { entries: [B] }],
  ["stored and deflated, in either order", { entries: [B, A] }],
  ["an empty stored entry", { entries: [{ ...A, content: "" }] }],
  [
    "an empty deflated entry, as Go writes it",
    { entries: [{ ...B, content: "", data: Uint8Array.of(1, 0, 0, 0xff, 0xff) }] },
  ],
  ["central headers in another order than the entries", { entries: [A, B], centralOrder: [1, 0] }],
  [
    "a signed data descriptor and zeros in the local header, as Go writes it",
    { entries: [{ ...B, descriptor: "signed" }] },
  ],
  ["a data descriptor without signature", { entries: [{ ...B, descriptor: "unsigned" }, A] }],
  ["a data descriptor after stored data, as python streams it", { entries: [{ ...A, descriptor: "signed" }, B] }],
  [
    "a data descriptor, and the same values in the local header",
    { entries: [{ ...A, descriptor: "signed", local: valuesOf(A) }] },
  ],
  ["sizes in zip64 fields that do not need them, and agree", { entries: [zip64Entry(A), B] }],
  ["a zip64 field with all three numbers in the central header, as Go writes it", { entries: [centralZip64(24), B] }],
  ["a zip64 field that repeats what the header says", { entries: [{ ...A, both: { extra: extra(1, u64(6, 6)) } }] }],
  [
    "a zip64 data descriptor after a zip64 field with zeros, as python streams it",
    { entries: [streamedZip64("signed64"), B] },
  ],
  ["the same without signature", { entries: [streamedZip64("unsigned64"), B] }],
  ["zip64 end records that agree with the end record", { entries: [A, B], zip64: {} }],
  ["zip64 end records that have all the numbers", { entries: [A, B], zip64: {}, end: allOpen() }],
  ["times of Info-ZIP in an extra field", { entries: [{ ...A, both: { extra: UNIX_TIMES } }] }],
  [
    "owner and NTFS times in extra fields",
    { entries: [{ ...A, both: { extra: concat(extra(0x7875, u32(0)), extra(10, u32(0))) } }] },
  ],
  ["another extra field in the local header", { entries: [{ ...A, local: { extra: UNIX_TIMES } }] }],
  ["a name that is not ASCII, flagged", { entries: [{ ...A, name: "prüfung/日本.txt" }] }],
  ["an ASCII name, flagged", { entries: [{ ...A, both: { flags: 0x0800 } }] }],
  ["deflate option flags", { entries: [{ ...B, both: { flags: 0x0006 } }] }],
  ["attributes that say nothing", { entries: [{ ...A, central: { externalAttributes: 0 } }] }],
  ["the archive and read-only attributes of MS-DOS", { entries: [{ ...A, central: { externalAttributes: 0x21 } }] }],
  ["made by another system", { entries: [{ ...A, central: { versionMadeBy: 0x0a3f } }] }],
  ["another time and date", { entries: [{ ...A, both: { time: 0x7a31, date: 0x5c9f } }] }],
  [
    "another version needed in the local header than in the central one",
    { entries: [{ ...A, local: { versionNeeded: 10 } }] },
  ],
  [
    "names that only begin alike",
    { entries: [A, { ...A, name: "a.txt2" }, { ...A, name: "b/a" }, { ...A, name: "b/ab" }] },
  ],
  ["an archive in the archive", { entries: [A, { name: "source/b.zip", content: archive({ entries: [A, B] }) }] }],
];
