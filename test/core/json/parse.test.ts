import { describe, expect, test } from "bun:test";
import { JsonError, type JsonErrorCode } from "../../../src/core/json/error.ts";
import { parseJson, scanJson } from "../../../src/core/json/parse.ts";
import { MAX_JSON_DEPTH } from "../../../src/core/json/text.ts";
import type { JsonValue } from "../../../src/schema/document/primitives.ts";

type Text = string | readonly number[];

function bytesOf(text: Text): Uint8Array {
  return typeof text === "string" ? new TextEncoder().encode(text) : new Uint8Array(text);
}

function refusal(text: Text, options: Parameters<typeof scanJson>[1] = {}): JsonError {
  try {
    scanJson(bytesOf(text), options);
  } catch (error) {
    if (error instanceof JsonError) return error;
    throw error;
  }
  throw new Error(`accepted: ${JSON.stringify(text)}`);
}

/** Between quotes. */
function quoted(...bytes: number[]): number[] {
  return [0x22, ...bytes, 0x22];
}

describe("accepts what RFC 8259 allows, as JSON.parse reads it", () => {
  const cases: [string, string][] = [
    ["a scalar as the whole text", "true"],
    ["space around everything", ' \t\r\n{ "a" : [ 1 , 2 ] , "b" : { } } \n'],
    ["no space at all", '{"a":[1,2,{"b":[]}],"c":null}'],
    ["empty containers", '[[],{},[[]],""]'],
    ["an empty name", '{"":{"":1}}'],
    ["the same name in different objects", '{"a":{"a":[{"a":1},{"a":2}]}}'],
    ["names that differ by case or form", '{"a":1,"A":2,"\u00e9":3,"e\u0301":4}'],
    ["every escape", '"\\" \\\\ \\/ \\b \\f \\n \\r \\t \\u0041 \\u00e9 \\uFFFF"'],
    ["an escaped surrogate pair", '"\\ud83d\\ude00"'],
    ["an escaped NUL", '{"\\u0000":"\\u0000"}'],
    ["DEL, C1 controls and line separators raw", '"\u007f \u0080 \u2028 \u2029 \ufeff"'],
    ["characters of 2, 3 and 4 bytes", '"\u0080 \u07ff \u0800 \ud7ff \ue000 \uffff \u{10000} \u{10ffff}"'],
    ["a backslash before the closing quote", '"\\\\"'],
    ["many members", JSON.stringify(Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`n${i}`, i])))],
  ];
  test.each(cases)("%s", (_, text) => {
    expect(parseJson(bytesOf(text))).toEqual(JSON.parse(text));
  });

  test("__proto__ is a member like any other", () => {
    const value = parseJson(bytesOf('{"__proto__":{"a":1}}'));
    expect(Object.keys(value as object)).toEqual(["__proto__"]);
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
  });
});

describe("refuses what RFC 8259 does not allow", () => {
  const cases: [string, Text][] = [
    ["nothing", ""],
    ["space only", " \n"],
    ["a cut object", '{"a":'],
    ["a cut array", "[1"],
    ["a cut string", '"abc'],
    ["a cut escape", '"\\'],
    ["a cut literal", "tru"],
    ["a comma before the end of an array", "[1,]"],
    ["a comma before the end of an object", '{"a":1,}'],
    ["a comma alone", "[,]"],
    ["no comma", "[1 2]"],
    ["no comma between members", '{"a":1 "b":2}'],
    ["no colon", '{"a" 1}'],
    ["a name without quotes", "{a:1}"],
    ["a number as a name", "{1:1}"],
    ["brackets that do not match", '{"a":1]'],
    ["a second value", "1 2"],
    ["text after the value", "[1] x"],
    ["NUL after the value", [0x31, 0x00]],
    ["single quotes", "'a'"],
    ["a comment", "[1 /* one */]"],
    ["NaN", "NaN"],
    ["Infinity", "-Infinity"],
    ["capital letters", "True"],
    ["a tab in a string", '"a\tb"'],
    ["a newline in a name", '{"a\nb":1}'],
    ["an unknown escape", '"\\x41"'],
    ["a bad hex digit", '"\\u12g4"'],
    ["a vertical tab as space", "\u000b1"],
    ["a no-break space as space", "\u00a01"],
    ["a leading zero", "01"],
    ["a leading zero after the sign", "-01"],
    ["a plus sign", "+1"],
    ["no digit before the point", ".5"],
    ["no digit after the point", "1."],
    ["no digit after the sign", "-"],
    ["no digit in the exponent", "1e+"],
    ["hexadecimal", "0x10"],
  ];
  test.each(cases)("%s", (_, text) => {
    expect(refusal(text).code).toBe("json_invalid");
  });
});

