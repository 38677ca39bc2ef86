/** Inflating at once, as a stream or with the inflater gives the same content and the same findings. */
import { describe, expect, test } from "bun:test";
import { constants, crc32, deflateRawSync } from "node:zlib";
import fc from "fast-check";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import type { Platform } from "../../../src/core/platform/platform.ts";
import { type EntryContent, streamContent } from "../../../src/core/zip/entry-content.ts";
import type { ZipEntry } from "../../../src/core/zip/layout.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";

const { inflateSmall: _small, inflater: _large, ...asStream } = hostPlatform;

function entryOf(data: Uint8Array, content: Uint8Array, size: number): ZipEntry {
  return {
    name: "a.json",
    method: 8,
    dataOffset: 0,
    compressedSize: data.length,
    uncompressedSize: size,
    crc32: crc32(content),
    hasDataDescriptor: false,
  } as unknown as ZipEntry;
}

async function read(data: Uint8Array, content: Uint8Array, size: number, platform: Platform) {
  const entry = entryOf(data, content, size);
  const pieces: Uint8Array[] = [];
  const read = await streamContent(bytesSource(data), entry, platform, (chunk) => void pieces.push(chunk.slice()));
  return { ...read, pieces };
}

/** For bad data, the amount of output before the fault is left out. */
async function expectSame(
  data: Uint8Array,
  content: Uint8Array,
  size = content.length,
  platform: Platform = hostPlatform,
): Promise<string[]> {
  const whole = await read(data, content, size, platform);
  const pieces = await read(data, content, size, asStream);
  expect(whole.findings).toEqual(pieces.findings);
  if (whole.findings.length === 0) {
    expect(whole.sha256).toBe(pieces.sha256);
    expect(Buffer.concat(whole.pieces).equals(Buffer.concat(pieces.pieces))).toBe(true);
  }
  return whole.findings.map(({ code }) => code);
}

const text = new TextEncoder().encode(JSON.stringify(Array.from({ length: 300 }, (_, at) => ({ at, odd: at * 7919 }))));
const good = new Uint8Array(deflateRawSync(text));

describe("a complete stream", () => {
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
  test("with an empty final block", async () => {
    const flushed = deflateRawSync(text, { finishFlush: constants.Z_SYNC_FLUSH });
    expect(await expectSame(Buffer.concat([flushed, Buffer.from([3, 0])]), text)).toEqual([]);
    expect(await expectSame(new Uint8Array(flushed), text)).toEqual(["zip_deflate_invalid"]);
  });
});

