/**
 * Texts recognized by the form of an earlier one, compared with the scan of an outline without forms: both accept,
 * list and report the same.
 */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createRecordChecker, type RecordsReport } from "../../../src/core/contents/record-lines.ts";
import { JsonError } from "../../../src/core/json/error.ts";
import { JsonOutline } from "../../../src/core/json/outline.ts";
import { PLAIN, plainEnd } from "../../../src/core/json/string.ts";
import { MAX_JSON_DEPTH } from "../../../src/core/json/text.ts";
import { intentValidator } from "../../../src/schema/validator/runpack.ts";

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** More texts than it takes to learn the first form. */
const MANY = 12;

/** An outline that has the forms of `texts`. */
function experienced(levels: number, ...texts: readonly Uint8Array[]): JsonOutline {
  const outline = new JsonOutline(levels);
  for (let i = 0; i < MANY; i++) for (const text of texts) outline.scan(text);
  for (const text of texts) expect(outline.scan(text).form).toBeDefined();
  return outline;
}

/** Everything an outline can report about a text, at `offset` in a chunk that continues after it. */
function outcome(outline: JsonOutline, text: Uint8Array, offset = 0, maxDepth = MAX_JSON_DEPTH): unknown {
  const chunk = new Uint8Array(offset + text.length + 9).fill(0x31);
  chunk.set(text, offset);
  try {
    outline.scan(chunk, { start: offset, end: offset + text.length, maxDepth, line: 7 });
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const { code, message, offset, line, column, path, hint } = error;
    return { code, message, offset, line, column, path, hint };
  }
  return nodesOf(outline, outline.root);
}

function nodesOf(outline: JsonOutline, node: number): unknown {
  const children = outline.children(node).map((child) => nodesOf(outline, child));
  return { ...outline.span(node), next: outline.next(node), children };
}

const RECORD = encode(
  ' {"args":{"content":"the and of to in as","list":[1,{"x":null}, "é"],"deep":{"n":-1.5e3}},"id":"a1", "ok":true} ',
);

describe("a text of a known form", () => {
  test("is listed as if it were scanned, whatever its values", () => {
    const others = [
      ' {"args":{"content":"","list":["\\u00e9\\n",{"x":0}, "🙂"],"deep":{"n":"x"}},"id":null, "ok":12345678901234567890} ',
      ' {"args":{"content":1,"list":[false,{"x":"\\""}, 0.1],"deep":{"n":1e300}},"id":"", "ok":"a longer one than before"} ',
    ].map(encode);
    for (const levels of [0, 1, 2, 3]) {
      const outline = experienced(levels, RECORD);
      for (const text of [RECORD, ...others]) {
        for (const offset of [0, 1, 2, 3, 4, 5, 6, 7]) {
          expect(outcome(outline, text, offset)).toEqual(outcome(new JsonOutline(levels), text, offset));
        }
      }
    }
  });

  test("with any byte changed, or cut at any byte", () => {
    const outline = experienced(2, RECORD);
    const bytes = [
      0, 9, 0x0a, 0x1f, 0x20, 0x22, 0x2c, 0x2d, 0x30, 0x5c, 0x5d, 0x7b, 0x7d, 0x7f, 0x80, 0xc3, 0xed, 0xff,
    ];
    let refused = 0;
    for (let at = 0; at < RECORD.length; at++) {
      for (const text of [RECORD.subarray(0, at), ...bytes.map((byte) => RECORD.with(at, byte))]) {
        const expected = outcome(new JsonOutline(2), text, at % 8);
        if (typeof expected === "object" && expected !== null && "code" in expected) refused += 1;
        expect(outcome(outline, text, at % 8)).toEqual(expected);
      }
    }
    expect(refused).toBeGreaterThan(RECORD.length);
  });

  test("can have any byte anywhere in a string, at every alignment", () => {
    const text = encode(`["${"a".repeat(20)}"]`);
    const outline = experienced(1, text);
    const isAccepted = (of: JsonOutline, bytes: Uint8Array, start: number): boolean => {
      try {
        of.scan(bytes, { start });
        return true;
      } catch {
        return false;
      }
    };
    for (let byte = 0; byte < 256; byte++) {
      for (let at = 2; at < 22; at++) {
        for (let offset = 0; offset < 4; offset++) {
          const chunk = new Uint8Array(offset + text.length);
          chunk.set(text.with(at, byte), offset);
          const accepted = isAccepted(outline, chunk, offset);
          if (accepted !== (PLAIN[byte] === 1)) throw new Error(`byte ${byte} at ${at}: ${accepted}`);
        }
      }
    }
  });

  test("is refused when nested too deeply for the current caller", () => {
    const text = encode('{"a":[{"b":[1]}]}');
    const outline = experienced(1, text);
    for (const maxDepth of [3, 4, 5])
      expect(outcome(outline, text, 0, maxDepth)).toEqual(outcome(new JsonOutline(1), text, 0, maxDepth));
    expect(outcome(outline, text, 0, 3)).toMatchObject({ code: "json_too_deep" });
  });
});

