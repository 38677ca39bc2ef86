/** Lines of evidence: which are passed on, and how many bad ones are reported. */
import { describe, expect, test } from "bun:test";
import { createRecordChecker } from "../../../src/core/contents/record-lines.ts";
import { createJobEventsChecker } from "../../../src/core/job/event-lines.ts";
import { createLineReader } from "../../../src/core/json/lines.ts";
import { portablePlatform } from "../../../src/core/portable-platform.ts";
import { intentValidator } from "../../../src/schema/validator/runpack.ts";

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

describe("lines", () => {
  const cases: readonly [rule: string, text: string, lines: readonly [line: number, text: string][]][] = [
    [
      "each with its number",
      "a\nb\n",
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
    [
      "the last without a line end",
      "a\nb",
      [
        [1, "a"],
        [2, "b"],
      ],
    ],
    [
      "empty ones count and are not passed on",
      "\n\na\n\n\nb\n\n",
      [
        [3, "a"],
        [6, "b"],
      ],
    ],
    ["only LF ends one", "a\rb\u2028c\n", [[1, "a\rb\u2028c"]]],
    ["none", "", []],
  ];
  for (const [rule, text, lines] of cases) {
    test.each([1, 2, 3, 1000])(`${rule}, in pieces of %d bytes`, (size) => {
      const found: [number, string][] = [];
      const reader = createLineReader((chunk, start, end, line) => {
        found.push([line, new TextDecoder().decode(chunk.subarray(start, end))]);
      });
      const whole = bytes(text);
      for (let at = 0; at < whole.length; at += size) reader.push(whole.subarray(at, at + size));
      reader.end();
      expect(found).toEqual(lines.map((each) => [...each]));
    });
  }
});

describe("reading stops after twenty bad lines", () => {
  const bad = "{}\nx\n".repeat(50);

  test("of records: they are counted, and the last finding says so", () => {
    const checker = createRecordChecker(intentValidator, "intents.jsonl", "run");
    checker.observer(bytes(bad));
    const { count, findings } = checker.end();
    expect(count).toBe(100);
    expect(findings).toHaveLength(21);
    expect(findings.at(-1)).toMatchObject({ code: "record_invalid", path: "intents.jsonl:21" });
  });

  test("of a job's events", () => {
    const checker = createJobEventsChecker(undefined, portablePlatform);
    checker.observer(bytes(bad));
    const findings = checker.end();
    expect(checker.count).toBe(100);
    expect(findings).toHaveLength(21);
    expect(findings.at(-1)).toMatchObject({ code: "record_invalid", path: "job_events.jsonl:21" });
  });

  test("exactly twenty are all reported, and nothing else", () => {
    const checker = createRecordChecker(intentValidator, "intents.jsonl", "run");
    checker.observer(bytes("x\n".repeat(20)));
    expect(checker.end().findings.map(({ code }) => code)).toEqual(Array(20).fill("json_invalid"));
  });
});
