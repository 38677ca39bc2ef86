/** Entries that two readers read in two ways: class A of "My ZIP isn't your ZIP" (USENIX Security 2025). */
import { crc32 } from "node:zlib";
import type { FindingCode } from "../../../src/core/finding/finding.ts";
import {
  type ArchiveSpec,
  concat,
  contentOf,
  type EntryFields,
  type EntrySpec,
  extra,
  u16,
  u32,
  u64,
} from "../../core/zip/archive/builder.ts";
import { EMPTY_BLOCK, storedBlock } from "./deflate.ts";

/** The same for every format: odd archives of artifacts whose documents all agree. */
export interface ArchiveScenario {
  readonly class: string;
  readonly rule: string;
  /** One more file, which the manifest declares. */
  readonly member?: readonly [path: string, content: string | Uint8Array];
  archive(entries: readonly EntrySpec[]): ArchiveSpec | Uint8Array;
  readonly codes: readonly [FindingCode, ...FindingCode[]];
  /** In a runpack within a pack, where the pack's own archive is refused for it first. */
  readonly aroundIt?: FindingCode;
}

/** A 32-bit field that leaves its value to the zip64 field. */
export const SEE_ZIP64 = 0xffffffff;
export const UNIX_TIMES = extra(0x5455, Uint8Array.of(1, 0, 0xa6, 0xce, 0x12));

type Over = Partial<EntrySpec> | ((first: EntrySpec) => Partial<EntrySpec>);

/** The archive with its first entry changed. */
export function first(over: Over): (entries: readonly EntrySpec[]) => ArchiveSpec {
  return ([entry, ...rest]) => {
    if (entry === undefined) return { entries: [] };
    return { entries: [{ ...entry, ...(typeof over === "function" ? over(entry) : over) }, ...rest] };
  };
}

/** The same, the first entry deflated. */
export function deflated(over: Over = {}): (entries: readonly EntrySpec[]) => ArchiveSpec {
  return first((entry) => {
    const packed = { ...entry, deflate: true, data: storedBlock(contentOf(entry)) };
    return { ...packed, ...(typeof over === "function" ? over(packed) : over) };
  });
}

/** The archive with one more entry, before the manifest. */
export function more(entry: EntrySpec): (entries: readonly EntrySpec[]) => ArchiveSpec {
  return (entries) => ({ entries: [...entries.slice(0, -1), entry, ...entries.slice(-1)] });
}

export const same = (entries: readonly EntrySpec[]): ArchiveSpec => ({ entries });
export const central = (over: Partial<EntryFields>) => first({ central: over });
export const both = (over: Partial<EntryFields>) => first({ both: over });
export const local = (over: Partial<EntryFields>) => first({ local: over });
export const sizeOf = (entry: EntrySpec): number => contentOf(entry).length;

export function row(
  letter: string,
  rule: string,
  make: ArchiveScenario["archive"],
  ...codes: readonly [FindingCode, ...FindingCode[]]
): ArchiveScenario {
  return { class: letter, rule, archive: make, codes };
}

/** `deflated` with a wrong descriptor. */
function descriptor(fields: (entry: EntrySpec) => readonly [crc: number, packed: number, size: number]) {
  return deflated((entry) => ({ descriptor: concat(u32(0x08074b50), u32(...fields(entry))) }));
}

export const crcOf = (entry: EntrySpec): number => crc32(contentOf(entry));
export const packedOf = (entry: EntrySpec): number => entry.data?.length ?? sizeOf(entry);

const METHODS: readonly ArchiveScenario[] = [
  ["shrunk", 1],
  ["imploded", 6],
  ["deflate64", 9],
  ["bzip2", 12],
  ["lzma", 14],
  ["zstd", 93],
  ["an unknown method", 0x1234],
].map(([name, method]) => row("A1", `${name}`, both({ method: Number(method) }), "zip_method_unsupported"));

