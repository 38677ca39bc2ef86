import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { GaitError } from "../../../src/core/finding/error.ts";
import {
  compareTimestamps,
  inputTime,
  isZeroTime,
  nanosecondsBetween,
  normalizeTimestamp,
  PACK_EPOCH,
  shiftTimestamp,
  timestampProblem,
  toUtc,
  utcTimestamp,
  ZERO_TIME,
} from "../../../src/core/time/timestamp.ts";

describe("valid timestamps (contract 0.2)", () => {
  test.each([
    "2026-02-02T02:15:00Z",
    "2026-02-02T02:15:00.1Z",
    "2026-02-02T02:15:00.123456789Z",
    "2026-02-02T02:15:00.000000000Z",
    "2026-02-02T23:59:59+23:59",
    "2026-02-02T00:00:00-23:59",
    "2026-02-02T02:15:00-00:00",
    "2024-02-29T00:00:00Z",
    "2000-02-29T00:00:00Z",
    "0001-01-01T00:00:00Z",
    "9999-12-31T23:59:59.999999999Z",
  ])("%s", (text) => {
    expect(timestampProblem(text)).toBeUndefined();
    expect(() => normalizeTimestamp(text)).not.toThrow();
  });

  test.each([
    ["2026-02-02T02:15:00,5Z", /dot/],
    ["2026-02-02T02:15:00.1234567890Z", /nine digits/],
    ["2026-02-02T2:15:00Z", /hour must have two digits/],
    ["2026-02-02t02:15:00Z", /upper-case/],
    ["2026-02-02T02:15:00z", /upper-case/],
    ["2026-02-02 02:15:00Z", /a T must separate/],
    ["2026-02-02T02:15:00.Z", /no digit/],
    ["2026-02-02T02:15:00", /offset is missing/],
    ["2026-02-02T02:15:00.5", /offset is missing/],
    ["2026-02-02T02:15:00+0100", /offset must be/],
    ["2026-02-02T02:15:00+24:00", /offset must be/],
    ["2026-02-02T02:15:00+01:60", /offset must be/],
    ["2026-02-02T02:15:00+01", /offset must be/],
    ["2026-02-02T02:15:00ZZ", /offset must be/],
    ["2026-02-02T02:15:00Z\n", /offset must be/],
    ["2026-02-02T02:15:00 Z", /offset must be/],
    ["2026-12-31T23:59:60Z", /leap second/],
    ["2026-02-02T02:15:61Z", /no such/],
    ["2026-02-02T24:00:00Z", /no such/],
    ["2026-02-02T02:60:00Z", /no such/],
    ["2026-02-30T00:00:00Z", /no such/],
    ["2025-02-29T00:00:00Z", /no such/],
    ["1900-02-29T00:00:00Z", /no such/],
    ["2026-04-31T00:00:00Z", /no such/],
    ["2026-00-10T00:00:00Z", /no such/],
    ["2026-13-10T00:00:00Z", /no such/],
    ["2026-01-00T00:00:00Z", /no such/],
    ["0000-01-01T00:00:00Z", /no such/],
    ["2026-02-02T02:15Z", /look like/],
    ["2026-2-2T02:15:00Z", /look like/],
    ["+02026-02-02T02:15:00Z", /look like/],
    ["12026-02-02T02:15:00Z", /look like/],
    [" 2026-02-02T02:15:00Z", /look like/],
    ["2026-02-02", /look like/],
    ["٢٠٢٦-02-02T02:15:00Z", /look like/],
    ["", /look like/],
  ])("%j is refused, with the reason", (text, reason) => {
    expect(timestampProblem(text)).toMatch(reason);
    for (const use of [normalizeTimestamp, toUtc, isZeroTime, (each: string) => compareTimestamps(each, ZERO_TIME)]) {
      expect(() => use(text)).toThrow(GaitError);
      expect(() => use(text)).toThrow(reason);
    }
  });
});

describe("the written form", () => {
  test.each([
    ["2026-02-02T02:15:00Z", "2026-02-02T02:15:00Z"],
    ["2026-02-02T02:15:00.000Z", "2026-02-02T02:15:00Z"],
    ["2026-02-02T02:15:00.500Z", "2026-02-02T02:15:00.5Z"],
    ["2026-02-02T02:15:00.050Z", "2026-02-02T02:15:00.05Z"],
    ["2026-02-02T02:15:10.000000001Z", "2026-02-02T02:15:10.000000001Z"],
    ["2026-02-02T02:15:00+00:00", "2026-02-02T02:15:00Z"],
    ["2026-02-02T02:15:00.10-00:00", "2026-02-02T02:15:00.1Z"],
    ["2026-02-02T02:15:00.0+01:00", "2026-02-02T02:15:00+01:00"],
    ["2026-02-02T02:15:00.120-05:30", "2026-02-02T02:15:00.12-05:30"],
    ["2026-02-02T02:15:00+00:30", "2026-02-02T02:15:00+00:30"],
  ])("%s is written %s", (text, written) => {
    expect(normalizeTimestamp(text)).toBe(written);
    expect(normalizeTimestamp(written)).toBe(written);
  });
});

