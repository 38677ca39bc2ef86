/** Sizes and times in words. */
import { expect, test } from "bun:test";
import { bytesText, offsetText } from "../../../src/core/text/quantities.ts";

test("one byte is a byte", () => {
  expect([bytesText(0), bytesText(1), bytesText(2)]).toEqual(["0 bytes", "1 byte", "2 bytes"]);
});

test("a time before the first has a minus sign and reads as a time", () => {
  expect([-58, -0.25, -3661, 0, -0.0001, 58].map(offsetText)).toEqual([
    "-0:58",
    "-0:00.250",
    "-1:01:01",
    "+0:00",
    "+0:00",
    "+0:58",
  ]);
});
