/** Lengths of time as Go writes them. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { parseDuration } from "../../../src/core/time/go-duration.ts";

const HOUR = 3_600_000_000_000n;

describe("a length of time", () => {
  test.each<[string, bigint]>([
    ["48h", 48n * HOUR],
    ["24h0m0s", 24n * HOUR],
    ["1h30m", HOUR + HOUR / 2n],
    ["1.5h", HOUR + HOUR / 2n],
    ["90m", HOUR + HOUR / 2n],
    [".5s", 500_000_000n],
    ["1.s", 1_000_000_000n],
    ["300ms", 300_000_000n],
    ["1us", 1_000n],
    ["1\u00b5s", 1_000n],
    ["1\u03bcs", 1_000n],
    ["7ns", 7n],
    ["1.9ns", 1n],
    ["0", 0n],
    ["0s", 0n],
    ["1s1s", 2_000_000_000n],
    ["9999999h", 9_999_999n * HOUR],
  ])("%p", (text, nanoseconds) => {
    expect(parseDuration(text)).toBe(nanoseconds);
  });

  test.each([
    "",
    "h",
    "48",
    "-48h",
    "+48h",
    "48 h",
    "48H",
    "2d",
    "1w",
    ".h",
    ".",
    "1h30",
    "1..5h",
    "1e3h",
    "Infinityh",
    "4８h",
  ])("%p is refused", (text) => {
    expect(parseDuration(text)).toBeUndefined();
  });

  test("a text longer than any duration is refused before it is parsed", () => {
    expect(parseDuration(`${"9".repeat(100_000)}h`)).toBeUndefined();
  });

  test("whole hours, minutes and seconds add up", () => {
    const part = fc.nat({ max: 100_000 });
    fc.assert(
      fc.property(part, part, part, (hours, minutes, seconds) => {
        const expected = BigInt(hours * 3600 + minutes * 60 + seconds) * 1_000_000_000n;
        expect(parseDuration(`${hours}h${minutes}m${seconds}s`)).toBe(expected);
      }),
    );
  });
});
