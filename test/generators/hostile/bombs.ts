/** Archives that demand more than their size: many entries, large content, or false sizes. */
import { constants, deflateRawSync } from "node:zlib";
import {
  type ArchiveSpec,
  archive,
  concat,
  contentOf,
  type EntrySpec,
  extra,
  u64,
} from "../../core/zip/archive/builder.ts";
import { memberText } from "./artifact.ts";
import { EMPTY_BLOCK } from "./deflate.ts";
import { type ArchiveScenario, first, SEE_ZIP64 } from "./entry-scenarios.ts";
import { refusedBy, type Scenario } from "./vector.ts";

const MEBIBYTE = 1024 * 1024;
const GIBIBYTE = 2 ** 30;

/** `content` repeated, deflated a thousand to one: each repetition ends on a byte boundary. */
export function deflatedRepeat(content: Uint8Array, times: number): Uint8Array {
  const unit = new Uint8Array(deflateRawSync(content, { finishFlush: constants.Z_FULL_FLUSH }));
  return concat(...Array.from({ length: times }, () => unit), Uint8Array.of(1, ...EMPTY_BLOCK.subarray(1)));
}

/** An entry of zeros; its CRC-32 is wrong, and no reader may get far enough to notice. */
function zeros(name: string, mebibytes: number, declared = mebibytes * MEBIBYTE): EntrySpec {
  return {
    name,
    deflate: true,
    data: deflatedRepeat(new Uint8Array(MEBIBYTE), mebibytes),
    both: { uncompressedSize: declared, crc32: 1 },
  };
}

function row(
  rule: string,
  make: (entries: readonly EntrySpec[]) => ArchiveSpec,
  ...codes: ArchiveScenario["codes"]
): ArchiveScenario {
  return { class: "bomb", rule, archive: make, codes };
}

/** Small enough to be recorded. */
export const CLAIMED_BOMBS: readonly ArchiveScenario[] = [
  row("a gibibyte claimed by some bytes", claims(GIBIBYTE), "zip_ratio_exceeded"),
  row("4 GiB claimed by some bytes", claims(SEE_ZIP64 - 1), "zip_ratio_exceeded"),
  row(
    "2 TiB claimed by some bytes",
    first({
      deflate: true,
      data: EMPTY_BLOCK,
      central: { uncompressedSize: SEE_ZIP64, extra: extra(1, u64(2 * 1024 * GIBIBYTE)) },
      local: {
        uncompressedSize: SEE_ZIP64,
        compressedSize: SEE_ZIP64,
        extra: extra(1, u64(2 * 1024 * GIBIBYTE, EMPTY_BLOCK.length)),
      },
    }),
    "zip_too_large",
    "zip_ratio_exceeded",
  ),
  row(
    "49 hidden entries",
    (entries) => {
      const shared = Array.from({ length: 50 }, (_, index) => ({
        name: `${index}.json`,
        content: "{}",
        hidden: index > 0,
      }));
      return { entries: [...shared, ...entries] };
    },
    "zip_gap",
  ),
  row(
    "overlapping files",
    ([entry, second, ...rest]) => ({
      entries: [
        ...(entry === undefined ? [] : [entry]),
        ...(second === undefined ? [] : [{ ...second, central: { offset: 0 } }]),
        ...rest,
      ],
    }),
    "zip_overlap",
  ),
  row(
    "60,000 entries claimed",
    (entries) => ({ entries, end: { entries: 60_000, diskEntries: 60_000 } }),
    "zip_too_many_entries",
  ),
];