describe("refuses malformed Unicode (RFC 7493 section 2.1)", () => {
  const cases: [string, Text, RegExp][] = [
    ["a byte-order mark", [0xef, 0xbb, 0xbf, 0x31], /byte-order mark/],
    ["UTF-16, little end first", [0xff, 0xfe, 0x31, 0x00], /UTF-16/],
    ["UTF-16, big end first", [0xfe, 0xff, 0x00, 0x31], /UTF-16/],
    ["a continuation byte alone", quoted(0x80), /0x80/],
    ["an overlong slash in 2 bytes", quoted(0xc0, 0xaf), /0xc0/],
    ["an overlong letter in 2 bytes", quoted(0xc1, 0x81), /0xc1/],
    ["an overlong slash in 3 bytes", quoted(0xe0, 0x80, 0xaf), /0xe0/],
    ["an overlong character in 4 bytes", quoted(0xf0, 0x8f, 0xbf, 0xbf), /0xf0/],
    ["a surrogate in bytes", quoted(0xed, 0xa0, 0x80), /0xed/],
    ["beyond U+10FFFF", quoted(0xf4, 0x90, 0x80, 0x80), /0xf4/],
    ["a first byte of 5 or more", quoted(0xf8, 0x88, 0x80, 0x80, 0x80), /0xf8/],
    ["a character cut by the quote", quoted(0xe2, 0x82), /0xe2/],
    ["a character cut by the end", [0x22, 0xe2, 0x82], /0xe2/],
    ["a cut character in a name", [0x7b, ...quoted(0xc3), 0x3a, 0x31, 0x7d], /0xc3/],
    ["a high surrogate escaped alone", '"\\ud800"', /surrogate/],
    ["a low surrogate escaped alone", '"\\udc00"', /surrogate/],
    ["a high surrogate before another character", '"\\ud800\\u0041"', /surrogate/],
    ["two high surrogates", '"\\ud83d\\ud83d\\ude00"', /surrogate/],
    ["two low surrogates", '"\\ude00\\ude00"', /surrogate/],
    ["a pair the wrong way round", '"\\ude00\\ud83d"', /surrogate/],
    ["a lone surrogate in a name", '{"\\uDFFF":1}', /surrogate/],
  ];
  test.each(cases)("%s", (_, text, message) => {
    const error = refusal(text);
    expect(error.code).toBe("json_encoding_invalid");
    expect(error.message).toMatch(message);
  });
});

describe("refuses a member name twice (RFC 7493 section 2.3)", () => {
  const many = Array.from({ length: 40 }, (_, i) => `"n${i}":${i}`).join(",");
  const cases: [string, string, string][] = [
    ["side by side", '{"a":1,"a":1}', "$.a"],
    ["one of them escaped", '{"a":1,"\\u0061":2}', "$.a"],
    ["both escaped, differently", '{"\\u00e9":1,"\\u00E9":2}', '$["é"]'],
    ["raw and escaped, beyond ASCII", '{"é":1,"\\u00e9":2}', '$["é"]'],
    ["a pair raw and escaped", '{"😀":1,"\\ud83d\\ude00":2}', '$["😀"]'],
    ["a slash and an escaped slash", '{"a/b":1,"a\\/b":2}', '$["a/b"]'],
    ["the empty name", '{"":1,"":2}', '$[""]'],
    ["deep inside", '{"x":[0,{"y":{"a":1,"b":2,"a":3}}]}', "$.x[1].y.a"],
    ["after a nested object", '{"a":{"b":1},"b":{"a":1},"a":2}', "$.a"],
    ["the 17th the same as the first", `{${many.split(",").slice(0, 16).join(",")},"n0":1}`, "$.n0"],
    ["in a large object", `{${many},"n7":1}`, "$.n7"],
    ["in a large object, escaped", `{${many},"\\u006e39":1}`, "$.n39"],
    ["in a large object inside another", `{${many},"o":{${many},"n3":1},"p":1}`, "$.o.n3"],
    ["__proto__", '{"__proto__":1,"__proto__":2}', "$.__proto__"],
  ];
  test.each(cases)("%s", (_, text, path) => {
    const error = refusal(text);
    expect(error.code).toBe("json_duplicate_name");
    expect(error.path).toBe(path);
  });

  test("the place is the second one's", () => {
    expect(refusal('{"a":1,"\\u0061":2}').offset).toBe(7);
    expect(refusal(`{${many},"n7":1}`).offset).toBe(many.length + 2);
  });

  test("of several in a large object, the first repetition is named", () => {
    const text = `{${many},"n20":1,"n10":1}`;
    expect(refusal(text).offset).toBe(text.lastIndexOf('"n20"'));
  });
});