describe("in UTC", () => {
  test.each([
    ["2026-02-02T02:15:00Z", "2026-02-02T02:15:00Z"],
    ["2026-02-02T02:15:00+01:00", "2026-02-02T01:15:00Z"],
    ["2026-01-01T00:30:00.123456789+01:00", "2025-12-31T23:30:00.123456789Z"],
    ["2024-02-28T23:30:00-01:00", "2024-02-29T00:30:00Z"],
    ["2025-02-28T23:30:00-01:00", "2025-03-01T00:30:00Z"],
    ["1900-02-28T23:30:00-01:00", "1900-03-01T00:30:00Z"],
    ["2026-02-02T02:15:00.500-23:59", "2026-02-03T02:14:00.5Z"],
    ["1969-12-31T23:59:59.9Z", "1969-12-31T23:59:59.9Z"],
    ["0001-01-01T01:00:00+01:00", "0001-01-01T00:00:00Z"],
    ["9999-12-31T22:59:59-01:00", "9999-12-31T23:59:59Z"],
  ])("%s is %s", (text, utc) => {
    expect(toUtc(text)).toBe(utc);
  });

  test.each(["0001-01-01T00:59:59.999999999+01:00", "9999-12-31T23:00:00-01:00"])("%s is out of range", (text) => {
    expect(() => toUtc(text)).toThrow(/years 0001 to 9999/);
    expect(() => toUtc(text)).toThrow(GaitError);
    // Only in UTC: as written it is valid, and can be sorted among the others.
    expect(normalizeTimestamp(text)).toBe(text);
    expect(compareTimestamps(text, PACK_EPOCH)).not.toBe(0);
  });

  test.each<[number, number, string]>([
    [0, 0, "1970-01-01T00:00:00Z"],
    [-1, 999_999_999, "1969-12-31T23:59:59.999999999Z"],
    [315_532_800, 0, PACK_EPOCH],
    [-62_135_596_800, 0, ZERO_TIME],
    [253_402_300_799, 500_000_000, "9999-12-31T23:59:59.5Z"],
    [951_782_400, 1000, "2000-02-29T00:00:00.000001Z"],
  ])("%d s and %d ns after the Unix epoch are %s", (seconds, nanosecond, text) => {
    expect(utcTimestamp(seconds, nanosecond)).toBe(text);
  });
});

describe("by instant", () => {
  test.each<[string, string, number]>([
    ["2026-02-02T02:15:00Z", "2026-02-02T02:15:00Z", 0],
    ["2026-02-02T02:15:00Z", "2026-02-02T03:15:00+01:00", 0],
    ["2026-02-02T02:15:00.5Z", "2026-02-02T02:15:00.500000000Z", 0],
    ["2026-02-02T02:15:00.5Z", "2026-02-02T02:15:00.500000001Z", -1],
    ["2026-02-02T02:15:00.5Z", "2026-02-02T02:15:00.05Z", 1],
    ["2026-02-02T02:15:00Z", "2026-02-02T02:15:00+00:01", 1],
    ["1969-12-31T23:59:59.9Z", "1970-01-01T00:00:00Z", -1],
    ["9999-12-31T23:59:59Z", ZERO_TIME, 1],
  ])("%s and %s", (left, right, order) => {
    expect(compareTimestamps(left, right)).toBe(order);
    expect(compareTimestamps(right, left)).toBe(0 - order);
  });

  test.each<[string, boolean]>([
    [ZERO_TIME, true],
    ["0001-01-01T00:00:00.000+00:00", true],
    ["0001-01-01T05:30:00+05:30", true],
    ["0001-01-01T00:00:00+05:30", false],
    ["0001-01-01T00:00:00.000000001Z", false],
    [PACK_EPOCH, false],
  ])("%s is the zero time: %p", (text, zero) => {
    expect(isZeroTime(text)).toBe(zero);
  });
});

