/** Times of evidence that may have failed verification: what is no time, or the zero time, is not known. */
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

/** From one to the other, negative when the second comes first; `undefined` where one of them is not known. */
export function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  return secondsFrom(knownInstant(from), knownInstant(to));
}

/** The same of instants. */
export function secondsFrom(left: Instant | undefined, right: Instant | undefined): number | undefined {
  if (left === undefined || right === undefined) return undefined;
  return right.seconds - left.seconds + (right.nanosecond - left.nanosecond) / 1e9;
}
