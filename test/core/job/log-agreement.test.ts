/** A job's log compared with its state: it can't be rewritten unnoticed. */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import fc from "fast-check";
import { disagreementsWith, JobAgreement } from "../../../src/core/job/log-agreement.ts";
import { MAX_LOG_FINDINGS } from "../../../src/core/job/replay.ts";
import type { JobEvent, JobState } from "../../../src/schema/document/job.ts";
import { JOB, namedRevisions, VECTORS, vector } from "./fixture.ts";

function edited(revision: number, change: (event: JobEvent) => JobEvent): JobEvent[] {
  return JOB.events.map((event) => (event.revision === revision ? change(event) : event));
}

function payload(revision: number, members: JobEvent["payload"]): JobEvent[] {
  return edited(revision, (event) => ({ ...event, payload: { ...event.payload, ...members } }));
}

function swapped(first: number): JobEvent[] {
  const events = [...JOB.events];
  const [left, right] = [events[first - 1], events[first]];
  if (left === undefined || right === undefined) throw new Error("no such events");
  return events.with(first - 1, right).with(first, left);
}

const without = (revision: number): JobEvent[] => JOB.events.filter((event) => event.revision !== revision);
const renumbered = (events: JobEvent[]): JobEvent[] =>
  events.map((event, index) => ({ ...event, revision: index + 1 }));
const repeated = (revision: number): JobEvent[] =>
  JOB.events.flatMap((event) => (event.revision === revision ? [event, event] : [event]));

/** Each tampered log, and the revision that a finding must name. */
const TAMPERED: readonly (readonly [string, readonly JobEvent[], number])[] = [
  ...JOB.events.map((event) => [`event ${event.revision} removed`, without(event.revision), event.revision] as const),
  ...JOB.events.map((event) => [`event ${event.revision} repeated`, repeated(event.revision), event.revision] as const),
  ...JOB.events
    .slice(1)
    .map(
      (event) =>
        [
          `events ${event.revision - 1} and ${event.revision} swapped`,
          swapped(event.revision - 1),
          event.revision,
        ] as const,
    ),
  ...JOB.events.map(
    (event) => [`cut before event ${event.revision}`, JOB.events.slice(0, event.revision - 1), event.revision] as const,
  ),
  ["an approval removed and the rest renumbered", renumbered(without(4)), 10],
  ["the last event doubled and renumbered", renumbered(repeated(11)), 12],
  ["revision edited", edited(5, (event) => ({ ...event, revision: 50 })), 5],
  ["job id edited", edited(5, (event) => ({ ...event, job_id: "job_2" })), 5],
  ["time before the one before", edited(5, (event) => ({ ...event, created_at: "2026-03-01T09:00:00Z" })), 5],
  ["time after the next", edited(5, (event) => ({ ...event, created_at: "2026-03-01T11:00:00Z" })), 6],
  ["time of a checkpoint", edited(8, (event) => ({ ...event, created_at: "2026-03-01T10:00:07.5Z" })), 8],
  ["time of an approval", edited(6, (event) => ({ ...event, created_at: "2026-03-01T10:00:05.5Z" })), 6],
  ["time of submission", edited(1, (event) => ({ ...event, created_at: "2026-03-01T09:59:59Z" })), 1],
  ["time of the last event", edited(11, (event) => ({ ...event, created_at: "2026-03-01T10:00:11Z" })), 11],
  ["type edited", edited(9, (event) => ({ ...event, type: "cancelled", reason_code: "cancelled" })), 10],
  ["type edited to submitted", edited(9, (event) => ({ ...event, type: "submitted", reason_code: "submitted" })), 9],
  ["first event edited", edited(1, (event) => ({ ...event, type: "paused", reason_code: "paused" })), 1],
  ["reason code edited", edited(9, (event) => ({ ...event, reason_code: "resumed" })), 9],
  ["reason code removed", edited(9, ({ reason_code: _, ...event }) => event), 9],
  ["override made a plain resume", edited(10, (event) => ({ ...event, reason_code: "resumed" })), 10],
  ["override of another fingerprint", payload(10, { expected_fingerprint: "envfp:other" }), 10],
  ["override with the same fingerprint", payload(10, { actual_fingerprint: "envfp:here" }), 10],
  ["fingerprint edited", payload(1, { environment_fingerprint: "envfp:other" }), 1],
  ["fingerprint removed", edited(1, ({ payload: _, ...event }) => event), 1],
  ["approver edited", edited(4, (event) => ({ ...event, actor: "mallory" })), 4],
  ["approver removed", edited(4, ({ actor: _, ...event }) => event), 4],
  ["approval's reason edited", payload(4, { reason: "no" }), 4],
  ["approval's reason removed", edited(4, ({ payload: _, ...event }) => event), 4],
  ["checkpoint's actor edited", edited(3, (event) => ({ ...event, actor: "mallory" })), 3],
  ["checkpoint's summary edited", payload(8, { summary: "nothing" }), 8],
  ["checkpoint's summary blanked", payload(8, { summary: " " }), 8],
  ["checkpoint's summary too long", payload(8, { summary: "x".repeat(513) }), 8],
  ["checkpoint's type edited", payload(8, { checkpoint_type: "plan" }), 8],
  ["checkpoint's type unknown", payload(8, { checkpoint_type: "odd" }), 8],
  ["checkpoint's id edited", payload(8, { checkpoint_id: "cp_0009" }), 8],
  ["checkpoint's id invalid", payload(8, { checkpoint_id: "../x" }), 8],
  ["checkpoint's action edited", payload(3, { required_action: "say nothing" }), 3],
  ["checkpoint's action removed", payload(3, { required_action: "" }), 3],
  ["an action for a type without one", payload(8, { required_action: "hurry" }), 8],
];

