import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BlobReader, BlobWriter, ZipWriter } from "@zip.js/zip.js/lib/zip-core.js";
import fc from "fast-check";
import { type ByteSource, bytesSource } from "../../../src/core/bytes/source.ts";
import { GaitError } from "../../../src/core/finding/error.ts";
import { portablePlatform } from "../../../src/core/portable-platform.ts";
import { createZipWriter } from "../../../src/core/zip/writer.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { GOLDEN_ARCHIVES, write } from "./golden.ts";
import { judge } from "./verdict.ts";

const folder = mkdtempSync(join(tmpdir(), "gait-zip-"));
afterAll(() => rmSync(folder, { recursive: true }));

describe("golden archives: these bytes change with a major version only", () => {
  for (const { rule, entries, sha256 } of GOLDEN_ARCHIVES) {
    test(rule, async () => {
      expect(hex(await write(entries()))).toBe(sha256);
    });
  }

  test("zip.js's own writer gives the same bytes with the right options", async () => {
    const { entries, sha256 } = GOLDEN_ARCHIVES.at(-1) ?? GOLDEN_ARCHIVES[0];
    const writer = new ZipWriter(new BlobWriter(), {
      level: 6,
      dataDescriptor: false,
      extendedTimestamp: false,
      rawLastModDate: 0x0021_0000,
      version: 20,
      versionMadeBy: 0x0314,
      externalFileAttributes: (0o100644 << 16) >>> 0,
      internalFileAttributes: 0,
      keepOrder: true,
      useWebWorkers: false,
      useCompressionStream: false,
    });
    for (const [path, content] of entries()) {
      await writer.add(path, new BlobReader(new Blob([Uint8Array.from(content)])), {
        useUnicodeFileNames: false,
        ...(path.endsWith(".zip") ? { level: 0 } : {}),
      });
    }
    expect(hex(new Uint8Array(await (await writer.close()).arrayBuffer()))).toBe(sha256);
  });

  for (const [where, script] of [
    ["under another time zone, locale and file mode mask", ""],
    ["by the JavaScript codec, where WebAssembly is missing", "delete globalThis.WebAssembly;"],
  ] as const) {
    test(where, () => {
      const golden = join(import.meta.dir, "golden.ts");
      const code = `${script} const { digests } = await import(${JSON.stringify(golden)}); console.log(JSON.stringify(await digests()));`;
      const env = { ...process.env, TZ: "Asia/Kolkata", LC_ALL: "tr_TR.UTF-8", LANG: "tr_TR.UTF-8" };
      const { stdout, stderr } = Bun.spawnSync([process.execPath, "-e", code], { env, cwd: folder });
      expect(stderr.toString()).toBe("");
      const codec = script === "" ? "wasm" : "js";
      expect(JSON.parse(stdout.toString())).toEqual({ codec, digests: GOLDEN_ARCHIVES.map(({ sha256 }) => sha256) });
    });
  }
});

describe("the same content gives the same bytes, however it arrives", () => {
  const contents = fc.uint8Array({ maxLength: 2000 }).map((bytes) => bytes.map((byte) => byte % 7));
  const cuts = fc.array(fc.nat({ max: 2000 }), { maxLength: 12 });
  for (const name of ["a.json", "a.zip"]) {
    test(`in any pieces: ${name}`, async () => {
      await fc.assert(
        fc.asyncProperty(contents, cuts, async (content, at) => {
          const whole = await write([[name, content]]);
          expect(await write([[name, pieces(content, at)]])).toEqual(whole);
          expect(await write([[name, reusing(pieces(content, at))]])).toEqual(whole);
          expect(await write([[name, bytesSource(content)]])).toEqual(whole);
        }),
        { numRuns: 40 },
      );
    });
  }

  test("in pieces of any size, when there is a lot of it", async () => {
    const [, large] = GOLDEN_ARCHIVES.at(-1)?.entries() ?? [];
    const content = large?.[1] ?? new Uint8Array(0);
    const whole = await write([["a.json", content]]);
    for (const size of [1000, 65_536, 65_537, 1_000_000]) {
      const at = Array.from({ length: Math.ceil(content.length / size) }, (_, index) => index * size);
      expect(await write([["a.json", reusing(pieces(content, at))]])).toEqual(whole);
    }
  });

  test("on either platform", async () => {
    for (const { entries, sha256 } of GOLDEN_ARCHIVES)
      expect(hex(await write(entries(), portablePlatform))).toBe(sha256);
  });
});

