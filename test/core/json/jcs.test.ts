import { describe, expect, test } from "bun:test";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import oracle from "canonicalize";
import fc from "fast-check";
import { GaitError } from "../../../src/core/finding/error.ts";
import { canonicalBytes, canonicalize } from "../../../src/core/json/jcs.ts";
import { parseJson } from "../../../src/core/json/parse.ts";
import type { JsonValue } from "../../../src/schema/document/primitives.ts";
import { growth } from "../slope.ts";

/** The double with these bits, given as 16 hex digits. */
function double(bits: string): number {
  const view = new DataView(new ArrayBuffer(8));
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

describe("numbers (RFC 8785 appendix B)", () => {
  test.each([
    ["0000000000000000", "0"],
    ["8000000000000000", "0"],
    ["0000000000000001", "5e-324"],
    ["8000000000000001", "-5e-324"],
    ["7fefffffffffffff", "1.7976931348623157e+308"],
    ["ffefffffffffffff", "-1.7976931348623157e+308"],
    ["4340000000000000", "9007199254740992"],
    ["c340000000000000", "-9007199254740992"],
    ["4430000000000000", "295147905179352830000"],
    ["44b52d02c7e14af5", "9.999999999999997e+22"],
    ["44b52d02c7e14af6", "1e+23"],
    ["44b52d02c7e14af7", "1.0000000000000001e+23"],
    ["444b1ae4d6e2ef4e", "999999999999999700000"],
    ["444b1ae4d6e2ef4f", "999999999999999900000"],
    ["444b1ae4d6e2ef50", "1e+21"],
    ["3eb0c6f7a0b5ed8c", "9.999999999999997e-7"],
    ["3eb0c6f7a0b5ed8d", "0.000001"],
    ["41b3de4355555553", "333333333.3333332"],
    ["41b3de4355555554", "333333333.33333325"],
    ["41b3de4355555555", "333333333.3333333"],
    ["41b3de4355555556", "333333333.3333334"],
    ["41b3de4355555557", "333333333.33333343"],
    ["becbf647612f3696", "-0.0000033333333333333333"],
    ["43143ff3c1cb0959", "1424953923781206.2"],
  ])("%s is %s", (bits, text) => {
    expect(canonicalize(double(bits))).toBe(text);
    expect(canonicalize([double(bits)])).toBe(`[${text}]`);
    expect(canonicalize({ b: double(bits), a: 1 })).toBe(`{"a":1,"b":${text}}`);
  });

  test.each(["7fffffffffffffff", "7ff0000000000000", "fff0000000000000"])("%s has no text", (bits) => {
    expect(() => canonicalize(double(bits))).toThrow(GaitError);
    expect(() => canonicalize({ b: [double(bits)] })).toThrow(GaitError);
  });

  /** The fewest digits that read back as the number, and the power of ten of the first one. */
  function shortest(value: number): { digits: string; power: number } {
    for (let fraction = 0; ; fraction++) {
      const [mantissa = "", power = ""] = value.toExponential(fraction).split("e");
      const nearest = BigInt(mantissa.replace(".", ""));
      // At a power of two the doubles above are further apart than those below, so the nearest digits may miss it where
      // the next ones up do not.
      for (const digits of [nearest, nearest + 1n]) {
        if (Number(`${digits}e${Number(power) - fraction}`) === value)
          return { digits: String(digits), power: Number(power) };
      }
    }
  }

  /** ECMA-262 6.1.6.1.20, step by step. */
  function es6Text(value: number): string {
    if (value === 0) return "0";
    if (value < 0) return `-${es6Text(-value)}`;
    const { digits, power } = shortest(value);
    const k = digits.length;
    const n = power + 1;
    if (k <= n && n <= 21) return digits + "0".repeat(n - k);
    if (n > 0 && n <= 21) return `${digits.slice(0, n)}.${digits.slice(n)}`;
    if (n > -6 && n <= 0) return `0.${"0".repeat(-n)}${digits}`;
    const exponent = `e${n > 0 ? "+" : "-"}${Math.abs(n - 1)}`;
    return k === 1 ? digits + exponent : `${digits.slice(0, 1)}.${digits.slice(1)}${exponent}`;
  }

  test("powers of ten and of two, their neighbours, and doubles of any bits", () => {
    const values: number[] = [];
    for (let power = -324; power <= 308; power += 4) values.push(Number(`1e${power}`), Number(`9.5e${power}`));
    for (let power = -1074; power <= 1023; power += 13) values.push(2 ** power, -(2 ** power) * 1.5);
    for (let power = 0; power <= 53; power++) values.push(2 ** power - 1, 2 ** power + 1, 10 ** (power % 23) / 3);
    let bits = 0x9e3779b97f4a7c15n;
    for (let i = 0; i < 400; i++) {
      bits = (bits * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn;
      values.push(double(bits.toString(16)));
    }
    const finite = values.filter(Number.isFinite);
    expect(finite.length).toBeGreaterThan(900);
    for (const value of finite) {
      expect(canonicalize(value)).toBe(es6Text(value));
      expect(canonicalize(value)).toBe(String(value));
    }
  });
});

describe("strings and order (RFC 8785 sections 3.2.2 and 3.2.3)", () => {
  test("literals, strings and numbers", () => {
    const value = {
      // biome-ignore lint/correctness/noPrecisionLoss: the sample is about that
      numbers: [333333333.33333329, 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"/",
      literals: [null, true, false],
    };
    const text =
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}';
    expect(canonicalize(value)).toBe(text);
    expect(new TextDecoder().decode(canonicalBytes(value))).toBe(text);
  });

  test("members in the order of UTF-16 code units", () => {
    const value = {
      "\u20ac": "Euro Sign",
      "\r": "Carriage Return",
      "\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One",
      "\u{1f600}": "Emoji: Grinning Face",
      "\u0080": "Control",
      "\u00f6": "Latin Small Letter O With Diaeresis",
    };
    expect([...canonicalize(value).matchAll(/:"([^"]*)"/g)].map((match) => match[1])).toEqual([
      "Carriage Return",
      "One",
      "Control",
      "Latin Small Letter O With Diaeresis",
      "Euro Sign",
      "Emoji: Grinning Face",
      "Hebrew Letter Dalet With Dagesh",
    ]);
  });

  test.each<[string, JsonValue, string]>([
    ["each control character", "\b\t\n\f\r\u0000\u001f\u007f", '"\\b\\t\\n\\f\\r\\u0000\\u001f\u007f"'],
    ["nothing else is escaped", "/<>&\u2028\u2029é😀", '"/<>&\u2028\u2029é😀"'],
    ["whole numbers as names, as text", { 9: 1, 10: 2, a: 3 }, '{"10":2,"9":1,"a":3}'],
    ["a name that is a prefix of another", { ab: 1, a: 2, "": 3 }, '{"":3,"a":2,"ab":1}'],
    ["capitals first", { a: 1, B: 2 }, '{"B":2,"a":1}'],
    ["names that need escapes", { "\n": 1, '"': 2, "\\": 3, é: 4, a: 5 }, '{"\\n":1,"\\"":2,"\\\\":3,"a":5,"é":4}'],
    ["arrays keep their order", [3, 1, [2, { b: 1, a: [] }]], '[3,1,[2,{"a":[],"b":1}]]'],
    [
      "a later sibling out of order",
      { a: 1, b: ["x", { d: 1, c: 2 }], c: { e: {} } },
      '{"a":1,"b":["x",{"c":2,"d":1}],"c":{"e":{}}}',
    ],
    ["a name like a method's", { toJSON: "x", a: 1 }, '{"a":1,"toJSON":"x"}'],
    ["empty ones", [{}, [], ""], '[{},[],""]'],
    ["a scalar", null, "null"],
  ])("%s", (_, value, text) => {
    expect(canonicalize(value)).toBe(text);
  });

  test("__proto__ is a member like any other", () => {
    expect(canonicalize(JSON.parse('{"b":1,"__proto__":{"z":1,"y":2}}'))).toBe('{"__proto__":{"y":2,"z":1},"b":1}');
  });
});

describe("values without canonical text are refused", () => {
  const cycle: JsonValue[] = [];
  cycle.push({ cycle });
  const nested = (depth: number): JsonValue => (depth === 0 ? 1 : [nested(depth - 1)]);
  test.each<[string, unknown]>([
    ["a lone high surrogate", "a\ud800"],
    ["a lone low surrogate in a member", { b: "\udc00", a: 1 }],
    ["a lone surrogate in a name", { "\ud800": 1 }],
    ["a lone surrogate in a name out of order", { b: 1, "\ud800": 1, a: 1 }],
    ["undefined", undefined],
    ["an undefined member", { a: undefined }],
    ["an undefined element", [undefined]],
    // biome-ignore lint/suspicious/noSparseArray: that is the point of the case
    ["a hole", [1, , 2]],
    ["a function", { toJSON: () => 1 }],
    ["a big integer", [1n]],
    ["a symbol", Symbol("x")],
    ["a date", { at: new Date(0) }],
    ["bytes", new Uint8Array(1)],
    ["a map", new Map()],
    ["a boxed number", Object(1)],
    ["a cycle", cycle],
    ["deeper than can be read back", nested(513)],
  ])("%s", (_, value) => {
    expect(() => canonicalize(value as JsonValue)).toThrow(GaitError);
  });

  test("the deepest value that can be read back is written", () => {
    expect(() => parseJson(canonicalBytes(nested(512)))).not.toThrow();
  });

  test("an object without a prototype is an object", () => {
    expect(canonicalize(Object.assign(Object.create(null), { b: 1, a: 2 }))).toBe('{"a":2,"b":1}');
  });
});

describe("properties", () => {
  const value = fc.jsonValue({ maxDepth: 4, stringUnit: "binary" });
  const names = fc.dictionary(fc.string({ unit: "binary", maxLength: 3 }), value, { maxKeys: 30 });

  test("the text equals that of the RFC author's implementation", () => {
    fc.assert(
      fc.property(fc.oneof(value, names), (each) => {
        expect(canonicalize(each as JsonValue)).toBe(oracle(each) as string);
      }),
      { numRuns: 1000 },
    );
  });

  test("reading and writing again changes nothing", () => {
    fc.assert(
      fc.property(fc.oneof(value, names), (each) => {
        const bytes = canonicalBytes(each as JsonValue);
        expect(canonicalBytes(parseJson(bytes))).toEqual(bytes);
      }),
      { numRuns: 1000 },
    );
  });
});

test.each<[string, (size: number) => JsonValue]>([
  [
    "the members of one object",
    (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`k${(i * 7919) % n}`, i])),
  ],
  [
    "names that differ in their last letters only",
    (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [`${"k".repeat(50)}${n - i}`, i])),
  ],
  ["names that engines order themselves", (n) => Array.from({ length: n }, (_, i) => ({ 9: i, 10: { b: 1, 2: [] } }))],
  ["elements out of order", (n) => Array.from({ length: n }, (_, i) => ({ b: i, a: { d: 1, c: 2 } }))],
  [
    "elements in order before one that is not",
    (n) => [...Array.from({ length: n }, (_, i) => ({ a: i })), { b: 1, a: 2 }],
  ],
])("the cost of %s does not grow as a square", (_, make) => {
  const prepare = (size: number): (() => unknown) => {
    const value = make(size);
    return () => canonicalBytes(value);
  };
  expect(growth([2000, 32_000], 1.5, prepare)).toBeLessThan(1.5);
});

