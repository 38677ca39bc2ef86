import { expect, test } from "bun:test";
import { fixedMoment } from "../../../src/core/catalog/moment.ts";

test("a time is in UTC with milliseconds, so that its order as text is that in time", () => {
  expect(fixedMoment("2026-01-01T00:30:00.123999999+01:00")).toBe("2025-12-31T23:30:00.123Z");
  expect(fixedMoment("2026-01-01T00:00:00Z")).toBe("2026-01-01T00:00:00.000Z");
  expect(fixedMoment("0001-01-02T00:00:00Z")).toBe("0001-01-02T00:00:00.000Z");
  expect(fixedMoment("9999-12-31T23:59:59.9999Z")).toBe("9999-12-31T23:59:59.999Z");
});

test("what is no time, or beyond four digits of a year, is unknown", () => {
  for (const text of [undefined, "", "yesterday", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00+01:00"])
    expect(fixedMoment(text)).toBeUndefined();
  expect(fixedMoment("9999-12-31T23:59:59-01:00")).toBeUndefined();
});
