import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { decodeBase64, decodeHex, encodeBase64, encodeHex } from "../../../src/core/bytes/encoding.ts";

describe("base64 (RFC 4648 section 4)", () => {
  // RFC 4648 section 10.
  const VECTORS = [
    ["", ""],
    ["f", "Zg=="],
    ["fo", "Zm8="],
    ["foo", "Zm9v"],
    ["foob", "Zm9vYg=="],
    ["fooba", "Zm9vYmE="],
    ["foobar", "Zm9vYmFy"],
  ] as const;
  test.each(VECTORS)("%j is %j", (plain, text) => {
    const bytes = new TextEncoder().encode(plain);
    expect(encodeBase64(bytes)).toBe(text);
    expect(decodeBase64(text)).toEqual(bytes);
  });

  test.each([
    ["no padding", "Zg"],
    ["half the padding", "Zg="],
    ["padding too many", "Zm9v="],
    ["padding in the middle", "Zg==Zg=="],
    ["stray bits in the last digit", "Zh=="],
    ["stray bits before one padding", "Zm9="],
    ["a line feed at the end", "Zg==\n"],
    ["a space inside", "Zm 9v"],
    ["a tab first", "\tZm9v"],
    ["base64url digits", "-_-_"],
    ["one digit alone", "Z"],
    ["only padding", "===="],
    ["a character beyond ASCII", "Zm9é"],
    ["a character beyond one unit", "Zm9\u{1f600}"],
    ["NUL", "Zm9v\0"],
  ])("refused: %s", (_rule, text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });

  test("decodes what it encoded, from one text only", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const text = encodeBase64(bytes);
        expect(text).toBe(Buffer.from(bytes).toString("base64"));
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });

  test("any text it accepts is the encoding of the result", () => {
    const digits = fc.string({ unit: fc.constantFrom(..."AQgwZz09+/=\n"), maxLength: 12 });
    fc.assert(
      fc.property(digits, (text) => {
        const bytes = decodeBase64(text);
        if (bytes !== undefined) expect(encodeBase64(bytes)).toBe(text);
      }),
      { numRuns: 2000 },
    );
  });
});

describe("hexadecimal", () => {
  test("both letter cases are read, lower case is written", () => {
    expect(decodeHex("00fFAb")).toEqual(Uint8Array.of(0, 255, 171));
    expect(encodeHex(Uint8Array.of(0, 255, 171))).toBe("00ffab");
    expect(decodeHex("")).toEqual(new Uint8Array(0));
  });

  test.each(["0", "0g", " 00", "00\n", "0x00", "+1", "１１"])("refused: %j", (text) => {
    expect(decodeHex(text)).toBeUndefined();
  });
});
