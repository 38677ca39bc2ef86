/** What a format takes by its bytes is recorded with the digest, the text and the warnings of the value that it is. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { JsonToken, payloadOf } from "../../../../src/core/import/record/payload.ts";
import { canonicalCopy } from "../../../../src/core/json/canonical-copy.ts";
import { portablePlatform } from "../../../../src/core/portable-platform.ts";
import { hostPlatform } from "../../../../src/host/platform/bun.ts";
import type { JsonValue } from "../../../../src/schema/document/primitives.ts";

const TEXTS = [
  "",
  "plain",
  'a\nb\t"q" \\ /',
  "é 😀 \u2028\u0000\u001f\u007f",
  "<persisted-output>\nsee the file",
  " <persisted-output>",
  "12 ... [4,000 characters truncated] ... end",
  "this was truncated",
  "x... [truncated]",
  "Warning: truncated output\nx",
  "x".repeat(70_000),
  `truncated ${"y".repeat(70_000)}`,
];
/** Spellings of one string, canonical or not. */
const spellings = (text: string): string[] => [
  JSON.stringify(text),
  JSON.stringify(text).replaceAll("/", "\\/"),
  `"${[...text].map((each) => (each.charCodeAt(0) < 0x80 ? `\\u${each.charCodeAt(0).toString(16).padStart(4, "0")}` : each)).join("")}"`,
];

for (const [name, platform] of [
  ["the native platform", hostPlatform],
  ["the portable one", portablePlatform],
] as const) {
  describe(name, () => {
    const same = (token: JsonToken, value: JsonValue, redact: boolean): void => {
      const [byBytes, byValue] = [token, value].map((source) => payloadOf(source, true, { platform, redact }));
      const members = ({
        digest,
        canonical,
        isBare,
        isBadJson,
        isTruncated,
        marks,
        hits,
      }: NonNullable<typeof byBytes>) => ({
        ...{ digest, canonical, isBare, isBadJson, isTruncated, marks },
        hits: [...hits],
      });
      expect(members(byBytes as never)).toEqual(members(byValue as never));
    };
    const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

    test("strings, however they are written", () => {
      for (const text of TEXTS) {
        for (const spelling of spellings(text)) {
          for (const redact of [false, true]) same(new JsonToken(bytesOf(spelling)), text, redact);
        }
      }
    });
    test("objects", () => {
      for (const text of TEXTS) {
        for (const object of [
          { command: text },
          { a: text, truncated: true },
          { preview: text, truncated: true },
          { a: text, z: 7 },
        ]) {
          const json = bytesOf(JSON.stringify(object));
          const canonical = canonicalCopy(json, 0, json.length);
          if (canonical !== undefined)
            for (const redact of [false, true]) same(new JsonToken(canonical), object, redact);
        }
      }
      same(new JsonToken(bytesOf("{}")), {}, false);
    });
    test("any string", () => {
      fc.assert(
        fc.property(fc.string({ unit: "binary" }), (text) => {
          fc.pre(text.isWellFormed());
          for (const spelling of spellings(text)) same(new JsonToken(bytesOf(spelling)), text, false);
        }),
        { numRuns: 300 },
      );
    });
  });
}
