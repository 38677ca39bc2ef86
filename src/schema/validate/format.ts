/** The formats that schemas name. TypeBox lets an unknown format pass; `validate.ts` refuses a schema with one. */

/** Days of each month in a year that is no leap year. */
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Whether `value` is a point in time as contract 0.2 writes it: `YYYY-MM-DDTHH:MM:SS[.fraction](Z|±HH:MM)`, upper-case
 * T and Z, year 0001 to 9999, a day that the calendar has, 1 to 9 fraction digits, seconds and offset minutes to 59,
 * offset hours to 23. By arithmetic alone: `Date` takes more than that, keeps milliseconds only, and loads time zones.
 */
export function isTimestamp(value: string): boolean {
  const length = value.length;
  if (length < 20 || length > 35) return false;
  if (at(value, 4) !== MINUS || at(value, 7) !== MINUS || at(value, 10) !== UPPER_T) return false;
  if (at(value, 13) !== COLON || at(value, 16) !== COLON) return false;
  const year = pair(value, 0) * 100 + pair(value, 2);
  const month = pair(value, 5);
  const day = pair(value, 8);
  // A part with a character other than a digit is NaN, and no comparison with NaN holds.
  if (!(year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= daysIn(year, month))) return false;
  if (!(pair(value, 11) <= 23 && pair(value, 14) <= 59 && pair(value, 17) <= 59)) return false;

  let index = 19;
  if (at(value, index) === DOT) {
    const start = index + 1;
    index = start;
    while (isDigit(at(value, index))) index += 1;
    if (index === start || index - start > 9) return false;
  }
  const mark = at(value, index);
  if (mark === UPPER_Z) return length === index + 1;
  if (mark !== PLUS && mark !== MINUS) return false;
  return (
    length === index + 6 &&
    at(value, index + 3) === COLON &&
    pair(value, index + 1) <= 23 &&
    pair(value, index + 4) <= 59
  );
}

/** By JSON Schema's name of the format. */
export const FORMATS: ReadonlyMap<string, (value: string) => boolean> = new Map([["date-time", isTimestamp]]);

const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const COLON = 0x3a;
const UPPER_T = 0x54;
const UPPER_Z = 0x5a;

/** UTF-16 unit at `index`, NaN past the end. */
function at(value: string, index: number): number {
  return value.charCodeAt(index);
}

function isDigit(unit: number): boolean {
  return unit >= 0x30 && unit <= 0x39;
}

/** The two digits at `index` as a number, NaN where one is no digit. */
function pair(value: string, index: number): number {
  const tens = at(value, index);
  const ones = at(value, index + 1);
  return isDigit(tens) && isDigit(ones) ? (tens - 0x30) * 10 + (ones - 0x30) : Number.NaN;
}

function daysIn(year: number, month: number): number {
  const leap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return month === 2 && leap ? 29 : (DAYS[month - 1] ?? 0);
}

/** All that it calls, for those who tell the runtime which code runs for a moment only. */
export const TIMESTAMP_CODE = [isTimestamp, at, isDigit, pair, daysIn] as const;