describe("the output can be read", () => {
  test("by this reader, with the digests and sizes that the writer reported", async () => {
    const parts: Uint8Array[] = [];
    const writer = createZipWriter({ write: (bytes) => void parts.push(bytes.slice()) }, hostPlatform);
    expect(await writer.add("a.txt", new TextEncoder().encode("abc"))).toEqual({
      sha256: "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
      size: 3,
    });
    await writer.close();
    expect(await judge(new Uint8Array(Buffer.concat(parts)))).toEqual({
      codes: [],
      contents: new Map([["a.txt", "abc"]]),
    });
  });

  for (const { rule, entries } of GOLDEN_ARCHIVES) {
    test(`by this reader: ${rule}`, async () => {
      const { codes, contents } = await judge(await write(entries()));
      expect(codes).toEqual([]);
      expect([...contents]).toEqual(
        entries().map(([path, content]) => [path, Buffer.from(content).toString("latin1")]),
      );
    });
  }

  const tools: readonly [tool: string, command: (paths: readonly string[]) => string[]][] = [
    [
      "python3",
      (paths) => [
        "python3",
        "-c",
        "import sys,zipfile; [zipfile.ZipFile(p).testzip() and sys.exit(1) for p in sys.argv[1:]]",
        ...paths,
      ],
    ],
    ["unzip", (paths) => ["sh", "-e", "-c", 'for path; do unzip -tqq "$path"; done', "sh", ...paths]],
    ["zip", (paths) => ["sh", "-e", "-c", 'for path; do zip -T "$path"; done', "sh", ...paths]],
  ];
  for (const [tool, command] of tools) {
    test.skipIf(Bun.which(tool) === null)(`by ${tool}`, async () => {
      const paths: string[] = [];
      for (const { entries } of GOLDEN_ARCHIVES) {
        // Info-ZIP treats an archive without entries as an error.
        if (entries().length === 0) continue;
        paths.push(join(folder, `${tool}-${paths.length}.zip`));
        writeFileSync(paths.at(-1) ?? "", await write(entries()));
      }
      expect(Bun.spawnSync(command(paths)).exitCode).toBe(0);
    });
  }
});

describe("names", () => {
  const refused: readonly [rule: string, names: readonly string[]][] = [
    ["twice", ["a", "a"]],
    ["in another letter case", ["a", "A"]],
    ["as a file and as its folder", ["a/b", "a"]],
    ["as a file and as a folder in it", ["a", "a/b/c"]],
    ["empty", [""]],
    ["a parent", ["../a"]],
    ["a folder", ["a/"]],
    ["a backslash", ["a\\b"]],
    ["a lone surrogate", ["\ud800"]],
    ["too long", ["a".repeat(1025)]],
    ["not ASCII", ["Prüfung"]],
    ["a character that readers change", ["a;1"]],
  ];
  for (const [rule, names] of refused) {
    test(`refused: ${rule}`, async () => {
      const refusal = await write(names.map((name) => [name, new Uint8Array(1)])).catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(GaitError);
      expect(refusal).toHaveProperty("code", "invalid_input");
    });
  }

  test("a refused name leaves the archive as it was", async () => {
    const parts: Uint8Array[] = [];
    const writer = createZipWriter({ write: (bytes) => void parts.push(bytes.slice()) }, hostPlatform);
    await writer.add("a", new Uint8Array(1));
    await expect(writer.add("../a", new Uint8Array(1))).rejects.toThrow("can't be the name of an entry");
    await writer.add("b", new Uint8Array(1));
    await writer.close();
    expect((await judge(new Uint8Array(Buffer.concat(parts)))).codes).toEqual([]);
  });
});

