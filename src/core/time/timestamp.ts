/**
 * Timestamps as in the formats: RFC 3339 with `T` and `Z` in upper case, the offset kept, 0 to 9 fraction digits.
 * Nanoseconds count, and the calendar is Gregorian throughout. Computed by hand, because `Date` has only milliseconds.
 */
import { isTimestamp } from "../../schema/validate/format.ts";
import { GaitError } from "../finding/error.ts";

/** Means that there is no time. */
export const ZERO_TIME = "0001-01-01T00:00:00Z";
/** The fixed time for reproducible bytes: the earliest that a ZIP can hold. */
export const PACK_EPOCH = "1980-01-01T00:00:00Z";

/** Seconds since 1970-01-01T00:00:00Z, negative before, and 0 to 999,999,999 nanoseconds on top. */
export interface Instant {
  readonly seconds: number;
  readonly nanosecond: number;
}

const NANOSECONDS = 1_000_000_000n;
const SECONDS_OF_DAY = 86_400;
/** 400 Gregorian years. */
const DAYS_OF_ERA = 146_097;
/** From 0000-03-01 to 1970-01-01. */
const DAYS_TO_UNIX_EPOCH = 719_468;
/** Of 0001-01-01T00:00:00Z and 10000-01-01T00:00:00Z, in Unix time. */
const FIRST_SECOND = -62_135_596_800;
const END_SECOND = 253_402_300_800;

