/** End records of other archives inside content: to pass for the archive's own, offsets must fit the whole file. */
import { describe, expect, test } from "bun:test";
import { deflateRawSync } from "node:zlib";
import { FORMS } from "../../../src/core/zip/form/table/all-forms.ts";
import type { Form } from "../../../src/core/zip/form/table/row.ts";
import { archive, concat, type EntrySpec, toBytes, u16, u32, u64 } from "./archive/builder.ts";
import { A, B } from "./archive/specs.ts";
import { inForm } from "./form/form-archive.ts";
import { judge } from "./verdict.ts";

const NAME = "copy.bin";
/** Where the first entry's content begins. */
const PLACE = 30 + NAME.length;

async function codes(content: Uint8Array, more: readonly EntrySpec[] = [B]): Promise<readonly string[]> {
  return (await judge(archive({ entries: [{ name: NAME, content }, ...more] }))).codes;
}

/** An archive whose offsets count from `PLACE` bytes before it. */
function displaced(spec: Parameters<typeof archive>[0]): Uint8Array {
  const [first = A, ...rest] = spec.entries;
  return archive({ ...spec, entries: [{ ...first, before: new Uint8Array(PLACE) }, ...rest] }).slice(PLACE);
}

function endRecord(entries: number, directoryOffset: number): Uint8Array {
  return concat(u32(0x06054b50), u16(0, 0, entries, entries), u32(46, directoryOffset), u16(0));
}

describe("refused", () => {
  const cases: readonly [rule: string, content: Uint8Array][] = [
    ["a whole archive whose offsets are right in the file", displaced({ entries: [A] })],
    ["the same with zip64 records (minizip, rubyzip)", displaced({ entries: [A], zip64: {} })],
    [
      "the same, its numbers left to the zip64 record",
      displaced({
        entries: [A],
        zip64: {},
        end: { entries: 0xffff, diskEntries: 0xffff, directorySize: 0xffffffff, directoryOffset: 0xffffffff },
      }),
    ],
    ["an end record alone, which points at the real central directory", endRecord(1, PLACE + 22 + 30 + 5 + 9)],
    ["an empty archive with its own offset", endRecord(0, PLACE)],
    ["a zip64 end record of no entries", concat(u32(0x06064b50), u64(44), u16(45, 45), u32(0, 0), u64(0, 0, 0, 0))],
  ];
  for (const [rule, content] of cases) {
    test(rule, async () => expect(await codes(content)).toEqual(["zip_end_record_ambiguous"]));
  }
});

describe("refused in the times of an entry, where a whole end record fits", () => {
  // 7-Zip has three times in the last central header, right before the end record.
  const form = FORMS.find(({ name }) => name === "7-Zip") ?? FORMS[0];
  const bytes = archive(inForm(form as Form, [{ name: "run.json", content: toBytes("{}".repeat(99)) }]));
  const place = bytes.length - 22 - 24;
  const cases: readonly [rule: string, record: Uint8Array, code?: string][] = [
    ["no entries, wherever they are (npm's unzipper)", endRecord(0, 12_345)],
    ["no entries, in front of the first byte", endRecord(0, 0), "zip_extra_field_invalid"],
    ["an entry where no header is (npm's unzipper)", endRecord(1, 4), "zip_extra_field_invalid"],
    ["a directory that begins with an end record (busybox)", endRecord(2, place + 24)],
  ];
  for (const [rule, record, code = "zip_end_record_ambiguous"] of cases) {
    test(rule, async () => {
      expect((await judge(bytes)).codes).toEqual([]);
      const changed = bytes.slice();
      changed.set(record, place);
      expect((await judge(changed)).codes).toEqual([code]);
    });
  }
});

describe("refused in the deflated data of an archive that libzip finds fault with", () => {
  const form = FORMS.find(({ name }) => name === "bsdtar") ?? FORMS[0];
  const stored = (content: Uint8Array): Uint8Array => new Uint8Array(deflateRawSync(content, { level: 0 }));
  for (const offset of [0, 155]) {
    test(`no entries, at ${offset}`, async () => {
      const contents = [{ name: "run.json", content: concat(endRecord(0, offset), new Uint8Array(200)) }];
      const { codes: found } = await judge(archive(inForm(form as Form, contents, stored)));
      expect(found).toEqual(["zip_end_record_ambiguous"]);
    });
  }
});

test("refused in a Buffer too, whose slice() is no copy", async () => {
  const bytes = archive({ entries: [{ name: NAME, content: displaced({ entries: [A] }) }, B] });
  // In a larger memory, as `readFileSync` gives it for a small file.
  const pooled = Buffer.concat([Buffer.alloc(100), bytes]).subarray(100);
  expect((await judge(pooled)).codes).toEqual(["zip_end_record_ambiguous"]);
});

describe("accepted", () => {
  const cases: readonly [rule: string, content: Uint8Array][] = [
    ["an ordinary archive", archive({ entries: [A, B] })],
    ["an ordinary archive with zip64 records", archive({ entries: [A, B], zip64: {} })],
    ["an empty archive", archive({ entries: [] })],
    ["signatures alone", concat(u32(0x06054b50), u32(0x07064b50), u32(0x06064b50), new Uint8Array(80).fill(0xaa))],
    ["an archive with offsets for another place", archive({ entries: [{ ...A, before: new Uint8Array(99) }] })],
  ];
  for (const [rule, content] of cases) {
    test(rule, async () => expect(await codes(content)).toEqual([]));
  }

  test("far from the end, where no reader looks", async () => {
    const noise = new Uint8Array(70_000).fill(0x2e);
    expect(await codes(displaced({ entries: [A] }), [{ name: "noise", content: noise }])).toEqual([]);
  });
});