/** Made when needed. */
export const MADE_BOMBS: readonly ArchiveScenario[] = [
  row(
    "70,000 entries",
    (entries) => ({
      entries: [...Array.from({ length: 70_000 }, (_, index) => ({ name: `e/${index}`, content: "" })), ...entries],
      zip64: {},
      end: { entries: 0xffff, diskEntries: 0xffff },
    }),
    "zip_too_many_entries",
  ),
  row(
    "70,000 entries counted modulo 65,536",
    (entries) => ({
      entries: [...Array.from({ length: 70_000 }, (_, index) => ({ name: `e/${index}`, content: "" })), ...entries],
      end: { entries: 70_000 % 65_536, diskEntries: 70_000 % 65_536 },
    }),
    "zip_too_many_entries",
  ),
  row(
    "1 GiB of zeros in 1 MB, not declared by the manifest",
    (entries) => ({ entries: [...entries, zeros("zeros.bin", 1024)] }),
    "zip_ratio_exceeded",
  ),
  row(
    "1 GiB of zeros whose headers say 100 bytes",
    (entries) => ({
      entries: entries.map((entry, index) => (index === 0 ? zeros(`${entry.name}`, 1024, 100) : entry)),
    }),
    "zip_size_mismatch",
  ),
  row(
    "255 MiB of zeros as an evidence file",
    (entries) => ({ entries: entries.map((entry, index) => (index === 0 ? zeros(`${entry.name}`, 255) : entry)) }),
    "zip_crc_mismatch",
  ),
  row(
    "255 MiB of zeros as the manifest",
    (entries) => ({
      entries: entries.map((entry, index) => (index === entries.length - 1 ? zeros(`${entry.name}`, 255) : entry)),
    }),
    "document_too_large",
  ),
  row(
    "a manifest of zeros whose headers say 100 bytes",
    (entries) => ({
      entries: entries.map((entry, index) =>
        index === entries.length - 1 ? zeros(`${entry.name}`, 1024, 100) : entry,
      ),
    }),
    "zip_size_mismatch",
  ),
  row(
    "300 entries of 4 MiB of zeros each",
    (entries) => ({ entries: [...Array.from({ length: 300 }, (_, index) => zeros(`z/${index}`, 4)), ...entries] }),
    "zip_ratio_exceeded",
  ),
];

/** An archive that inflates to an archive: each step within the ratio, both together far past it. */
export const NESTED_BOMB: Scenario = {
  class: "bomb",
  rule: "6 GiB in an archive in an archive of some kilobytes",
  changes: {
    members: () => ({
      "source/runpack.zip": archive({
        entries: [
          { name: "padding.bin", content: new Uint8Array(40 * MEBIBYTE) },
          zeros("intents.jsonl", 6 * 1024),
          { name: "manifest.json", content: memberText("runpack", "manifest.json") },
        ],
      }),
    }),
    archive: (entries) => ({ entries: entries.map((entry) => ({ ...entry, deflate: true })) }),
  },
  verdict: refusedBy("zip", "zip_ratio_exceeded"),
  generated: true,
};

/** The first member holds records; 64 MiB of the shortest ones possible. */
export const RECORD_BOMBS: readonly ArchiveScenario[] = [
  records("of empty objects", "{}\n"),
  records("of empty lines", "\n"),
  records("of what begins a list", "["),
  records("of what is no JSON", "x\n"),
];

function records(rule: string, text: string): ArchiveScenario {
  const line = new TextEncoder().encode(text);
  const mebibyte = Uint8Array.from(
    { length: MEBIBYTE - (MEBIBYTE % line.length) },
    (_, at) => line[at % line.length] ?? 0,
  );
  const over = (entry: EntrySpec): EntrySpec => ({
    name: entry.name,
    deflate: true,
    data: deflatedRepeat(mebibyte, 64),
    both: { uncompressedSize: 64 * mebibyte.length, crc32: 1 },
  });
  return row(
    `64 MiB ${rule}`,
    (entries) => ({ entries: entries.map((entry, index) => (index === 0 ? over(entry) : entry)) }),
    "zip_crc_mismatch",
  );
}

function claims(size: number): (entries: readonly EntrySpec[]) => ArchiveSpec {
  return first((entry) => ({
    deflate: true,
    data: contentOf(entry).slice(0, 100),
    both: { uncompressedSize: size },
  }));
}
