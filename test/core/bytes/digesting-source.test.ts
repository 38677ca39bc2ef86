/** The digest of a file that is read in parts: in any order, it covers the bytes that were handed out. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { digestingSource } from "../../../src/core/bytes/digesting-source.ts";
import { type ByteSource, bytesSource } from "../../../src/core/bytes/source.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";

const CONTENT = new Uint8Array(1_500_000).map((_, at) => (at * 7919) >> 5);
const SHA256 = new Bun.CryptoHasher("sha256").update(CONTENT).digest("hex");

/** Gives different bytes wherever `changed` says so, from the second reading on. */
function changing(changed: (at: number) => boolean): ByteSource {
  const seen = new Uint8Array(CONTENT.length);
  return {
    size: CONTENT.length,
    read(offset, length) {
      const bytes = CONTENT.slice(offset, offset + length);
      for (let at = 0; at < length; at += 1) {
        if (seen[offset + at] === 1 && changed(offset + at)) bytes[at] = (bytes[at] ?? 0) ^ 1;
        seen[offset + at] = 1;
      }
      return bytes;
    },
  };
}

const digesting = (source: ByteSource) => digestingSource(source, hostPlatform.sha256());

describe("the digest", () => {
  test("covers readings in any order, with overlaps or gaps", () => {
    const parts = fc.array(fc.tuple(fc.nat(CONTENT.length - 1), fc.integer({ min: 1, max: 300_000 })), {
      maxLength: 20,
    });
    return fc.assert(
      fc.asyncProperty(parts, async (readings) => {
        const source = digesting(bytesSource(CONTENT));
        for (const [offset, most] of readings) {
          const length = Math.min(most, CONTENT.length - offset);
          expect(await source.read(offset, length)).toEqual(CONTENT.subarray(offset, offset + length));
        }
        expect(await source.digest()).toBe(SHA256);
      }),
      { numRuns: 50 },
    );
  });

  test("counts as one reading when the file was read from first byte to last", async () => {
    const source = digesting(bytesSource(CONTENT));
    await source.read(CONTENT.length - 20_000, 20_000);
    await source.read(0, 16_384);
    for (let at = 0; at < 1_480_000; at += 100_000) await source.read(at, Math.min(100_000, 1_480_000 - at));
    expect(source.isOneReading).toBe(true);
    expect(await source.digest()).toBe(SHA256);
  });

  test("does not count as one reading when a part was not read", async () => {
    const source = digesting(bytesSource(CONTENT));
    await source.read(0, 100_000);
    await source.read(300_000, 1_200_000);
    expect(source.isOneReading).toBe(false);
    expect(await source.digest()).toBe(SHA256);
  });

  test("nor when more was read out of order than is remembered", async () => {
    const large = bytesSource(new Uint8Array(40 * 1024 * 1024));
    const source = digesting(large);
    await source.read(1024 * 1024, 39 * 1024 * 1024);
    for (let at = 0; at < large.size; at += 1024 * 1024) await source.read(at, 1024 * 1024);
    expect(source.isOneReading).toBe(false);
  });
});

describe("bytes that change between two readings are refused", () => {
  const read: [what: string, readings: [offset: number, length: number][]][] = [
    ["a record that is read twice", [[0, 100], [0, 16_384]]], // biome-ignore format: a table
    ["the end, read first", [[1_499_000, 1000], [0, 750_000], [750_000, 750_000]]], // biome-ignore format: a table
    ["read out of order", [[800_000, 700_000], [0, 800_000], [800_000, 700_000]]], // biome-ignore format: a table
  ];
  for (const [what, readings] of read) {
    test(what, async () => {
      const source = digesting(changing((at) => at === 50 || at === 1_499_500));
      const reading = async (): Promise<string> => {
        for (const [offset, length] of readings) await source.read(offset, length);
        return source.digest();
      };
      expect(await reading().catch((error: unknown) => error)).toHaveProperty("code", "input_changed");
    });
  }

  test("when the digest reads a part that was only remembered", async () => {
    const source = digesting(changing((at) => at === 1_499_500));
    await source.read(1_499_000, 1000);
    expect(await source.digest().catch((error: unknown) => error)).toHaveProperty("code", "input_changed");
  });
});
