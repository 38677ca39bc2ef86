/** The body of a record by its bytes is what `canonicalize` makes of its value (RFC 8785), or is left to that. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { canonicalize } from "../../../../src/core/json/jcs.ts";
import { parseJson } from "../../../../src/core/json/parse.ts";
import { CanonicalBody } from "../../../../src/core/run/canonical/body.ts";
import type { JsonObject, JsonValue } from "../../../../src/schema/document/primitives.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What is read of the record `{"intent_id":"i","args":…}`; `undefined` where it is left to the value. */
function byBytes(body: string): string | undefined {
  const text = encode(`{"intent_id":"i","args":${body} ,"z":[1 , 2]}`);
  parseJson(text);
  const reader = new CanonicalBody();
  return reader.read(text, 0, text.length, "args") ? decode(reader.canonical) : undefined;
}

function byValue(body: string): string {
  return canonicalize(parseJson(encode(body)));
}

const SAME: readonly string[] = [
  "{}",
  "{ \n\t\r}",
  '{"a":1}',
  '{"b":1,"a":2}',
  ' {"b" : 1 , "a":\n[ ] }',
  '{"b":{"d":1,"c":[{"f":1,"e":2}]},"a":{"y":0,"x":0}}',
  '{"aa":1,"a":2,"":3}',
  '{"é":1,"z":2}',
  '{"2":1,"10":2,"1":3}',
  '{"__proto__":1,"a":2}',
  '{"a":"\\u00e9\\u4e2d\\ud83d\\ude00"}',
  '{"a":"\\u001f\\u001F\\u0008\\u000c\\u000A\\u0022\\u005c\\/"}',
  '{"a":"\\b\\f\\n\\r\\t\\"\\\\"}',
  '{"a":"\\\\u0041\\\\"}',
  '{"a":"\u007f\u2028\ue000\u{1f600}"}',
  '{"a":[true,false,null,"",[],{}]}',
  `{"a":"${"\\ud83d\\ude00".repeat(1200)}"}`,
  `{"a":"${"\\u0041".repeat(2500)}\\/"}`,
];

const NUMBERS = [
  "0", "-0", "-0.0", "0.0", "0e5", "1", "-1", "10", "1.0", "1.50", "0.5", "-0.5", "0.000001", "0.0000001",
  "0.00000123", "1.0000005", "123456789012345", "1234567890123456", "9007199254740992", "1e5", "1E30", "1e21", "1e-7", "-1e+2",
  "100000000000000000000", "1000000000000000000000", "5e-324", "1.7976931348623157e308", "0.1234567890123456",
  "4.50", "123456.789012345", "1234567.890123456", `1${"0".repeat(300)}`, `0.${"0".repeat(200)}1`,
]; // biome-ignore format: one list

describe("the same text as from the value", () => {
  for (const body of SAME)
    test(body.length > 60 ? `${body.slice(0, 60)}…` : body, () => expect(byBytes(body)).toBe(byValue(body)));
  for (const number of NUMBERS) {
    test(`the number ${number.length > 30 ? `${number.slice(0, 30)}…` : number}`, () => {
      expect(byBytes(`{"a":${number}}`)).toBe(byValue(`{"a":${number}}`));
    });
  }
});

describe("left to the value", () => {
  for (const [why, body] of [
    ["a name with an escape", '{"\\u0061":1}'],
    ["a name whose order in UTF-16 is not that of its bytes", '{"\u{1f600}":1,"\uffee":2}'],
    ["a number of very many digits", `{"a":0.${"0".repeat(500)}}`],
    ["a list", "[1]"],
    ["null", "null"],
    ["a text", '"{}"'],
  ] as const) {
    test(why, () => expect(byBytes(body)).toBeUndefined());
  }
  test("no such member", () => {
    const text = encode('{"intent_id":"i","result":{}}');
    expect(new CanonicalBody().read(text, 0, text.length, "args")).toBe(false);
  });
  test("an escaped name, which may be the member's", () => {
    const text = encode('{"\\u0061rgs":{},"intent_id":"i"}');
    expect(new CanonicalBody().read(text, 0, text.length, "args")).toBe(false);
  });
  test("no object", () => {
    for (const text of ["[]", "1", '"args"'].map(encode))
      expect(new CanonicalBody().read(text, 0, text.length, "args")).toBe(false);
  });
});

