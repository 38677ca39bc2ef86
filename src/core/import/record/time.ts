/** Times as agents write them. */
import { isZeroTime, normalizeTimestamp, timestampProblem } from "../../time/timestamp.ts";

const BEYOND_NANOSECONDS = /(\.[0-9]{9})[0-9]+/;
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?$/;

/** The time as a runpack has it; `undefined` for a text that is none, or says no zone. */
export function sourceTime(text: string): string | undefined {
  const kept = text.length > 30 ? text.replace(BEYOND_NANOSECONDS, "$1") : text;
  if (timestampProblem(kept) !== undefined || isZeroTime(kept)) return undefined;
  return normalizeTimestamp(kept);
}

/** Whether the text is a time but for its zone. */
export function lacksZone(text: string): boolean {
  return WITHOUT_ZONE.test(text);
}
