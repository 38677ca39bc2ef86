/** What a program hands over becomes JSON as with `JSON.stringify`, but what that loses or changes is told. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { canonicalize } from "../../../src/core/json/jcs.ts";
import { parseJson } from "../../../src/core/json/parse.ts";
import { jsonValue } from "../../../src/core/recorder/json-value.ts";
import { isTooLarge, payloadText } from "../../../src/core/recorder/payload.ts";

function taken(value: unknown): { json: unknown; notices: string[] } {
  const notices: string[] = [];
  const json = jsonValue(value, "$", (kind, place) => notices.push(`${place}: ${kind}`));
  return { json: json === undefined ? undefined : JSON.parse(canonicalize(json)), notices };
}

class Point {
  readonly x = 1;
  readonly #hidden = 2;

  get sum(): number {
    return this.x + this.#hidden;
  }
}

const LEFT_OUT = "has no JSON form, and is left out";
const AS_TEXT = "a number that JSON has not, kept as text";

describe("taken without a word", () => {
  test.each([
    ["a text", "grüße 😀", "grüße 😀"],
    ["null", null, null],
    ["a number", -0.5, -0.5],
    ["minus zero, which JSON does not tell apart", -0, 0],
    ["undefined members, which are absent", { a: undefined, b: 1 }, { b: 1 }],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["a toJSON", { toJSON: () => ({ a: [1] }) }, { a: [1] }],
    ["an instance, by its own members", new Point(), { x: 1 }],
    ["an address", new URL("https://example.com/a"), "https://example.com/a"],
    ["an object without a prototype", Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ["an error, without its stack", [new RangeError("no")], [{ type: "RangeError", message: "no" }]],
    ["nothing", undefined, undefined],
  ])("%s", (_, value, json) => {
    expect(taken(value)).toEqual({ json, notices: [] });
  });

  test("a member named __proto__ is a member", () => {
    const text = '{"__proto__":{"a":1},"b":2}';
    const json = jsonValue(JSON.parse(text), "$", () => undefined);
    expect(canonicalize(json ?? null)).toBe(text);
  });

  test("every JSON value is itself", () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false } as fc.JsonSharedConstraints), (value) => {
        const json = JSON.parse(JSON.stringify(value));
        expect(taken(json)).toEqual({ json, notices: [] });
      }),
    );
  });
});

describe("told", () => {
  const circle: unknown[] = [];
  circle.push(circle);
  const throws = {
    get a(): never {
      throw new Error("mine");
    },
  };
  test.each([
    ["a function", { f: () => 1 }, {}, [`$.f: ${LEFT_OUT}`]],
    ["a symbol", Symbol("a"), undefined, [`$: ${LEFT_OUT}`]],
    ["a Map", { m: new Map([[1, 2]]) }, {}, [`$.m: ${LEFT_OUT}`]],
    ["a Set", new Set([1]), undefined, [`$: ${LEFT_OUT}`]],
    ["bytes", { b: new Uint8Array(3), c: new ArrayBuffer(2) }, {}, [`$.b: ${LEFT_OUT}`, `$.c: ${LEFT_OUT}`]],
    ["a promise", [Promise.resolve(1)], [null], [`$[0]: ${LEFT_OUT}`]],
    ["a getter that throws", { t: throws, u: 1 }, { u: 1 }, [`$.t: ${LEFT_OUT}`]],
    ["a toJSON that throws", { t: { toJSON: () => assertNever() } }, {}, [`$.t: ${LEFT_OUT}`]],
    [
      "NaN and infinity",
      [Number.NaN, Number.NEGATIVE_INFINITY],
      ["NaN", "-Infinity"],
      [`$[0]: ${AS_TEXT}`, `$[1]: ${AS_TEXT}`],
    ],
    ["a bigint", { n: 2n ** 64n }, { n: "18446744073709551616" }, [`$.n: ${AS_TEXT}`]],
    ["a lone surrogate", "a\ud800b", "a\ufffdb", ["$: a lone surrogate, replaced by U+FFFD"]],
    ["one in a name", { "\udc00": 1 }, { "\ufffd": 1 }, ["$: a lone surrogate, replaced by U+FFFD"]],
    ["a hole", [1, undefined], [1, null], ["$[1]: a list's place without a value, kept as null"]],
  ])("%s", (_, value, json, notices) => {
    expect(taken(value) as unknown).toEqual({ json, notices });
  });

  test("a circle, and nesting that no record can hold: cut off, and what is above is recorded", () => {
    const { json, notices } = taken(circle);
    expect(JSON.stringify(json)).toStartWith("[[[[");
    expect(notices).toHaveLength(1);
    expect(notices[0]).toEndWith(`${LEFT_OUT}: it is nested too deep, or in a circle`);
    parseJson(new TextEncoder().encode(JSON.stringify({ intents: [{ args: { value: json } }] })));
  });
});

function assertNever(): never {
  throw new Error("mine");
}

test("nothing throws, and what comes out is strict JSON, whatever goes in", () => {
  fc.assert(
    fc.property(fc.anything({ withBigInt: true, withDate: true, withMap: true, withTypedArray: true }), (value) => {
      const text = payloadText(value, "$", () => undefined);
      if (text !== undefined) expect(canonicalize(parseJson(new TextEncoder().encode(text)))).toBe(text);
    }),
  );
});

test("a payload of a record's whole line is too large, one of less is not", () => {
  const MiB = 1024 * 1024;
  expect(isTooLarge("a".repeat(63 * MiB))).toBe(false);
  expect(isTooLarge("a".repeat(64 * MiB))).toBe(true);
  expect(isTooLarge("ä".repeat(33 * MiB))).toBe(true);
});