test("what is canonical already is not copied, and stays what it is until the reset", () => {
  const text = encode('{"args":{"a":[1,"x"],"b":{"c":null}}}\n{"args":{"b":1, "a":2}}\n{"args":{"d":1,"c":"é"}}');
  const reader = new CanonicalBody();
  const found: Uint8Array[] = [];
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf(0x0a, start);
    const end = next < 0 ? text.length : next;
    expect(reader.read(text, start, end, "args")).toBe(true);
    expect(text[reader.start]).toBe(0x7b);
    expect(text[reader.end - 1]).toBe(0x7d);
    found.push(reader.canonical);
    start = end + 1;
  }
  expect(found.map(decode)).toEqual(['{"a":[1,"x"],"b":{"c":null}}', '{"a":2,"b":1}', '{"c":"é","d":1}']);
  expect(found[0]?.buffer).toBe(text.buffer);
  expect(found[1]?.buffer).not.toBe(text.buffer);
});

const SPACES = fc.constantFrom("", "", "", " ", "\n", "\t \r\n");
const NAME = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom("a", "b", "aa", "é", "中", "10", "9", "__proto__"));

/** A value and one of the many texts that it has. */
function written(value: JsonValue, choose: () => string, isEscaped: () => boolean): string {
  const text = (string: string): string => {
    if (!isEscaped()) return JSON.stringify(string);
    const units = Array.from({ length: string.length }, (_, index) => string.charCodeAt(index));
    return `"${units.map((unit) => `\\u${unit.toString(16).padStart(4, "0")}`).join("")}"`;
  };
  const space = choose;
  if (typeof value === "string") return text(value);
  if (typeof value === "number") return isEscaped() && value !== 0 ? value.toExponential() : JSON.stringify(value);
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value))
    return `[${space()}${value.map((each) => written(each, choose, isEscaped) + space()).join(`,${space()}`)}]`;
  const members = Object.entries(value).map(
    ([name, each]) => `${JSON.stringify(name)}${space()}:${space()}${written(each, choose, isEscaped)}${space()}`,
  );
  return `{${space()}${members.join(`,${space()}`)}}`;
}

test("property: any text of any object, the same as from its value", () => {
  const reader = new CanonicalBody();
  let read = 0;
  let all = 0;
  const { object } = fc.letrec<{ value: JsonValue; object: JsonObject }>((tie) => ({
    value: fc.oneof(
      { depthSize: "small", withCrossShrink: true },
      fc.oneof(
        fc.string({ unit: "binary" }),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
      ),
      fc.array(tie("value"), { maxLength: 4 }),
      tie("object"),
    ) as fc.Arbitrary<JsonValue>,
    object: fc.dictionary(NAME, tie("value"), { maxKeys: 20 }) as fc.Arbitrary<JsonObject>,
  }));
  fc.assert(
    fc.property(object, fc.infiniteStream(SPACES), fc.infiniteStream(fc.nat(9)), (value, spaces, chances) => {
      const body = written(
        value,
        () => spaces.next().value as string,
        () => (chances.next().value as number) === 0,
      );
      const text = encode(`{"tool_name":"t","args":${body}}`);
      const expected = canonicalize((parseJson(text) as { args: JsonValue }).args);
      all += 1;
      if (!reader.read(text, 0, text.length, "args")) return;
      read += 1;
      expect(decode(reader.canonical)).toBe(expected);
    }),
    { numRuns: 1500 },
  );
  // Names with an escape, or of the last planes, are the only ones that are left out.
  expect(read).toBeGreaterThan(all / 5);
});
