import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { JsonError } from "../../../src/core/json/error.ts";
import { JsonOutline } from "../../../src/core/json/outline.ts";
import { spanValue } from "../../../src/core/json/text.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

const RECORD =
  ' {"id" : "a1", "n":-1.5e3 ,"ok":true,"none":null,"args":{"id":"inner","deep":[1]},"list":[1,{"x":2}],"\\u0069t":"q\\"é"} ';

test("an element behind an object has no name", () => {
  const outline = new JsonOutline(2).scan(encode('[{"a":1},2]'));
  expect(outline.children(outline.root).map((node) => outline.name(node))).toEqual([undefined, undefined]);
  expect(outline.isNamed(outline.element(outline.root, 1), "a")).toBe(false);
});

describe("the members of a record", () => {
  const bytes = encode(RECORD);
  const record = new JsonOutline(1).scan(bytes);

  test("have their names, kinds and values, in order", () => {
    const members = record
      .children(record.root)
      .map((node) => [record.name(node), record.kind(node), record.value(node)]);
    expect(members).toEqual([
      ["id", "string", "a1"],
      ["n", "number", -1500],
      ["ok", "boolean", true],
      ["none", "null", null],
      ["args", "object", { id: "inner", deep: [1] }],
      ["list", "array", [1, { x: 2 }]],
      ["it", "string", 'q"é'],
    ]);
  });

  test("have spans that exclude surrounding space", () => {
    for (const node of record.children(record.root)) {
      const span = record.span(node);
      expect(span).toEqual({
        name: record.name(node),
        kind: record.kind(node),
        start: record.start(node),
        end: record.end(node),
      });
      const text = new TextDecoder().decode(bytes.subarray(span.start, span.end));
      expect(text).toBe(text.trim());
      expect(spanValue(bytes, span)).toEqual(record.value(node));
    }
  });

  test("the root is the whole value", () => {
    expect(record.value(record.root)).toEqual(JSON.parse(RECORD));
    expect(record.name(record.root)).toBeUndefined();
    expect(record.span(record.root)).toMatchObject({ kind: "object", start: 1, end: bytes.length - 1 });
  });

  test.each<[string, string | undefined]>([
    ["id", "a1"],
    ["it", 'q"é'],
    ["i", undefined],
    ["idx", undefined],
    ["deep", undefined],
    ["\\u0069t", undefined],
    ["", undefined],
    ["é", undefined],
  ])("member %j", (name, value) => {
    const node = record.member(record.root, name);
    expect(node < 0 ? undefined : record.string(node)).toBe(value);
  });

  test("a string is compared by its decoded value", () => {
    const it = record.member(record.root, "it");
    expect(record.isString(it, 'q"é')).toBe(true);
    expect(record.isString(it, 'q\\"é')).toBe(false);
    const id = record.member(record.root, "id");
    expect(["a1", "a", "a12", "", "A1", 'a1"'].filter((text) => record.isString(id, text))).toEqual(["a1"]);
    const n = record.member(record.root, "n");
    expect(record.isString(n, "-1.5e3")).toBe(false);
    expect(record.string(n)).toBeUndefined();
  });

  test("a name is compared by its decoded value", () => {
    const it = record.member(record.root, "it");
    expect(["it", "i", "itt", "\\u0069t", "id"].filter((name) => record.isNamed(it, name))).toEqual(["it"]);
    expect(record.isNamed(record.root, "")).toBe(false);
  });

  test("a name that begins with the raw bytes of another is a different name", () => {
    const outline = new JsonOutline(1).scan(encode('{"a\\u0062c":1,"ab":2,"é":3,"__proto__":4}'));
    const read = (name: string): unknown => {
      const node = outline.member(outline.root, name);
      return node < 0 ? undefined : outline.value(node);
    };
    expect(["abc", "ab", "a", "é", "e", "__proto__", 'a"'].map(read)).toEqual([
      1,
      2,
      undefined,
      3,
      undefined,
      4,
      undefined,
    ]);
  });
});

