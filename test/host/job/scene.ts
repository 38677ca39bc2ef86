/** A fresh job root for each test, with the calls that most tests make. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { GaitError } from "../../../src/core/finding/error.ts";
import type { JobCommand } from "../../../src/core/job/job.ts";
import { changeJob, type JobChange, type JobStore } from "../../../src/host/job/store.ts";
import type { JobState } from "../../../src/schema/document/job.ts";

export const JOB_VECTORS = join(import.meta.dir, "../../vectors/jobs");

export const SUBMIT: JobCommand = { operation: "submit", jobId: "job_1", actor: "alice" };
export const PROGRESS: JobCommand = { operation: "checkpoint add", type: "progress", summary: "half way" };

export class JobScene {
  readonly store: JobStore;

  constructor(root: string) {
    this.store = { root, producerVersion: "1.2.3", now: () => "2027-01-01T00:00:00Z", lockWaitMs: 500 };
  }

  path(...parts: readonly string[]): string {
    return join(this.store.root, ...parts);
  }

  change(command: JobCommand, jobId = "job_1"): Promise<JobChange> {
    return changeJob(this.store, jobId, command, "envfp:vector");
  }

  /** `state.json` as stored. */
  stateOf(jobId = "job_1"): JobState {
    return JSON.parse(readFileSync(this.path(jobId, "state.json"), "utf8"));
  }
}

/** `inMemory`: for tests with simulated crashes, a file system where syncing is free, if there is one. */
export function jobScenes(options: { inMemory?: boolean } = {}): { next(): JobScene; remove(): void } {
  const memory = "/dev/shm";
  const base = mkdtempSync(join(options.inMemory === true && existsSync(memory) ? memory : tmpdir(), "gait-jobs-"));
  let count = 0;
  return {
    next: () => {
      count += 1;
      return new JobScene(join(base, String(count)));
    },
    remove: () => rmSync(base, { recursive: true, force: true }),
  };
}

export async function refusal(call: Promise<unknown>): Promise<GaitError> {
  try {
    await call;
  } catch (error) {
    if (error instanceof GaitError) return error;
    throw error;
  }
  throw new Error("nothing was refused");
}
