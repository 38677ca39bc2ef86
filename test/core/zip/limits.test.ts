/** The most that an archive can make its reader spend, whatever its headers say. */
import { describe, expect, test } from "bun:test";
import { type ByteSource, bytesSource } from "../../../src/core/bytes/source.ts";
import { readLayout } from "../../../src/core/zip/layout.ts";
import { DEFAULT_LIMITS } from "../../../src/core/zip/limits.ts";
import { archive, concat, type EntrySpec, extra, u16, u32, u64 } from "./archive/builder.ts";

const GIBIBYTE = 2 ** 30;
const SEE_ZIP64 = 0xffffffff;

async function codes(source: ByteSource | Uint8Array, limits?: Partial<typeof DEFAULT_LIMITS>): Promise<string[]> {
  const opened = source instanceof Uint8Array ? bytesSource(source) : source;
  const { findings, entries } = await readLayout(opened, { ...DEFAULT_LIMITS, ...limits });
  if (findings.length > 0) expect(entries).toEqual([]);
  return findings.map((finding) => finding.code);
}

/** An entry with 4 KiB of deflate data whose headers declare `size` bytes. */
function claims(size: number, name = "a"): EntrySpec {
  return { name, deflate: true, data: new Uint8Array(4096), both: { uncompressedSize: size } };
}

describe("entries", () => {
  const many = (count: number): Uint8Array =>
    archive({ entries: Array.from({ length: count }, (_, index) => ({ name: `${index}`, content: "" })) });

  test("exactly the limit", async () => expect(await codes(many(5), { maxEntries: 5 })).toEqual([]));
  test("one more", async () => expect(await codes(many(6), { maxEntries: 5 })).toEqual(["zip_too_many_entries"]));
  test("a false count", async () => {
    const bytes = archive({ entries: [{ name: "a" }], end: { entries: 60_000, diskEntries: 60_000 } });
    expect(await codes(bytes)).toEqual(["zip_too_many_entries"]);
  });
  test("many, declared as none", async () => {
    const bytes = archive({ entries: [{ name: "a" }, { name: "b" }], end: { entries: 0, diskEntries: 0 } });
    expect(await codes(bytes, { maxEntries: 1 })).toEqual(["zip_too_many_entries"]);
  });
  test("10,000 by default", async () => {
    expect(await codes(many(10_000))).toEqual([]);
    expect(await codes(many(10_001))).toEqual(["zip_too_many_entries"]);
  });
});

describe("content", () => {
  test("exactly the limit", async () =>
    expect(await codes(archive({ entries: [claims(1000)] }), { maxBytes: 1000 })).toEqual([]));
  test("more than the limit, all entries together", async () => {
    const bytes = archive({ entries: [claims(600), claims(600, "b")] });
    expect(await codes(bytes, { maxBytes: 1000 })).toEqual(["zip_too_large"]);
  });
  test("more than a tebibyte, by default", async () => {
    const size = 2 ** 40 + 1;
    const field = extra(1, u64(size));
    const entry = {
      ...claims(0),
      both: { uncompressedSize: SEE_ZIP64 },
      central: { extra: field },
      local: { compressedSize: SEE_ZIP64, extra: extra(1, u64(size, 4096)) },
    };
    expect(await codes(archive({ entries: [entry] }))).toEqual(["zip_too_large", "zip_ratio_exceeded"]);
  });
  test("a gibibyte in some kilobytes, without inflating it", async () => {
    expect(await codes(archive({ entries: [claims(GIBIBYTE)] }))).toEqual(["zip_ratio_exceeded"]);
  });
  test("the same, if the caller allows it", async () => {
    expect(await codes(archive({ entries: [claims(GIBIBYTE)] }), { maxRatio: 1e6 })).toEqual([]);
  });
  test("many small bombs that add up to a large one", async () => {
    const entries = Array.from({ length: 300 }, (_, index) => claims(4 * 1024 * 1024, `${index}`));
    expect(await codes(archive({ entries }))).toEqual(["zip_ratio_exceeded"]);
  });
  test("a small log of one line, repeated", async () => {
    expect(await codes(archive({ entries: [claims(200 * 1024 * 1024)] }))).toEqual([]);
  });
});