export const ENTRY_SCENARIOS: readonly ArchiveScenario[] = [
  ...METHODS,
  row("A1", "a version that no reader has", both({ versionNeeded: 87 }), "zip_method_unsupported"),
  row("A1", "a version that no reader has in the local header", local({ versionNeeded: 64 }), "zip_header_mismatch"),
  row("A1", "local header says stored", deflated({ local: { method: 0 } }), "zip_header_mismatch"),
  row("A1", "central header says stored", deflated({ central: { method: 0 } }), "zip_header_mismatch"),
  row("A1", "local header says deflated", local({ method: 8 }), "zip_header_mismatch"),

  row("A2", "a different size in the local header", local({ uncompressedSize: 5 }), "zip_header_mismatch"),
  row("A2", "a different compressed size in the local header", local({ compressedSize: 5 }), "zip_header_mismatch"),
  row("A2", "zero sizes, no descriptor", local({ compressedSize: 0, uncompressedSize: 0 }), "zip_header_mismatch"),
  row("A2", "stored with two sizes", both({ uncompressedSize: 5 }), "zip_header_mismatch"),
  row(
    "A2",
    "a descriptor with a different size",
    descriptor((entry) => [crcOf(entry), packedOf(entry), sizeOf(entry) + 1]),
    "zip_header_mismatch",
  ),
  row(
    "A2",
    "a descriptor with a different compressed size",
    descriptor((entry) => [crcOf(entry), packedOf(entry) - 1, sizeOf(entry)]),
    "zip_header_mismatch",
  ),
  row(
    "A2",
    "a descriptor with a different CRC-32",
    descriptor((entry) => [1, packedOf(entry), sizeOf(entry)]),
    "zip_header_mismatch",
  ),
  row("A2", "a descriptor flag and no descriptor", both({ flags: 8 }), "zip_header_mismatch"),
  row("A2", "a descriptor flag in the local header only", local({ flags: 8 }), "zip_header_mismatch"),
  row("A2", "a descriptor flag in the central header only", central({ flags: 8 }), "zip_header_mismatch"),
  row(
    "A2",
    "a descriptor, and a different size in the local header",
    deflated((entry) => ({ descriptor: "signed", local: { uncompressedSize: sizeOf(entry) + 1 } })),
    "zip_header_mismatch",
  ),
  row("A2", "a wide descriptor without a zip64 field", deflated({ descriptor: "signed64" }), "zip_header_mismatch"),
  row(
    "A2",
    "a zip64 size in the local header only",
    first((entry) => ({
      local: {
        compressedSize: SEE_ZIP64,
        uncompressedSize: SEE_ZIP64,
        extra: extra(1, u64(sizeOf(entry) + 1, sizeOf(entry))),
      },
    })),
    "zip_header_mismatch",
  ),

  row("A2", "an empty zip64 field", both({ extra: extra(1, new Uint8Array(0)) }), "zip64_mismatch"),
  row(
    "A2",
    "a wide descriptor, a zip64 field, and sizes in the header too",
    deflated((entry) => ({
      descriptor: "signed64",
      local: { extra: extra(1, u64(sizeOf(entry), packedOf(entry))) },
    })),
    "zip64_mismatch",
  ),

  row("A3", "a different name in the local header", local({ name: "x.txt" }), "zip_header_mismatch"),
  row(
    "A3",
    "a different letter case in the local header",
    first((entry) => ({ local: { name: `${entry.name}`.toUpperCase() } })),
    "zip_header_mismatch",
  ),
  row(
    "A3",
    "a Unicode path field",
    first((entry) => ({
      both: {
        extra: extra(
          0x7075,
          concat(Uint8Array.of(1), u32(crc32(`${entry.name}`)), new TextEncoder().encode("other.json")),
        ),
      },
    })),
    "zip_extra_field_invalid",
  ),
  row(
    "A3",
    "a Unicode path field in the local header only",
    local({ extra: extra(0x7075, Uint8Array.of(1)) }),
    "zip_extra_field_invalid",
  ),
  row("A3", "an unknown field", both({ extra: extra(0x4242, u32(1)) }), "zip_extra_field_invalid"),
  row("A3", "a field twice", both({ extra: concat(UNIX_TIMES, UNIX_TIMES) }), "zip_extra_field_invalid"),
  row("A3", "a field longer than its record", both({ extra: u16(0x5455, 9) }), "zip_extra_field_invalid"),
  row("A3", "bytes that are not a field", both({ extra: new Uint8Array(3) }), "zip_extra_field_invalid"),

  row("A4", "a directory by its name", more({ name: "dir/", content: "" }), "zip_directory_entry"),
  row("A4", "a directory by MS-DOS attributes", central({ externalAttributes: 0x10 }), "zip_directory_entry"),
  row("A4", "a directory by its mode", central({ externalAttributes: 0o040755 * 0x1_0000 }), "zip_directory_entry"),
  row("A4", "a symbolic link", central({ externalAttributes: 0o120777 * 0x1_0000 }), "zip_not_regular_file"),
  row(
    "A4",
    "a symbolic link made by MS-DOS",
    central({ versionMadeBy: 20, externalAttributes: 0o120777 * 0x1_0000 }),
    "zip_not_regular_file",
  ),
  row("A4", "a block device", central({ externalAttributes: 0o060644 * 0x1_0000 }), "zip_not_regular_file"),
  row("A4", "a character device", central({ externalAttributes: 0o020644 * 0x1_0000 }), "zip_not_regular_file"),
  row("A4", "a pipe", central({ externalAttributes: 0o010644 * 0x1_0000 }), "zip_not_regular_file"),
  row("A4", "a socket", central({ externalAttributes: 0o140644 * 0x1_0000 }), "zip_not_regular_file"),
  row("A4", "a volume label", central({ externalAttributes: 0x08 }), "zip_not_regular_file"),

  row("A5", "encrypted", both({ flags: 0x0001 }), "zip_encrypted"),
  row("A5", "encrypted by the local header only", local({ flags: 0x0001 }), "zip_header_mismatch"),
  row("A5", "encrypted by the central header only", central({ flags: 0x0001 }), "zip_encrypted"),
  row("A5", "strongly encrypted", both({ flags: 0x0041 }), "zip_encrypted"),
  row("A5", "masked headers", both({ flags: 0x2000 }), "zip_encrypted"),
  row("A5", "AES by its method", both({ method: 99 }), "zip_encrypted"),
  row("A5", "AES by its field", both({ extra: extra(0x9901, u32(0)) }), "zip_encrypted"),
  row("A5", "patch data", both({ flags: 0x0020 }), "zip_flag_unsupported"),
  row("A5", "a reserved flag", both({ flags: 0x8000 }), "zip_flag_unsupported"),

  row("A4", "set user id", central({ externalAttributes: 0o106755 * 0x1_0000 }), "zip_not_regular_file"),
  row("A4", "sticky", central({ externalAttributes: 0o101644 * 0x1_0000 }), "zip_not_regular_file"),
  row(
    "A4",
    "a directory of the Amiga",
    central({ versionMadeBy: 0x0114, externalAttributes: 0o104644 * 0x1_0000 }),
    "zip_not_regular_file",
  ),

  row("CRC-32", "another CRC-32, right SHA-256, stored", both({ crc32: 1 }), "zip_crc_mismatch"),
  row("CRC-32", "another CRC-32, right SHA-256, deflated", deflated({ both: { crc32: 1 } }), "zip_crc_mismatch"),
  row("CRC-32", "a different CRC-32 in the central header", central({ crc32: 1 }), "zip_header_mismatch"),
  row("CRC-32", "no CRC-32 in the local header", local({ crc32: 0 }), "zip_header_mismatch"),
  row(
    "deflate",
    "a byte after the end of the stream",
    deflated((entry) => ({ data: concat(entry.data ?? EMPTY_BLOCK, Uint8Array.of(0)) })),
    "zip_deflate_invalid",
  ),
  row(
    "deflate",
    "a second stream after the end of the first",
    deflated((entry) => ({ data: concat(entry.data ?? EMPTY_BLOCK, storedBlock(new Uint8Array(9))) })),
    "zip_deflate_invalid",
  ),
  row(
    "deflate",
    "a truncated stream",
    deflated((entry) => ({ data: (entry.data ?? EMPTY_BLOCK).slice(0, -1) })),
    "zip_deflate_invalid",
  ),
  row(
    "deflate",
    "a stream without a last block",
    deflated((entry) => ({ data: concat(Uint8Array.of(0), (entry.data ?? EMPTY_BLOCK).subarray(1)) })),
    "zip_deflate_invalid",
  ),
  row("deflate", "a reserved block type", deflated({ data: Uint8Array.of(7, 0, 0) }), "zip_deflate_invalid"),
  row("deflate", "no stream at all", deflated({ data: new Uint8Array(0) }), "zip_deflate_invalid"),
  row(
    "deflate",
    "more than the headers declare",
    deflated((entry) => ({ both: { uncompressedSize: sizeOf(entry) - 1 } })),
    "zip_size_mismatch",
  ),
  row(
    "deflate",
    "less than the headers declare",
    deflated((entry) => ({ both: { uncompressedSize: sizeOf(entry) + 1 } })),
    "zip_size_mismatch",
  ),
];
