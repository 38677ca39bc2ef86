/** For every command: a crash before every call that changes something, and at every byte of every write. */
import { afterAll, describe, expect, test } from "bun:test";
import { cpSync, existsSync, readdirSync, rmSync, utimesSync } from "node:fs";
import { dirname, join } from "node:path";
import { GaitError } from "../../../src/core/finding/error.ts";
import type { JobCommand } from "../../../src/core/job/job.ts";
import { changeJob, type JobStore } from "../../../src/host/job/store.ts";
import { inspectJob } from "../../../src/host/job/views.ts";
import type { JobEvent } from "../../../src/schema/document/job.ts";
import { Crash, type CrashingFiles, type CrashPlan, crashingFiles, MadeUpProcesses } from "./crashing-files.ts";
import { type JobScene, jobScenes, PROGRESS, SUBMIT } from "./scene.ts";

const scenes = jobScenes({ inMemory: true });
afterAll(() => scenes.remove());

const DECISION: JobCommand = {
  operation: "checkpoint add",
  type: "decision-needed",
  summary: "which?",
  requiredAction: "choose",
};
const RESUME: JobCommand = { operation: "resume" };

/** Each command, after the commands that allow it. */
const CASES: readonly (readonly [name: string, before: readonly JobCommand[], command: JobCommand])[] = [
  ["submit", [], SUBMIT],
  ["checkpoint add", [SUBMIT], PROGRESS],
  ["checkpoint add of a decision", [SUBMIT], DECISION],
  ["pause", [SUBMIT], { operation: "pause" }],
  ["approve", [SUBMIT, DECISION], { operation: "approve", actor: "boss" }],
  ["reject", [SUBMIT, DECISION], { operation: "reject", actor: "boss", reason: "no" }],
  ["resume", [SUBMIT, { operation: "pause" }], RESUME],
  ["cancel", [SUBMIT], { operation: "cancel" }],
];

const POWER = ["kept", "lost"] as const;

interface Prepared {
  readonly scene: JobScene;
  readonly events: readonly JobEvent[];
}

async function prepared(before: readonly JobCommand[]): Promise<Prepared> {
  const scene = scenes.next();
  for (const command of before) await scene.change(command);
  return { scene, events: before.length === 0 ? [] : (await inspectJob(scene.store, "job_1")).events };
}

/** Runs `command` in a process that crashes by `plan`; then a live process reads, and writes. */
async function crash({ scene, events }: Prepared, command: JobCommand, plan: CrashPlan): Promise<CrashingFiles> {
  const processes = new MadeUpProcesses();
  const doomed = processes.start();
  const files = crashingFiles(plan);
  const crashing: JobStore = { ...scene.store, files, processes: doomed, outline: true };
  const acknowledged = await changeJob(crashing, "job_1", command, "envfp:vector").then(
    ({ event }) => event,
    (error: unknown) => {
      if (error instanceof Crash) return undefined;
      throw error;
    },
  );
  files.settle();
  processes.kill(doomed);
  if (plan.power === "lost") anHourPasses(scene.path("job_1"));

  const alive: JobStore = { ...scene.store, processes: processes.start() };
  const found = await eventsOf(alive);
  expect(found.slice(0, events.length)).toEqual([...events]);
  if (acknowledged === undefined) expect(found.length).toBeLessThanOrEqual(events.length + 1);
  else expect(found).toHaveLength(events.length + 1);
  const [happened] = found.slice(events.length);
  if (happened !== undefined) expect(happened.type).toBe(typeOf(command));

  // The next command works: the same one if it did not happen, else a different one.
  const next: JobCommand = happened === undefined ? command : after(command);
  const goes = happened?.type !== "cancelled";
  if (goes) {
    const { event, warnings } = await changeJob(alive, "job_1", next, "envfp:vector");
    expect(event.revision).toBe(found.length + 1);
    expect(warnings.every((warning) => /unfinished|never finished/.test(warning))).toBe(true);
    expect(await inspectJob(alive, "job_1")).toMatchObject({ events: [...found, event], warnings: [] });
    // A lock left empty by the crash has no owner: it expires after 30 seconds.
    const left = readdirSync(scene.path("job_1")).filter((name) => !name.startsWith(".state.json.lock.tmp-"));
    expect(left.sort()).toEqual(["events.jsonl", "events.jsonl.checked", "state.json"]);
  }
  return files;
}

/** A lock whose content was lost with the machine counts until it is 30 seconds old. */
function anHourPasses(folder: string): void {
  const then = Date.now() / 1000 - 3600;
  if (!existsSync(folder)) return;
  for (const name of readdirSync(folder)) utimesSync(join(folder, name), then, then);
}

