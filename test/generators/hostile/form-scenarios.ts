/** Archives that no tool writes: readers differ on them in practice, though no two records contradict each other. */
import { archive, concat, type EntrySpec, extra, u16, u32, u64 } from "../../core/zip/archive/builder.ts";
import {
  type ArchiveScenario,
  both,
  central,
  crcOf,
  deflated,
  first,
  local,
  packedOf,
  row,
  SEE_ZIP64,
  sizeOf,
  UNIX_TIMES,
} from "./entry-scenarios.ts";

const OPEN_SIZES = { compressedSize: SEE_ZIP64, uncompressedSize: SEE_ZIP64 };
const DECOY = "copy.bin";
/** Where the first entry's data begins, if it is the decoy. */
const DECOY_OFFSET = 30 + DECOY.length;
const OTHER: EntrySpec = { name: "run_payload.json", content: "{}" };

/** A declared, stored file that is itself a whole archive, with offsets that fit the file around it. */
function decoy(rule: string, bytes: Uint8Array, end: Partial<Parameters<typeof archive>[0]> = {}): ArchiveScenario {
  return {
    ...row(
      "C2",
      rule,
      (entries) => ({
        ...end,
        entries: [...entries].sort((left, right) => Number(right.name === DECOY) - Number(left.name === DECOY)),
      }),
      "zip_end_record_ambiguous",
    ),
    member: [DECOY, bytes],
  };
}

/** The archive with `DECOY_OFFSET` added to its offsets. */
function displaced(more: Partial<Parameters<typeof archive>[0]> = {}): Uint8Array {
  return archive({ entries: [{ ...OTHER, before: new Uint8Array(DECOY_OFFSET) }], ...more }).slice(DECOY_OFFSET);
}

export const FORM_DEVIATIONS: readonly ArchiveScenario[] = [
  decoy("a second end record whose offsets are right in the whole file", displaced()),
  decoy("a second zip64 end record and locator whose offsets are right in the whole file", displaced({ zip64: {} })),
  decoy("an empty archive's end record with its own offset", emptyArchive()),
  decoy("an empty archive's end record with the offset of another place", emptyArchive(DECOY_OFFSET + 99)),

  row("form", "made by the Amiga", central({ versionMadeBy: 0x0114 }), "zip_header_mismatch"),
  row("form", "made by Windows, beside entries of Unix", central({ versionMadeBy: 0x0a14 }), "zip_header_mismatch"),
  row("form", "a different version in the local header", local({ versionNeeded: 10 }), "zip_header_mismatch"),
  row("form", "a different version in the central header", central({ versionNeeded: 10 }), "zip_header_mismatch"),
  row("form", "one name flagged as UTF-8", both({ flags: 0x0800 }), "zip_header_mismatch"),
  row("form", "one entry with deflate option flags", deflated({ both: { flags: 6 } }), "zip_header_mismatch"),
  row("form", "one entry marked as text", central({ internalAttributes: 1 }), "zip_header_mismatch"),
  row("form", "stored, with a descriptor", first({ descriptor: "signed" }), "zip_header_mismatch"),
  row("form", "stored, with a descriptor without signature", first({ descriptor: "unsigned" }), "zip_header_mismatch"),
  row("form", "a descriptor without signature", deflated({ descriptor: "unsigned" }), "zip_header_mismatch"),
  row(
    "form",
    "a descriptor, and its values in the local header",
    deflated((entry) => ({
      descriptor: "signed",
      local: { crc32: crcOf(entry), compressedSize: packedOf(entry), uncompressedSize: sizeOf(entry) },
    })),
    "zip_header_mismatch",
  ),
  row(
    "form",
    "a wide descriptor of a small entry, its sizes in the central header's field",
    deflated((entry) => ({
      descriptor: "signed64",
      both: { versionNeeded: 45 },
      central: { ...OPEN_SIZES, extra: extra(1, u64(sizeOf(entry), packedOf(entry))) },
    })),
    "zip_header_mismatch",
  ),
  row(
    "form",
    "sizes left to a zip64 field without need, stored",
    first((entry) => ({
      both: { versionNeeded: 45 },
      central: { ...OPEN_SIZES, extra: extra(1, u64(sizeOf(entry), sizeOf(entry))) },
    })),
    "zip64_mismatch",
  ),
  row(
    "form",
    "an offset left to a zip64 field without need",
    first({ central: { offset: SEE_ZIP64, extra: extra(1, u64(0)) } }),
    "zip64_mismatch",
  ),
  row(
    "form",
    "a zip64 field whose values are not the open ones in order",
    first((entry) => ({ central: { offset: SEE_ZIP64, extra: extra(1, u64(sizeOf(entry), sizeOf(entry), 0)) } })),
    "zip64_mismatch",
  ),
  row(
    "form",
    "a zip64 field that repeats the header",
    first((entry) => ({ both: { extra: extra(1, u64(sizeOf(entry), sizeOf(entry))) } })),
    "zip64_mismatch",
  ),
  row("form", "an extra field in the local header alone", local({ extra: UNIX_TIMES }), "zip_extra_field_invalid"),
  row("form", "an extra field in one entry alone", both({ extra: UNIX_TIMES }), "zip_extra_field_invalid"),
  row(
    "form",
    "owner and NTFS times that are too short",
    both({ extra: concat(extra(0x7875, u32(0)), extra(10, u32(0))) }),
    "zip_extra_field_invalid",
  ),
  row(
    "form",
    "owner ids with a local header's signature after them",
    central({ extra: extra(0x7875, concat(Uint8Array.of(1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0), u32(0x04034b50))) }),
    "zip_extra_field_invalid",
  ),
  row(
    "form",
    "an empty mark of jar in the central header alone",
    central({ extra: extra(0xcafe) }),
    "zip_extra_field_invalid",
  ),
];

function emptyArchive(offset = DECOY_OFFSET): Uint8Array {
  return concat(u32(0x06054b50), u16(0, 0, 0, 0), u32(0, offset), u16(0));
}