describe("a number is read if a double holds it as written, or refused (RFC 7493 section 2.2)", () => {
  const kept = [
    ...["0", "-0", "-0.0", "0e400", "0.000e-999999999999", "1", "-1", "4.50", "1E30", "1e+30", "100e-2", "0.1", "2e-3"],
    ...["9007199254740992", "9007199254740994", "-9007199254740992", "1e21", "1e23", "123e65", "1.0000000000000000000"],
    ...["5e-324", "50e-325", "0.5e-323", "2.2250738585072014e-308", "1.7976931348623157e308", "333333333.3333333"],
    ...["1424953923781206.2", "12345678901234567000", "0.000001", "1e-7", "999999999999999900000", "1.5e-10"],
    ...[`1${"0".repeat(300)}`, `0.${"0".repeat(300)}1`, `1${"0".repeat(300)}e-300`],
  ];
  test.each(kept)("%s is kept", (text) => {
    expect(parseJson(bytesOf(text))).toBe(JSON.parse(text));
    expect(parseJson(bytesOf(`[${text}]`))).toEqual([JSON.parse(text)]);
  });

  const lossy = [
    ...["9007199254740993", "-9007199254740993", "12345678901234567890", "333333333.33333329", "0.10000000000000001"],
    ...[
      "1e400",
      "-1e400",
      "1e-400",
      "1e309",
      "1.7976931348623159e308",
      "4e-324",
      "4.9e-324",
      "2e-324",
      "1e999999999999",
    ],
    ...["1.0000000000000000001", "1000000000000000000000001", "3.14159265358979323846", `0.${"3".repeat(1000)}`],
    ...["1".repeat(1000), `1${"0".repeat(400)}`, `0.${"0".repeat(400)}1`],
  ];
  test.each(lossy)("%s is refused", (text) => {
    const error = refusal(`{"n":${text}}`);
    expect(error.code).toBe("json_number_lossy");
    expect(error.path).toBe("$.n");
    expect(error.hint).toMatch(/as a string/);
    expect(error.message.length).toBeLessThan(120);
  });
});

describe("nesting has a limit", () => {
  const nested = (depth: number): string => '{"a":['.repeat(depth / 2) + "]}".repeat(depth / 2);
  test("at the limit it is read", () => {
    expect(() => parseJson(bytesOf(nested(MAX_JSON_DEPTH)))).not.toThrow();
  });
  test("beyond it is refused, before using memory", () => {
    expect(refusal(nested(MAX_JSON_DEPTH + 2)).code).toBe("json_too_deep");
    expect(refusal("[".repeat(1_000_000)).offset).toBe(MAX_JSON_DEPTH);
  });
  test("the limit is the caller's", () => {
    expect(() => scanJson(bytesOf("[[1]]"), { maxDepth: 2 })).not.toThrow();
    expect(refusal("[[1]]", { maxDepth: 1 })).toMatchObject({ code: "json_too_deep", path: "$[0]" });
    expect(() => scanJson(bytesOf(nested(100_000)), { maxDepth: 100_000 })).not.toThrow();
  });
});