describe("a tampered log beside its state is detected, by revision", () => {
  for (const [what, events, revision] of TAMPERED) {
    test(what, () => {
      const found = disagreementsWith(JOB.state, events);
      expect(namedRevisions(found)).toContain(revision);
      expect(found.every(({ code }) => code === "job_log_invalid" || code === "job_state_mismatch")).toBe(true);
    });
  }

  test("the honest one passes", () => {
    expect(disagreementsWith(JOB.state, JOB.events)).toEqual([]);
  });

  test("every event of every Go log removed, doubled or swapped", () => {
    for (const name of readdirSync(VECTORS)) {
      const { state, events } = vector(name);
      for (const event of events) {
        const removed = events.filter((each) => each !== event);
        const doubled = events.flatMap((each) => (each === event ? [each, each] : [each]));
        expect(namedRevisions(disagreementsWith(state, removed))).toContain(event.revision);
        expect(namedRevisions(disagreementsWith(state, doubled))).toContain(event.revision);
        if (event.revision === 1) continue;
        const swap = events.toSorted((left, right) => Number(left === event) - Number(right === event));
        if (swap.at(-1) !== events.at(-1)) expect(disagreementsWith(state, swap)).not.toEqual([]);
      }
    }
  });
});

const STATE_EDITS: readonly (readonly [string, Partial<JobState>])[] = [
  ["status", { status: "running" }],
  ["stop_reason", { stop_reason: "none" }],
  ["status_reason_code", { status_reason_code: "submitted" }],
  ["environment_fingerprint", { environment_fingerprint: "envfp:other" }],
  ["revision", { revision: 10 }],
  ["created_at", { created_at: "2026-03-01T09:00:00Z" }],
  ["updated_at", { updated_at: "2026-03-01T12:00:00Z" }],
  ["job_id", { job_id: "job_2" }],
  ["checkpoints, fewer", { checkpoints: JOB.state.checkpoints.slice(0, -1) }],
  ["checkpoints, none", { checkpoints: [] }],
  ["checkpoints, another order", { checkpoints: JOB.state.checkpoints.toReversed() }],
  ["checkpoints, more", { checkpoints: [...JOB.state.checkpoints, ...JOB.state.checkpoints.slice(0, 1)] }],
  ["approvals, fewer", { approvals: (JOB.state.approvals ?? []).slice(1) }],
  ["approvals, another order", { approvals: (JOB.state.approvals ?? []).toReversed() }],
  [
    "approvals, more",
    { approvals: [...(JOB.state.approvals ?? []), { created_at: "2026-03-01T10:00:05Z", actor: "x", reason: "y" }] },
  ],
];

