/** `gait pack normalize`: an artifact that a ZIP program repacked becomes the artifact again, or is refused. */
import { describe, expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { normalizeArtifact } from "../../../src/core/rezipped/normalize.ts";
import { judgeArtifact } from "../../../src/core/verify/verify.ts";
import { FORMS } from "../../../src/core/zip/form/table/all-forms.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { vectorBytes } from "../../go-vectors.ts";
import { membersOf } from "../artifacts.ts";
import { type ArchiveSpec, archive, concat, type EntrySpec, extra, u16, u32, u64 } from "../zip/archive/builder.ts";
import { inForm } from "../zip/form/form-archive.ts";

const VECTORS = [
  "runpacks/raw/runpack_run_alpha.zip",
  "packs/raw/pack_run_alpha.zip",
  "packs/pack_job_resumed_signed.zip",
  "guard/guard_soc2_min.zip",
];

async function normalized(bytes: Uint8Array): Promise<Uint8Array | string> {
  const parts: Uint8Array[] = [];
  const made = await normalizeArtifact(
    bytesSource(bytes),
    { write: (piece) => void parts.push(piece.slice()) },
    hostPlatform,
  );
  return "form" in made ? concat(...parts) : made.map(({ code }) => code).join(" ");
}

async function codeOf(bytes: Uint8Array): Promise<string> {
  const made = await normalized(bytes);
  return typeof made === "string" ? made : "normalized";
}

/** An artifact in its original form, and its files. */
async function own(file: string): Promise<{ bytes: Uint8Array; entries: EntrySpec[] }> {
  const bytes = await normalized(vectorBytes(file));
  if (typeof bytes === "string") throw new Error(bytes);
  return { bytes, entries: [...(await membersOf(bytes))].map(([name, content]) => ({ name, content })) };
}

const FOLDER: EntrySpec = {
  name: "evidence/",
  content: "",
  central: { externalAttributes: 0o040755 * 0x1_0000 + 0x10 },
};
const APPLE: EntrySpec = { name: "__MACOSX/evidence/._manifest.json", content: "\0\u0005\u0016\u0007" };
const inFolder = (entries: readonly EntrySpec[]): EntrySpec[] =>
  entries.map((entry) => ({ ...entry, name: `evidence/${entry.name}` }));

/** The forms that ZIP programs give it. */
const REZIPPED: readonly [rule: string, make: (entries: readonly EntrySpec[]) => ArchiveSpec][] = [
  ["unchanged, stored", (entries) => ({ entries })],
  [
    "deflated, in another order",
    (entries) => ({ entries: [...entries].reverse().map((entry) => ({ ...entry, deflate: true })) }),
  ],
  ["in a folder", (entries) => ({ entries: inFolder(entries) })],
  ["in a folder that is an entry", (entries) => ({ entries: [FOLDER, ...inFolder(entries)] })],
  [
    "with the files that macOS adds",
    (entries) => ({ entries: [FOLDER, ...inFolder(entries), APPLE, { ...APPLE, name: "evidence/.DS_Store" }] }),
  ],
  ["in another archive", (entries) => ({ entries: [{ name: "run.zip", content: archive({ entries }) }] })],
  [
    "in a folder in an archive in a folder",
    (entries) => ({
      entries: [FOLDER, { name: "evidence/run.zip", content: archive({ entries: inFolder(entries) }) }],
    }),
  ],
  ["with a comment", (entries) => ({ entries, end: { comment: "a commit" } })],
  [
    "stored to a pipe, as python does",
    (entries) => ({ entries: entries.map((entry) => ({ ...entry, descriptor: "signed" })) }),
  ],
];

describe("comes back byte for byte", () => {
  for (const file of VECTORS) {
    for (const [rule, make] of REZIPPED) {
      test(`${file}: ${rule}`, async () => {
        const { bytes, entries } = await own(file);
        expect(await normalized(archive(make(entries)))).toEqual(bytes);
      });
    }
  }

  test("from the form of every known tool", async () => {
    const { bytes, entries } = await own("runpacks/raw/runpack_run_alpha.zip");
    const contents = entries.map(({ name, content }) => ({ name: `${name}`, content: content as Uint8Array }));
    for (const form of FORMS)
      expect([form.name, await normalized(archive(inForm(form, contents)))]).toEqual([form.name, bytes]);
  });

  test("and verifies as before: ids and signatures are the same", async () => {
    const options = { platform: hostPlatform, keys: [], requireSignature: false };
    for (const file of VECTORS) {
      const { bytes } = await own(file);
      const before = await judgeArtifact(bytesSource(vectorBytes(file)), options);
      const after = await judgeArtifact(bytesSource(bytes), options);
      expect([after.verdict, after.packId, after.signature]).toEqual([before.verdict, before.packId, before.signature]);
    }
  });
});

describe("refused, never chosen between", () => {
  const cases: readonly [rule: string, make: (entries: readonly EntrySpec[]) => ArchiveSpec, code: string][] = [
    [
      "two packs in two folders",
      (entries) => ({
        entries: [...inFolder(entries), ...entries.map((entry) => ({ ...entry, name: `b/${entry.name}` }))],
      }),
      "manifest_missing",
    ],
    [
      "two archives",
      (entries) => ({ entries: ["a.zip", "b.zip"].map((name) => ({ name, content: archive({ entries }) })) }),
      "manifest_missing",
    ],
    ["none of our files", () => ({ entries: [{ name: "a.txt", content: "a" }] }), "manifest_missing"],
    ["a file twice", (entries) => ({ entries: [...entries, ...entries.slice(0, 1)] }), "zip_duplicate_entry"],
    [
      "a file in capitals beside it",
      (entries) => ({
        entries: [
          ...entries,
          ...entries.slice(0, 1).map((entry) => ({ ...entry, name: `${entry.name}`.toUpperCase() })),
        ],
      }),
      "zip_name_collision",
    ],
    ["a hidden entry", (entries) => ({ entries: [...entries, { name: "x", hidden: true }] }), "zip_gap"],
    [
      "entries of two tools",
      (entries) => ({
        entries: entries.map((entry, index) =>
          index === 0 ? { ...entry, central: { versionMadeBy: 0x0a14 } } : entry,
        ),
      }),
      "zip_header_mismatch",
    ],
    [
      "a descriptor without signature behind stored data",
      (entries) => ({
        entries: entries.map((entry, index) => (index === 0 ? { ...entry, descriptor: "unsigned" } : entry)),
      }),
      "zip_header_mismatch",
    ],
    [
      "a descriptor in stored data with its size behind it",
      (entries) => ({
        entries: [...entries, { name: "x.bin", content: concat(u32(0x08074b50), u32(0, 0, 0)), descriptor: "signed" }],
      }),
      "zip_header_mismatch",
    ],
    [
      "an archive, stored to a pipe, in which a descriptor ends the data before it",
      (entries) => ({ entries: [...entries, { name: "x.zip", content: endingEarly(), descriptor: "signed" }] }),
      "zip_header_mismatch",
    ],
    [
      "content with another CRC-32",
      (entries) => ({ entries: entries.map((entry) => ({ ...entry, both: { crc32: 7 } })) }),
      "zip_crc_mismatch",
    ],
    [
      "a second end record in a comment",
      (entries) => ({ entries, end: { comment: archive({ entries: [] }) } }),
      "zip_end_record_ambiguous",
    ],
    [
      "a folder with content",
      (entries) => ({ entries: [{ ...FOLDER, content: "x" }, ...inFolder(entries)] }),
      "zip_directory_entry",
    ],
    [
      "a size left to a zip64 field",
      (entries) => ({
        entries: entries.map((entry, index) =>
          index === 0
            ? {
                ...entry,
                central: { uncompressedSize: 0xffffffff, extra: extra(1, u64((entry.content as Uint8Array).length)) },
              }
            : entry,
        ),
      }),
      "zip64_mismatch",
    ],
  ];
  for (const [rule, make, code] of cases) {
    test(rule, async () => {
      const { entries } = await own("packs/raw/pack_run_alpha.zip");
      expect((await codeOf(archive(make(entries)))).split(" ")).toContain(code);
    });
  }

  test("nested deeper in archives than anybody packs it", async () => {
    let { bytes } = await own("packs/raw/pack_run_alpha.zip");
    for (let depth = 0; depth < 5; depth += 1) bytes = archive({ entries: [{ name: "a.zip", content: bytes }] });
    expect(await codeOf(bytes)).toBe("manifest_missing");
  });
});

/** Starts like an archive; a descriptor in it gives the size of the data before it. */
function endingEarly(): Uint8Array {
  const before = concat(u32(0x04034b50), u16(1, 2, 3));
  return concat(before, u32(0x08074b50), u32(1, before.length, before.length), u16(9, 9));
}
