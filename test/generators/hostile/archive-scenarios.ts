/** Truncated archives, and archives with two readings: class C of "My ZIP isn't your ZIP" (USENIX Security 2025). */
import {
  type ArchiveSpec,
  archive,
  concat,
  contentOf,
  type EndFields,
  type EntrySpec,
  extra,
  toBytes,
  u16,
  u32,
  u64,
  type Zip64Fields,
} from "../../core/zip/archive/builder.ts";
import { type ArchiveScenario, first, row, SEE_ZIP64 } from "./entry-scenarios.ts";

const HIDDEN: EntrySpec = { name: "hidden.json", content: "{}", hidden: true };
const OTHER = archive({ entries: [{ name: "other.json", content: "{}" }] });
/** The end record leaves all numbers to the zip64 record. */
const OPEN = { diskEntries: 0xffff, entries: 0xffff, directorySize: SEE_ZIP64, directoryOffset: SEE_ZIP64 };

const around = (spec: Omit<ArchiveSpec, "entries">) => (entries: readonly EntrySpec[]) => ({ ...spec, entries });
const end = (over: Partial<EndFields>) => around({ end: over });
const counted = (by: number) => (entries: readonly EntrySpec[]) => ({
  entries,
  end: { entries: entries.length + by, diskEntries: entries.length + by },
});
const zip64 = (over: Partial<Zip64Fields>, ending?: Partial<EndFields>) =>
  around({ zip64: over, ...(ending === undefined ? {} : { end: ending }) });
const sized = (by: number) =>
  first((entry) => {
    const size = contentOf(entry).length + by;
    return { both: { compressedSize: size, uncompressedSize: size } };
  });

/** A file that the manifest declares, stored with its size after it, and containing `record`. */
function storedWith(rule: string, record: string): ArchiveScenario {
  const name = "z.bin";
  return {
    ...row(
      "C1",
      `stored data with a descriptor behind it, and ${rule}`,
      (entries) => ({
        entries: entries.map((entry) => (entry.name === name ? { ...entry, descriptor: "signed" } : entry)),
      }),
      "zip_header_mismatch",
    ),
    member: [name, `before ${record} after`],
  };
}