test("nor does the cost of deep nesting", () => {
  const payload = Array.from({ length: 1000 }, (_, i) => `line ${i}`);
  const nested = (depth: number, around: (inner: JsonValue) => JsonValue): JsonValue => {
    let value: JsonValue = { z: payload, a: 1 };
    for (let i = 0; i < depth; i++) value = around(value);
    return value;
  };
  for (const around of [
    (inner: JsonValue) => ({ a: 1, b: inner }),
    (inner: JsonValue) => ({ b: inner, a: 1 }),
    (inner: JsonValue) => [1, inner],
  ]) {
    // The payload is written once at any depth: twice the depth must not cost twice as much.
    const prepare = (depth: number): (() => unknown) => {
      const value = nested(depth, around);
      return () => canonicalBytes(value);
    };
    expect(growth([15, 480], 0.7, prepare)).toBeLessThan(0.7);
  }
});

const SUITE = join(resolve(import.meta.dir, "../../..", process.env["GAIT_SUITES"] ?? "../shared/suites"), "jcs");

test.skipIf(!existsSync(SUITE))("cyberphone/json-canonicalization is available", () => {
  expect(readdirSync(SUITE).length).toBeGreaterThan(10);
});

describe.skipIf(!existsSync(SUITE))("cyberphone/json-canonicalization", () => {
  const files = existsSync(SUITE) ? readdirSync(SUITE).filter((name) => name.endsWith(".in.json")) : [];
  /** These contain numbers that a double changes, so the native parser reads them. */
  const LOSSY = ["values.in.json"];
  test.each(files)("%s", (name) => {
    const bytes = new Uint8Array(readFileSync(join(SUITE, name)));
    const value = LOSSY.includes(name) ? JSON.parse(new TextDecoder().decode(bytes)) : parseJson(bytes);
    const expected = readFileSync(join(SUITE, name.replace(".in.", ".out.")), "utf8");
    expect(canonicalize(value)).toBe(expected.trimEnd());
  });
  test.each(LOSSY)("%s is refused by our reader", (name) => {
    expect(() => parseJson(new Uint8Array(readFileSync(join(SUITE, name))))).toThrow(/double/);
  });
});