describe("anything else", () => {
  test("data after the stream", async () => {
    for (const behind of [[0], [1, 2, 3], [3, 0], [...good]]) {
      expect(await expectSame(Uint8Array.of(...good, ...behind), text)).toEqual(["zip_deflate_invalid"]);
    }
  });
  test("cut anywhere", async () => {
    for (let end = 0; end < good.length; end += 1) {
      expect(await expectSame(good.slice(0, end), text)).toEqual(["zip_deflate_invalid"]);
    }
  });
  test("a wrong size", async () => {
    for (const size of [0, 1, text.length - 1, text.length + 1]) {
      expect(await expectSame(good, text, size)).toEqual(["zip_size_mismatch"]);
    }
  });
  test("bits after the end in the last byte", async () => {
    const fixed = Uint8Array.of(3, 0);
    expect(await expectSame(fixed, new Uint8Array(0))).toEqual([]);
    for (let bit = 2; bit < 8; bit += 1) {
      expect(await expectSame(Uint8Array.of(3, 1 << bit), new Uint8Array(0))).toEqual(["zip_deflate_invalid"]);
    }
  });
  // Data that is too long and breaks off in its excess has two faults; a stream may lose the excess when it breaks off.
  test("any bit changed, and any bytes at all", async () => {
    const FAULTS = ["zip_deflate_invalid", "zip_size_mismatch"];
    const changed = fc.integer({ min: 0, max: good.length * 8 - 1 }).map((bit) => {
      const copy = good.slice();
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return copy;
    });
    const anything = fc.uint8Array({ minLength: 0, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(fc.oneof(changed, anything), async (data) => {
        const [whole, pieces] = [
          await read(data, text, text.length, hostPlatform),
          await read(data, text, text.length, asStream),
        ].map(({ findings, readSha256 }) => ({ codes: findings.map(({ code }) => code), readSha256 }));
        if (whole?.codes.length === 0) expect(pieces).toEqual(whole);
        else if (!FAULTS.includes(whole?.codes[0] ?? "")) expect(pieces?.codes).toEqual(whole?.codes ?? []);
        else expect([pieces?.codes.length, FAULTS.includes(pieces?.codes[0] ?? "")]).toEqual([1, true]);
      }),
      { numRuns: 1500 },
    );
  });
  test("a bomb stops at the first piece that exceeds the limit", async () => {
    const zeros = new Uint8Array(10_000_000);
    const { size, findings } = await read(new Uint8Array(deflateRawSync(zeros)), zeros, 1000, hostPlatform);
    expect([size, findings[0]?.code]).toEqual([1000, "zip_size_mismatch"]);
  });
});

describe("large data", () => {
  /** Hardly compressible, followed by compressible data: over 1 MiB of data, 5 MB of content. */
  const noise = new Uint8Array(5_000_000);
  let state = 7;
  for (let at = 0; at < 1_100_000; at += 1) {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    noise[at] = state >>> 16;
  }
  const large = new Uint8Array(deflateRawSync(noise));

  test("is passed to the inflater", async () => {
    let made = 0;
    const inflater = () => {
      made += 1;
      return hostPlatform.inflater?.();
    };
    const { sha256, pieces } = await read(large, noise, noise.length, { ...hostPlatform, inflater });
    expect([made, sha256, Math.max(...pieces.map(({ length }) => length))]).toEqual([
      1,
      new Bun.CryptoHasher("sha256").update(noise).digest("hex"),
      256 * 1024,
    ]);
  });
  test("whole, and as read by a platform without one", async () => {
    expect(await expectSame(large, noise)).toEqual([]);
    expect(await expectSame(large, noise, noise.length, { ...hostPlatform, inflater: () => undefined })).toEqual([]);
  });
  test("data after the stream", async () => {
    for (const behind of [Uint8Array.of(0), Uint8Array.of(3, 0), large.subarray(0, 300_000)]) {
      expect(await expectSame(Buffer.concat([large, behind]), noise)).toEqual(["zip_deflate_invalid"]);
    }
  });
  test("cut: at the last byte, at a block boundary, within a block", async () => {
    for (const end of [large.length - 1, 1024 * 1024 + 1, 1_090_000]) {
      expect(await expectSame(large.slice(0, end), noise)).toEqual(["zip_deflate_invalid"]);
    }
  });
  test("a wrong size", async () => {
    for (const size of [0, 256 * 1024, noise.length - 1, noise.length + 1]) {
      expect(await expectSame(large, noise, size)).toEqual(["zip_size_mismatch"]);
    }
  });
  test("data with a changed bit never passes as the content", async () => {
    for (const at of [0, 5, 300_000, 1_000_000, large.length - 40]) {
      const changed = large.slice();
      changed[at] = (changed[at] ?? 0) ^ 4;
      expect((await read(changed, noise, noise.length, hostPlatform)).findings).toHaveLength(1);
      expect((await read(changed, noise, noise.length, asStream)).findings).toHaveLength(1);
    }
  });
  test("a failing sink or source: its own error", async () => {
    const entry = entryOf(large, noise, noise.length);
    const sink = () => {
      throw new RangeError("no more");
    };
    await expect(streamContent(bytesSource(large), entry, hostPlatform, sink)).rejects.toThrow("no more");
    const source = { size: large.length, read: () => Promise.reject(new RangeError("gone")) };
    await expect(streamContent(source, entry, hostPlatform, () => undefined)).rejects.toThrow("gone");
  });
});

/** A second reading is compared with the first, which waited for the records to be checked: so both must get the same. */
describe("broken data gives the same before its fault, however slowly it is taken", () => {
  const line = (at: number) => `{"call":"call_${at}","result":{"status":"failed","text":"${"x".repeat(200)}"}}\n`;
  const lines = new TextEncoder().encode(Array.from({ length: 600 }, (_, at) => line(at)).join(""));
  const sound = new Uint8Array(deflateRawSync(lines));
  const places = [0.02, 0.3, 0.6, 0.9].map((part) => Math.floor(sound.length * part));
  for (const at of [...places, ...[9, 8, 7, 6, 5, 4, 3].map((back) => sound.length - back)]) {
    test(`changed at byte ${at} of ${sound.length}`, async () => {
      const data = sound.slice();
      data[at] = ~(data[at] ?? 0);
      const entry = entryOf(data, lines, lines.length);
      const readings: EntryContent[] = [];
      for (const delay of [undefined, 0, 2]) {
        const sink = delay === undefined ? () => undefined : () => Bun.sleep(delay);
        readings.push(await streamContent(bytesSource(data), entry, hostPlatform, sink));
      }
      expect(readings[0]?.findings.length).toBe(1);
      expect(readings[1]).toEqual(readings[0] as EntryContent);
      expect(readings[2]).toEqual(readings[0] as EntryContent);
    });
  }
});