function after(command: JobCommand): JobCommand {
  return command.operation === "resume" ? { operation: "pause" } : PROGRESS;
}

function typeOf(command: JobCommand): JobEvent["type"] {
  const types = {
    submit: "submitted",
    "checkpoint add": "checkpoint_added",
    pause: "paused",
    approve: "approved",
    reject: "checkpoint_added",
    resume: "resumed",
    cancel: "cancelled",
    stop: "emergency_stop_acknowledged",
  } as const;
  return types[command.operation];
}

async function eventsOf(store: JobStore): Promise<readonly JobEvent[]> {
  try {
    return (await inspectJob(store, "job_1")).events;
  } catch (error) {
    if (error instanceof GaitError && error.code === "not_found") return [];
    throw error;
  }
}

function copyOf({ scene, events }: Prepared): Prepared {
  const copy = scenes.next();
  if (events.length > 0) cpSync(scene.store.root, copy.store.root, { recursive: true });
  return { scene: copy, events };
}

async function crashOnce(from: Prepared, command: JobCommand, plan: CrashPlan): Promise<CrashingFiles> {
  const copy = copyOf(from);
  const files = await crash(copy, command, plan);
  rmSync(dirname(copy.scene.path("job_1")), { recursive: true });
  return files;
}

describe("no acknowledged event is missing, none is invented, and the next command works", () => {
  for (const [name, before, command] of CASES) {
    test(`${name}: a crash before each call`, async () => {
      const from = await prepared(before);
      const { calls } = await crashOnce(from, command, { at: Number.POSITIVE_INFINITY });
      expect(calls.filter((call) => call === "sync").length).toBeGreaterThanOrEqual(2);
      for (let at = 0; at <= calls.length; at += 1) {
        for (const power of POWER) await crashOnce(from, command, { at, power });
      }
    });
  }

  test("at every byte of every write", async () => {
    const from = await prepared([SUBMIT]);
    const { calls, sizes } = await crashOnce(from, PROGRESS, { at: Number.POSITIVE_INFINITY });
    for (const [at, call] of calls.entries()) {
      if (call !== "write") continue;
      for (let bytes = 0; bytes <= (sizes[at] ?? 0); bytes += 1) {
        await crashOnce(from, PROGRESS, { at, bytes, power: bytes % 2 === 0 ? "kept" : "lost" });
      }
    }
  });

  test("a crash while a torn event is repaired", async () => {
    const torn = await prepared([SUBMIT]);
    const { calls } = await crashOnce(torn, PROGRESS, { at: Number.POSITIVE_INFINITY });
    const at = calls.lastIndexOf("write");
    const first = calls.indexOf("sync") - 1;
    expect(calls[first]).toBe("write");
    expect(at).toBeGreaterThan(first);
    await leaveTorn(torn, first);
    const mending = await crashOnce(torn, PROGRESS, { at: Number.POSITIVE_INFINITY });
    expect(mending.calls).toContain("truncate");
    for (let each = 0; each <= mending.calls.length; each += 1) {
      for (const power of POWER) await crashOnce(torn, PROGRESS, { at: each, bytes: 7, power });
    }
  });

  test("a crash of a process that removes a crashed process's lock", async () => {
    const from = await prepared([SUBMIT]);
    const { calls } = await crashOnce(from, PROGRESS, { at: Number.POSITIVE_INFINITY });
    const holding = calls.indexOf("link") + 2;
    // The lock of a dead process, found by the next one.
    await leaveTorn(from, holding);
    const taking = await crashOnce(from, PROGRESS, { at: Number.POSITIVE_INFINITY });
    expect(taking.calls.filter((call) => call === "link").length).toBeGreaterThan(2);
    for (let at = 0; at < taking.calls.length; at += 1) await crashOnce(from, PROGRESS, { at });
  });
});

/** A crash in `PROGRESS` at the call `at`, by a process that later ones see as dead. */
async function leaveTorn({ scene }: Prepared, at: number): Promise<void> {
  const gone = { self: { pid: 0x7ffffffe, host: "test" }, liveness: () => "dead" as const };
  const crashing: JobStore = { ...scene.store, files: crashingFiles({ at, bytes: 20 }), processes: gone };
  const outcome = await changeJob(crashing, "job_1", PROGRESS, "envfp:vector").catch((error: unknown) => error);
  expect(outcome).toBeInstanceOf(Crash);
}