describe("spans", () => {
  test.each<[string, bigint, string]>([
    ["2026-02-02T02:15:00Z", 0n, "2026-02-02T02:15:00Z"],
    ["2026-02-02T02:15:00+01:00", 1n, "2026-02-02T01:15:00.000000001Z"],
    ["2026-01-01T00:00:00Z", -1n, "2025-12-31T23:59:59.999999999Z"],
    ["2026-01-01T00:00:00.5Z", -500_000_000n, "2026-01-01T00:00:00Z"],
    ["1970-01-01T00:00:00Z", -1_500_000_000n, "1969-12-31T23:59:58.5Z"],
    ["2024-02-28T12:00:00Z", 86_400_000_000_000n, "2024-02-29T12:00:00Z"],
  ])("%s and %d ns are %s", (text, nanoseconds, shifted) => {
    expect(shiftTimestamp(text, nanoseconds)).toBe(shifted);
    expect(nanosecondsBetween(text, shifted)).toBe(nanoseconds);
    expect(nanosecondsBetween(shifted, text)).toBe(-nanoseconds);
  });

  test("not beyond the years that can be written", () => {
    expect(() => shiftTimestamp(ZERO_TIME, -1n)).toThrow(GaitError);
    expect(() => shiftTimestamp("9999-12-31T23:59:59.999999999Z", 1n)).toThrow(GaitError);
    expect(nanosecondsBetween(ZERO_TIME, "9999-12-31T23:59:59.999999999Z")).toBe(315_537_897_599_999_999_999n);
  });
});

describe("in an input document", () => {
  test.each<[string | null | undefined, string | undefined]>([
    [undefined, undefined],
    [null, undefined],
    [ZERO_TIME, undefined],
    ["0001-01-01T01:00:00.0+01:00", undefined],
    ["2026-02-02T02:15:00.500+00:00", "2026-02-02T02:15:00.5Z"],
  ])("%p gives %p", (text, written) => {
    expect(inputTime(text, "$.run.created_at")).toBe(written);
  });

  test.each(["", "now", "2026-02-30T00:00:00Z"])("%j is refused with its path", (text) => {
    expect(() => inputTime(text, "$.run.created_at")).toThrow(/^\$\.run\.created_at: /);
    expect(() => inputTime(text, "$.run.created_at")).toThrow(GaitError);
  });
});

describe("properties", () => {
  const two = (value: number): string => String(value).padStart(2, "0");
  const timestamp = fc
    .record({
      date: fc.date({
        min: new Date("0002-01-01T00:00:00Z"),
        max: new Date("9998-12-31T23:59:59Z"),
        noInvalidDate: true,
      }),
      fraction: fc.option(fc.string({ unit: fc.constantFrom(..."0123456789"), minLength: 1, maxLength: 9 })),
      offset: fc.oneof(
        fc.constantFrom("Z", "+00:00", "-00:00"),
        fc
          .tuple(fc.constantFrom("+", "-"), fc.nat(23), fc.nat(59))
          .map(([sign, hour, minute]) => `${sign}${two(hour)}:${two(minute)}`),
      ),
    })
    .map(({ date, fraction, offset }) => {
      const whole = date.toISOString().slice(0, 19);
      return { text: `${whole}${fraction === null ? "" : `.${fraction}`}${offset}`, fraction: fraction ?? "" };
    });

  test("normalizing and UTC keep the instant, and are idempotent", () => {
    fc.assert(
      fc.property(timestamp, ({ text }) => {
        for (const change of [normalizeTimestamp, toUtc]) {
          const changed = change(text);
          expect(timestampProblem(changed)).toBeUndefined();
          expect(compareTimestamps(changed, text)).toBe(0);
          expect(change(changed)).toBe(changed);
        }
        expect(normalizeTimestamp(toUtc(text))).toBe(toUtc(text));
      }),
      { numRuns: 1000 },
    );
  });

  test("UTC and order equal those of the native date, to the millisecond", () => {
    fc.assert(
      fc.property(timestamp, timestamp, (left, right) => {
        const milliseconds = ({ text, fraction }: typeof left): number =>
          Date.parse(text.replace(/\.\d+/, `.${fraction.padEnd(3, "0").slice(0, 3)}`));
        expect(toUtc(left.text).slice(0, 19)).toBe(new Date(milliseconds(left)).toISOString().slice(0, 19));
        const difference = milliseconds(left) - milliseconds(right);
        if (difference !== 0) expect(compareTimestamps(left.text, right.text)).toBe(Math.sign(difference));
      }),
      { numRuns: 1000 },
    );
  });

  test("with a character changed it is refused with a reason, or another timestamp", () => {
    fc.assert(
      fc.property(timestamp, fc.nat(), fc.constantFrom(..."0123456789-:.,TZ+ tz"), ({ text }, position, character) => {
        const at = position % text.length;
        const changed = text.slice(0, at) + character + text.slice(at + 1);
        const grammar =
          /^(?!0000)\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;
        const day = changed.slice(0, 10);
        const ofCalendar = Date.parse(`${day}T00:00:00Z`);
        const valid = grammar.test(changed) && new Date(ofCalendar || 0).toISOString().startsWith(day);
        expect(timestampProblem(changed) === undefined).toBe(valid);
      }),
      { numRuns: 2000 },
    );
  });
});
