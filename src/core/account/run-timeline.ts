/** What happened in a run in the order of time: calls, events and references in one list. */
import type { RunAccount, RunCall, RunEvent, RunReference, StrayResult } from "../../schema/account/run.ts";
import { knownInstant, secondsFrom } from "../time/known-instant.ts";
import type { Instant } from "../time/timestamp.ts";

type Happening =
  | { readonly kind: "event"; readonly event: RunEvent }
  | { readonly kind: "reference"; readonly reference: RunReference }
  | { readonly kind: "call"; readonly call: RunCall }
  | { readonly kind: "stray_result"; readonly result: StrayResult };

export type TimelineItem = {
  /** Absent where nobody said when. */
  readonly at?: string;
  /** From the run's first moment. */
  readonly seconds?: number;
} & Happening;

/** How many items `runTimeline` has, all in all. */
export function timelineLength({ events, references, calls, stray_results }: RunAccount): number {
  return events.length + references.length + calls.length + stray_results.length;
}

/**
 * Sorted by the instants; at the same one, events, references, calls and stray results in this order, each in that of the
 * evidence. What has no time stands behind what the evidence has before it. With `most`, the first so many alone.
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
  // A stable sort: what is equal stays in the order of the lists.
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

/** Where an item is: these are sorted, so that of a hundred thousand items those alone are made that are shown. */
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
