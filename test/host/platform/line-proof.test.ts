/** The module that proves texts, held against the scanner: what it accepts the scanner accepts, and lists alike. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createRecordChecker, type RecordsReport } from "../../../src/core/contents/record-lines.ts";
import { JsonError } from "../../../src/core/json/error.ts";
import { JsonScanner, NODE_WORDS } from "../../../src/core/json/scanner.ts";
import { MAX_JSON_DEPTH } from "../../../src/core/json/text.ts";
import { createTextProof } from "../../../src/host/platform/line-proof/line-proof.ts";
import { intentValidator } from "../../../src/schema/validator/runpack.ts";
import { chances, evidenceLine, longNumber } from "../../generators/evidence-lines.ts";
import { BYTES, LEFT, PROVEN, REFUSED } from "./hard-texts.ts";

const isLong = process.env["GAIT_LONG"] === "1";
const LINES = isLong ? 4_000_000 : 60_000;
const NUMBERS = isLong ? 4_000_000 : 60_000;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array): string => JSON.stringify(new TextDecoder().decode(bytes));

const proof = createTextProof();
const scanners = [1, 2, 3].map((levels) => new JsonScanner(levels));
/** A text is looked at among other bytes, which must not matter. */
const chunk = new Uint8Array(1 << 16);

type Judgement = "proven" | "left" | "refused";

/** What the module says of a text; throws if the scanner says otherwise. */
function judge(text: Uint8Array, levels = 1, maxDepth: number = MAX_JSON_DEPTH, offset = 5): Judgement {
  chunk.fill(0x31, 0, offset);
  chunk.set(text, offset);
  chunk.fill(0x22, offset + text.length, offset + text.length + 40);
  const end = offset + text.length;
  const count = proof.prove(chunk, offset, end, maxDepth, levels);
  const scanner = scanners[levels - 1] as JsonScanner;
  try {
    scanner.scan(chunk, offset, end, maxDepth, 1);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (count > 0) throw new Error(`wrongly accepted, ${error.code}: ${decode(text)}`);
    return "refused";
  }
  if (count === 0) return "left";
  if (count !== scanner.nodeCount) throw new Error(`${count} nodes, not ${scanner.nodeCount}: ${decode(text)}`);
  for (let at = 0; at < count * NODE_WORDS; at++) {
    if (proof.nodes[at] !== scanner.nodes[at]) throw new Error(`word ${at} of the nodes: ${decode(text)}`);
  }
  return "proven";
}

const judgeText = (text: string, levels?: number): Judgement => judge(encode(text), levels);

