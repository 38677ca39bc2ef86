/** Zip64 as written: where a size, an offset or a count needs it, and nowhere else. */
import { describe, expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { readLayout } from "../../../src/core/zip/layout.ts";
import { DEFAULT_LIMITS } from "../../../src/core/zip/limits.ts";
import { centralHeader, endRecords, localHeader, type WrittenHeader } from "../../../src/core/zip/write-records.ts";
import { concat, u16, u32, u64 } from "./archive/builder.ts";
import { write } from "./golden.ts";

/** The largest number that a 32-bit field can hold: the next one means "see zip64". */
const LARGEST = 0xfffffffe;
const NAME = new TextEncoder().encode("a.zip");
const HEADER: WrittenHeader = {
  name: NAME,
  method: 0,
  crc32: 0x1234,
  compressedSize: 1,
  uncompressedSize: 2,
  localHeaderOffset: 3,
};

const common = (compressed: number, uncompressed: number, extraLength: number): Uint8Array =>
  concat(u16(0, 0, 0, 0x21), u32(0x1234, compressed, uncompressed), u16(5, extraLength));

describe("local header", () => {
  const cases: readonly [rule: string, sizes: Partial<WrittenHeader>, expected: Uint8Array][] = [
    ["small sizes", {}, concat(u16(20), common(1, 2, 0), NAME)],
    [
      "the largest sizes that fit",
      { compressedSize: LARGEST, uncompressedSize: LARGEST },
      concat(u16(20), common(LARGEST, LARGEST, 0), NAME),
    ],
    [
      "one more: both sizes go to the zip64 field",
      { compressedSize: LARGEST, uncompressedSize: LARGEST + 1 },
      concat(u16(45), common(LARGEST + 1, LARGEST + 1, 20), NAME, u16(1, 16), u64(LARGEST + 1, LARGEST)),
    ],
    [
      "the compressed size alone",
      { compressedSize: 2 ** 40, uncompressedSize: 7 },
      concat(u16(45), common(LARGEST + 1, LARGEST + 1, 20), NAME, u16(1, 16), u64(7, 2 ** 40)),
    ],
    ["an offset is not in it", { localHeaderOffset: 2 ** 40 }, concat(u16(20), common(1, 2, 0), NAME)],
  ];
  for (const [rule, sizes, expected] of cases) {
    test(rule, () => expect(localHeader({ ...HEADER, ...sizes })).toEqual(concat(u32(0x04034b50), expected)));
  }
});

describe("central header", () => {
  const tail = (offset: number): Uint8Array => concat(u16(0, 0, 0), u32(0x81a40000, offset), NAME);
  const cases: readonly [rule: string, sizes: Partial<WrittenHeader>, expected: Uint8Array][] = [
    ["small sizes", {}, concat(u16(20), common(1, 2, 0), tail(3))],
    ["the largest offset that fits", { localHeaderOffset: LARGEST }, concat(u16(20), common(1, 2, 0), tail(LARGEST))],
    [
      "one more: only the offset goes to the zip64 field",
      { localHeaderOffset: LARGEST + 1 },
      concat(u16(45), common(1, 2, 12), tail(LARGEST + 1), u16(1, 8), u64(LARGEST + 1)),
    ],
    [
      "size and offset",
      { uncompressedSize: 2 ** 33, localHeaderOffset: 2 ** 34 },
      concat(u16(45), common(1, LARGEST + 1, 20), tail(LARGEST + 1), u16(1, 16), u64(2 ** 33, 2 ** 34)),
    ],
  ];
  for (const [rule, sizes, expected] of cases) {
    test(rule, () => {
      expect(centralHeader({ ...HEADER, ...sizes })).toEqual(concat(u32(0x02014b50), u16(0x0314), expected));
    });
  }
});

describe("end records", () => {
  const end = (entries: number, size: number, offset: number): Uint8Array =>
    concat(u32(0x06054b50), u16(0, 0, entries, entries), u32(size, offset), u16(0));
  const zip64 = (entries: number, size: number, offset: number): Uint8Array =>
    concat(
      concat(u32(0x06064b50), u64(44), u16(0x0314, 45), u32(0, 0), u64(entries, entries, size, offset)),
      concat(u32(0x07064b50, 0), u64(offset + size), u32(1)),
    );
  const cases: readonly [rule: string, entries: number, size: number, offset: number, expected: Uint8Array][] = [
    ["small numbers", 1, 2, 3, end(1, 2, 3)],
    ["the largest numbers that fit", 0xfffe, LARGEST, LARGEST, end(0xfffe, LARGEST, LARGEST)],
    ["one entry more", 0xffff, 2, 3, concat(zip64(0xffff, 2, 3), end(0xffff, 2, 3))],
    ["many more", 70_000, 2, 3, concat(zip64(70_000, 2, 3), end(0xffff, 2, 3))],
    ["a large offset", 1, 2, 2 ** 33, concat(zip64(1, 2, 2 ** 33), end(1, 2, LARGEST + 1))],
    ["a large directory", 1, 2 ** 33, 3, concat(zip64(1, 2 ** 33, 3), end(1, LARGEST + 1, 3))],
  ];
  for (const [rule, entries, directorySize, directoryOffset, expected] of cases) {
    test(rule, () => expect(endRecords({ entries, directorySize, directoryOffset })).toEqual(expected));
  }
});

test("70,000 entries are written and read, if the limits allow it", async () => {
  const names = Array.from({ length: 70_000 }, (_, index) => [`${index}.zip`, new Uint8Array(0)] as const);
  const source = bytesSource(await write(names));
  expect((await readLayout(source)).findings.map((finding) => finding.code)).toEqual(["zip_too_many_entries"]);
  const { findings, entries } = await readLayout(source, { ...DEFAULT_LIMITS, maxEntries: 70_000 });
  expect([findings, entries.length]).toEqual([[], 70_000]);
});
