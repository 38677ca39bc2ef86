/**
 * A run as a picture: a lane for each tool, each call from start to end, its outcome by shape and colour. If there are
 * too many calls, a lane shows bars with counts, and failures keep their own marks.
 */
import type { RunAccount, RunCall } from "../../../schema/account/run.ts";
import { isFailure } from "../../account/call-outcome.ts";
import { el, type Markup } from "../../text/markup.ts";
import { countText, durationText } from "../../text/quantities.ts";
import { secondsBetween } from "../../time/known-instant.ts";
import { totalsText } from "../page/account-text.ts";
import { outcomeMark, WORD_OF_OUTCOME } from "../page/icons.ts";
import type { View } from "../page/view.ts";
import { at, axis, picture, WIDTH } from "./time-axis.ts";

/** With more calls, bars show counts. */
export const MOST_MARKS = 240;
const MOST_LANES = 8;
const LEFT = 168;
const RIGHT = WIDTH - 24;
const TOP = 12;
const LANE = 34;
const BINS = 96;
const BIN = (RIGHT - LEFT) / BINS;

interface Placed {
  readonly call: RunCall;
  readonly from: number;
  readonly to: number;
}

interface Lane {
  readonly name: string;
  readonly calls: readonly Placed[];
}

export function runPicture(view: View, run: RunAccount): Markup | undefined {
  const { calls, events, totals } = run;
  if (calls.length + events.length === 0) return undefined;
  const span = run.seconds ?? 0;
  const timed = span > 0;
  // Without times, draw the order of the evidence.
  const x = (place: number): number => LEFT + (RIGHT - LEFT) * Math.min(1, Math.max(0, place));
  const lanes = lanesOf(view, run, timed ? (at, before) => share(run, at, before, span) : undefined);
  const marks = eventMarks(view, run, timed ? span : 0);
  const eventLane = marks.length > 0 ? 1 : 0;
  const bottom = TOP + LANE * (lanes.length + eventLane);
  const many = calls.length > MOST_MARKS;
  const largest = Math.max(1, ...lanes.map(({ calls }) => Math.max(...binned(calls).map((bin) => bin.length))));
  const description = `${totalsText(totals)}${timed ? `, over ${durationText(span)}` : "; the evidence has no times, so they are drawn in its order"}. The table of calls lists them all.`;
  return picture(
    "run-picture",
    bottom + 26,
    "The calls of the run over time",
    description,
    ...(timed ? axis(span, (seconds) => x(seconds / span), TOP, bottom) : []),
    ...(eventLane === 0 ? [] : [laneName("events", TOP), ...marks]),
    ...lanes.flatMap(({ name, calls: placed }, index) => {
      const top = TOP + LANE * (index + eventLane);
      const middle = top + LANE / 2;
      return [
        laneName(name, top),
        el("line", { class: "lane", x1: at(LEFT), x2: at(RIGHT), y1: at(top + LANE), y2: at(top + LANE) }),
        ...(many ? bars(placed, top, largest) : placed.map((each) => callMarks(view, each, x, middle))),
      ];
    }),
    ...(timed
      ? []
      : [el("text", { class: "tick", x: at(LEFT), y: at(bottom + 16) }, "in the order of the evidence, no times")]),
  );
}

/** Position of a time between 0 and 1; without a time, that of the item before. */
function share(run: RunAccount, time: string | undefined, before: number, span: number): number {
  const seconds = secondsBetween(run.began_at, time);
  return seconds === undefined ? before : seconds / span;
}

type Place = (time: string | undefined, before: number) => number;

/** The most used tools have a lane each; the others share the last lane. */
function lanesOf(view: View, { calls, tools }: RunAccount, place: Place | undefined): Lane[] {
  const own = tools.length <= MOST_LANES ? tools : tools.slice(0, MOST_LANES - 1);
  const lanes = new Map<string | undefined, Placed[]>(own.map(({ tool_name }) => [tool_name, []]));
  let before = 0;
  for (const [index, call] of calls.entries()) {
    const from = place?.(call.started_at, before) ?? (index + 0.5) / calls.length;
    const to = place === undefined ? from : Math.max(from, place(call.ended_at, from));
    before = from;
    const name = call.tool_name !== undefined && lanes.has(call.tool_name) ? call.tool_name : undefined;
    const lane = lanes.get(name) ?? [];
    lane.push({ call, from, to });
    lanes.set(name, lane);
  }
  // Failures are drawn last, on top.
  const failed = ({ call }: Placed): number => (isFailure(call.outcome) ? 1 : 0);
  for (const placed of lanes.values()) placed.sort((one, other) => failed(one) - failed(other));
  return [...lanes].map(([name, placed]) => ({
    name: name === undefined ? "other tools" : view.show(name, 22),
    calls: placed,
  }));
}

function laneName(name: string, top: number): Markup {
  return el(
    "text",
    { class: "lane-name", x: at(LEFT - 14), y: at(top + LANE / 2 + 4), "text-anchor": "end" },
    shortName(name),
  );
}

/** Removes the length from a cut name: there is no room for it. */
function shortName(name: string): string {
  return name.length > 23 ? `${name.slice(0, 22)}…` : name;
}

