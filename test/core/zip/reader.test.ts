import { describe, expect, test } from "bun:test";
import { deflateRawSync } from "node:zlib";
import { BlobReader, ZipReader } from "@zip.js/zip.js/lib/zip-core.js";
import { type ByteSource, bytesSource } from "../../../src/core/bytes/source.ts";
import { GaitError } from "../../../src/core/finding/error.ts";
import { portablePlatform } from "../../../src/core/portable-platform.ts";
import { openArchive } from "../../../src/core/zip/reader.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { archive, concat, contentOf, type EntrySpec } from "./archive/builder.ts";
import { GOLDEN_ARCHIVES, write } from "./golden.ts";

const A: EntrySpec = { name: "a.txt", content: "evidence ".repeat(100) };
const B: EntrySpec = { ...A, name: "b.txt", deflate: true };
const PLATFORMS = [
  ["host", hostPlatform],
  ["portable", portablePlatform],
] as const;

function deflated(content: string | Uint8Array): Uint8Array {
  return new Uint8Array(deflateRawSync(content));
}

function sha256(bytes: Uint8Array | string): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

for (const [name, platform] of PLATFORMS) {
  describe(`content, on the ${name} platform`, () => {
    const size = { uncompressedSize: 899 };
    const cases: readonly [
      rule: string,
      entry: EntrySpec,
      code: string | undefined,
      expected?: string,
      actual?: string,
    ][] = [
      ["stored as its header says", A, undefined],
      ["deflated as its header says", B, undefined],
      ["deflated, empty", { ...B, content: "" }, undefined],
      [
        "deflated, in a stored block",
        { ...B, data: new Uint8Array(deflateRawSync(contentOf(B), { level: 0 })) },
        undefined,
      ],
      ["stored, another CRC-32", { ...A, both: { crc32: 0xabc } }, "zip_crc_mismatch", "00000abc", "a26f00f6"],
      ["deflated, another CRC-32", { ...B, both: { crc32: 1 } }, "zip_crc_mismatch", "00000001", "a26f00f6"],
      ["deflated, more than declared", { ...B, both: size }, "zip_size_mismatch", "899", "more than 899"],
      [
        "deflated, much more than declared",
        { ...B, data: deflated(new Uint8Array(1e7)), both: size },
        "zip_size_mismatch",
        "899",
        "more than 899",
      ],
      ["deflated, less than declared", { ...B, both: { uncompressedSize: 901 } }, "zip_size_mismatch", "901", "900"],
      ["deflated, empty where content is declared", { ...B, data: deflated("") }, "zip_size_mismatch", "900", "0"],
      [
        "deflate data that continues after its end",
        { ...B, data: concat(deflated(contentOf(B)), Uint8Array.of(0)) },
        "zip_deflate_invalid",
      ],
      [
        "deflate data with another stream after it",
        { ...B, data: concat(deflated(contentOf(B)), deflated("x")) },
        "zip_deflate_invalid",
      ],
      ["deflate data that stops early", { ...B, data: deflated(contentOf(B)).subarray(0, -1) }, "zip_deflate_invalid"],
      ["deflate data with a block of unknown type", { ...B, data: Uint8Array.of(7) }, "zip_deflate_invalid"],
      ["no deflate data", { ...B, data: new Uint8Array(0) }, "zip_deflate_invalid"],
    ];
    for (const [rule, entry, code, expected, actual] of cases) {
      test(rule, async () => {
        const opened = await openArchive(bytesSource(archive({ entries: [entry] })), platform);
        expect(opened.layout.findings).toEqual([]);
        const parts: Uint8Array[] = [];
        const path = String(entry.name);
        const content = await opened.stream(path, (chunk) => void parts.push(chunk.slice()));
        const bytes = new Uint8Array(Buffer.concat(parts));
        expect(content.size).toBe(bytes.length);
        // Content that could not be read whole has no digest.
        const isWhole = code !== "zip_deflate_invalid" && actual !== "more than 899";
        expect(content.sha256).toBe(isWhole ? sha256(bytes) : undefined);
        expect(bytes.length).toBeLessThanOrEqual(opened.layout.entries[0]?.uncompressedSize ?? 0);
        if (code === undefined) {
          expect(content.findings).toEqual([]);
          expect(Buffer.from(bytes).equals(contentOf(entry))).toBe(true);
        } else {
          expect(content.findings[0]).toMatchObject({
            code,
            path,
            ...(expected === undefined ? {} : { expected, actual }),
          });
        }
      });
    }

    test("inflated content can be read at random", async () => {
      const content = Buffer.from(Array.from({ length: 100_000 }, (_, index) => index % 251));
      const opened = await openArchive(
        bytesSource(archive({ entries: [{ ...B, content: new Uint8Array(content) }] })),
        platform,
      );
      const source = await opened.open("b.txt");
      expect(source.size).toBe(content.length);
      expect(source.findings).toEqual([]);
      for (const offset of [99_990, 0, 50_000]) {
        expect(Buffer.from(await source.read(offset, 10))).toEqual(content.subarray(offset, offset + 10));
      }
      source.dispose();
    });
  });
}

