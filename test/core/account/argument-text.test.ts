/** The start of a call's arguments, for people. */
import { describe, expect, test } from "bun:test";
import { argumentText, MOST_ARGUMENT_TEXT } from "../../../src/core/account/argument-text.ts";
import { JsonOutline } from "../../../src/core/json/outline.ts";

function shown(args: string): string {
  const outline = new JsonOutline(2).scan(new TextEncoder().encode(`{"args":${args}}`));
  return argumentText(outline, outline.member(outline.root, "args"));
}

describe("arguments as text", () => {
  const cases: readonly (readonly [args: string, text: string])[] = [
    ['{"command":"npm test","timeout":120000}', "command: npm test, timeout: 120000"],
    ['{"value":"*** Begin Patch"}', "*** Begin Patch"],
    ['{"value":1,"unit":"s"}', "value: 1, unit: s"],
    ['{"tags":["a"],"opts":{"b":null}}', 'tags: ["a"], opts: {"b":null}'],
    ["{}", ""],
  ];
  for (const [args, text] of cases) test(args, () => expect(shown(args)).toBe(text));

  test("a long member goes behind the short ones", () => {
    expect(shown(JSON.stringify({ content: "x".repeat(5000), file_path: "a.ts" }))).toBe(
      `file_path: a.ts, content: ${"x".repeat(MOST_ARGUMENT_TEXT - 26)}…`,
    );
  });
  test("a cut within an escape or a character leaves no half of it", () => {
    for (let shift = 0; shift < 8; shift += 1) {
      for (const piece of ["\n", "\u0001", "é", "😀", "\\", '"']) {
        const text = shown(JSON.stringify({ value: "x".repeat(shift) + piece.repeat(2000) }));
        expect(text.isWellFormed()).toBe(true);
        expect(text.slice(0, -1)).toBe(("x".repeat(shift) + piece.repeat(200)).slice(0, text.length - 1));
        expect(text.length).toBeGreaterThanOrEqual(MOST_ARGUMENT_TEXT);
      }
    }
  });
});
