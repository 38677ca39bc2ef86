/** A job as a picture: its states as bands, with checkpoints and approvals as marks below. */
import type { JobAccount, JobInterval } from "../../../schema/account/job.ts";
import { el, type Markup } from "../../text/markup.ts";
import { countText, durationText } from "../../text/quantities.ts";
import { secondsBetween } from "../../time/known-instant.ts";
import type { View } from "../page/view.ts";
import { at, axis, picture, WIDTH } from "./time-axis.ts";

const LEFT = 116;
const RIGHT = WIDTH - 24;
const TOP = 12;
const BAND = 40;
const LANE = 30;
/** Up to this many states, short ones are drawn wider than their time, to fit their names. */
const FEW = 10;
const LEAST = 76;
/** Narrower bands and marks are merged. */
const FINEST = 2;

interface Band {
  readonly state: JobInterval;
  readonly from: number;
  readonly to: number;
}

export function jobPicture(view: View, job: JobAccount): Markup | undefined {
  const { states, checkpoints, approvals } = job;
  if (states.length === 0) return undefined;
  const few = states.length <= FEW;
  const bands = few ? wideBands(states) : timedBands(job);
  const place = few ? placeIn(bands, job.submitted_at) : placeOn(job);
  const lanes: readonly (readonly [string, readonly Mark[]])[] = [
    [
      "checkpoints",
      checkpoints.map(({ at, type, summary, decision }) => ({
        x: place(at),
        shape: decision === undefined ? "checkpoint" : `decision ${decision}`,
        title: `${type}: ${view.show(summary, 80)}`,
      })),
    ],
    [
      "approvals",
      approvals.map(({ at, actor }) => ({
        x: place(at),
        shape: "approval",
        title: `approved by ${view.show(actor, 60)}`,
      })),
    ],
  ];
  const shown = lanes.filter(([, marks]) => marks.length > 0);
  const bottom = TOP + BAND + LANE * shown.length;
  const span = job.seconds ?? 0;
  const scaled = !few && span > 0;
  const description = `${countText(states.length, "state")}, ${countText(checkpoints.length, "checkpoint")}, ${countText(approvals.length, "approval")}${span > 0 ? `, over ${durationText(span)}` : ""}${scaled ? "" : "; short states are drawn wider than their time"}. The tables below list them all.`;
  return picture(
    "job-picture",
    bottom + 26,
    "The states of the job over time",
    description,
    ...(scaled ? axis(span, (seconds) => LEFT + ((RIGHT - LEFT) * seconds) / span, TOP, bottom) : []),
    el("text", { class: "lane-name", x: at(LEFT - 14), y: at(TOP + BAND / 2 + 4), "text-anchor": "end" }, "state"),
    ...bands.map((band) => bandMark(view, band)),
    ...shown.flatMap(([name, marks], index) => {
      const middle = TOP + BAND + LANE * index + LANE / 2;
      return [
        el("text", { class: "lane-name", x: at(LEFT - 14), y: at(middle + 4), "text-anchor": "end" }, name),
        ...thinned(marks).map((mark) => markOf(mark, middle)),
      ];
    }),
    el("text", { class: "tick", x: at(LEFT), y: at(bottom + 18) }, scaled ? "" : view.show(job.submitted_at, 40)),
    el(
      "text",
      { class: "tick", x: at(RIGHT), y: at(bottom + 18), "text-anchor": "end" },
      scaled ? "" : view.show(job.updated_at, 40),
    ),
  );
}

/** A minimum width for each, and the rest in proportion to time. */
function wideBands(states: readonly JobInterval[]): Band[] {
  const rest = RIGHT - LEFT - LEAST * states.length;
  const total = states.reduce((sum, { seconds = 0 }) => sum + Math.max(0, seconds), 0);
  let from = LEFT;
  return states.map((state) => {
    const part = total === 0 ? 1 / states.length : Math.max(0, state.seconds ?? 0) / total;
    const to = from + LEAST + rest * part;
    const band = { state, from, to };
    from = to;
    return band;
  });
}

