import { describe, expect, test } from "bun:test";
import { encodeHex } from "../../../src/core/bytes/encoding.ts";
import { portablePlatform } from "../../../src/core/portable-platform.ts";
import {
  digestOf,
  isSha256Hex,
  sameDigest,
  sha256Hex,
  sha256OfText,
  sha256OfTextInto,
} from "../../../src/core/signature/digest.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";

const EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

describe("SHA-256 (FIPS 180-4)", () => {
  test.each([
    ["", EMPTY],
    ["abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"],
    [
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
    ],
  ])("of %j", (text, digest) => {
    expect(sha256Hex(hostPlatform, new TextEncoder().encode(text))).toBe(digest);
  });
});

describe("H(value): SHA-256 of the canonical JSON", () => {
  test("the contract's example 8.3, its members in a different order", () => {
    const payload = {
      schema_version: "1.0.0",
      schema_id: "gait.pack.run",
      run_id: "run_alpha",
      results_count: 2,
      refs_count: 2,
      manifest_digest: "8d5218dad31c7058f4023353a392d304e6be31173d5d245c277117729c3a1817",
      intents_count: 2,
      created_at: "2026-02-02T02:15:00Z",
      capture_mode: "reference",
    };
    expect(digestOf(hostPlatform, payload)).toBe("1fed644bde1ac9e359de93f951dac8aa084caecf74a265201553156f10a168f0");
  });

  test("is computed over UTF-8", () => {
    const bytes = new TextEncoder().encode('{"é":"\u{1f600}"}');
    expect(digestOf(hostPlatform, { é: "\u{1f600}" })).toBe(sha256Hex(hostPlatform, bytes));
  });
});

describe("SHA-256 of a text equals that of its UTF-8", () => {
  // Around a third of the memory that short texts are encoded in, with one, two, three and four bytes a character.
  test.each(["a", "é", "€", "\u{1f600}"])("of many %s", (character) => {
    for (const length of [0, 1, 10_922, 10_923, 21_844, 21_845, 21_846, 65_536]) {
      const text = character.repeat(length);
      const digest = sha256Hex(hostPlatform, new TextEncoder().encode(text));
      expect(sha256OfText(hostPlatform, text)).toBe(digest);
      for (const platform of [hostPlatform, portablePlatform]) {
        const bytes = new Uint8Array(32);
        sha256OfTextInto(platform, text, bytes);
        expect(encodeHex(bytes)).toBe(digest);
      }
    }
  });
});

describe("a digest as text", () => {
  test.each([
    ["64 lower-case digits", EMPTY, true],
    ["64 upper-case digits", EMPTY.toUpperCase(), true],
    ["nothing", "", false],
    ["63 digits", EMPTY.slice(1), false],
    ["65 digits", `${EMPTY}0`, false],
    ["a prefix", `sha256:${EMPTY}`, false],
    ["a line feed at the end", `${EMPTY}\n`, false],
    ["a letter beyond f", `${EMPTY.slice(1)}g`, false],
    ["digits of another script", `${EMPTY.slice(1)}１`, false],
  ])("%s", (_rule, text, expected) => {
    expect(isSha256Hex(text)).toBe(expected);
  });

  test.each([
    ["the same text", EMPTY, EMPTY, true],
    ["another letter case", EMPTY, EMPTY.toUpperCase(), true],
    ["one digit differs", EMPTY, `f${EMPTY.slice(1)}`, false],
    ["a prefix of it", EMPTY, EMPTY.slice(0, 63), false],
    ["two empty texts", "", "", false],
    ["the same text, but not a digest", "none", "none", false],
  ])("same: %s", (_rule, left, right, expected) => {
    expect(sameDigest(left, right)).toBe(expected);
    expect(sameDigest(right, left)).toBe(expected);
  });
});
