/** The canonical form of objects by their bytes is what parsing them and writing them canonically gives, or nothing. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { canonicalCopy } from "../../../src/core/json/canonical-copy.ts";
import { canonicalize } from "../../../src/core/json/jcs.ts";
import type { JsonValue } from "../../../src/schema/document/primitives.ts";

const copied = (text: string): string | undefined => {
  const bytes = new TextEncoder().encode(`[${text}]`);
  const found = canonicalCopy(bytes, 1, bytes.length - 1);
  return found === undefined ? undefined : new TextDecoder().decode(found);
};

describe("taken as it stands", () => {
  const TAKEN = [
    "{}",
    "{ }",
    '{"a":1}',
    '{ "a" : "x" , "b":true,"c" : null }',
    '{"command": "npm test", "timeout": 120000}',
    '{"a":"","ab":"é 😀 \u2028"}',
    '{"":0}',
    '{"__proto__":"x","constructor":false}',
    '{"n":999999999999999}',
    '{"a":[],"b":{}}',
    '{ "a" : [ 1 , "x" , [ true ] , { "b" : null } ] , "c" : { "d" : { } } }',
    '{"a":"x\\n\\t\\r\\b\\f\\"\\\\"}',
    `{"a":${"[".repeat(15)}${"]".repeat(15)}}`,
    `{"a":"${"x".repeat(100)}\\n${"y".repeat(100)}"}`,
  ];
  for (const text of TAKEN) test(text, () => expect(copied(text)).toBe(canonicalize(JSON.parse(text))));
});

describe("left to be understood", () => {
  const LEFT = [
    '{"b":1,"a":2}',
    '{"a":1,"a":2}',
    '{"ab":1,"a":2}',
    '{"a":"x\\u000a"}',
    '{"a":"\\/"}',
    `{"a":"${"x".repeat(100)}\\/"}`,
    `{"a":"${"x".repeat(100)}\\n\\u00e9"}`,
    '{"a\\n":1}',
    '{"\u0061\u0301":1}',
    '{"é":1}',
    '{"a":1.0}',
    '{"a":-0}',
    '{"a":-1}',
    '{"a":1e2}',
    '{"a":1000000000000000}',
    '{"a":[1.5]}',
    '{"a":{"c":1,"b":2}}',
    '{"a":[{"b":1,"b":2}]}',
    `{"a":${"[".repeat(16)}${"]".repeat(16)}}`,
  ];
  for (const text of LEFT) test(text, () => expect(copied(text)).toBeUndefined());
});

test("any object in any spelling: the canonical form, or nothing", () => {
  const space = fc.string({ unit: fc.constantFrom(" ", "\n", "\t"), maxLength: 2 });
  const name = fc.oneof(fc.string({ maxLength: 4 }), fc.constantFrom("a", "b", "ab", "A", "é", "__proto__", ""));
  const value: fc.Arbitrary<JsonValue> = fc.oneof(
    fc.string(),
    fc.string({ unit: "grapheme" }),
    fc.integer(),
    fc.nat(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.constant(null),
    fc.array<JsonValue>(fc.oneof<fc.Arbitrary<JsonValue>[]>(fc.nat(), fc.string(), fc.constant<JsonValue>([])), {
      maxLength: 3,
    }),
    fc.dictionary(
      fc.constantFrom("a", "b", "c"),
      fc.oneof<fc.Arbitrary<JsonValue>[]>(fc.nat(), fc.constant<JsonValue>({})),
      { maxKeys: 2 },
    ),
  );
  let taken = 0;
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.tuple(name, value, space, space), { selector: ([key]) => key, maxLength: 4 }),
      fc.boolean(),
      (members, sorts) => {
        const listed = sorts
          ? members.toSorted(([left], [right]) => Number(left > right) - Number(left < right))
          : members;
        const text = `{${listed.map(([key, each, before, after]) => `${before}${JSON.stringify(key)}${after}:${before}${JSON.stringify(each)}${after}`).join(",")}}`;
        fc.pre(text.isWellFormed());
        const found = copied(text);
        if (found === undefined) return;
        taken += 1;
        expect(found).toBe(canonicalize(JSON.parse(text)));
      },
    ),
    { numRuns: 3000 },
  );
  expect(taken).toBeGreaterThan(500);
});
