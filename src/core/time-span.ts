/** Times of evidence that may have failed verification: what is no time, or the zero time, is not known. */
import { isTimestamp } from "../schema/format.ts";
import { compareTimestamps, isZeroTime, nanosecondsBetween } from "./timestamp.ts";

export function isKnownTime(text: string | undefined): text is string {
  return text !== undefined && isTimestamp(text) && !isZeroTime(text);
}

/** Whether `left` is after `right`; both are known. */
export function laterTime(left: string, right: string): boolean {
  return compareTimestamps(left, right) > 0;
}

/** From one to the other, negative when the second comes first; `undefined` where one of them is not known. */
export function secondsBetween(from: string | undefined, to: string | undefined): number | undefined {
  if (!isKnownTime(from) || !isKnownTime(to)) return undefined;
  return Number(nanosecondsBetween(from, to)) / 1e9;
}