describe("levels", () => {
  const text =
    '{"run":{"id":"r","env":{"os":"x"}},"intents":[{"args":{}},[7],3],"refs":{"receipts":[{"a":1},{"b":2}]}}';
  const outline = new JsonOutline(3).scan(encode(text));
  const at = (...names: string[]): number => names.reduce((node, name) => outline.member(node, name), outline.root);

  test("members of members are listed", () => {
    expect(outline.value(at("run", "env", "os"))).toBe("x");
    expect(outline.children(at("run")).map((node) => outline.name(node))).toEqual(["id", "env"]);
  });

  test("elements are listed, their contents are not", () => {
    const intents = at("intents");
    expect(outline.elementCount(intents)).toBe(3);
    expect([0, 1, 2].map((i) => outline.value(outline.element(intents, i)))).toEqual([{ args: {} }, [7], 3]);
    expect(outline.member(outline.element(intents, 0), "args")).toBe(-1);
    const receipts = at("refs", "receipts");
    expect(outline.value(outline.element(receipts, 1))).toEqual({ b: 2 });
  });

  test("elements built together equal those built alone, whatever is between them", () => {
    const space = fc.string({ unit: fc.constantFrom(" ", "\n", "\r", "\t"), maxLength: 2 });
    const element = fc.tuple(space, fc.jsonValue({ maxDepth: 2, stringUnit: "grapheme" }), space);
    fc.assert(
      fc.property(fc.array(element, { minLength: 1 }), fc.nat(), fc.nat(), (elements, one, other) => {
        const text = elements.map(([before, value, after]) => `${before}${JSON.stringify(value)}${after}`).join();
        const outline = new JsonOutline(2).scan(encode(`{"list":[${text}]}`));
        const list = outline.member(outline.root, "list");
        const first = Math.min(one % elements.length, other % elements.length);
        const end = Math.max(one % elements.length, other % elements.length) + 1;
        const alone = Array.from({ length: end - first }, (_, at) => outline.value(outline.element(list, first + at)));
        expect(outline.elements(list, first, end)).toEqual(alone);
      }),
    );
  });

  test("the text's own array has elements too", () => {
    const array = new JsonOutline(1).scan(encode("[1,[2,3],{}]"));
    expect(array.elementCount(array.root)).toBe(3);
    expect(array.value(array.element(array.root, 1))).toEqual([2, 3]);
    expect(array.member(array.root, "x")).toBe(-1);
  });

  test.each(["1", '"x"', "{}", "[]"])("nothing is in %s", (text) => {
    const scalar = new JsonOutline(3).scan(encode(text));
    expect(scalar.children(scalar.root)).toEqual([]);
    expect(scalar.elementCount(scalar.root)).toBe(0);
    expect(scalar.member(scalar.root, "x")).toBe(-1);
    expect(scalar.value(scalar.root)).toEqual(JSON.parse(text));
  });
});

describe("one outline for many texts", () => {
  test("a line of a chunk is scanned in place, and the last one counts", () => {
    const chunk = encode('{"a":1,"b":"x"}\n{"b":"y"}\n[1]\n');
    const outline = new JsonOutline(1);
    outline.scan(chunk, { start: 0, end: 15 });
    expect(outline.children(outline.root)).toHaveLength(2);
    outline.scan(chunk, { start: 16, end: 25, line: 2 });
    expect(outline.children(outline.root)).toHaveLength(1);
    expect(outline.isString(outline.member(outline.root, "b"), "y")).toBe(true);
    outline.scan(chunk, { start: 26, end: 29, line: 3 });
    expect(outline.kind(outline.root)).toBe("array");
  });

  test("it goes on after a bad one", () => {
    const outline = new JsonOutline(1);
    expect(() => outline.scan(encode('{"a":{"b":[1'))).toThrow(JsonError);
    outline.scan(encode('{"a":2,"b":3}'));
    expect(outline.value(outline.member(outline.root, "a"))).toBe(2);
  });

  test("as many elements as there are", () => {
    const values = Array.from({ length: 100_000 }, (_, i) => ({ i }));
    const outline = new JsonOutline(2).scan(encode(JSON.stringify({ first: 0, values, last: values.length })));
    const array = outline.member(outline.root, "values");
    expect(outline.elementCount(array)).toBe(values.length);
    expect(outline.value(outline.element(array, 77_777))).toEqual({ i: 77_777 });
    expect(outline.value(outline.member(outline.root, "last"))).toBe(values.length);
  });
});
