/** A real SIGKILL and a real full disk in the middle of each command. */
import { afterAll, describe, expect, test } from "bun:test";
import { closeSync, existsSync, mkdirSync, openSync, statfsSync, unlinkSync, writeSync } from "node:fs";
import { GaitError } from "../../../src/core/finding/error.ts";
import type { JobCommand } from "../../../src/core/job/job.ts";
import { changeJob, type JobStore } from "../../../src/host/job/store.ts";
import { inspectJob, readJob } from "../../../src/host/job/views.ts";
import type { JobEvent } from "../../../src/schema/document/job.ts";
import { startWorker } from "./process.ts";
import { JobScene, jobScenes, PROGRESS, SUBMIT } from "./scene.ts";

const LONG = process.env["GAIT_LONG"] === "1";
const scenes = jobScenes();
const disk = smallDisk(scenes.next().path("disk"));
afterAll(() => {
  disk.unmount();
  scenes.remove();
});

const DECISION: JobCommand = {
  operation: "checkpoint add",
  type: "decision-needed",
  summary: "which?",
  requiredAction: "choose",
};
const CASES: readonly (readonly [name: string, before: readonly JobCommand[], command: JobCommand])[] = [
  ["submit", [], SUBMIT],
  ["checkpoint add", [SUBMIT], PROGRESS],
  ["pause", [SUBMIT], { operation: "pause" }],
  ["approve", [SUBMIT, DECISION], { operation: "approve", actor: "boss" }],
  ["resume", [SUBMIT, { operation: "pause" }], { operation: "resume" }],
  ["cancel", [SUBMIT], { operation: "cancel" }],
];

/** More calls than any command makes. */
const MAX_CALLS = 40;

describe("a real SIGKILL", () => {
  for (const [name, before, command] of CASES) {
    test(`in ${name}`, async () => {
      // From the lock to the end: writing the event, syncing it, the state and its name, releasing the lock.
      const first = LONG || name === "checkpoint add" ? 0 : 4;
      const stride = LONG || name === "checkpoint add" ? 1 : 2;
      let survived = false;
      for (let killAt = first; !survived; killAt += stride) {
        expect(killAt).toBeLessThan(MAX_CALLS);
        const scene = scenes.next();
        for (const each of before) await scene.change(each);
        const root = scene.store.root;
        const worker = startWorker({ root, jobId: "job_1", commands: [command], killAt });
        const reported = await worker.reported;
        survived = (await worker.exited) === 0;
        expect(await worker.errors).toBe("");
        expect(reported.length).toBe(survived ? 1 : 0);
        await recovered(scene.store, before.length, command, survived);
      }
    });
  }
});

/** Nothing acknowledged is missing, at most the one event was added, and the next command works. */
async function recovered(store: JobStore, before: number, command: JobCommand, acknowledged: boolean): Promise<void> {
  const events = await eventsOf(store);
  expect(events.length).toBeGreaterThanOrEqual(acknowledged ? before + 1 : before);
  expect(events.length).toBeLessThanOrEqual(before + 1);
  if (events.at(-1)?.type === "cancelled") return;
  const next: JobCommand = events.length === 0 ? command : PROGRESS;
  const { event } = await changeJob(store, "job_1", next, "envfp:vector");
  expect(event.revision).toBe(events.length + 1);
  expect((await inspectJob(store, "job_1")).warnings).toEqual([]);
}

async function eventsOf(store: JobStore): Promise<readonly JobEvent[]> {
  try {
    return (await inspectJob(store, "job_1")).events;
  } catch (error) {
    if (error instanceof GaitError && error.code === "not_found") return [];
    throw error;
  }
}

describe("a real full disk", () => {
  if (disk.reason !== undefined) console.warn(`skipped, no small disk can be mounted: ${disk.reason}`);

  for (const [name, before, command] of CASES) {
    test.skipIf(disk.reason !== undefined)(`in ${name}`, async () => {
      for (let free = 0; free <= 5; free += 1) {
        const scene = new JobScene(`${disk.path}/${name.replace(" ", "-")}-${free}`);
        mkdirSync(scene.store.root);
        for (const each of before) await scene.change(each);
        disk.fill(free);
        const outcome = await scene.change(command).catch((error: unknown) => error);
        disk.empty();
        const failed = outcome instanceof Error;
        if (failed) expect(outcome).toMatchObject({ code: "write_failed" });
        const events = await eventsOf(scene.store);
        // Reported as failed: nothing of it is there.
        expect(events.length).toBe(failed ? before.length : before.length + 1);
        if (free === 0) expect(failed).toBe(true);
        if (free === 5) expect(failed).toBe(false);
        await recovered(scene.store, before.length, command, !failed);
      }
    });
  }

  test.skipIf(disk.reason !== undefined)("an event without room for the state happened, with a warning", async () => {
    const scene = new JobScene(`${disk.path}/snapshot`);
    mkdirSync(scene.store.root);
    await scene.change(SUBMIT);
    // One page, for the lock; the event fits in the log's current page.
    disk.fill(1);
    const { event, warnings } = await scene.change(PROGRESS);
    expect(warnings).toEqual([expect.stringContaining("the disk is full")]);
    expect(await readJob(scene.store, "job_1")).toMatchObject({ state: { revision: 2 }, warnings: [] });
    disk.empty();
    expect((await inspectJob(scene.store, "job_1")).events).toEqual([expect.anything(), event]);
    expect(await scene.change(PROGRESS)).toMatchObject({ state: { revision: 3 }, warnings: [] });
  });
});

interface SmallDisk {
  readonly path: string;
  /** The reason if there is none. */
  readonly reason: string | undefined;
  /** Leaves this many pages free. */
  fill(pages: number): void;
  empty(): void;
  unmount(): void;
}

function smallDisk(path: string): SmallDisk {
  mkdirSync(path, { recursive: true });
  const filler = `${path}/filler`;
  const reason = mountProblem(path);
  return {
    path,
    reason,
    fill(pages) {
      const { bsize, bavail } = statfsSync(path);
      const fd = openSync(filler, "wx");
      try {
        for (let left = bavail - pages; left > 0; left -= 1) writeSync(fd, new Uint8Array(bsize));
      } finally {
        closeSync(fd);
      }
    },
    empty() {
      if (existsSync(filler)) unlinkSync(filler);
    },
    unmount() {
      if (reason === undefined) Bun.spawnSync(["umount", path]);
    },
  };
}

function mountProblem(path: string): string | undefined {
  if (process.platform !== "linux") return "not Linux";
  if (process.getuid?.() !== 0) return "not root";
  const { exitCode, stderr } = Bun.spawnSync(["mount", "-t", "tmpfs", "-o", "size=1m", "none", path]);
  return exitCode === 0 ? undefined : stderr.toString().trim();
}
