import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateRawSync } from "node:zlib";
import fc from "fast-check";
import type { Scratch } from "../../../src/core/bytes/scratch.ts";
import type { Platform } from "../../../src/core/platform/platform.ts";
import { portablePlatform } from "../../../src/core/portable-platform.ts";
import { createScratch, hostPlatform, SCRATCH_MEMORY_BYTES } from "../../../src/host/platform/bun.ts";

const folder = mkdtempSync(join(tmpdir(), "gait-scratch-"));
afterAll(() => rmSync(folder, { recursive: true }));

const PLATFORMS: readonly [string, Platform][] = [
  ["host", hostPlatform],
  ["portable", portablePlatform],
];

for (const [name, platform] of PLATFORMS) {
  describe(`${name} platform`, () => {
    test("SHA-256 of FIPS 180-4's examples", () => {
      const empty = platform.sha256();
      expect(empty.hex()).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
      const pieces = platform.sha256();
      for (const piece of ["a", "", "bc"]) pieces.update(new TextEncoder().encode(piece));
      expect(pieces.hex()).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    });

    test("CRC-32 of ISO 3309's check value, whole and in pieces", () => {
      const digits = new TextEncoder().encode("123456789");
      expect(platform.crc32(digits, 0)).toBe(0xcbf43926);
      expect(platform.crc32(digits.subarray(4), platform.crc32(digits.subarray(0, 4), 0))).toBe(0xcbf43926);
      expect(platform.crc32(new Uint8Array(0), 0)).toBe(0);
    });

    const text = new TextEncoder().encode("evidence ".repeat(1000));
    const deflated = new Uint8Array(deflateRawSync(text));
    const inflating: readonly [rule: string, input: Uint8Array, inflated: Uint8Array | undefined][] = [
      ["a stream", deflated, text],
      ["an empty stream", Uint8Array.of(3, 0), new Uint8Array(0)],
      ["an empty stored block, as Go writes it", Uint8Array.of(1, 0, 0, 0xff, 0xff), new Uint8Array(0)],
      ["a byte after the final block", Uint8Array.of(...deflated, 0), undefined],
      ["a lot after the final block", Uint8Array.of(...deflated, ...new Uint8Array(100_000)), undefined],
      ["a second stream", Uint8Array.of(...deflated, ...deflated), undefined],
      ["no bytes", new Uint8Array(0), undefined],
      ["no final block", Uint8Array.of(0, 0, 0, 0xff, 0xff), undefined],
      ["a block of unknown type", Uint8Array.of(7), undefined],
      ["a distance before the start", Uint8Array.of(0x4b, 0x04, 0x12, 0x00), undefined],
    ];
    for (const [rule, input, inflated] of inflating) {
      for (const size of [1, 7, 1_000_000]) {
        test(`inflate: ${rule}, in pieces of ${size}`, async () => {
          const result = await inflate(platform, input, size).catch(() => undefined);
          expect(result).toEqual(inflated);
        });
      }
    }

    for (const [rule, input, inflated] of platform.inflater === undefined ? [] : inflating) {
      for (const size of [1, 7, 1_000_000]) {
        test(`inflater: ${rule}, in pieces of ${size}`, () => {
          if (inflated !== undefined) expect(inflateWith(platform, input, size)).toEqual(inflated);
          else expect(() => inflateWith(platform, input, size)).toThrow();
        });
      }
    }

    test("inflate: every truncation is refused", async () => {
      for (let length = 0; length < deflated.length; length += 1) {
        await expect(inflate(platform, deflated.subarray(0, length), 16)).rejects.toThrow();
        if (platform.inflater !== undefined) {
          expect(() => inflateWith(platform, deflated.subarray(0, length), 16)).toThrow();
        }
      }
    });
  });
}

test("both platforms hash and check the same", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 5000 }), fc.nat(), (bytes, cut) => {
      const results = PLATFORMS.map(([, platform]) => {
        const hash = platform.sha256();
        hash.update(bytes.subarray(0, cut % (bytes.length + 1)));
        hash.update(bytes.subarray(cut % (bytes.length + 1)));
        return [hash.hex(), platform.crc32(bytes, cut)];
      });
      expect(results[0]).toEqual(results[1] ?? []);
    }),
  );
});

