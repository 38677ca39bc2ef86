/**
 * Random commands, each in a separate process that may crash at any call, compared with a model without files: an
 * acknowledged command happened, a refused one did not, and a crashed one happened completely or not at all.
 */
import { afterAll, expect, test } from "bun:test";
import { readdirSync, utimesSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { type ErrorCode, GaitError } from "../../../src/core/finding/error.ts";
import { type JobCommand, openDecisions } from "../../../src/core/job/job.ts";
import { changeJob, type JobStore } from "../../../src/host/job/store.ts";
import { inspectJob, listJobs, readJob } from "../../../src/host/job/views.ts";
import type { JobEvent, JobState } from "../../../src/schema/document/job.ts";
import { Crash, type CrashPlan, crashingFiles, MadeUpProcesses } from "./crashing-files.ts";
import { type JobScene, jobScenes } from "./scene.ts";

const LONG = process.env["GAIT_LONG"] === "1";
const scenes = jobScenes({ inMemory: true });
afterAll(() => scenes.remove());

/** A job as a person would describe it. */
interface Model {
  readonly revision: number;
  readonly status: JobState["status"];
  readonly checkpoints: number;
  readonly open: number;
  readonly approvals: number;
}

/** A command's effect on the model, or why it is refused. */
function expected(model: Model | undefined, command: JobCommand): Model | ErrorCode {
  if (command.operation === "submit") {
    if (model !== undefined) return "already_exists";
    return { revision: 1, status: "running", checkpoints: 0, open: 0, approvals: 0 };
  }
  if (model === undefined) return "not_found";
  const { status, open } = model;
  const next = { ...model, revision: model.revision + 1 };
  if (status === "completed" || status === "cancelled") return "invalid_input";
  if (status === "emergency_stopped") return afterStop(next, command);
  switch (command.operation) {
    case "checkpoint add": {
      next.checkpoints += 1;
      if (command.type === "decision-needed") return { ...next, status: "decision_needed", open: open + 1 };
      if (command.type === "blocked" || command.type === "completed") return { ...next, status: command.type };
      return next;
    }
    case "pause":
      return status === "running" || status === "decision_needed" ? { ...next, status: "paused" } : "invalid_input";
    case "approve":
      return open > 0 ? { ...next, open: open - 1, approvals: model.approvals + 1 } : "invalid_input";
    case "reject":
      return open > 0 ? { ...next, status: "blocked", checkpoints: model.checkpoints + 1 } : "invalid_input";
    case "resume":
      if (status === "running") return "invalid_input";
      return open > 0 ? "approval_required" : { ...next, status: "running" };
    case "stop":
      return { ...next, status: "emergency_stopped" };
    case "cancel":
      return { ...next, status: "cancelled" };
  }
}

/** Notes and the end, nothing else. */
function afterStop(next: Model, command: JobCommand): Model | ErrorCode {
  if (command.operation === "cancel") return { ...next, status: "cancelled" };
  const isNote = command.operation === "checkpoint add" && (command.type === "plan" || command.type === "progress");
  return isNote ? { ...next, checkpoints: next.checkpoints + 1 } : "invalid_input";
}

function seen(state: JobState): Model {
  const { revision, status, checkpoints, approvals = [] } = state;
  const open = openDecisions(state).length;
  return { revision, status, checkpoints: checkpoints.length, open, approvals: approvals.length };
}

const checkpoint = fc
  .constantFrom("plan", "progress", "decision-needed", "decision-needed", "blocked")
  .map(
    (type): JobCommand => ({ operation: "checkpoint add", type, summary: `a ${type} <&> ü`, requiredAction: "choose" }),
  );
const command: fc.Arbitrary<JobCommand> = fc.oneof(
  { weight: 1, arbitrary: fc.constant<JobCommand>({ operation: "submit", jobId: "job_1" }) },
  { weight: 4, arbitrary: checkpoint },
  { weight: 3, arbitrary: fc.constant<JobCommand>({ operation: "approve", actor: "boss" }) },
  { weight: 1, arbitrary: fc.constant<JobCommand>({ operation: "reject", actor: "boss", reason: "no" }) },
  { weight: 2, arbitrary: fc.constant<JobCommand>({ operation: "pause", actor: "alice" }) },
  { weight: 3, arbitrary: fc.constant<JobCommand>({ operation: "resume", reason: "on" }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<JobCommand>(
      { operation: "cancel" },
      { operation: "stop", actor: "ops" },
      { operation: "checkpoint add", type: "completed", summary: "done" },
    ),
  },
);
const plan: fc.Arbitrary<CrashPlan> = fc.record({
  at: fc.oneof(fc.constant(1000), fc.nat({ max: 16 })),
  bytes: fc.nat({ max: 400 }),
  power: fc.constantFrom("kept", "lost"),
});
const steps = fc.array(fc.record({ command, plan }), { minLength: 1, maxLength: 12 });

test("whatever happens, the folder has every acknowledged event, and accepts the next command", async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (sequence) => {
      const scene = scenes.next();
      const processes = new MadeUpProcesses();
      let model = expected(undefined, { operation: "submit", jobId: "job_1" }) as Model | undefined;
      await scene.change({ operation: "submit", jobId: "job_1" });
      let events = (await inspectJob(scene.store, "job_1")).events;
      for (const each of sequence) {
        const outcome = expected(model, each.command);
        const result = await attempt(scene, processes, each.command, each.plan);
        const alive: JobStore = { ...scene.store, processes: processes.start() };
        const now = await inspectJob(alive, "job_1");
        expect(now.events.slice(0, events.length)).toEqual([...events]);
        if (result === "crash") {
          // Completely or not at all, and never a command that would have been refused.
          if (now.events.length > events.length && typeof outcome === "object") model = outcome;
        } else if (typeof outcome === "string") {
          expect(result).toBe(outcome);
        } else {
          expect(result).toEqual(now.events.at(-1) as JobEvent);
          model = outcome;
        }
        expect(seen(now.state)).toEqual(model as Model);
        expect(now.events.map(({ revision }) => revision)).toEqual(now.events.map((_, index) => index + 1));
        expect((await readJob(alive, "job_1")).state).toEqual(now.state);
        expect(listJobs(alive).map(({ state }) => state)).toEqual([now.state]);
        events = now.events;
      }
      if (model?.status === "completed" || model?.status === "cancelled") return;
      const last: JobCommand = { operation: "cancel" };
      const { event } = await changeJob(
        { ...scene.store, processes: processes.start() },
        "job_1",
        last,
        "envfp:vector",
      );
      expect(event.revision).toBe(events.length + 1);
      expect((await inspectJob(scene.store, "job_1")).warnings).toEqual([]);
    }),
    { numRuns: LONG ? 3000 : 300 },
  );
});

/** The answer that one process got for its command before it died. */
async function attempt(
  scene: JobScene,
  processes: MadeUpProcesses,
  command: JobCommand,
  plan: CrashPlan,
): Promise<JobEvent | ErrorCode | "crash"> {
  const self = processes.start();
  const files = crashingFiles(plan);
  try {
    return (
      await changeJob({ ...scene.store, files, processes: self, outline: true }, "job_1", command, "envfp:vector")
    ).event;
  } catch (error) {
    if (error instanceof GaitError) return error.code;
    if (error instanceof Crash) return "crash";
    throw error;
  } finally {
    files.settle();
    processes.kill(self);
    if (plan.power === "lost") {
      // The machine was down for an hour.
      const then = Date.now() / 1000 - 3600;
      for (const name of readdirSync(scene.path("job_1"))) utimesSync(join(scene.path("job_1"), name), then, then);
    }
  }
}
