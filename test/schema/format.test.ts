import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { timestamp } from "../../src/schema/document/primitives.ts";
import { issuesOf } from "../../src/schema/validate/explain.ts";
import { isTimestamp } from "../../src/schema/validate/format.ts";
import { intentValidator } from "../../src/schema/validator/runpack.ts";

const TIMESTAMPS: readonly [rule: string, value: string][] = [
  ["UTC", "2026-02-02T02:15:00Z"],
  ["the zero time", "0001-01-01T00:00:00Z"],
  ["the last second possible", "9999-12-31T23:59:59Z"],
  ["one fraction digit", "2026-02-02T02:15:00.1Z"],
  ["nine fraction digits", "2026-02-02T02:15:00.123456789Z"],
  ["a fraction that ends in zeros", "2026-02-02T02:15:00.100Z"],
  ["an offset east", "2026-05-05T05:05:05.123456789+05:30"],
  ["an offset west", "2026-02-02T02:15:00-08:00"],
  ["the largest offset", "2026-02-02T02:15:00+23:59"],
  ["a zero offset", "2026-02-02T02:15:00+00:00"],
  ["a negative zero offset", "2026-02-02T02:15:00-00:00"],
  ["29 February of a leap year", "2024-02-29T00:00:00Z"],
  ["29 February of a 400th year", "2000-02-29T00:00:00Z"],
  ["31 December", "2026-12-31T00:00:00Z"],
];

const NO_TIMESTAMPS: readonly [rule: string, value: string][] = [
  ["empty", ""],
  ["a date alone", "2026-02-02"],
  ["no offset", "2026-02-02T02:15:00"],
  ["lower-case t", "2026-02-02t02:15:00Z"],
  ["lower-case z", "2026-02-02T02:15:00z"],
  ["a space for the T", "2026-02-02 02:15:00Z"],
  ["no seconds", "2026-02-02T02:15Z"],
  ["a one-digit hour", "2026-02-02T2:15:00Z"],
  ["hour 24", "2026-02-02T24:00:00Z"],
  ["minute 60", "2026-02-02T02:60:00Z"],
  ["a leap second", "2026-12-31T23:59:60Z"],
  ["an empty fraction", "2026-02-02T02:15:00.Z"],
  ["ten fraction digits", "2026-02-02T02:15:00.1234567890Z"],
  ["a comma before the fraction", "2026-02-02T02:15:00,5Z"],
  ["offset hour 24", "2026-02-02T02:15:00+24:00"],
  ["offset minute 60", "2026-02-02T02:15:00+05:60"],
  ["an offset without colon", "2026-02-02T02:15:00+0530"],
  ["an offset of hours alone", "2026-02-02T02:15:00+05"],
  ["something after Z", "2026-02-02T02:15:00Z "],
  ["something after the offset", "2026-02-02T02:15:00+05:300"],
  ["a line end", "2026-02-02T02:15:00Z\n"],
  ["something before", " 2026-02-02T02:15:00Z"],
  ["year 0", "0000-01-01T00:00:00Z"],
  ["a five-digit year", "12026-02-02T02:15:00Z"],
  ["a signed year", "+2026-02-02T02:15:00Z"],
  ["month 0", "2026-00-02T02:15:00Z"],
  ["month 13", "2026-13-02T02:15:00Z"],
  ["day 0", "2026-02-00T02:15:00Z"],
  ["day 32", "2026-01-32T02:15:00Z"],
  ["31 April", "2026-04-31T02:15:00Z"],
  ["29 February of an ordinary year", "2026-02-29T00:00:00Z"],
  ["29 February of a 100th year", "1900-02-29T00:00:00Z"],
  ["digits that are not ASCII", "２026-02-02T02:15:00Z"],
  ["a minus that is not ASCII", "2026−02−02T02:15:00Z"],
];

describe("isTimestamp (contract 0.2)", () => {
  for (const [rule, value] of TIMESTAMPS) test(`takes ${rule}`, () => expect(isTimestamp(value)).toBe(true));
  for (const [rule, value] of NO_TIMESTAMPS) test(`refuses ${rule}`, () => expect(isTimestamp(value)).toBe(false));

  test("every day from 0001 to 9999 is accepted exactly when the calendar has it", () => {
    const pad = (value: number, length: number) => String(value).padStart(length, "0");
    for (let year = 1; year <= 9999; year += year % 100 === 99 ? 1 : 7) {
      for (let month = 1; month <= 12; month += 1) {
        for (const day of [28, 29, 30, 31]) {
          const date = `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}`;
          const exists = new Date(`${date}T00:00:00Z`).toISOString().startsWith(date);
          expect(isTimestamp(`${date}T00:00:00Z`)).toBe(exists);
        }
      }
    }
  });

  test("one changed character: the published pattern agrees except for the calendar", () => {
    const pattern = new RegExp((timestamp("") as { pattern?: string }).pattern ?? "(?!)", "u");
    const character = fc.constantFrom(..."0123456789TZtz+-:., ");
    fc.assert(
      fc.property(
        fc.constantFrom(...TIMESTAMPS.map(([, value]) => value)),
        fc.nat(),
        fc.oneof(character, fc.string({ maxLength: 2, unit: "grapheme" })),
        fc.nat({ max: 2 }),
        (good, position, inserted, removed) => {
          const at = position % (good.length + 1);
          const value = good.slice(0, at) + inserted + good.slice(at + removed);
          if (isTimestamp(value)) expect(pattern.test(value)).toBe(true);
          else if (pattern.test(value)) expect(["29", "30", "31"]).toContain(value.slice(8, 10));
        },
      ),
      { numRuns: 5000 },
    );
  });

  test("a schema that names the format uses it", () => {
    const { created_at: createdAt } = intentValidator.members;
    for (const [value, fits] of [
      ["2026-02-28T00:00:00Z", true],
      ["2026-02-29T00:00:00Z", false],
      [20260228, false],
    ]) {
      expect(issuesOf(timestamp(""), value)).toHaveLength(fits ? 0 : 1);
      expect(createdAt?.(value)).toBe(fits as boolean);
    }
  });
});
