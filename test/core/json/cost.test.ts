/** No input makes reading cost more than n log n: archives from strangers are read before anything is known of them. */
import { expect, test } from "bun:test";
import { JsonError } from "../../../src/core/json/error.ts";
import { hashName } from "../../../src/core/json/names.ts";
import { JsonOutline } from "../../../src/core/json/outline.ts";
import { parseJson, scanJson } from "../../../src/core/json/parse.ts";
import { growth } from "../slope.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Linear is 1, n log n is about 1.1, quadratic is 2. */
const LIMIT = 1.5;

function members(names: readonly string[]): string {
  return `{${names.map((name, i) => `"${name}":${i}`).join(",")}}`;
}

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, i) => `name${i}`);
}

/** Pairs of blocks with the same hash, one after the other: n pairs make 2^n names of one hash. */
function collidingNames(pairs: number): string[] {
  let names = [""];
  let random = 1;
  for (let pair = 0; pair < pairs; pair++) {
    const seen = new Map<number, string>();
    for (;;) {
      random = (Math.imul(random, 1664525) + 1013904223) >>> 0;
      const block = random.toString(36).padStart(7, "0");
      const name = encode(names[0] + block);
      const hash = hashName(name, 0, name.length);
      const other = seen.get(hash);
      seen.set(hash, block);
      if (other === undefined || other === block) continue;
      names = names.flatMap((prefix) => [prefix + other, prefix + block]);
      break;
    }
  }
  return names;
}

function scanning(text: string, maxDepth = 512): () => void {
  const bytes = encode(text);
  return () => scanJson(bytes, { maxDepth });
}

function refusing(text: string): () => void {
  const bytes = encode(text);
  return () => {
    try {
      scanJson(bytes);
    } catch (error) {
      if (error instanceof JsonError) return;
      throw error;
    }
    throw new Error("accepted");
  };
}

const CASES: [string, readonly [number, number], (size: number) => () => unknown][] = [
  ["the members of one object", [10_000, 160_000], (n) => scanning(members(numbered(n)))],
  [
    "escaped names of one object",
    [10_000, 80_000],
    (n) => scanning(members(numbered(n).map((name) => `\\u0061${name}`))),
  ],
  ["objects of 16 members", [1000, 16_000], (n) => scanning(`[${`${members(numbered(16))},`.repeat(n)}0]`)],
  [
    "objects of 17 members, nested",
    [100, 1600],
    (n) => scanning(`${`${members(numbered(17)).slice(0, -1)},"o":`.repeat(n)}0${"}".repeat(n)}`, n),
  ],
  ["arrays in arrays", [20_000, 320_000], (n) => scanning("[".repeat(n) + "]".repeat(n), n)],
  ["objects in arrays in objects", [10_000, 160_000], (n) => scanning('{"a":['.repeat(n) + "]}".repeat(n), 2 * n)],
  ["escapes of one string", [100_000, 1_600_000], (n) => scanning(`"${"\\n\\u00e9".repeat(n)}"`)],
  ["digits of one number", [20_000, 320_000], (n) => refusing("7".repeat(n))],
  ["zeros of one number", [20_000, 320_000], (n) => scanning(`0.${"0".repeat(n)}1e${n}`)],
  ["the text before an error", [10_000, 160_000], (n) => refusing(`[${members(numbered(n))},x]`)],
  [
    "the elements of an outline",
    [20_000, 320_000],
    (n) => {
      const bytes = encode(`{"a":[${"{},".repeat(n)}0]}`);
      return () => new JsonOutline(2).scan(bytes);
    },
  ],
  [
    "the members that are built",
    [10_000, 80_000],
    (n) => {
      const bytes = encode(members(numbered(n)));
      return () => parseJson(bytes);
    },
  ],
];

test.each(CASES)("%s", (_, sizes, prepare) => {
  expect(growth([sizes[0], sizes[1]], LIMIT, prepare)).toBeLessThan(LIMIT);
});

test("names that all have the same hash", () => {
  const names = collidingNames(14);
  expect(new Set(names.map((name) => hashName(encode(name), 0, name.length))).size).toBe(1);
  expect(new Set(names).size).toBe(2 ** 14);
  expect(growth([2 ** 10, 2 ** 14], LIMIT, (n) => scanning(members(names.slice(0, n))))).toBeLessThan(LIMIT);
  expect(refusing(members([...names, names[5000] ?? ""]))).not.toThrow();
  // A small object compares names of one hash byte by byte.
  expect(scanning(members(names.slice(0, 16)))).not.toThrow();
  expect(refusing(members([...names.slice(0, 10), names[3] ?? ""]))).not.toThrow();
});
