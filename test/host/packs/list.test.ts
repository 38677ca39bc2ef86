/** Arguments become paths: folders, patterns and lists, with every oddity of a file system. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { GaitError } from "../../../src/core/finding/error.ts";
import { isInShard, shardOf } from "../../../src/core/verify/shard.ts";
import type { Listed } from "../../../src/host/files/folder-walk.ts";
import { nameTest } from "../../../src/host/files/pattern.ts";
import { listPacks, type PackList } from "../../../src/host/packs/list.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-list-"));
  for (const name of ["b", "b/.dot", "b/deep", "empty", "x[1]"]) mkdirSync(at(name));
  for (const name of [
    "c.zip",
    "a.ZIP",
    "b/1.zip",
    "b/.dot/h.zip",
    "b/deep/2.zip",
    "b/3.txt",
    ".hid.zip",
    "x[1]/y.zip",
  ]) {
    writeFileSync(at(name), "");
  }
  writeFileSync(at("literal*.zip"), "");
  symlinkSync(folder, at("b/loop"));
  symlinkSync("nowhere", at("b/gone.zip"));
  symlinkSync(at("c.zip"), at("b/link.zip"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function listed(list: Partial<PackList>): Promise<Listed[]> {
  const whole = { paths: [], standardInput: () => piecesOf([]), recursive: false, ...list };
  return Array.fromAsync(listPacks(whole));
}
async function names(list: Partial<PackList>): Promise<string[]> {
  return (await listed(list)).map((each) => {
    const mark = "refused" in each ? `!${each.refused.code}` : "";
    return `${each.path.replace(`${folder}/`, "")}${mark}${"left" in each ? "~" : ""}`;
  });
}
async function* piecesOf(pieces: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield typeof piece === "string" ? new TextEncoder().encode(piece) : piece;
}

describe("a folder", () => {
  test("unchanged, without --recursive: the reader refuses it", async () => {
    expect(await names({ paths: [at("b")] })).toEqual(["b"]);
  });
  test("with --recursive: its packs in byte order, hidden ones and file links too, no folder links", async () => {
    expect(await names({ paths: [at("b")], recursive: true })).toEqual([
      ...["b/.dot/h.zip", "b/1.zip", "b/deep/2.zip", "b/gone.zip", "b/link.zip", "b/loop~"],
    ]);
  });
  test("with none in it", async () => {
    expect(await names({ paths: [at("empty")], recursive: true })).toEqual([]);
  });
  test.skipIf(process.platform !== "linux")(
    "names that are not UTF-8 are reported, for packs and folders only",
    async () => {
      const raw = mkdtempSync(join(tmpdir(), "gait-raw-"));
      const odd = (name: string): Buffer => Buffer.concat([Buffer.from(`${raw}/`), Buffer.from(name, "latin1")]);
      writeFileSync(odd("a\xff.zip"), "");
      writeFileSync(odd("a\xff.txt"), "");
      mkdirSync(odd("d\xfe"));
      writeFileSync(join(raw, "\ufffd.zip"), "");
      expect(
        (await names({ paths: [raw], recursive: true })).map((name) => name.replace(`${raw}/`, "")).sort(),
      ).toEqual(["\ufffd.zip", "a\\xff.zip!not_readable", "d\\xfe!not_readable"].sort());
      rmSync(raw, { recursive: true });
    },
  );
});

describe("a pattern", () => {
  const cases: readonly (readonly [pattern: string, expected: string[]])[] = [
    ["*.zip", ["c.zip", "literal*.zip"]],
    [".*.zip", [".hid.zip"]],
    ["[ac].*", ["a.ZIP", "c.zip"]],
    ["[!a].zip", ["c.zip"]],
    ["?.zip", ["c.zip"]],
    ["b/*.zip", ["b/1.zip", "b/gone.zip", "b/link.zip"]],
    ["*/1.zip", ["b/1.zip"]],
    ["b/**/*.zip", ["b/1.zip", "b/gone.zip", "b/link.zip", "b/deep/2.zip"]],
    ["**/2.zip", ["b/deep/2.zip"]],
    ["none*.zip", ["none*.zip"]],
    ["c.zip/*.zip", ["c.zip/*.zip"]],
    ["nowhere/*.zip", ["nowhere/*.zip"]],
    ["[", ["["]],
  ];
  for (const [pattern, expected] of cases) {
    test(`${pattern} is ${expected.join(" ")}`, async () => {
      expect(await names({ paths: [at(pattern)] })).toEqual(expected);
    });
  }
  test("a file with that exact name comes before matches", async () => {
    expect(await names({ paths: [at("literal*.zip")] })).toEqual(["literal*.zip"]);
    expect(await names({ paths: [at("x[1]/y.zip")] })).toEqual(["x[1]/y.zip"]);
  });
  test("that matches folders walks them with --recursive", async () => {
    expect(await names({ paths: [at("b/d*")], recursive: true })).toEqual(["b/deep/2.zip"]);
  });
  test("any text is a valid part of one, and plain text matches only itself", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (part, name) => {
        expect(typeof nameTest(part)(name)).toBe("boolean");
        const plain = part.replace(/[*?[\]]/g, "");
        expect(nameTest(plain)(plain)).toBe(true);
        expect(nameTest(`${plain}*`)(`${plain}${name}`)).toBe(plain !== "" || !name.startsWith("."));
      }),
    );
  });
});