describe("a tampered state beside its log is detected", () => {
  for (const [what, change] of STATE_EDITS) {
    test(what, () => {
      const found = disagreementsWith({ ...JOB.state, ...change }, JOB.events);
      expect(found.length).toBeGreaterThan(0);
      expect(namedRevisions(found).length).toBeGreaterThan(0);
    });
  }

  test("a missing approval does not make later ones look wrong", () => {
    const [first, ...rest] = JOB.state.approvals ?? [];
    const extra = { created_at: "2026-03-01T10:00:03.5Z", actor: "mallory", reason: "mine" };
    if (first === undefined) throw new Error("no approvals");
    const found = disagreementsWith({ ...JOB.state, approvals: [first, extra, ...rest] }, JOB.events);
    expect(found).toHaveLength(1);
    expect(found[0]?.path).toBe("job_state.json#$.approvals[1]");
    expect(found[0]?.actual).toContain("mallory");
  });

  test("the paths are those of the documents compared", () => {
    const options = { eventsPath: "events.jsonl", statePath: "state.json" };
    const [found] = disagreementsWith({ ...JOB.state, status: "paused" }, JOB.events, options);
    expect(found).toMatchObject({
      code: "job_state_mismatch",
      path: "state.json#$.status",
      expected: '"completed"',
      actual: '"paused"',
    });
  });
});

test("findings about one log are capped", () => {
  const wrong = Array.from({ length: 500 }, (_, index) => ({ ...JOB.events[8], revision: index + 100 }) as JobEvent);
  const found = disagreementsWith(JOB.state, wrong);
  expect(found).toHaveLength(MAX_LOG_FINDINGS + 1);
  expect(found.at(-1)?.message).toContain("more");
});

test("a million events are compared with their state in little memory", () => {
  const [submitted] = JOB.events;
  if (submitted === undefined) throw new Error("no events");
  const count = process.env["GAIT_LONG"] === "1" ? 1_000_000 : 100_000;
  const base = { ...submitted, payload: { reason: "x".repeat(200) } };
  const state: JobState = {
    ...JOB.state,
    status: "running",
    stop_reason: "none",
    status_reason_code: "resumed",
    checkpoints: [],
    revision: count,
    updated_at: submitted.created_at,
  };
  const { approvals: _, ...bare } = state;
  const agreement = new JobAgreement(bare);
  agreement.take(submitted);
  Bun.gc(true);
  const before = process.memoryUsage().heapUsed;
  for (let revision = 2; revision <= count; revision += 1) {
    const paused = revision % 2 === 0;
    const event: JobEvent = {
      ...base,
      revision,
      type: paused ? "paused" : "resumed",
      reason_code: paused ? "paused" : "resumed",
    };
    agreement.take(event);
  }
  Bun.gc(true);
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(20_000_000);
  const found = agreement.finish();
  // An even count ends with a pause.
  expect(found.map(({ path }) => path)).toEqual(
    ["status", "stop_reason", "status_reason_code"].map((name) => `job_state.json#$.${name}`),
  );
});

test("any shuffle, loss or repetition of events is detected, unless it is the log itself", () => {
  const order = fc.array(fc.nat({ max: JOB.events.length - 1 }), { minLength: 0, maxLength: 14 });
  fc.assert(
    fc.property(order, (indexes) => {
      const events = indexes.flatMap((index) => JOB.events[index] ?? []);
      const honest = indexes.length === JOB.events.length && indexes.every((index, place) => index === place);
      expect(disagreementsWith(JOB.state, events).length === 0).toBe(honest);
    }),
  );
});
