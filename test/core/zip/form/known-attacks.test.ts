/**
 * Archives that were once accepted and that other readers read differently without an error: one of each kind, under
 * the name it was found by.
 */
import { describe, expect, test } from "bun:test";
import { type ArchiveSpec, archive, concat, type EntrySpec, extra, u16, u32, u64 } from "../archive/builder.ts";
import { judge } from "../verdict.ts";

const SEE_ZIP64 = 0xffffffff;
const PAYLOAD: EntrySpec = { name: "run_payload.json", content: '{"intents_count":3}', deflate: true };
const RUNPACK: EntrySpec = { name: "source/runpack.zip", content: "PK evidence ".repeat(20) };
const SIZE = RUNPACK.content?.length ?? 0;
const OPEN_SIZES = { compressedSize: SEE_ZIP64, uncompressedSize: SEE_ZIP64 };
const named = (name: string): ArchiveSpec => ({ entries: [PAYLOAD, RUNPACK, { ...PAYLOAD, name }] });
const changed = (over: Partial<EntrySpec>): ArchiveSpec => ({ entries: [PAYLOAD, { ...RUNPACK, ...over }] });

/** A declared file that is itself an archive, with offsets that fit the file around it. */
function copy(more: Partial<ArchiveSpec> = {}): EntrySpec {
  const name = "copy.bin";
  const place = 30 + name.length;
  const entries = [{ name: "run_payload.json", content: "{}", before: new Uint8Array(place) }];
  return { name, content: archive({ entries, ...more }).slice(place) };
}

const ALL_OPEN = { diskEntries: 0xffff, entries: 0xffff, directorySize: SEE_ZIP64, directoryOffset: SEE_ZIP64 };
const END_RECORD = concat(u32(0x06054b50), u16(0, 0, 1, 1), u32(46, 0), u16(0));

const ATTACKS: readonly [name: string, spec: ArchiveSpec, code: string][] = [
  [
    "01 zip64 offset not in order",
    { entries: [RUNPACK, { ...PAYLOAD, central: { offset: SEE_ZIP64, extra: extra(1, u64(SIZE, SIZE, 77)) } }] },
    "zip64_mismatch",
  ],
  [
    "02 Amiga directory",
    changed({ central: { versionMadeBy: 0x0114, externalAttributes: 0o104644 * 0x1_0000 } }),
    "zip_not_regular_file",
  ],
  ["03 stored descriptor without signature", changed({ descriptor: "unsigned" }), "zip_header_mismatch"],
  ["04 name with a VMS version", named("source/runpack.zip;1"), "zip_name_unsafe"],
  ["05 name with Windows characters", named("run|payload.json"), "zip_name_unsafe"],
  [
    "21 second end record, libzip",
    { entries: [copy(), PAYLOAD, { ...RUNPACK, central: { versionNeeded: 10 } }] },
    "zip_end_record_ambiguous",
  ],
  [
    "22 second end record in an extra field",
    changed({ central: { extra: extra(0x7875, END_RECORD) } }),
    "zip_extra_field_invalid",
  ],
  [
    "23 second end record, zip64 open",
    { entries: [copy(), PAYLOAD], zip64: {}, end: ALL_OPEN },
    "zip_end_record_ambiguous",
  ],
  [
    "24 stored unsigned descriptor, plain",
    changed({ descriptor: "unsigned", content: "plain" }),
    "zip_header_mismatch",
  ],
  [
    "25 wide descriptor of a small entry",
    {
      entries: [
        {
          ...PAYLOAD,
          descriptor: "signed64",
          both: { versionNeeded: 45 },
          central: { ...OPEN_SIZES, extra: extra(1, u64(19, 21)) },
        },
      ],
    },
    "zip_header_mismatch",
  ],
  [
    "26 zip64 field without need",
    changed({ both: { versionNeeded: 45 }, central: { ...OPEN_SIZES, extra: extra(1, u64(SIZE, SIZE)) } }),
    "zip64_mismatch",
  ],
  ["27 name with a semicolon without digits", named("run_payload.json;"), "zip_name_unsafe"],
  ["28 name __proto__", named("__proto__"), "zip_name_unsafe"],
  ["29 name __MACOSX", named("__MACOSX/run_payload.json"), "zip_name_unsafe"],
  ["30 name decomposed", named("notes/e\u0301tat.txt"), "zip_name_unsafe"],
  ["31 multi-release jar", named("META-INF/versions/11/run_payload.json"), "zip_name_unsafe"],
  ["32 set user id", changed({ central: { externalAttributes: 0o106755 * 0x1_0000 } }), "zip_not_regular_file"],
  [
    "33 extra field longer than its values",
    changed({
      central: { extra: extra(0x7875, concat(Uint8Array.of(1, 4, 0, 0, 0, 0, 4, 0, 0, 0, 0), u32(0x04034b50))) },
    }),
    "zip_extra_field_invalid",
  ],
  [
    "a local header's signature in the times of an entry, fflate",
    changed({ central: { extra: extra(0x5455, concat(Uint8Array.of(1), u32(0x04034b50))) } }),
    "zip_extra_field_invalid",
  ],
  [
    "a local header's signature as time and date, fflate",
    { entries: [PAYLOAD, RUNPACK].map((entry) => ({ ...entry, both: { time: 0x4b50, date: 0x0403 } })) },
    "zip_header_mismatch",
  ],
  ["34 second zip64 end record", { entries: [copy({ zip64: {} }), PAYLOAD] }, "zip_end_record_ambiguous"],
];

describe("refused, by the name of the case", () => {
  for (const [name, spec, code] of ATTACKS) {
    test(name, async () => expect((await judge(archive(spec))).codes).toContain(code));
  }
});