describe("memory does not grow with the declared sizes", () => {
  /** A file of `size` bytes made of `head`, `middle` repeated, and `tail`; counts the bytes read from it. */
  function sparse(
    size: number,
    head: Uint8Array,
    middle: Uint8Array,
    tail: Uint8Array,
  ): ByteSource & { largest: number; total: number } {
    return {
      size,
      largest: 0,
      total: 0,
      read(offset, length) {
        this.largest = Math.max(this.largest, length);
        this.total += length;
        return Uint8Array.from({ length }, (_, index) => {
          const at = offset + index;
          if (at < head.length) return head[at] ?? 0;
          if (at >= size - tail.length) return tail[at - (size - tail.length)] ?? 0;
          return middle[(at - head.length) % middle.length] ?? 0;
        });
      },
    };
  }

  const local = concat(u32(0x04034b50), u16(20, 0, 0, 0, 0x21), u32(0, 0, 0), u16(1, 0), Uint8Array.of(0x61));
  const header = concat(
    u32(0x02014b50),
    u16(0x0314, 20, 0, 0, 0, 0x21),
    u32(0, 0, 0),
    u16(1, 0, 0, 0, 0),
    u32(0, 0),
    Uint8Array.of(0x61),
  );

  test("a central directory of 4 GiB, all of it headers", async () => {
    const size = Math.floor((4 * GIBIBYTE - 100) / header.length) * header.length;
    const end = concat(u32(0x06054b50), u16(0, 0, 9, 9), u32(size, local.length), u16(0));
    const source = sparse(local.length + size + end.length, local, header, end);
    const before = process.memoryUsage.rss();
    expect(await codes(source)).toEqual(["zip_too_many_entries"]);
    expect(source.largest).toBeLessThan(100_000);
    expect(source.total).toBeLessThan(2_000_000);
    expect(process.memoryUsage.rss() - before).toBeLessThan(100_000_000);
  });

  test("a central directory that falsely declares 4 GiB", async () => {
    const bytes = archive({ entries: [{ name: "a" }], end: { directorySize: SEE_ZIP64 - 1, directoryOffset: 0 } });
    const source = sparse(bytes.length, bytes, Uint8Array.of(0), new Uint8Array(0));
    expect(await codes(source)).toEqual(["zip_offset_mismatch"]);
    expect(source.total).toBeLessThan(100_000);
  });

  test("an entry of 6 GiB, located without reading it", async () => {
    const size = 6 * GIBIBYTE;
    const sizes = extra(1, u64(size, size));
    const stored = {
      both: { crc32: 0, compressedSize: SEE_ZIP64, uncompressedSize: SEE_ZIP64, extra: sizes, versionNeeded: 45 },
    };
    const place = { entries: 1, diskEntries: 1, directoryOffset: size + 51 };
    const bytes = archive({
      entries: [{ name: "a", content: "", ...stored }],
      zip64: { ...place, locatorOffset: size + 51 + 67, versionMadeBy: 0x0314 },
      end: { directoryOffset: SEE_ZIP64 },
    });
    const source = sparse(size + bytes.length, bytes.subarray(0, 51), Uint8Array.of(0), bytes.subarray(51));
    expect(await codes(source)).toEqual([]);
    expect(source.total).toBeLessThan(300_000);
  });
});

describe("time grows in proportion to the archive", () => {
  const names: readonly [rule: string, name: (index: number) => string][] = [
    ["names with a common prefix", (index) => `${"a".repeat(900)}${index}`],
    ["names of many parts", (index) => `${"a/".repeat(450)}${index}`],
    ["names with many dots", (index) => `${"a".repeat(10)}${index}${".".repeat(900)}a`],
    ["names of dots only", (index) => `${".".repeat(900)}${index}`],
    ["names beyond ASCII", (index) => `${"ǖ".repeat(300)}${index}`],
  ];
  for (const [rule, name] of names) {
    test(rule, async () => {
      const time = async (count: number): Promise<number> => {
        const bytes = archive({
          entries: Array.from({ length: count }, (_, index) => ({ name: name(index), content: "" })),
        });
        const start = performance.now();
        await readLayout(bytesSource(bytes));
        return performance.now() - start;
      };
      await time(100);
      expect(await time(4000)).toBeLessThan(2000);
    });
  }
});