const RECORDS: readonly ArchiveScenario[] = [
  row("C1", "a hidden entry first", (entries) => ({ entries: [HIDDEN, ...entries] }), "zip_prefix"),
  row(
    "C1",
    "a hidden entry between",
    (entries) => ({ entries: [...entries.slice(0, 1), HIDDEN, ...entries.slice(1)] }),
    "zip_gap",
  ),
  row("C1", "a hidden entry last", (entries) => ({ entries: [...entries, HIDDEN] }), "zip_gap"),
  row(
    "C1",
    "a hidden entry with the manifest's name",
    (entries) => ({ entries: [...entries, ...entries.slice(-1).map((entry) => ({ ...entry, hidden: true }))] }),
    "zip_gap",
  ),
  row(
    "C1",
    "bytes between entries",
    (entries) => ({ entries: entries.map((entry, index) => (index === 1 ? { ...entry, before: "x" } : entry)) }),
    "zip_gap",
  ),
  row("C1", "bytes before the central directory", around({ beforeDirectory: "x" }), "zip_gap"),
  row("C1", "data that runs into the next entry", sized(1), "zip_overlap"),
  row("C1", "data that ends early", sized(-1), "zip_gap"),
  row("C1", "data that runs into the central directory", sized(1_000_000), "zip_overlap"),
  row(
    "C1",
    "an entry in the data of another",
    (entries) => {
      const [container, inner = { name: "" }, ...rest] = entries;
      if (container === undefined) return { entries };
      const content = concat(archive({ entries: [inner] }));
      const offset = 30 + toBytes(container.name).length;
      return { entries: [{ ...container, content }, { ...inner, central: { offset } }, ...rest] };
    },
    "zip_overlap",
  ),
  row(
    "C1",
    "stored data with a descriptor in it, and its size behind it",
    first((entry) => ({
      descriptor: "signed",
      content: concat(contentOf(entry), u32(0x08074b50), u32(0, 0, 0)),
    })),
    "zip_header_mismatch",
  ),

  storedWith("a local header in it", "PK\u0003\u0004"),
  storedWith("a central header in it", "PK\u0001\u0002"),

  row("C2", "bytes before", around({ prefix: "#!/bin/sh\n" }), "zip_prefix"),
  row("C2", "bytes before, known to the offsets", first({ before: "#!/bin/sh\n" }), "zip_prefix"),
  row("C2", "an archive before", around({ prefix: OTHER }), "zip_prefix"),
  row("C2", "an archive after", around({ suffix: OTHER }), "zip_prefix"),
  row("C2", "a byte after", around({ suffix: "\n" }), "zip_suffix"),
  row("C2", "64 KiB after", around({ suffix: new Uint8Array(4096) }), "zip_suffix"),
  row("C2", "an archive comment", end({ comment: "hello" }), "zip_comment"),
  row("C2", "an archive in the comment", end({ comment: OTHER }), "zip_end_record_ambiguous"),
  row("C2", "an end record in the comment that ends early", end({ comment: endRecord(0, "x") }), "zip_comment"),
  row("C2", "a comment length without a comment", end({ commentLength: 3 }), "zip_truncated"),
  row("C2", "an entry comment", first({ central: { comment: "hello" } }), "zip_comment"),
  row(
    "C2",
    "an end record in an entry that claims the rest as its comment",
    (entries) => {
      const claiming = (length: number): readonly EntrySpec[] => [
        ...entries,
        { name: "z.json", content: endRecord(length) },
      ];
      const start = archive({ entries }).length - directoryLength(entries) - 22 + 30 + 6;
      return { entries: claiming(archive({ entries: claiming(0) }).length - start - 22) };
    },
    "zip_end_record_ambiguous",
  ),
  row("C2", "bytes between the central directory and the end record", around({ afterDirectory: "x" }), "zip_gap"),

  row("C3", "one too many", counted(1), "zip_count_mismatch"),
  row("C3", "one too few", counted(-1), "zip_count_mismatch"),
  {
    ...row("C3", "none", end({ entries: 0, diskEntries: 0 }), "zip_count_mismatch"),
    aroundIt: "zip_end_record_ambiguous",
  },
  row("C3", "two numbers", end({ diskEntries: 1 }), "zip_count_mismatch"),
  row(
    "C3",
    "65,536 more than there are",
    zip64({ entries: 65_540, diskEntries: 65_540 }, OPEN),
    "zip_too_many_entries",
  ),

  row("C4", "a directory elsewhere", end({ directoryOffset: 3 }), "zip_prefix"),
  row("C4", "a directory past the end", end({ directoryOffset: 0x7fffffff }), "zip_offset_mismatch"),
  row("C4", "a directory that is too long", end({ directorySize: 0x7fffffff }), "zip_offset_mismatch"),
  row("C4", "a directory that ends inside a header", end({ directorySize: 80 }), "zip_gap"),
  {
    ...row("C4", "an empty directory", end({ directorySize: 0, entries: 0, diskEntries: 0 }), "zip_gap"),
    // libzip takes the end record of an archive without entries for the whole file's.
    aroundIt: "zip_end_record_ambiguous",
  },
  row("C4", "a local header elsewhere", first({ central: { offset: 1 } }), "zip_prefix", "zip_offset_mismatch"),
  row("C4", "a local header past the end", first({ central: { offset: 0x7fffffff } }), "zip_prefix"),
  row("C4", "a local header without signature", first({ local: { signature: 0x04034b51 } }), "zip_prefix"),
  row("C4", "a central header without signature", first({ central: { signature: 0x02014b51 } }), "zip_gap"),
  row("C4", "a name that runs into the data", first({ local: { nameLength: 200 } }), "zip_header_mismatch"),
  row("C4", "an extra field that runs into the data", first({ local: { extraLength: 40 } }), "zip_extra_field_invalid"),

  row(
    "C5",
    "sizes left to a zip64 field that is not there",
    first({ both: { compressedSize: SEE_ZIP64, uncompressedSize: SEE_ZIP64 } }),
    "zip64_mismatch",
  ),
  row(
    "C5",
    "a zip64 field that is too short",
    first((entry) => ({
      central: {
        compressedSize: SEE_ZIP64,
        uncompressedSize: SEE_ZIP64,
        extra: extra(1, u64(contentOf(entry).length, 0).subarray(0, 12)),
      },
    })),
    "zip64_mismatch",
  ),
  row("C5", "a zip64 field with another size", first({ central: { extra: extra(1, u64(7, 6)) } }), "zip64_mismatch"),
  row(
    "C5",
    "a size past 2^53",
    first({ central: { uncompressedSize: SEE_ZIP64, extra: extra(1, u64(2n ** 60n)) } }),
    "zip64_mismatch",
  ),
  row(
    "C5",
    "an offset past 2^53",
    first({ central: { offset: SEE_ZIP64, extra: extra(1, u64(2n ** 63n)) } }),
    "zip64_mismatch",
  ),
  row("C5", "a zip64 end record with another count", zip64({ entries: 1, diskEntries: 1 }), "zip64_mismatch"),
  row(
    "C5",
    "a zip64 end record that is believed, with another count",
    zip64({ entries: 1, diskEntries: 1 }, OPEN),
    "zip_count_mismatch",
  ),
  row("C5", "a zip64 end record with another offset", zip64({ directoryOffset: 1 }), "zip64_mismatch"),
  row("C5", "a zip64 end record with another size", zip64({ directorySize: 1 }), "zip64_mismatch"),
  row("C5", "a locator that points elsewhere", zip64({ locatorOffset: 0 }), "zip64_mismatch"),
  row("C5", "a locator without a zip64 end record", zip64({ signature: 0x06064b51 }), "zip64_mismatch"),
  row("C5", "a zip64 end record with more in it", zip64({ surplus: "more" }), "zip64_mismatch"),
  row("C5", "numbers left to a zip64 record that is not there", end(OPEN), "zip64_mismatch"),
  row("C5", "a count past 2^53", zip64({ entries: 2 ** 60, diskEntries: 2 ** 60 }, OPEN), "zip64_mismatch"),

  row("form", "a zip64 end record that is not needed", around({ zip64: {} }), "zip64_mismatch"),
  row("form", "a zip64 end record with all the numbers of a few entries", zip64({}, OPEN), "zip64_mismatch"),

  row("multi-disk", "disk numbers in the end record", end({ disk: 1, directoryDisk: 1 }), "zip_multi_disk"),
  row("multi-disk", "the disk of an entry", first({ central: { disk: 1 } }), "zip_multi_disk"),
  row(
    "multi-disk",
    "disk numbers in the zip64 end record",
    zip64({ disk: 1 }, { ...OPEN, disk: 0xffff }),
    "zip_multi_disk",
  ),
  row("multi-disk", "two disks in the zip64 locator", zip64({ locatorDisks: 2 }), "zip_multi_disk"),
  row("multi-disk", "another time in the local header", first({ local: { time: 1 } }), "zip_header_mismatch"),
];

