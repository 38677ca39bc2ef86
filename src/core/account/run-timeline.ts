/** The timeline of a run: calls, events and references in one list, in order of time. */
import type { RunAccount, RunCall, RunEvent, RunReference, StrayResult } from "../../schema/account/run.ts";
import { knownInstant, secondsFrom } from "../time/known-instant.ts";
import type { Instant } from "../time/timestamp.ts";

type Happening =
  | { readonly kind: "event"; readonly event: RunEvent }
  | { readonly kind: "reference"; readonly reference: RunReference }
  | { readonly kind: "call"; readonly call: RunCall }
  | { readonly kind: "stray_result"; readonly result: StrayResult };

export type TimelineItem = {
  /** Absent if the time is unknown. */
  readonly at?: string;
  /** Since the start of the run. */
  readonly seconds?: number;
} & Happening;

/** The total number of items of `runTimeline`. */
export function timelineLength({ events, references, calls, stray_results }: RunAccount): number {
  return events.length + references.length + calls.length + stray_results.length;
}

/**
 * Sorted by time; at the same time, events, references, calls and stray results in this order, each in evidence order.
 * An item without a time follows its predecessor in the evidence. With `most`, only that many.
 */
export function runTimeline(run: RunAccount, most?: number): TimelineItem[] {
  const lists: readonly List[] = [
    listOf(
      run.events,
      ({ at }) => at,
      (event) => ({ kind: "event", event }),
    ),
    listOf(
      run.references,
      ({ retrieved_at }) => retrieved_at,
      (reference) => ({ kind: "reference", reference }),
    ),
    listOf(
      run.calls,
      ({ started_at }) => started_at,
      (call) => ({ kind: "call", call }),
    ),
    listOf(
      run.stray_results,
      ({ ended_at }) => ended_at,
      (result) => ({ kind: "stray_result", result }),
    ),
  ];
  const places = lists.flatMap(placesIn);
  // A stable sort: equal items keep their list order.
  places.sort(
    ({ instant: left }, { instant: right }) => left.seconds - right.seconds || left.nanosecond - right.nanosecond,
  );
  const began = knownInstant(run.began_at);
  return places.slice(0, most).map(({ list, index }) => {
    const at = list.timeAt(index);
    const instant = knownInstant(at);
    const seconds = secondsFrom(began, instant);
    return {
      ...(at === undefined || instant === undefined ? {} : { at }),
      ...(seconds === undefined ? {} : { seconds }),
      ...list.happeningAt(index),
    };
  });
}

interface List {
  readonly length: number;
  timeAt(index: number): string | undefined;
  happeningAt(index: number): Happening;
}

function listOf<T>(
  items: readonly T[],
  timeOf: (item: T) => string | undefined,
  happening: (item: T) => Happening,
): List {
  return {
    length: items.length,
    timeAt: (index) => timeOf(items[index] as T),
    happeningAt: (index) => happening(items[index] as T),
  };
}

/** A reference to an item: references are sorted, so that only the shown ones of a hundred thousand items are built. */
interface Place {
  readonly list: List;
  readonly index: number;
  readonly instant: Instant;
}

const BEFORE_ALL: Instant = { seconds: Number.MIN_SAFE_INTEGER, nanosecond: 0 };

function placesIn(list: List): Place[] {
  const places: Place[] = [];
  let instant = BEFORE_ALL;
  for (let index = 0; index < list.length; index += 1) {
    instant = knownInstant(list.timeAt(index)) ?? instant;
    places.push({ list, index, instant });
  }
  return places;
}
