/** What happened in a run in the order of time: calls, events and references in one list. */
import type { RunAccount, RunCall, RunEvent, RunReference, StrayResult } from "../schema/run-account.ts";
import { isKnownTime, secondsBetween } from "./time-span.ts";
import { type Instant, instantOf } from "./timestamp.ts";

export type TimelineItem = {
  /** Absent where nobody said when. */
  readonly at?: string;
  /** From the run's first moment. */
  readonly seconds?: number;
} & (
  | { readonly kind: "event"; readonly event: RunEvent }
  | { readonly kind: "reference"; readonly reference: RunReference }
  | { readonly kind: "call"; readonly call: RunCall }
  | { readonly kind: "stray_result"; readonly result: StrayResult }
);

/**
 * Sorted by the instants; at the same one, events, references, calls and stray results in this order, each in that of the
 * evidence. What has no time stands behind what the evidence has before it.
 */
export function runTimeline(run: RunAccount): TimelineItem[] {
  const lists: readonly (readonly TimelineItem[])[] = [
    run.events.map((event) => ({ kind: "event", event, ...when(event.at, run) })),
    run.references.map((reference) => ({ kind: "reference", reference, ...when(reference.retrieved_at, run) })),
    run.calls.map((call) => ({ kind: "call", call, ...when(call.started_at, run) })),
    run.stray_results.map((result) => ({ kind: "stray_result", result, ...when(result.ended_at, run) })),
  ];
  const placed = lists.flatMap((items) => {
    let instant: Instant = BEFORE_ALL;
    return items.map((item) => {
      if (item.at !== undefined) instant = instantOf(item.at);
      return { item, instant };
    });
  });
  // A stable sort: what is equal stays in the order of the lists.
  placed.sort(
    ({ instant: left }, { instant: right }) => left.seconds - right.seconds || left.nanosecond - right.nanosecond,
  );
  return placed.map(({ item }) => item);
}

const BEFORE_ALL: Instant = { seconds: Number.MIN_SAFE_INTEGER, nanosecond: 0 };

function when(at: string | undefined, { began_at }: RunAccount): Pick<TimelineItem, "at" | "seconds"> {
  if (!isKnownTime(at)) return {};
  const seconds = secondsBetween(began_at, at);
  return { at, ...(seconds === undefined ? {} : { seconds }) };
}