describe("a stored entry whose source can be read again", () => {
  const content = new Uint8Array(600_000).map((_, at) => at % 251);
  /** Counts the bytes read; can return different bytes from a given reading on. */
  const counting = (read: (offset: number, length: number) => Uint8Array) => {
    const counted = { bytes: 0 };
    const source: ByteSource = {
      size: content.length,
      read(offset, length) {
        counted.bytes += length;
        return read(offset, length);
      },
    };
    return { counted, source };
  };
  const whole = (offset: number, length: number) => content.subarray(offset, offset + length);
  const noScratch: typeof hostPlatform = {
    ...hostPlatform,
    scratch: () => {
      throw new Error("scratch was used");
    },
  };
  const known = {
    size: content.length,
    crc32: hostPlatform.crc32(content, 0),
    sha256: hex(content),
  };

  test("is read twice, without scratch, and gives the same as one that can be read once", async () => {
    const { counted, source } = counting(whole);
    const bytes = await write([["a.zip", source]], noScratch);
    expect(counted.bytes).toBe(2 * content.length);
    expect(bytes).toEqual(await write([["a.zip", pieces(content, [1000, 300_000])]]));
  });

  test("is read once if it was measured before", async () => {
    const { counted, source } = counting(whole);
    const writer = createZipWriter({ write: () => undefined }, noScratch);
    expect(await writer.add("a.zip", source, known)).toEqual({ sha256: known.sha256, size: known.size });
    expect(counted.bytes).toBe(content.length);
  });

  const changes: readonly [what: string, known: typeof known][] = [
    ["another size", { ...known, size: known.size - 1 }],
    ["another CRC-32", { ...known, crc32: known.crc32 ^ 1 }],
    ["another SHA-256", { ...known, sha256: known.sha256.replace(/^./, (digit) => (digit === "0" ? "1" : "0")) }],
  ];
  for (const [what, before] of changes) {
    test(`refused: it had ${what} before`, async () => {
      const writer = createZipWriter({ write: () => undefined }, noScratch);
      const refusal = await writer.add("a.zip", counting(whole).source, before).catch((error: unknown) => error);
      expect(refusal).toHaveProperty("code", "input_changed");
      await expect(writer.close()).rejects.toThrow("in the middle of an entry");
    });
  }

  test("refused: it changes between its two readings", async () => {
    let left = content.length;
    const { source } = counting((offset, length) => {
      const bytes = whole(offset, length).slice();
      if (left <= 0) bytes[0] = (bytes[0] ?? 0) ^ 1;
      left -= length;
      return bytes;
    });
    const refusal = await write([["a.zip", source]]).catch((error: unknown) => error);
    expect(refusal).toHaveProperty("code", "input_changed");
  });
});

describe("an archive that failed while being written can't be finished", () => {
  const failing = async function* (): AsyncGenerator<Uint8Array> {
    yield new Uint8Array(10);
    throw new Error("the disk is gone");
  };
  for (const name of ["a.json", "a.zip"]) {
    test(`failing content: ${name}`, async () => {
      const writer = createZipWriter({ write: () => undefined }, hostPlatform);
      await expect(writer.add(name, failing())).rejects.toThrow("the disk is gone");
      await writer.add("later", new Uint8Array(1)).catch(() => undefined);
      await expect(writer.close()).rejects.toThrow("in the middle of an entry");
    });
  }

  test("a failing sink", async () => {
    const writer = createZipWriter({ write: () => Promise.reject(new Error("the disk is full")) }, hostPlatform);
    await expect(writer.add("a.json", new Uint8Array(1))).rejects.toThrow("the disk is full");
  });

  test("a closed archive", async () => {
    const writer = createZipWriter({ write: () => undefined }, hostPlatform);
    await writer.close();
    await expect(writer.add("a", new Uint8Array(1))).rejects.toThrow("it is closed");
  });
});

function hex(bytes: Uint8Array): string {
  return new Bun.CryptoHasher("sha256").update(bytes).digest("hex");
}

function pieces(content: Uint8Array, at: readonly number[]): Uint8Array[] {
  const cuts = [0, ...at.filter((cut) => cut < content.length).sort((left, right) => left - right), content.length];
  return cuts.slice(1).map((end, index) => content.slice(cuts[index], end));
}

/** The same pieces, each in one shared buffer. */
async function* reusing(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  const buffer = new Uint8Array(Math.max(0, ...parts.map((part) => part.length)));
  for (const part of parts) {
    buffer.set(part);
    yield buffer.subarray(0, part.length);
    buffer.fill(0);
  }
}