describe("an error says where", () => {
  const cases: [string, JsonErrorCode, { offset: number; line: number; column: number; path: string }][] = [
    ["nul", "json_invalid", { offset: 0, line: 1, column: 1, path: "$" }],
    ['{"a":[1,\n  x]}', "json_invalid", { offset: 11, line: 2, column: 3, path: "$.a[1]" }],
    ['{\r\n"a":1,\r\n"a":2}', "json_duplicate_name", { offset: 11, line: 3, column: 1, path: "$.a" }],
    ['{"é😀":"é😀",\n"z":["é",01]}', "json_invalid", { offset: 31, line: 2, column: 11, path: "$.z[1]" }],
    [
      '{"i":[{},{},{},{"args":{"odd name":1e999}}]}',
      "json_number_lossy",
      { offset: 35, line: 1, column: 36, path: '$.i[3].args["odd name"]' },
    ],
    ['{"a":{"b":1},"c":"\\ud800"}', "json_encoding_invalid", { offset: 18, line: 1, column: 19, path: "$.c" }],
    ['[[1,2],[3,{"a":}]]', "json_invalid", { offset: 15, line: 1, column: 16, path: "$[1][1].a" }],
    ['{"a":[],"b":{"c":3}}}', "json_invalid", { offset: 20, line: 1, column: 21, path: "$" }],
    ['{"a":1,"b\u0001":2}', "json_invalid", { offset: 9, line: 1, column: 10, path: "$" }],
    ['{"a\\"]":[x]}', "json_invalid", { offset: 9, line: 1, column: 10, path: '$["a\\"]"][0]' }],
  ];
  test.each(cases)("%j", (text, code, place) => {
    expect(refusal(text)).toMatchObject({ code, ...place });
  });

  test("of a range, counted from its start; a line of JSONL keeps its number", () => {
    const text = '{"a":1}\n{"a":[0,x]}\n';
    expect(refusal(text, { start: 8, end: 19, line: 2 })).toMatchObject({
      offset: 8,
      line: 2,
      column: 9,
      path: "$.a[1]",
    });
  });

  test("names in it are cut, and can't control a terminal", () => {
    expect(refusal(`{"${"n".repeat(1000)}":x}`).path.length).toBeLessThan(80);
    expect(refusal('{"\u202e\\u001b[31m\u009b":x}').path).toBe('$["\\u202e\\u001b[31m\\u009b"]');
    expect(refusal(`{"${"😀".repeat(100)}":x}`).path.isWellFormed()).toBe(true);
  });

  test("the middle of a deep path is left out", () => {
    const { path } = refusal(`${"[".repeat(200)}x`);
    expect(path).toBe(`$${"[0]".repeat(24)}…${"[0]".repeat(8)}`);
  });
});

describe("a range of the bytes is a separate text", () => {
  const text = '123 "abc" {"a":1} true "\\ud83d\\ude00" "é" 1.5e10';
  const bytes = bytesOf(text);
  test.each<[string, JsonValue]>([
    ["123", 123],
    ["12", 12],
    [' "abc"', "abc"],
    ['{"a":1}', { a: 1 }],
    ["true ", true],
    ["1.5", 1.5],
    ["1.5e1", 15],
  ])("%j", (part, value) => {
    const start = bytesOf(text.slice(0, text.indexOf(part))).length;
    expect(parseJson(bytes, { start, end: start + part.length })).toEqual(value);
  });
  test.each([
    '"abc',
    '{"a":1',
    '{"a"',
    '{"a',
    "{",
    "tru",
    '"\\ud83d\\ude0',
    '"\\ud83d',
    '"\\ud8',
    '"\\',
    "1.",
    "1.5e",
    "",
  ])("%j is cut off, though more bytes follow", (part) => {
    const start = bytesOf(text.slice(0, text.indexOf(part))).length;
    const error = refusal([...bytes], { start, end: start + part.length });
    expect(error.offset).toBeLessThanOrEqual(part.length);
  });
  test("a character is cut off, though more bytes follow", () => {
    const start = bytesOf(text.slice(0, text.indexOf('"é'))).length;
    expect(refusal([...bytes], { start, end: start + 2 }).code).toBe("json_encoding_invalid");
  });
  test.each<[number, number]>([
    [-1, 3],
    [3, 2],
    [0, 100],
    [Number.NaN, 3],
  ])("bytes %d to %d are not a range", (start, end) => {
    expect(() => scanJson(bytes, { start, end })).toThrow(RangeError);
  });
});