describe("scratch", () => {
  const kinds: readonly [string, () => Scratch][] = [
    ["in memory", () => createScratch(1_000_000, folder)],
    ["in a file", () => createScratch(0, folder)],
    ["that moves from memory to a file", () => createScratch(1000, folder)],
    ["of the portable platform", () => portablePlatform.scratch()],
  ];
  for (const [kind, create] of kinds) {
    test(`${kind} returns the written bytes, at random offsets`, async () => {
      const written = Uint8Array.from({ length: 70_000 }, (_, index) => (index * 31) % 251);
      const scratch = create();
      for (let at = 0; at < written.length; at += 999) scratch.write(written.subarray(at, at + 999));
      const source = scratch.source();
      expect(source.size).toBe(written.length);
      for (const [offset, length] of [
        [0, 70_000],
        [998, 3],
        [69_999, 1],
        [70_000, 0],
      ] as const) {
        expect(Uint8Array.from(await source.read(offset, length))).toEqual(written.slice(offset, offset + length));
      }
      expect(() => source.read(69_999, 2)).toThrow();
      expect(readdirSync(folder)).toEqual([]);
      scratch.dispose();
      scratch.dispose();
    });
  }

  test("keeps 8 MiB in memory by default", () => expect(SCRATCH_MEMORY_BYTES).toBe(8 * 1024 * 1024));

  test("can be read by this user only, while it has a name", () => {
    const code = `
      const fs = require("node:fs");
      const { createScratch } = await import(${JSON.stringify(join(import.meta.dir, "../../../src/host/platform/bun.ts"))});
      process.umask(0);
      createScratch(0, ${JSON.stringify(folder)}).write(new Uint8Array(1));
      const links = fs.readdirSync("/proc/self/fd").map((fd) => { try { return [fd, fs.readlinkSync("/proc/self/fd/" + fd)]; } catch { return ["", ""]; } });
      const [fd] = links.find(([, target]) => target.includes("gait-scratch-") && target.endsWith("(deleted)"));
      console.log((fs.fstatSync(Number(fd)).mode & 0o777).toString(8));
    `;
    if (process.platform !== "linux") return;
    const { stdout, stderr } = Bun.spawnSync([process.execPath, "-e", code]);
    expect([stdout.toString().trim(), stderr.toString()]).toEqual(["600", ""]);
  });

  test("in a missing folder", () => {
    expect(() => createScratch(0, join(folder, "none")).write(new Uint8Array(1))).toThrow("can't be written");
  });
});

test("text is written as UTF-8 where it is asked for, halves of surrogate pairs as U+FFFD", () => {
  const write = hostPlatform.encodeTextInto as NonNullable<Platform["encodeTextInto"]>;
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), fc.boolean(), fc.nat(20), (characters, isCut, at) => {
      const text = isCut ? `a${characters}\ud83d` : characters;
      const bytes = new Uint8Array(at + 3 * text.length).fill(0x2e);
      const written = write(text, bytes, at);
      const expected = new TextEncoder().encode(text);
      expect(written).toBe(expected.length);
      expect(bytes.subarray(at, at + written)).toEqual(expected);
      const rest = [...bytes.subarray(0, at), ...bytes.subarray(at + written)];
      expect(rest.every((byte) => byte === 0x2e)).toBe(true);
    }),
  );
});

async function inflate(platform: Platform, input: Uint8Array, size: number): Promise<Uint8Array> {
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  for (let at = 0; at < input.length; at += size) pieces.push(Uint8Array.from(input.subarray(at, at + size)));
  const source = new ReadableStream<Uint8Array<ArrayBuffer>>({
    pull(controller) {
      const next = pieces.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
  });
  return new Uint8Array(await new Response(source.pipeThrough(new platform.InflateRaw("deflate-raw"))).arrayBuffer());
}

function inflateWith(platform: Platform, input: Uint8Array, size: number): Uint8Array {
  const inflater = platform.inflater?.();
  if (inflater === undefined) throw new TypeError("the runtime has lost its inflater");
  const parts: number[][] = [];
  try {
    for (let at = 0; at < input.length; at += size) {
      inflater.give(input.subarray(at, at + size));
      for (let part = inflater.next(); part !== undefined; part = inflater.next()) parts.push([...part]);
    }
    inflater.end();
  } finally {
    inflater.dispose();
  }
  return Uint8Array.from(parts.flat());
}