describe("a list of paths", () => {
  const from = (...pieces: (string | Uint8Array)[]) => names({ from: "-", standardInput: () => piecesOf(pieces) });
  test("by line ends, with or without the last, empty lines skipped", async () => {
    expect(await from("a\nb\n\nc")).toEqual(["a", "b", "c"]);
    expect(await from("a\nb\n")).toEqual(["a", "b"]);
  });
  test("a byte order mark and the line ends of Windows are not part of a name", async () => {
    expect(await from("\ufeffa.zip\r\n\r\nb.zip\r\n", "c.zip\r")).toEqual(["a.zip", "b.zip", "c.zip"]);
    expect(await from(Uint8Array.of(0xef), Uint8Array.of(0xbb, 0xbf), "a\0b\r\0")).toEqual(["a", "b\r"]);
  });
  test.skipIf(process.platform === "win32")("a CR at its end is part of a name if a file has it", async () => {
    writeFileSync(at("cr.zip\r"), "");
    expect(await from(`${at("cr.zip")}\r\n${at("c.zip")}\r\n`)).toEqual(["cr.zip\r", "c.zip"]);
    rmSync(at("cr.zip\r"));
  });
  test("in UTF-16 is refused with a hint", async () => {
    for (const encoding of [Buffer.from("\ufeffa.zip\n", "utf16le"), Buffer.from("\ufeffa", "utf16le").swap16()]) {
      expect(from(encoding)).rejects.toThrow("the standard input is in UTF-16");
    }
  });
  test("by NUL: line ends are then part of a name", async () => {
    expect(await from("a\nb\0c\0")).toEqual(["a\nb", "c"]);
    expect(await from("a", "\nb\0c\0", "d")).toEqual(["a\nb", "c", "d"]);
    // Split at line ends, as the first piece has no NUL: a name with NUL is then reported as not a file.
    expect(await from("a\nb", "\0c\0", "d")).toEqual(["a", "b\0c\0d"]);
  });
  test("in any pieces", async () => {
    const text = `${"é/".repeat(20)}x.zip`;
    await fc.assert(
      fc.asyncProperty(fc.array(fc.nat(200), { maxLength: 8 }), fc.constantFrom("\n", "\0"), async (cuts, end) => {
        const bytes = new TextEncoder().encode(
          Array.from({ length: 3 }, (_, index) => `${index}${text}${end}`).join(""),
        );
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((place, index) => bytes.slice(places[index], place));
        expect(await from(...pieces)).toEqual([`0${text}`, `1${text}`, `2${text}`]);
      }),
      { numRuns: 50 },
    );
  });
  test("a pattern in it is a name", async () => {
    expect(await from("*.zip\n")).toEqual(["*.zip"]);
  });
  test("a name that is not UTF-8 is reported in its place", async () => {
    expect(await from("a\n", Uint8Array.of(0xff, 0x0a), "b\n")).toEqual(["a", "\\xff!not_readable", "b"]);
  });
  test("of nothing", async () => {
    expect(await from("")).toEqual([]);
    expect(await from("\n\n")).toEqual([]);
  });
  test("100,000 paths, by both separators", async () => {
    for (const end of ["\n", "\0"]) {
      const chunk = `some/folder/pack.zip${end}`.repeat(1000);
      expect((await from(...Array.from({ length: 100 }, () => chunk))).length).toBe(100_000);
    }
  });
  test("a file that is not a list of paths is refused, and a missing list", async () => {
    await expect(from("a".repeat(70_000))).rejects.toThrow(/not a list of paths/);
    await expect(listed({ from: at("none.txt") })).rejects.toThrow(GaitError);
  });
  test("that breaks off is reported in its place", async () => {
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield new TextEncoder().encode("a\0b\0");
      throw Object.assign(new Error("EIO"), { code: "EIO" });
    }
    expect(await names({ from: "-", standardInput: broken })).toEqual(["a", "b", "the standard input!not_readable"]);
  });
});

describe("shards", () => {
  test("each path is in one of them, and the same one everywhere", () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 9 }), (path, count) => {
        const mine = Array.from({ length: count }, (_, index) => isInShard(path, { index, count }, hostPlatform));
        expect(mine.filter(Boolean).length).toBe(1);
      }),
    );
  });
  test("by the first 48 bits of the SHA-256 of the path", () => {
    // python3 -c 'import hashlib; print(int(hashlib.sha256(b"evidence/a.zip").hexdigest()[:12], 16) % 4)'
    const hash = new Bun.CryptoHasher("sha256").update("evidence/a.zip").digest("hex");
    const index = Number(BigInt(`0x${hash.slice(0, 12)}`) % 4n);
    expect(isInShard("evidence/a.zip", { index, count: 4 }, hostPlatform)).toBe(true);
  });
  test("I/N from 0 to N - 1, and nothing else", () => {
    expect([shardOf("0/1"), shardOf("3/4")]).toEqual([
      { index: 0, count: 1 },
      { index: 3, count: 4 },
    ]);
    for (const text of ["4/4", "1", "1/0", "0/0", "-1/2", "a/b", "1/2/3", "", "1.5/2", " 0/1"]) {
      expect(() => shardOf(text)).toThrow(/--shard can't be/);
    }
  });
});
