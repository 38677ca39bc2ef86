/** The order of a line's parts on paper (UAX #9). Letters of `abc` stand for left-to-right, of `ABC` for right-to-left. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { type Directed, directionOf, visualOrder } from "../../../src/core/text/bidi.ts";

/** As in UAX #9's own examples: capitals are right-to-left. */
function parts(text: string): Directed[] {
  return Array.from(text, (character) => ({
    text: character,
    direction: /[A-Z]/.test(character) ? "rtl" : directionOf(character),
  }));
}

function drawn(text: string): string {
  return visualOrder(parts(text))
    .map((part) => part.text)
    .join("");
}

describe("left to right on paper", () => {
  test.each([
    ["abc def", "abc def"],
    ["ABC", "CBA"],
    ["ABC DEF", "FED CBA"],
    ["abc DEF ghi", "abc FED ghi"],
    ["ABC 123 DEF", "FED 123 CBA"],
    ["ABC 12", "12 CBA"],
    ["ABC 2026-02-03 DEF", "FED 2026-02-03 CBA"],
    ["ABC 1,234.5 DEF", "FED 1,234.5 CBA"],
    ["ABC 1 2", "2 1 CBA"],
    ["12 ABC", "12 CBA"],
    ["ABC!", "CBA!"],
    ["ABC, DEF!", "FED ,CBA!"],
    ["ABC-def-GHI", "CBA-def-IHG"],
    ["", ""],
  ])("%p is drawn as %p", (text, expected) => {
    expect(drawn(text)).toBe(expected);
  });

  test("nothing is lost or added", () => {
    const text = fc.string({ unit: fc.constantFrom(..."abAB12 -.!") });
    fc.assert(fc.property(text, (line) => expect([...drawn(line)].sort()).toEqual([...line].sort())));
  });
});

describe("the direction of a character", () => {
  test.each([
    ["a", "ltr"],
    ["é", "ltr"],
    ["漢", "ltr"],
    ["א", "rtl"],
    ["ش", "rtl"],
    ["ދ", "rtl"],
    ["ﻻ", "rtl"],
    ["7", "number"],
    ["٧", "number"],
    ["۷", "number"],
    ["-", "neutral"],
    [" ", "neutral"],
  ] as const)("%p: %s", (text, direction) => {
    expect(directionOf(text)).toBe(direction);
  });
});