describe("known hard texts", () => {
  test.each(PROVEN)("%s: proven", (_, text) => {
    for (const levels of [1, 2, 3]) expect(judgeText(text, levels)).toBe("proven");
  });
  test.each(LEFT)("%s: left to the scanner, which accepts", (_, text) => expect(judgeText(text)).toBe("left"));
  test.each(REFUSED)("%s: refused", (_, text) => {
    expect(judgeText(text)).toBe("refused");
    // After a longer text whose end would complete it.
    judgeText('"]}1'.repeat(400));
    expect(judgeText(text)).toBe("refused");
    if (text.trim() !== "") expect(judgeText(`{"${"p".repeat(30)}":{"a":${text}}}`)).toBe("refused");
  });
  test.each(BYTES)("%s: refused in a value and in a name, at every place", (_, bytes) => {
    for (let before = 0; before < 34; before++) {
      for (const behind of ["", "a", "é", "x".repeat(20)]) {
        const inside = [...encode("x".repeat(before)), ...bytes, ...encode(behind)];
        expect(judge(new Uint8Array([0x22, ...inside, 0x22]))).toBe("refused");
        expect(judge(new Uint8Array([...encode('{"'), ...inside, ...encode('":1}')]))).toBe("refused");
        expect(judge(new Uint8Array([0x22, ...inside]))).toBe("refused");
      }
    }
  });

  test("every text cut at every byte", () => {
    for (const [, text] of PROVEN) {
      const bytes = encode(text);
      for (let end = 0; end < bytes.length; end++) judge(bytes.subarray(0, end), 2);
    }
  });

  test("every pair of bytes in a string, and outside of one", () => {
    for (const text of ['["aaaaaaaaaaaaaaaaaaaa",1]', "[10, {}]"]) {
      const bytes = encode(text);
      for (let first = 0; first < 256; first++) {
        for (let second = 0; second < 256; second += isLong ? 1 : 5) {
          bytes[4] = first;
          bytes[5] = second;
          judge(bytes);
        }
      }
    }
  });

  test("deeper than the caller allows", () => {
    const text = encode('{"a":[{"b":[1]}]}');
    expect(judge(text, 1, 4)).toBe("proven");
    expect(judge(text, 1, 3)).toBe("refused");
    expect(judge(text, 1, 0)).toBe("refused");
  });

  test("more than there is room for", () => {
    const large = encode(`["${"a".repeat(1024 * 1024 - 4)}"]`);
    expect(proof.prove(large, 0, large.length, 9, 1)).toBe(2);
    expect(proof.prove(encode(`["${"a".repeat(1024 * 1024)}"]`), 0, 1024 * 1024 + 4, 9, 1)).toBe(0);
    const many = encode(`[${"1,".repeat(4094)}1]`);
    expect(proof.prove(many, 0, many.length, 9, 1)).toBe(4096);
    const tooMany = encode(`[${"1,".repeat(4095)}1]`);
    expect(proof.prove(tooMany, 0, tooMany.length, 9, 1)).toBe(0);
    const named = (levels: number): string =>
      `{${Array.from({ length: 119 }, (_, i) => `"${i}":0`).join(",")},"in":${levels > 1 ? named(levels - 1) : 0}}`;
    expect(judgeText(named(17))).toBe("proven");
    expect(judgeText(named(18))).toBe("left");
  });
});

/** Replaces, removes, doubles, swaps or inserts bytes; often such as mean something. */
function change(bytes: Uint8Array, chance: (below: number) => number): Uint8Array {
  const meaning = encode('"\\{}[],:0123456789eE.+-u/ \n\tabdfntrls');
  const all = [...bytes];
  for (let left = 1 + chance(3); left > 0; left--) {
    const at = chance(all.length + 1);
    const by = chance(4) === 0 ? chance(256) : (meaning[chance(meaning.length)] as number);
    const how = chance(6);
    if (how === 0) all.splice(at, 1);
    else if (how === 1) all.splice(at, 0, by);
    else if (how === 2) all.splice(at, 0, ...all.slice(at, at + chance(30)));
    else if (how === 3) all.splice(at, chance(12));
    else if (how === 4) all.splice(at, 0, ...all.slice(chance(all.length + 1)).slice(0, 40));
    else if (at < all.length) all[at] = by;
  }
  return new Uint8Array(all);
}

test("the tables of powers are right", () => {
  const source = readFileSync(join(import.meta.dir, "../../../src/host/platform/line-proof/line-proof.c"), "utf8");
  const table = (name: string): string[] =>
    (new RegExp(`${name}\\[23\\] = \\{([^}]*)\\}`).exec(source)?.[1] ?? "")
      .split(",")
      .map((each) => each.trim())
      .filter((each) => each !== "");
  expect(table("FIVES")).toEqual(Array.from({ length: 23 }, (_, n) => `${5n ** BigInt(n)}ull`));
  expect(table("TENS")).toEqual(Array.from({ length: 23 }, (_, n) => `1e${n}`));
});