/** In proportion to time; a state too narrow to see is merged into the one before. */
function timedBands({ states, submitted_at, seconds: span = 0 }: JobAccount): Band[] {
  const bands: Band[] = [];
  for (const [index, state] of states.entries()) {
    const seconds = secondsBetween(submitted_at, state.from) ?? 0;
    const share = span > 0 ? Math.min(1, Math.max(0, seconds / span)) : index / states.length;
    const from = LEFT + (RIGHT - LEFT) * share;
    const last = bands.at(-1);
    if (last !== undefined && from - last.from < FINEST) continue;
    if (last !== undefined) bands[bands.length - 1] = { ...last, to: from };
    bands.push({ state, from, to: RIGHT });
  }
  return bands;
}

/** The position of a time within its state's band. */
function placeIn(bands: readonly Band[], submittedAt: string): (time: string) => number {
  const begun = bands.map(({ state, from, to }) => ({
    ...{ from, to },
    seconds: secondsBetween(submittedAt, state.from) ?? 0,
    length: state.seconds ?? 0,
  }));
  return (time) => {
    const at = secondsBetween(submittedAt, time) ?? 0;
    const band = begun.findLast(({ seconds }) => seconds <= at) ?? begun[0];
    if (band === undefined) return LEFT;
    const { from, to, seconds, length } = band;
    const share = length <= 0 ? 0.5 : Math.min(1, Math.max(0, (at - seconds) / length));
    return from + (to - from) * share;
  };
}

/** On a linear time scale. */
function placeOn({ submitted_at, seconds: span = 0 }: JobAccount): (time: string) => number {
  return (time) => {
    const share = span > 0 ? (secondsBetween(submitted_at, time) ?? 0) / span : 0;
    return LEFT + (RIGHT - LEFT) * Math.min(1, Math.max(0, share));
  };
}

/** CSS classes for the known states; others are drawn plainly. */
const STATES: ReadonlySet<string> = new Set([
  ...["running", "paused", "decision_needed", "blocked", "emergency_stopped", "cancelled", "completed"],
]);

function bandMark(view: View, { state, from, to }: Band): Markup {
  const { status, seconds } = state;
  const width = to - from;
  const name = view.show(status, 40).replaceAll("_", " ");
  const title = `${name} from ${view.show(state.from, 40)}${seconds === undefined ? "" : ` for ${durationText(seconds)}`}`;
  const room = Math.floor((width - 10) / 7);
  return el(
    "g",
    {},
    el("title", {}, title),
    el("rect", {
      class: `band ${STATES.has(status) ? status.replaceAll("_", "-") : "other"}`,
      x: at(from + 1),
      y: at(TOP),
      width: at(Math.max(1, width - 2)),
      height: at(BAND),
      rx: "3",
    }),
    room >= 4
      ? el(
          "text",
          { class: "band-name", x: at(from + width / 2), y: at(TOP + BAND / 2 + 4), "text-anchor": "middle" },
          name.length > room ? `${name.slice(0, room - 1)}…` : name,
        )
      : undefined,
  );
}

interface Mark {
  readonly x: number;
  readonly shape: string;
  readonly title: string;
}

/** Overlapping marks are merged into one with a count. */
function thinned(marks: readonly Mark[]): Mark[] {
  const byPlace = Map.groupBy(marks, ({ x }) => Math.round(x / FINEST));
  return [...byPlace.values()].map((found) => {
    const [first] = found as [Mark, ...Mark[]];
    return found.length === 1 ? first : { ...first, title: `${first.title} and ${found.length - 1} more` };
  });
}

const SHAPES: Readonly<Record<string, string>> = {
  checkpoint: "M0-5a5 5 0 1 1 0 10 5 5 0 0 1 0-10z",
  "decision open": "M0-7 7 0 0 7-7 0z",
  "decision rejected": "M0-7 7 0 0 7-7 0zm-4-4 8 8m0-8-8 8",
  "decision approved": "M0-7 7 0 0 7-7 0z",
  approval: "m-5 0 4 4 7-8",
};

function markOf({ x, shape, title }: Mark, middle: number): Markup {
  return el(
    "path",
    { class: `job-mark ${shape}`, d: SHAPES[shape], transform: `translate(${at(x)} ${middle})` },
    el("title", {}, title),
  );
}