describe("forms", () => {
  test("of several tools in turn are distinguished, early and late", () => {
    const texts = [
      '{"a":"x","b":1}',
      '{"a":"x","b":[1]}',
      '{"a":"x","b":[1,2]}',
      '{"a":"x","b":1,"c":2}',
      '{"a":"x","b":1 }',
      '{"a":{},"b":1}',
      '{"aa":"x","b":1}',
      "[]",
    ].map(encode);
    const outline = experienced(2, ...texts);
    const forms = new Set(texts.map((text) => outline.scan(text).form));
    expect(forms.size).toBe(texts.length);
    for (const text of [...texts, ...texts.toReversed()])
      expect(outcome(outline, text)).toEqual(outcome(new JsonOutline(2), text));
  });

  test("are dropped when there are too many, and learned again later", () => {
    const outline = new JsonOutline(1);
    for (let i = 0; i < 300; i++) {
      const text = encode(`{"n${i % 40}":${i}}`);
      expect(outcome(outline, text)).toEqual(outcome(new JsonOutline(1), text));
    }
    const alike = Array.from({ length: 300 }, (_, i) => encode(i % 2 === 0 ? `{"a":${i}}` : `{"b":[${i}]}`));
    for (const text of alike) expect(outcome(outline, text)).toEqual(outcome(new JsonOutline(1), text));
    for (const text of alike) expect(outline.scan(text).form).toBeDefined();
  });

  test("of long or wide texts are not kept", () => {
    const wide = encode(`[${"1,".repeat(64)}1]`);
    const long = encode(`{"${"n".repeat(5000)}":1}`);
    for (const text of [wide, long]) {
      const outline = new JsonOutline(1);
      for (let i = 0; i < 2 * MANY; i++) expect(outline.scan(text).form).toBeUndefined();
    }
  });

  const value = fc.jsonValue({ maxDepth: 3 }).map((each) => encode(JSON.stringify(each)));
  const change = fc.record({
    at: fc.nat(),
    by: fc.oneof(fc.nat(255), fc.constantFrom(...encode('"\\{}[],:019eE.+-u \n'))),
    how: fc.nat(3),
  });
  test("any texts, changed in any way, after any others", () => {
    fc.assert(
      fc.property(
        fc.array(value, { minLength: 1, maxLength: 3 }),
        fc.array(change, { maxLength: 40 }),
        (texts, changes) => {
          const outline = new JsonOutline(2);
          for (let i = 0; i < MANY; i++) for (const text of texts) outline.scan(text);
          for (const { at, by, how } of changes) {
            const bytes = [...(texts[at % texts.length] as Uint8Array)];
            const place = at % bytes.length;
            if (how === 0) bytes.splice(place, 1);
            else if (how === 1) bytes.splice(place, 0, by);
            else bytes[place] = by;
            const text = new Uint8Array(bytes);
            expect(outcome(outline, text, at % 9)).toEqual(outcome(new JsonOutline(2), text, at % 9));
          }
        },
      ),
      { numRuns: 400 },
    );
  });
});

