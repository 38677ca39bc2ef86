/** Times in evidence that may have failed verification: an invalid time or the zero time counts as unknown. */
import { isTimestamp } from "../../schema/validate/format.ts";
import { type Instant, instantOf, instantOfTimestamp, ZERO_TIME } from "./timestamp.ts";

const ZERO = instantOf(ZERO_TIME);

export function knownInstant(text: string | undefined): Instant | undefined {
  if (text === undefined || !isTimestamp(text)) return undefined;
  const instant = instantOfTimestamp(text);
  return isAfter(instant, ZERO) || isAfter(ZERO, instant) ? instant : undefined;
}

export function isKnownTime(text: string | undefined): text is string {
  return knownInstant(text) !== undefined;
}

export function isAfter(left: Instant, right: Instant): boolean {
  return left.seconds > right.seconds || (left.seconds === right.seconds && left.nanosecond > right.nanosecond);
}

/** Seconds from one to the other, negative if the second is earlier; `undefined` if either is unknown. */
export function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  return secondsFrom(knownInstant(from), knownInstant(to));
}

/** The same for instants. */
export function secondsFrom(left: Instant | undefined, right: Instant | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  return right.seconds - left.seconds + (right.nanosecond - left.nanosecond) / 1e9;
}