describe("archive", () => {
  const bytes = archive({ entries: [A, { ...B, both: { crc32: 1 } }] });

  test("has the entries that its layout lists", async () => {
    const opened = await openArchive(bytesSource(bytes), hostPlatform);
    expect(["a.txt", "A.txt", "", "toString"].map((name) => opened.has(name))).toEqual([true, false, false, false]);
  });

  test("an unknown name is the caller's mistake", async () => {
    const opened = await openArchive(bytesSource(bytes), hostPlatform);
    for (const call of [opened.stream("c", () => undefined), opened.bytes("c", 1), opened.open("c")]) {
      expect(await call.catch((error: unknown) => error)).toMatchObject({ code: "not_found" });
    }
  });

  test("returns nothing for an entry that does not inflate", async () => {
    const cut = { ...B, data: deflated(contentOf(B)).subarray(0, -1) };
    const opened = await openArchive(bytesSource(archive({ entries: [cut] })), hostPlatform);
    const { bytes: none, findings } = await opened.bytes("b.txt", 900);
    expect([none, findings.map(({ code }) => code)]).toEqual([undefined, ["zip_deflate_invalid"]]);
  });

  test("returns small entries whole, and large ones not at all", async () => {
    const opened = await openArchive(bytesSource(bytes), hostPlatform);
    expect(await opened.bytes("a.txt", 900)).toEqual({ bytes: contentOf(A), findings: [] });
    expect(await opened.bytes("a.txt", 899)).toEqual({ bytes: undefined, findings: [] });
    expect((await opened.bytes("b.txt", 900)).findings.map((finding) => finding.code)).toEqual(["zip_crc_mismatch"]);
  });

  test("a stored archive in the archive is a slice of the file", async () => {
    const inner = archive({ entries: [A] });
    const opened = await openArchive(
      bytesSource(archive({ entries: [A, { name: "b.zip", content: inner }] })),
      hostPlatform,
    );
    const nested = await openArchive(await opened.open("b.zip"), hostPlatform);
    expect((await nested.bytes("a.txt", 1000)).bytes).toEqual(contentOf(A));
  });

  test("an error of the sink is thrown", async () => {
    const opened = await openArchive(bytesSource(bytes), hostPlatform);
    for (const name of ["a.txt", "b.txt"]) {
      const call = opened.stream(name, () => Promise.reject(new Error("the sink is full")));
      await expect(call).rejects.toThrow("the sink is full");
    }
  });

  test("a failing source is not bad evidence", async () => {
    const good = bytesSource(bytes);
    let broken = false;
    const source: ByteSource = {
      size: good.size,
      read(offset, length) {
        if (broken) throw new GaitError("input_changed", "the file was cut");
        return good.read(offset, length);
      },
    };
    const opened = await openArchive(source, hostPlatform);
    broken = true;
    for (const name of ["a.txt", "b.txt"]) {
      await expect(opened.stream(name, () => undefined)).rejects.toThrow("the file was cut");
    }
  });

  test("a source may use one buffer for all reads", async () => {
    const whole = await write(GOLDEN_ARCHIVES.at(-1)?.entries() ?? []);
    let buffer = new Uint8Array(0);
    const source: ByteSource = {
      size: whole.length,
      read(offset, length) {
        buffer.fill(0xee);
        if (buffer.length < length) buffer = new Uint8Array(length);
        buffer.set(whole.subarray(offset, offset + length));
        return buffer.subarray(0, length);
      },
    };
    const opened = await openArchive(source, hostPlatform);
    for (const [path, content] of GOLDEN_ARCHIVES.at(-1)?.entries() ?? []) {
      expect(await opened.stream(path, () => undefined)).toEqual({
        sha256: sha256(content),
        readSha256: sha256(content),
        size: content.length,
        findings: [],
      });
    }
  });
});

test("zip.js, as a second opinion, reads all golden archives the same way", async () => {
  for (const { entries } of GOLDEN_ARCHIVES) {
    const reader = new ZipReader(new BlobReader(new Blob([Uint8Array.from(await write(entries()))])), {
      strictness: "strict",
      useWebWorkers: false,
      checkCrc32: true,
    });
    const read: [string, string][] = [];
    for (const entry of await reader.getEntries()) {
      if (entry.directory) continue;
      const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
      const [content] = await Promise.all([new Response(readable).bytes(), entry.getData(writable)]);
      read.push([entry.filename, sha256(content)]);
    }
    expect(read).toEqual(entries().map(([path, content]) => [path, sha256(content)]));
  }
});
