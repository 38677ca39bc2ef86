/** Times as agents write them. */
import { isTimestamp } from "../../../schema/validate/format.ts";
import { isZeroTime, normalizeTimestamp, timestampProblem } from "../../time/timestamp.ts";

const BEYOND_NANOSECONDS = /(\.[0-9]{9})[0-9]+/;
const WITHOUT_ZONE = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d+)?$/;

/** The time as a runpack has it; `undefined` for a text that is none, or says no zone. */
export function sourceTime(text: string): string | undefined {
  if (isTimestamp(text) && text.endsWith("Z") && !text.startsWith("0001")) {
    // Nearly all of them: to the millisecond, in UTC.
    if (text.length === 20) return text;
    let end = text.length - 1;
    while (text[end - 1] === "0") end -= 1;
    return `${text.slice(0, text[end - 1] === "." ? end - 1 : end)}Z`;
  }
  const kept = text.length > 30 ? text.replace(BEYOND_NANOSECONDS, "$1") : text;
  if (timestampProblem(kept) !== undefined || isZeroTime(kept)) return undefined;
  const time = normalizeTimestamp(kept);
  // A runpack has none that is outside of these years in UTC.
  return /^(0001|9999)-/.test(time) && !time.endsWith("Z") ? undefined : time;
}

/** Whether the text is a time but for its zone. */
export function lacksZone(text: string): boolean {
  return WITHOUT_ZONE.test(text);
}
