/** The events of a run, and the earliest time that the source has of it. */
import { type Instant, instantOfTimestamp } from "../../time/timestamp.ts";

interface TimelineEvent {
  readonly event: string;
  readonly time: string;
  readonly ref: string | undefined;
  readonly instant: Instant;
}

/** `YYYY-MM-DDTHH:MM:SS` */
const SECONDS_END = 19;

export class Timeline {
  readonly #events: TimelineEvent[] = [];
  #first: { readonly time: string; readonly instant: Instant } | undefined;

  /** Something that is no event has this time. */
  reach(time: string | undefined): void {
    if (time === undefined || time === this.#first?.time) return;
    if (this.#first !== undefined && isLaterInUtc(time, this.#first.time)) return;
    const instant = instantOfTimestamp(time);
    if (this.#first === undefined || compareInstants(instant, this.#first.instant) < 0) this.#first = { time, instant };
  }

  /** Of an event without a time there is nothing to put in order. */
  add(event: string, time: string | undefined, ref: string | undefined): void {
    if (time === undefined) return;
    this.reach(time);
    this.#events.push({ event, time, ref, instant: instantOfTimestamp(time) });
  }

  /** The earliest time of a call, result or event. */
  get created(): string | undefined {
    return this.#first?.time;
  }

  /** By their instants, then as they were stated. */
  events(): { event: string; ts: string; ref?: string }[] {
    const sorted = this.#events.toSorted((left, right) => compareInstants(left.instant, right.instant));
    return sorted.map(({ event, time, ref }) => ({ event, ts: time, ...(ref === undefined ? {} : { ref }) }));
  }
}

/** Whether it surely is later: most are, and their seconds say so. */
function isLaterInUtc(time: string, first: string): boolean {
  if (!time.endsWith("Z") || !first.endsWith("Z")) return false;
  for (let at = 0; at < SECONDS_END; at += 1) {
    const difference = time.charCodeAt(at) - first.charCodeAt(at);
    if (difference !== 0) return difference > 0;
  }
  return false;
}

function compareInstants(left: Instant, right: Instant): number {
  return left.seconds - right.seconds || left.nanosecond - right.nanosecond;
}

/** A text that sorts as the time does; without a time it comes first. For `CallInput.sortKey`. */
export function startKey(time: string | undefined): string {
  if (time === undefined) return "";
  const { seconds, nanosecond } = instantOfTimestamp(time);
  // From the year 0001 on it is above zero.
  return `${String(seconds + 62_135_596_800 + 86_400).padStart(13, "0")}.${String(nanosecond).padStart(9, "0")}`;
}
