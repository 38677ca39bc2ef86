/** Members sorted for `JSON.stringify` give the same text as writing member by member. */
import { expect, test } from "bun:test";
import fc from "fast-check";
import { GaitError } from "../../../src/core/finding/error.ts";
import { canonicalize, canonicalText } from "../../../src/core/json/jcs.ts";
import type { JsonValue } from "../../../src/schema/document/primitives.ts";

const value = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });

const NAMES = ["", ..."b a c ab é toJSON 0 9 10 01 -1 4294967295 __proto__".split(" ")];

/** Objects with names that engines order themselves or that assignment does not create, among plain ones. */
const oddNames = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.constantFrom<JsonValue>(0, -0, 1.5, 1e21, true, null, "", "é", '"\\', "\u2028"),
    fc.array(tie("value") as fc.Arbitrary<JsonValue>, { maxLength: 4 }),
    fc
      .uniqueArray(fc.tuple(fc.constantFrom(...NAMES), tie("value") as fc.Arbitrary<JsonValue>), {
        selector: ([name]) => name,
        maxLength: 6,
      })
      .map((members) => JSON.parse(`{${members.map(([name, each]) => `"${name}":${JSON.stringify(each)}`).join()}}`)),
  ),
})).value as fc.Arbitrary<JsonValue>;

test("sorted members give the text assembled by hand, whatever their names", () => {
  fc.assert(
    fc.property(fc.oneof(oddNames, value), (each) => {
      const before = JSON.stringify(each);
      expect(canonicalize(each as JsonValue)).toBe(canonicalText(each));
      expect(JSON.stringify(each)).toBe(before);
    }),
    { numRuns: 2000 },
  );
});

test("one member that is not JSON refuses the whole, wherever it is", () => {
  const bad = fc.constantFrom<unknown>(
    undefined,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    "\ud800",
    1n,
    new Date(0),
    () => 1,
  );
  fc.assert(
    fc.property(oddNames, oddNames, bad, fc.boolean(), (before, after, each, isLast) => {
      const around = isLast ? { b: before, a: after, "\ue000": [each] } : { 1: before, b: { z: each, a: 1 }, a: after };
      expect(() => canonicalize(around as JsonValue)).toThrow(GaitError);
      expect(() => canonicalText(around)).toThrow(GaitError);
    }),
  );
});