/** Where each record of the archive ends; a file cut there is bad evidence and not another archive. */
const CUTS: readonly [rule: string, at: (parts: Parts) => number][] = [
  ["in the first signature", () => 4],
  ["after the first local header", ({ nameLength }) => 30 + nameLength],
  ["inside the first data", ({ nameLength }) => 30 + nameLength + 9],
  ["after the first entry", ({ firstEnd }) => firstEnd],
  ["before the central directory", ({ directory }) => directory],
  ["after the first central header", ({ directory, nameLength }) => directory + 46 + nameLength],
  ["inside the last central header", ({ length }) => length - 22 - 5],
  ["before the end record", ({ length }) => length - 22],
  ["inside the end record", ({ length }) => length - 11],
  ["one byte before the end", ({ length }) => length - 1],
];

interface Parts {
  readonly nameLength: number;
  readonly firstEnd: number;
  readonly directory: number;
  readonly length: number;
}

export const ARCHIVE_SCENARIOS: readonly ArchiveScenario[] = [
  ...RECORDS,
  ...CUTS.map(([rule, at]) => row("truncation", `cut ${rule}`, (entries) => cut(entries, at), "zip_truncated")),
];

function cut(entries: readonly EntrySpec[], at: (parts: Parts) => number): Uint8Array {
  const whole = archive({ entries });
  const [entry = { name: "" }] = entries;
  const nameLength = toBytes(entry.name).length;
  const directory = whole.length - 22 - directoryLength(entries);
  return whole.slice(
    0,
    at({ nameLength, firstEnd: 30 + nameLength + contentOf(entry).length, directory, length: whole.length }),
  );
}

function directoryLength(entries: readonly EntrySpec[]): number {
  return entries.reduce((sum, { name }) => sum + 46 + toBytes(name).length, 0);
}

function endRecord(commentLength: number, after = ""): Uint8Array {
  return concat(u32(0x06054b50), u16(0, 0, 0, 0), u32(0, 0), u16(commentLength), toBytes(after));
}
