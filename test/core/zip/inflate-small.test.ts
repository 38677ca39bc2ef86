/** What is inflated at once and what is inflated in pieces: the same content, and the same findings of whatever is wrong. */
import { describe, expect, test } from "bun:test";
import { constants, crc32, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import type { Platform } from "../../../src/core/platform.ts";
import { bytesSource } from "../../../src/core/source.ts";
import { streamContent } from "../../../src/core/zip/content.ts";
import type { ZipEntry } from "../../../src/core/zip/layout.ts";
import { hostPlatform } from "../../../src/host/platform.ts";

const { inflateSmall: _, ...inPieces } = hostPlatform;

async function read(data: Uint8Array, content: Uint8Array, size: number, platform: Platform) {
  const entry = {
    name: "a.json",
    method: 8,
    dataOffset: 0,
    compressedSize: data.length,
    uncompressedSize: size,
    crc32: crc32(content),
    hasDataDescriptor: false,
  } as unknown as ZipEntry;
  const pieces: Uint8Array[] = [];
  const read = await streamContent(bytesSource(data), entry, platform, (chunk) => void pieces.push(chunk.slice()));
  return { ...read, pieces };
}

/** Of bad data, how much came before it was found to be bad is not said. */
async function expectSame(data: Uint8Array, content: Uint8Array, size = content.length): Promise<string[]> {
  const whole = await read(data, content, size, hostPlatform);
  const pieces = await read(data, content, size, inPieces);
  expect(whole.findings).toEqual(pieces.findings);
  if (whole.findings.length === 0) {
    expect(whole.sha256).toBe(pieces.sha256);
    expect(Buffer.concat(whole.pieces).equals(Buffer.concat(pieces.pieces))).toBe(true);
  }
  return whole.findings.map(({ code }) => code);
}

const text = new TextEncoder().encode(JSON.stringify(Array.from({ length: 300 }, (_, at) => ({ at, odd: at * 7919 }))));
const good = new Uint8Array(deflateRawSync(text));

describe("a stream that is whole", () => {
  for (const level of [0, 1, 6, 9]) {
    test(`of level ${level}`, async () => {
      expect(
        await expectSame(new Uint8Array(deflateRawSync(text.slice(0, 9000), { level })), text.slice(0, 9000)),
      ).toEqual([]);
    });
  }
  test("of nothing", async () => {
    expect(await expectSame(new Uint8Array(deflateRawSync(new Uint8Array(0))), new Uint8Array(0))).toEqual([]);
    expect(await expectSame(Uint8Array.of(1, 0, 0, 0xff, 0xff), new Uint8Array(0))).toEqual([]);
  });
  test("with a final block that is empty", async () => {
    const flushed = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
    expect(await expectSame(Buffer.concat([flushed, Buffer.from([3, 0])]), text)).toEqual([]);
    expect(await expectSame(new Uint8Array(flushed), text)).toEqual(["zip_deflate_invalid"]);
  });
});

describe("anything else", () => {
  test("data behind the stream", async () => {
    for (const behind of [[0], [1, 2, 3], [3, 0], [...good]]) {
      expect(await expectSame(Uint8Array.of(...good, ...behind), text)).toEqual(["zip_deflate_invalid"]);
    }
  });
  test("cut anywhere", async () => {
    for (let end = 0; end < good.length; end += 1) {
      expect(await expectSame(good.slice(0, end), text)).toEqual(["zip_deflate_invalid"]);
    }
  });
  test("a size that is not its own", async () => {
    for (const size of [0, 1, text.length - 1, text.length + 1]) {
      expect(await expectSame(good, text, size)).toEqual(["zip_size_mismatch"]);
    }
  });
  test("bits behind the end in the last byte", async () => {
    const fixed = Uint8Array.of(3, 0);
    expect(await expectSame(fixed, new Uint8Array(0))).toEqual([]);
    for (let bit = 2; bit < 8; bit += 1) {
      expect(await expectSame(Uint8Array.of(3, 1 << bit), new Uint8Array(0))).toEqual(["zip_deflate_invalid"]);
    }
  });
  test("any bit changed, and any bytes at all", async () => {
    const changed = fc.integer({ min: 0, max: good.length * 8 - 1 }).map((bit) => {
      const copy = good.slice();
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return copy;
    });
    const anything = fc.uint8Array({ minLength: 0, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, anything), (data) => expectSame(data, text).then(() => undefined)),
      { numRuns: 1500 },
    );
  });
  test("a bomb stops at the first piece that is too much", async () => {
    const zeros = new Uint8Array(10_000_000);
    const { size, findings } = await read(new Uint8Array(deflateRawSync(zeros)), zeros, 1000, hostPlatform);
    expect([size, findings[0]?.code]).toEqual([1000, "zip_size_mismatch"]);
  });
});