function callMarks(view: View, { call, from, to }: Placed, x: (place: number) => number, middle: number): Markup {
  const { index, tool_name, outcome, seconds, intent_id } = call;
  const took = seconds === undefined ? "" : `, ${durationText(seconds)}`;
  const title = `${index}. ${view.show(tool_name ?? "", 60)} ${WORD_OF_OUTCOME[outcome]}${took} (${view.show(intent_id, 60)})`;
  const width = x(to) - x(from);
  return el(
    "g",
    {},
    width > 1
      ? el("rect", {
          class: `bar ${outcome}`,
          x: at(x(from)),
          y: at(middle - 3),
          width: at(width),
          height: "6",
          rx: "3",
        })
      : undefined,
    outcomeMark(outcome, [Math.round(x(to) * 100) / 100, middle], title),
  );
}

function binned(calls: readonly Placed[]): Placed[][] {
  const bins: Placed[][] = Array.from({ length: BINS }, () => []);
  for (const placed of calls) bins[Math.min(BINS - 1, Math.max(0, Math.floor(placed.from * BINS)))]?.push(placed);
  return bins;
}

/** How many calls began in each interval: bar height is the count, with failures at the bottom and a mark on top. */
function bars(calls: readonly Placed[], top: number, largest: number): Markup[] {
  return binned(calls).flatMap((bin, index) => {
    if (bin.length === 0) return [];
    const failures = bin.filter(({ call }) => isFailure(call.outcome));
    const height = (count: number): number => (count === 0 ? 0 : Math.max(2, ((LANE - 15) * count) / largest));
    const left = LEFT + index * BIN;
    const title = `${countText(bin.length, "call")}${failures.length > 0 ? `, ${failures.length} of them failed or blocked` : ""}`;
    const bar = (name: string, count: number): Markup =>
      el("rect", {
        class: `count ${name}`,
        x: at(left + 0.5),
        y: at(top + LANE - height(count)),
        width: at(BIN - 1),
        height: at(height(count)),
      });
    const [worst] = failures;
    const unstated = bin.filter(({ call }) => call.outcome === "unstated").length;
    return [
      el(
        "g",
        {},
        el("title", {}, title),
        ...(unstated === 0 ? [] : [bar("unstated", bin.length)]),
        ...(unstated === bin.length ? [] : [bar("ok", bin.length - unstated)]),
        ...(worst === undefined
          ? []
          : [
              bar("failed", failures.length),
              outcomeMark(worst.call.outcome, [Math.round((left + BIN / 2) * 100) / 100, top + 8]),
            ]),
      ),
    ];
  });
}

/** A prompt and a question to a person have shapes of their own: they say who was asked, and when. */
const EVENT_MARKS = [
  { name: "prompt", is: (event: string): boolean => event === "prompt", d: "M-5.5-6h11v8H0l-3 4V2h-2.5z" },
  {
    name: "approval",
    is: (event: string): boolean => event.startsWith("approval") || event.startsWith("input_"),
    d: "M-5-5H5V5H-5z",
  },
  { name: "other event", is: (): boolean => true, d: "M0-6 4 0 0 6-4 0z" },
] as const;

type EventMark = (typeof EVENT_MARKS)[number];

function markOf(event: string): EventMark {
  return EVENT_MARKS.find(({ is }) => is(event)) ?? EVENT_MARKS[2];
}

/** What the shapes of the events mean; empty where there is one kind alone that is neither prompt nor approval. */
export function eventLegend({ events, seconds = 0 }: RunAccount): Markup[] {
  const found = new Set(seconds > 0 ? events.map(({ event }) => markOf(event)) : []);
  const shown = EVENT_MARKS.filter((mark) => found.has(mark));
  if (shown.every((mark) => mark === EVENT_MARKS[2])) return [];
  return shown.map(({ name, d }) =>
    el(
      "span",
      { class: "ended" },
      el(
        "svg",
        { viewBox: "-7 -7 14 14", "aria-hidden": "true", class: "outcome-icon" },
        el("path", { class: "event", d }),
      ),
      name,
    ),
  );
}

/** Overlapping events share one mark: that of a prompt before that of an approval. */
function eventMarks(view: View, run: RunAccount, span: number): Markup[] {
  if (span === 0) return [];
  const byPlace = new Map<number, { names: string[]; mark: EventMark }>();
  for (const { event, at: time } of run.events) {
    const seconds = secondsBetween(run.began_at, time);
    if (seconds === undefined) continue;
    const place = Math.round((seconds / span) * BINS * 2);
    const { names, mark } = byPlace.get(place) ?? { names: [], mark: EVENT_MARKS[2] };
    const own = markOf(event);
    const first = EVENT_MARKS.indexOf(own) < EVENT_MARKS.indexOf(mark) ? own : mark;
    byPlace.set(place, { names: [...names.slice(0, 5), view.show(event, 60)], mark: first });
  }
  return [...byPlace].map(([place, { names, mark }]) =>
    el(
      "path",
      {
        class: "event",
        d: mark.d,
        transform: `translate(${at(LEFT + (place * BIN) / 2)} ${TOP + LANE / 2})`,
      },
      el("title", {}, names.join(", ")),
    ),
  );
}