test("eight bytes at a time: only bytes that need no escape are skipped, whatever their neighbours", () => {
  const bytes = new Uint8Array(16).fill(0x61);
  const view = new DataView(bytes.buffer);
  for (let first = 0; first < 256; first++) {
    for (let second = 0; second < 256; second++) {
      bytes[first % 7] = first;
      bytes[(first % 7) + 1] = second;
      const isPlain = PLAIN[first] === 1 && PLAIN[second] === 1;
      if (plainEnd(view, 0, 16) !== (isPlain ? 16 : 0)) throw new Error(`${first} and ${second}`);
      bytes.fill(0x61);
    }
  }
  expect([0, 7, 8, 15, 16].map((end) => plainEnd(view, 0, end))).toEqual([0, 0, 8, 8, 16]);
  expect(plainEnd(view, 9, 16)).toBe(9);
});

describe("records", () => {
  const member = (name: string, text: string): string => `"${name}":"${text}"`;
  const line = (i: number, args: string, run = "run"): string =>
    `{"args":${args},${[
      member("args_digest", ""),
      member("created_at", "2026-11-24T20:23:03.800Z"),
      member("intent_id", `intent_${i}`),
      member("producer_version", "1"),
      member("run_id", run),
      member("schema_id", "gait.runpack.intent"),
      member("schema_version", "1.0.0"),
      member("tool_name", "fs.write"),
    ].join(",")}}`;
  const plain = Array.from({ length: 40 }, (_, i) =>
    line(i, i % 3 === 0 ? `{"path":"${i}","mode":"rw"}` : `{"path":"${i}","n":${i / 7}}`, i === 33 ? "another" : "run"),
  );

  /** The answer of a checker that sees only this line, at its position. */
  function alone(text: Uint8Array, place: number): RecordsReport {
    const checker = createRecordChecker(intentValidator, "intents.jsonl", "run");
    checker.observer(encode("\n".repeat(place)));
    checker.observer(text);
    return checker.end();
  }

  const edit = fc.record({
    place: fc.nat(39),
    at: fc.nat(),
    by: fc.constantFrom(...encode('"\\{}[],:019eEZgR '), 0, 0x80, 0xc3),
  });
  test("changed lines among others, in pieces of any size: each gets the same answer as alone", () => {
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 6 }), fc.integer({ min: 1, max: 9000 }), (edits, size) => {
        const lines = plain.map(encode);
        for (const { place, at, by } of edits) {
          const text = lines[place] as Uint8Array;
          lines[place] = text.with(at % text.length, by);
        }
        const whole = new Uint8Array(lines.flatMap((text) => [...text, 0x0a]));
        const checker = createRecordChecker(intentValidator, "intents.jsonl", "run");
        for (let at = 0; at < whole.length; at += size) checker.observer(whole.subarray(at, at + size));
        const { count, findings, warnings } = checker.end();
        const each = lines.map(alone);
        expect(count).toBe(lines.length);
        expect(findings).toEqual(each.flatMap((one) => [...one.findings]));
        expect(warnings.length > 0).toBe(each.some((one) => one.warnings.length > 0));
      }),
      { numRuns: 200 },
    );
  });

  test("a member's value that the schema refuses is found in every line of a known form", () => {
    const checker = createRecordChecker(intentValidator, "intents.jsonl", "run");
    const wrong = [
      plain[0]?.replace('"1.0.0"', '"2.0.0"'),
      plain[0]?.replace('"1.0.0"', "1"),
      plain[0]?.replace("20:23:03", "20:23:63"),
      plain[0]?.replace('"fs.write"', "null"),
    ];
    checker.observer(encode(`${[...plain, ...wrong, ...plain, ...wrong].join("\n")}\n`));
    const { count, findings } = checker.end();
    expect(count).toBe(88);
    expect(findings.map(({ code, path }) => `${code} ${path}`)).toEqual(
      [41, 42, 43, 44, 85, 86, 87, 88].map(
        (number, i) =>
          `record_invalid intents.jsonl:${number}#$.${["schema_version", "schema_version", "created_at", "tool_name"][i % 4]}`,
      ),
    );
  });
});
