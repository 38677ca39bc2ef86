/** The state that a job's log adds up to, from its events alone. */
import { describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import type { Finding } from "../../../src/core/finding/finding.ts";
import { checkpointId } from "../../../src/core/job/job.ts";
import { agreesWithLast } from "../../../src/core/job/last-event.ts";
import { disagreementsWith } from "../../../src/core/job/log-agreement.ts";
import { replay } from "../../../src/core/job/log-state.ts";
import { apply } from "../../../src/core/job/state.ts";
import type { JobEvent, JobState } from "../../../src/schema/document/job.ts";
import { JOB, type Job, namedRevisions, VECTORS, vector } from "./fixture.ts";

describe("replay", () => {
  test("the log alone gives the state", () => {
    expect(replay(JOB.events, { producerVersion: "1.2.3" })).toMatchObject({ state: JOB.state, problems: [] });
  });

  for (const name of readdirSync(VECTORS)) {
    test(`a log of the Go implementation and its snapshot: ${name}`, () => {
      const { state, events } = vector(name);
      expect(replay(events, { producerVersion: "x", snapshot: state })).toMatchObject({ state, problems: [] });
      expect(disagreementsWith(state, events)).toEqual([]);
    });
  }

  test("without a snapshot the Go implementation's summaries are gone, and the rest is kept", () => {
    const { state, events } = vector("job_running");
    const rebuilt = replay(events, { producerVersion: "0.0.0-dev" }).state;
    expect(rebuilt?.checkpoints.map((each) => each.summary)).toEqual(["", ""]);
    const silent = state.checkpoints.map((each) => ({ ...each, summary: "" }));
    expect(rebuilt).toEqual({ ...state, checkpoints: silent });
  });

  test("a snapshot of different checkpoints gives no summaries", () => {
    const { state, events } = vector("job_running");
    const other = state.checkpoints.map((each) => ({ ...each, created_at: "2026-01-01T00:00:00Z" }));
    const { state: rebuilt } = replay(events, { producerVersion: "x", snapshot: { ...state, checkpoints: other } });
    expect(rebuilt?.checkpoints.map((each) => each.summary)).toEqual(["", ""]);
  });

  test("an empty log gives nothing", () => {
    expect(replay([], { producerVersion: "x" })).toMatchObject({ state: undefined, problems: [] });
  });
});

describe("what the Go implementation allows and this one does not gets a remark, not a finding", () => {
  function goLog(...steps: readonly Partial<JobEvent>[]): Job {
    const [first] = JOB.events;
    if (first === undefined) throw new Error("no events");
    const events = [first, ...steps].map((event, index) => ({ ...first, ...event, revision: index + 1 }) as JobEvent);
    const state = events.reduce<JobState | undefined>((before, event) => apply(before, event, "1.2.3"), undefined);
    if (state === undefined) throw new Error("no state");
    return { state, events };
  }
  const checkpoint = (ordinal: number, type: string): Partial<JobEvent> => ({
    type: "checkpoint_added",
    reason_code: `checkpoint_${type.replace("-", "_")}`,
    payload: {
      checkpoint_id: checkpointId(ordinal),
      checkpoint_type: type,
      required_action: type === "decision-needed" ? "say" : "",
    },
  });
  const approval: Partial<JobEvent> = {
    type: "approved",
    reason_code: "approval_recorded",
    payload: { reason: "approved" },
  };
  const resumed: Partial<JobEvent> = { type: "resumed", reason_code: "resumed", payload: { reason: "resume" } };

  function held({ state, events }: Job): { findings: readonly Finding[]; remarks: number[] } {
    const remarks: number[] = [];
    const findings = disagreementsWith(state, events, { remark: (revision) => remarks.push(revision) });
    return { findings, remarks };
  }

  test("a checkpoint after the end", () => {
    const job = goLog(checkpoint(1, "completed"), checkpoint(2, "progress"));
    expect(held(job)).toEqual({ findings: [], remarks: [3] });
  });

  test("an approval before the decision, which then lets the job resume", () => {
    const job = goLog(approval, checkpoint(1, "decision-needed"), resumed);
    expect(held(job)).toEqual({ findings: [], remarks: [2, 4] });
  });

  test("that resume is reported with the open decision", () => {
    const { state, events } = goLog(approval, checkpoint(1, "decision-needed"), resumed);
    const remarks: string[] = [];
    disagreementsWith(state, events, { remark: (revision, message) => remarks.push(`${revision}: ${message}`) });
    expect(remarks).toContain("4: it resumed the job while cp_0001 was open");
  });

  test("a resume that names both fingerprints, both of them the job's (the Go implementation from 1.4 on)", () => {
    const named = (actual: string): Partial<JobEvent> => ({
      ...resumed,
      payload: { reason: "resume", expected_fingerprint: "envfp:here", actual_fingerprint: actual },
    });
    const paused: Partial<JobEvent> = { type: "paused", reason_code: "paused", payload: {} };
    expect(held(goLog(paused, named("envfp:here")))).toEqual({ findings: [], remarks: [] });
    expect(namedRevisions(held(goLog(paused, named("envfp:there"))).findings)).toContain(3);
  });

  test("and is reported a hundred times at most", () => {
    const after = Array.from({ length: 150 }, (_, index) => checkpoint(index + 2, "progress"));
    const { findings, remarks } = held(goLog(checkpoint(1, "completed"), ...after));
    expect(findings).toEqual([]);
    expect(remarks).toHaveLength(101);
  });

  test("but no resume with fewer approvals than decisions, from either", () => {
    const job = goLog(checkpoint(1, "decision-needed"), resumed);
    expect(namedRevisions(held(job).findings)).toContain(3);
  });
});

describe("a snapshot is trusted when the last event can have produced it", () => {
  const last = JOB.events.at(-1);
  if (last === undefined) throw new Error("no events");

  test("the honest one, and each of the Go implementation", () => {
    expect(agreesWithLast(JOB.state, last)).toBe(true);
    for (const name of readdirSync(VECTORS)) {
      const { state, events } = vector(name);
      expect(agreesWithLast(state, events.at(-1) ?? last)).toBe(true);
    }
  });

  test("no different revision, time, status or checkpoint", () => {
    const edits: Partial<JobState>[] = [
      { revision: 10 },
      { updated_at: "2026-03-01T12:00:00Z" },
      { status: "running" },
      { stop_reason: "none" },
      { status_reason_code: "resumed" },
      { checkpoints: [] },
      { checkpoints: JOB.state.checkpoints.slice(0, -1) },
    ];
    for (const edit of edits) expect(agreesWithLast({ ...JOB.state, ...edit }, last)).toBe(false);
  });

  test("no missing approval", () => {
    const { state, events } = vector("job_approved");
    expect(agreesWithLast({ ...state, approvals: [] }, events[2] ?? last)).toBe(false);
  });
});
