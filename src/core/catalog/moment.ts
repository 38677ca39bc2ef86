/** Times of a catalogue: all of the same width, so that their order as text is their order in time. */
import { knownInstant } from "../time/known-instant.ts";

const FIRST_SECOND = Date.parse("0001-01-01T00:00:00Z") / 1000;
const END_SECOND = Date.parse("9999-12-31T23:59:59Z") / 1000 + 1;

/** UTC with milliseconds, what is shorter cut off; `undefined` for what is no time, and outside of the years 1 to 9999 in UTC. */
export function fixedMoment(text: string | undefined): string | undefined {
  const instant = knownInstant(text);
  if (instant === undefined || instant.seconds < FIRST_SECOND || instant.seconds >= END_SECOND) return undefined;
  return new Date(instant.seconds * 1000 + Math.floor(instant.nanosecond / 1e6)).toISOString();
}