describe("by chance", () => {
  test(`${LINES} changed lines of evidence: none wrongly accepted, hardly any left`, () => {
    const chance = chances(1);
    const count = { proven: 0, left: 0, refused: 0 };
    let leftUnchanged = 0;
    for (let i = 0; i < LINES; i += 8) {
      const line = encode(evidenceLine(chance));
      if (judge(line, 1 + (i % 3)) !== "proven") leftUnchanged += 1;
      for (let change_ = 0; change_ < 8; change_++) {
        count[judge(change(line, chance).subarray(0, 60_000), 1 + chance(3), MAX_JSON_DEPTH, chance(20))] += 1;
      }
    }
    expect(leftUnchanged).toBeLessThan(LINES / 8 / 50);
    expect(count.left).toBeLessThan(LINES / 50);
    expect(count.proven).toBeGreaterThan(LINES / 20);
    expect(count.refused).toBeGreaterThan(LINES / 3);
    if (isLong) process.stderr.write(`lines: ${JSON.stringify({ ...count, leftUnchanged })}\n`);
  }, 3_000_000);

  test(`${NUMBERS} long numbers: none wrongly accepted`, () => {
    const chance = chances(2);
    const count = { proven: 0, left: 0, refused: 0 };
    for (let i = 0; i < NUMBERS; i++) count[judgeText(longNumber(chance))] += 1;
    expect(count.proven).toBeGreaterThan(NUMBERS / 5);
    expect(count.refused).toBeGreaterThan(NUMBERS / 10);
    if (isLong) process.stderr.write(`numbers: ${JSON.stringify(count)}\n`);
  }, 3_000_000);

  test("records: the same answer with the proof as without", () => {
    const chance = chances(3);
    for (let i = 0; i < (isLong ? 3000 : 60); i++) {
      const lines = Array.from({ length: 60 }, () => {
        const line = encode(evidenceLine(chance));
        return chance(12) === 0 ? change(line, chance) : line;
      });
      const whole = new Uint8Array(lines.flatMap((line) => [...line, 0x0a]));
      const size = 1 + chance(9000);
      const report = (withProof: boolean): RecordsReport => {
        const made = withProof ? createTextProof() : undefined;
        const checker = createRecordChecker(intentValidator, "intents.jsonl", "run", undefined, undefined, made);
        for (let at = 0; at < whole.length; at += size) checker.observer(whole.slice(at, at + size));
        return checker.end();
      };
      expect(report(true)).toEqual(report(false));
    }
  });
});

describe("the form of a record", () => {
  const formOf = (text: string, levels = 1): object | undefined => {
    expect(judgeText(text, levels)).toBe("proven");
    return proof.form;
  };

  test("is the same for the same names in the same order, whatever the values", () => {
    expect(formOf('{"a":1,"bc":"x"}')).toBe(formOf(' {"a" : {"z":[1,2]}, "bc":null}') as object);
  });

  test("differs by a name, the order, the count, and where the values are listed", () => {
    const forms = [
      '{"only here a":1,"only here b":2}',
      '{"only here b":1,"only here a":2}',
      '{"only here a":1}',
      '{"only here a":1,"only here b":2,"only here c":3}',
      '{"only here a":1,"only here bb":2}',
      '{"only here ab":1,"":2}',
      '{"":1,"only here ab":2}',
    ];
    const all = forms.map((text) => formOf(text));
    expect(new Set(all).size).toBe(forms.length);
    expect(forms.map((text) => formOf(text))).toEqual(all);
    expect(formOf('{"a":[1],"b":2}', 2)).not.toBe(formOf('{"a":[1,2],"b":2}', 2));
  });

  test("there is none of an array, an empty object, a scalar, or of more members or longer names than are kept", () => {
    const many = Array.from({ length: 33 }, (_, i) => `"n${i}":0`).join(",");
    for (const text of ["[1]", "{}", "1", '"a"', `{${many}}`, `{"${"n".repeat(513)}":1}`])
      expect(formOf(text)).toBeUndefined();
  });

  test("is forgotten after eight others, and is another object afterwards", () => {
    const first = formOf('{"first":1}');
    for (let i = 0; i < 8; i++) formOf(`{"other${i}":1}`);
    expect(formOf('{"first":1}')).not.toBe(first as object);
  });
});
