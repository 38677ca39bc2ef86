/** Several processes with one job, some of them killed: every acknowledged event is in the log, once, in order. */
import { afterAll, describe, expect, test } from "bun:test";
import { readdirSync } from "node:fs";
import type { JobCommand } from "../../../src/core/job/job.ts";
import { inspectJob } from "../../../src/host/job/views.ts";
import { BINARY, startBinary, startWorker, type Worker, type WorkerReport } from "./process.ts";
import { type JobScene, jobScenes, SUBMIT } from "./scene.ts";

const LONG = process.env["GAIT_LONG"] === "1";
const PROCESSES = 8;
/** The built program starts a process for each command, which is slow. */
const SHORT = BINARY === undefined ? 50 : 12;
const COMMANDS = LONG ? 200 : SHORT;
const TIMEOUT_MS = LONG ? 600_000 : 60_000;

const scenes = jobScenes();
afterAll(() => scenes.remove());

async function submitted(): Promise<JobScene> {
  const scene = scenes.next();
  await scene.change(SUBMIT);
  return scene;
}

/** One of the eight: `COMMANDS` checkpoints, each with its process and number. */
interface Hammer {
  readonly reported: WorkerReport[];
  /** Commands during which, or before reporting which, a process was killed. */
  readonly unknown: string[];
}

function checkpoint(summary: string): JobCommand {
  return { operation: "checkpoint add", type: "progress", summary };
}

/** `current` is the running process, for the killer. */
async function hammer(scene: JobScene, name: string, current: Set<Worker>): Promise<Hammer> {
  const reported: WorkerReport[] = [];
  const unknown: string[] = [];
  const commands = Array.from({ length: COMMANDS }, () => checkpoint(`${name} #`));
  for (let next = 0; next < COMMANDS; ) {
    const summary = `${name} ${next}`;
    const orders = { root: scene.store.root, jobId: "job_1", commands, first: next };
    const worker =
      BINARY === undefined ? startWorker(orders) : startBinary(BINARY, scene.store.root, "job_1", checkpoint(summary));
    current.add(worker);
    const [lines, errors] = await Promise.all([worker.reported, worker.errors, worker.exited]);
    current.delete(worker);
    expect(errors).toBe("");
    reported.push(...lines);
    next += lines.length;
    if (next < COMMANDS && (BINARY === undefined || lines.length === 0)) {
      unknown.push(`${name} ${next}`);
      next += 1;
    }
  }
  return { reported, unknown };
}

async function check(scene: JobScene, hammers: readonly Hammer[]): Promise<void> {
  const { events, warnings } = await inspectJob(scene.store, "job_1");
  const reported = hammers.flatMap((each) => each.reported);
  const unknown = new Set(hammers.flatMap((each) => each.unknown));
  expect(events.map(({ revision }) => revision)).toEqual(events.map((_, index) => index + 1));
  expect(reported.filter(({ ok, detail }) => !ok && detail !== "contention" && detail !== "state_contention")).toEqual(
    [],
  );
  const acknowledged = reported.filter(({ ok }) => ok);
  for (const { detail, summary } of acknowledged) {
    expect(events[Number(detail) - 1]?.payload?.["summary"]).toBe(summary);
  }
  // None is invented: an unacknowledged event in the log belongs to a killed process.
  const known = new Set(acknowledged.map(({ summary }) => summary));
  const rest = events.slice(1).filter(({ payload }) => !known.has(String(payload?.["summary"])));
  for (const { payload } of rest) expect(unknown.has(String(payload?.["summary"]))).toBe(true);
  expect(events.length).toBe(1 + known.size + rest.length);
  expect(warnings).toEqual([]);
}

describe(`${PROCESSES} processes with ${COMMANDS} commands each`, () => {
  test(
    "revisions are 1..n, and no error but a held lock",
    async () => {
      const scene = await submitted();
      const current = new Set<Worker>();
      const names = Array.from({ length: PROCESSES }, (_, index) => `p${index}`);
      const hammers = await Promise.all(names.map((name) => hammer(scene, name, current)));
      expect(hammers.flatMap(({ unknown }) => unknown)).toEqual([]);
      expect(hammers.flatMap(({ reported }) => reported)).toHaveLength(PROCESSES * COMMANDS);
      await check(scene, hammers);
      expect(readdirSync(scene.path("job_1")).sort()).toEqual(["events.jsonl", "events.jsonl.checked", "state.json"]);
    },
    TIMEOUT_MS,
  );

  test(
    "kill -9 of random ones does not change that",
    async () => {
      const scene = await submitted();
      const current = new Set<Worker>();
      const names = Array.from({ length: PROCESSES }, (_, index) => `p${index}`);
      let done = false;
      const killer = (async () => {
        for (let kills = 0; !done && kills < (LONG ? 100 : 20); kills += 1) {
          await Bun.sleep(30 + Math.random() * 120);
          const alive = [...current];
          alive[Math.floor(Math.random() * alive.length)]?.kill();
        }
      })();
      const hammers = await Promise.all(names.map((name) => hammer(scene, name, current)));
      done = true;
      await killer;
      await check(scene, hammers);
      expect((await scene.change({ operation: "pause" })).warnings).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

test("six submits of one id at once: one wins, the others learn that it exists", async () => {
  const scene = scenes.next();
  const workers = Array.from({ length: 6 }, () =>
    BINARY === undefined
      ? startWorker({ root: scene.store.root, jobId: "job_1", commands: [SUBMIT] })
      : startBinary(BINARY, scene.store.root, "job_1", SUBMIT),
  );
  const reported = (await Promise.all(workers.map((worker) => worker.reported))).flat();
  expect(reported.filter(({ ok }) => ok)).toHaveLength(1);
  expect(reported.filter(({ ok, detail }) => !ok && ["already_exists", "invalid_input"].includes(detail))).toHaveLength(
    5,
  );
  const { events, warnings } = await inspectJob(scene.store, "job_1");
  expect(events).toHaveLength(1);
  expect(warnings).toEqual([]);
});
