import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { collisionKey, collisions, decodeName, nameFault, strangeName } from "../../../src/core/zip/name.ts";

describe("a name", () => {
  const cases: readonly [rule: string, name: string, code: string | undefined][] = [
    ["a file", "run.json", undefined],
    ["a file in folders", "source/a/b.zip", undefined],
    ["that starts with a dot", ".config/.a", "zip_name_unsafe"],
    ["with spaces and quotes inside", "2026-01-01 'a' \"b\".json", "zip_name_unsafe"],
    ["with a colon: a stream of another file on Windows", "a.json:b", "zip_name_unsafe"],
    ["a device of Windows", "a/NUL", "zip_name_unsafe"],
    ["a device of Windows with an extension", "com1.json", "zip_name_unsafe"],
    ["that only starts like a device", "console.json", undefined],
    ["with dots inside", "a..b/c...d", undefined],
    ["beyond ASCII", "Prüfung/日本語/🙂.json", "zip_name_unsafe"],
    ["of 1024 bytes", "a".repeat(1024), undefined],
    ["of 1024 bytes, beyond ASCII", "é".repeat(512), "zip_name_unsafe"],
    ["of 1025 bytes", "a".repeat(1025), "zip_name_invalid"],
    ["of 1025 bytes, beyond ASCII", `${"é".repeat(512)}a`, "zip_name_invalid"],
    ["empty", "", "zip_name_invalid"],
    ["with a tab", "a\tb", "zip_name_invalid"],
    ["with a delete character", "a\u007f", "zip_name_invalid"],
    ["with a C1 control", "a\u0085", "zip_name_invalid"],
    ["with a line separator", "a\u2028", "zip_name_invalid"],
    ["with a byte order mark", "\ufeffa", "zip_name_invalid"],
    ["with a bidirectional isolate", "a\u2066b", "zip_name_invalid"],
    ["with a lone surrogate", "a\udc00", "zip_name_invalid"],
    ["that ends with a slash", "a/", "zip_directory_entry"],
    ["that starts with a slash", "/a", "zip_name_unsafe"],
    ["of a network share", "//host/share", "zip_name_unsafe"],
    ["with a drive", "C:/a", "zip_name_unsafe"],
    ["with a backslash", "a\\..\\b", "zip_name_unsafe"],
    ["with an empty part", "a//b", "zip_name_unsafe"],
    ["with a part of one dot", "a/./b", "zip_name_unsafe"],
    ["with a part of two dots", "a/../b", "zip_name_unsafe"],
    ["with a part of three dots", "a/.../b", "zip_name_unsafe"],
    ["with a part of spaces", "a/ /b", "zip_name_unsafe"],
    ["two dots", "..", "zip_name_unsafe"],
    ["with a part of a two dot leader", "a/\u2025/b", "zip_name_unsafe"],
    ["with a part of full width dots", "\uff0e\uff0e/b", "zip_name_unsafe"],
    ["that starts with a full width slash", "\uff0fa", "zip_name_unsafe"],
    ["with a full width slash between digits", "２０２６／０１.json", "zip_name_unsafe"],
    ["with an ellipsis", "and so on….json", "zip_name_unsafe"],
  ];
  for (const [rule, name, code] of cases) {
    test(`${rule}: ${code ?? "is one"}`, () => {
      const bytes = new TextEncoder().encode(name);
      expect(nameFault(name)?.code).toBe(code as never);
      // A lone surrogate has no UTF-8, so it can't come from an archive.
      if (!name.isWellFormed()) return;
      const { fault } = decodeName(bytes, true);
      expect((fault ?? strangeName(name, false))?.code).toBe(code as never);
    });
  }

  const evidence: readonly [rule: string, name: string, isTaken: boolean][] = [
    ["a space and other printable ASCII", "evidence/2026-01-01 (a) [b] {c} 'd' #1 100% ~e = f, g!.json", true],
    ["a folder with a space", "evidence/a b/c", true],
    ["a space beside it", "other/a b", false],
    ["a space in the folder's name", "evidence /a", false],
    ["a dot at the end of a part", "evidence/a./b", false],
    ["a space at the end of a part", "evidence/a /b", false],
    ["a space at the beginning", "evidence/ a", false],
    ["a dot at the beginning", "evidence/.a", false],
    ["a name that some readers misinterpret", "evidence/__proto__", false],
    ["letters beyond ASCII", "evidence/é", false],
    ...[...'*?"<>|;'].map((each): [string, string, boolean] => [`the character ${each}`, `evidence/a${each}b`, false]),
  ];
  for (const [rule, name, isTaken] of evidence) {
    test(`below evidence/ of an authorization pack: ${rule}`, () => {
      expect(strangeName(name, true) === undefined).toBe(isTaken);
      expect(strangeName(name, false)).toBeDefined();
    });
  }

  test("that is not UTF-8, or not flagged as UTF-8, is refused", () => {
    expect(decodeName(Uint8Array.of(0x61, 0xe9), true).fault?.code).toBe("zip_name_invalid");
    expect(decodeName(new TextEncoder().encode("é"), false).fault?.code).toBe("zip_name_invalid");
    expect(decodeName(new TextEncoder().encode("é"), true)).toEqual({ name: "é" });
    expect(decodeName(new TextEncoder().encode("e"), false)).toEqual({ name: "e" });
    // CESU-8: a surrogate pair as twice three bytes.
    expect(decodeName(Uint8Array.of(0xed, 0xa0, 0x81, 0xed, 0xb0, 0x80), true).fault?.code).toBe("zip_name_invalid");
  });
});

describe("names collide if a file system treats them as one", () => {
  const cases: readonly [rule: string, names: readonly string[], pairs: number][] = [
    ["different names", ["a", "b", "a.b", "ab"], 0],
    ["the same name", ["a", "a"], 1],
    ["the same name three times", ["a", "b", "a", "a"], 2],
    ["letter case", ["README", "readme"], 1],
    ["Unicode form", ["\u212b", "\u00c5", "A\u030a"], 2],
    ["long s", ["\u017f", "S"], 1],
    ["a ligature", ["\ufb01le", "file"], 1],
    ["final sigma", ["ΟΔΟΣ", "οδος", "οδοσ"], 2],
    ["Turkish dotless i", ["\u0131", "I"], 1],
    ["dots and spaces that Windows drops", ["a/b", "a. ./b"], 1],
    ["file and folder", ["a", "a/b"], 1],
    ["file and folder, far apart", ["a/b/c", "a.x", "a-x", "a/b", "b"], 1],
    ["not file and folder", ["a/b", "ab", "a-b"], 0],
  ];
  for (const [rule, names, pairs] of cases) {
    test(rule, () => {
      expect(collisions(names)).toHaveLength(pairs);
      expect(collisions([...names].reverse())).toHaveLength(pairs);
    });
  }

  test("keys are the same for all forms and letter cases of a name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (name) => {
        const key = collisionKey(name);
        for (const form of ["NFC", "NFD", "NFKC", "NFKD"] as const)
          expect(collisionKey(name.normalize(form))).toBe(key);
        expect(collisionKey(name.toUpperCase())).toBe(key);
      }),
    );
  });
});