/** Why `text` is not a timestamp, as a clause; `undefined` if it is. */
export function timestampProblem(text: string): string | undefined {
  if (isTimestamp(text)) return undefined;
  if (text !== text.toUpperCase() && isTimestamp(text.toUpperCase())) return "T and Z must be upper-case letters";
  const parts = /^\d{4}-\d\d-\d\d([Tt ])(\d{1,2}):\d\d:(\d\d)(?:([.,])(\d*))?(.*)$/s.exec(text);
  if (parts === null) return "it must look like 2026-02-02T02:15:00Z";
  const [, separator, hour = "", second = "", mark, fraction, offset = ""] = parts;
  if (separator !== "T") return "a T must separate date and time";
  if (hour.length === 1) return "the hour must have two digits";
  if (mark === ",") return "the decimal separator must be a dot";
  if (mark !== undefined && fraction === "") return "the fraction has no digit";
  if (fraction !== undefined && fraction.length > 9) return "the fraction may have at most nine digits";
  if (offset === "") return "the offset is missing: it must end with Z or an offset like +02:00";
  if (!/^(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/.test(offset)) return "the offset must be Z or like +02:00";
  if (second === "60") return "leap seconds are not supported";
  return "there is no such day or time";
}

/**
 * The normal form: no trailing zeros in the fraction, no zero fraction, `Z` for a zero offset; other offsets are kept.
 * Throws `GaitError("invalid_input")` if it is not a timestamp.
 */
export function normalizeTimestamp(text: string): string {
  assertTimestamp(text);
  const offset = offsetOf(text);
  const fraction = text.slice(19, text.length - offset.length);
  return text.slice(0, 19) + fraction.replace(/\.?0*$/, "") + (/^[+-]00:00$/.test(offset) ? "Z" : offset);
}

/** The same instant in UTC. Throws `GaitError("invalid_input")` also if that is outside the years 0001 to 9999. */
export function toUtc(text: string): string {
  const { seconds, nanosecond } = instantOf(text);
  if (seconds < FIRST_SECOND || seconds >= END_SECOND) {
    throw new GaitError("invalid_input", `the time ${text} is outside the years 0001 to 9999 in UTC`);
  }
  return utcTimestamp(seconds, nanosecond);
}

/** Negative, zero or positive if `a` is before, equal to or after `b`, to the nanosecond. */
export function compareTimestamps(a: string, b: string): number {
  const left = instantOf(a);
  const right = instantOf(b);
  return Math.sign(left.seconds - right.seconds || left.nanosecond - right.nanosecond);
}

/** Nanoseconds from `a` to `b`; negative if `b` is earlier. */
export function nanosecondsBetween(a: string, b: string): bigint {
  return unixNanoseconds(b) - unixNanoseconds(a);
}

/**
 * The instant a number of nanoseconds after `text` (before it if negative), in UTC. Throws `GaitError("invalid_input")`
 * if that is outside the years 0001 to 9999.
 */
export function shiftTimestamp(text: string, nanoseconds: bigint): string {
  const instant = unixNanoseconds(text) + nanoseconds;
  const nanosecond = ((instant % NANOSECONDS) + NANOSECONDS) % NANOSECONDS;
  const seconds = Number((instant - nanosecond) / NANOSECONDS);
  if (seconds < FIRST_SECOND || seconds >= END_SECOND) {
    throw new GaitError("invalid_input", `the resulting time, counted from ${text}, is outside the years 0001 to 9999`);
  }
  return utcTimestamp(seconds, Number(nanosecond));
}

/** Whether `text` is the instant of `ZERO_TIME`, with any offset. */
export function isZeroTime(text: string): boolean {
  const { seconds, nanosecond } = instantOf(text);
  return seconds === FIRST_SECOND && nanosecond === 0;
}

/**
 * The normal form of a time in an input document; `undefined` if the default applies: for absent, `null` and the zero
 * time. `where` is its JSON path. Throws `GaitError("invalid_input")`.
 */
export function inputTime(text: string | null | undefined, where: string): string | undefined {
  if (text === undefined || text === null) return undefined;
  const problem = timestampProblem(text);
  if (problem !== undefined) throw noTimestamp(text, problem, `${where}: `);
  return isZeroTime(text) ? undefined : normalizeTimestamp(text);
}

/**
 * The timestamp for a number of seconds since 1970-01-01T00:00:00Z, of the years 0001 to 9999, and 0 to 999,999,999 ns.
 */
export function utcTimestamp(unixSeconds: number, nanosecond: number): string {
  const days = Math.floor(unixSeconds / SECONDS_OF_DAY);
  const second = unixSeconds - days * SECONDS_OF_DAY;
  const time = [Math.floor(second / 3600), Math.floor(second / 60) % 60, second % 60];
  const fraction = nanosecond === 0 ? "" : `.${digits(nanosecond, 9).replace(/0+$/, "")}`;
  return `${dateOf(days)}T${time.map((part) => digits(part, 2)).join(":")}${fraction}Z`;
}

function assertTimestamp(text: string): void {
  const problem = timestampProblem(text);
  if (problem !== undefined) throw noTimestamp(text, problem);
}

function noTimestamp(text: string, problem: string, where = ""): GaitError {
  const shown = JSON.stringify(text.length > 64 ? `${text.slice(0, 64)}…` : text);
  return new GaitError("invalid_input", `${where}${shown} is not a timestamp: ${problem}`, {
    hint: "Write the time as in 2026-02-02T02:15:00Z or 2026-02-02T03:15:00.5+01:00.",
  });
}

function offsetOf(text: string): string {
  return text.endsWith("Z") ? "Z" : text.slice(-6);
}

/** Throws `GaitError("invalid_input")` if it is not a timestamp. */
export function instantOf(text: string): Instant {
  assertTimestamp(text);
  return instantOfTimestamp(text);
}

/** Parses a valid timestamp. Builds no strings: a run has hundreds of thousands of times. */
export function instantOfTimestamp(text: string): Instant {
  const end = text.endsWith("Z") ? text.length - 1 : text.length - 6;
  const days = daysSinceUnixEpoch(
    twoDigits(text, 0) * 100 + twoDigits(text, 2),
    twoDigits(text, 5),
    twoDigits(text, 8),
  );
  const local = days * SECONDS_OF_DAY + twoDigits(text, 11) * 3600 + twoDigits(text, 14) * 60 + twoDigits(text, 17);
  let nanosecond = 0;
  for (let at = 20, unit = 100_000_000; at < end; at += 1, unit /= 10) nanosecond += digit(text, at) * unit;
  return { seconds: end === text.length - 1 ? local : local - offsetSeconds(text.slice(end)), nanosecond };
}

function digit(text: string, at: number): number {
  return text.charCodeAt(at) - 0x30;
}

function twoDigits(text: string, at: number): number {
  return digit(text, at) * 10 + digit(text, at + 1);
}

function offsetSeconds(offset: string): number {
  const size = Number(offset.slice(1, 3)) * 3600 + Number(offset.slice(4, 6)) * 60;
  return offset.startsWith("-") ? -size : size;
}

function unixNanoseconds(text: string): bigint {
  const { seconds, nanosecond } = instantOf(text);
  return BigInt(seconds) * NANOSECONDS + BigInt(nanosecond);
}

/** Years start in March, so that the leap day comes last, in eras of 400 years, which are all alike. */
function daysSinceUnixEpoch(year: number, month: number, day: number): number {
  const marchYear = month > 2 ? year : year - 1;
  const era = Math.floor(marchYear / 400);
  const yearOfEra = marchYear - era * 400;
  const dayOfYear = Math.floor((153 * ((month + 9) % 12) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * DAYS_OF_ERA + dayOfEra - DAYS_TO_UNIX_EPOCH;
}

/** `YYYY-MM-DD` of a day; the inverse of `daysSinceUnixEpoch`. */
function dateOf(daysSinceEpoch: number): string {
  const days = daysSinceEpoch + DAYS_TO_UNIX_EPOCH;
  const era = Math.floor(days / DAYS_OF_ERA);
  const dayOfEra = days - era * DAYS_OF_ERA;
  const leapDays = Math.floor(dayOfEra / 1460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leapDays) / 365);
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const day = dayOfYear - Math.floor((153 * marchMonth + 2) / 5) + 1;
  const month = ((marchMonth + 2) % 12) + 1;
  const year = yearOfEra + era * 400 + (month > 2 ? 0 : 1);
  return `${digits(year, 4)}-${digits(month, 2)}-${digits(day, 2)}`;
}

function digits(value: number, count: number): string {
  return String(value).padStart(count, "0");
}

/** Like `toUtc`, but returns a time without a UTC form unchanged, so that evidence with one can still be verified. */
export function toUtcWherePossible(text: string): string {
  try {
    return toUtc(text);
  } catch (error) {
    if (error instanceof GaitError) return text;
    throw error;
  }
}
