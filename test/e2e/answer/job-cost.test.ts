/** The cost of a job command hardly grows with the log. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changeJob, type JobStore } from "../../../src/host/job/store.ts";
import { gait } from "../gait.ts";

const root = mkdtempSync(join(tmpdir(), "gait-job-cost-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const store: JobStore = { root, producerVersion: "1.2.3", now: () => new Date().toISOString() };

async function grow(jobId: string, events: number): Promise<void> {
  await changeJob(store, jobId, { operation: "submit", jobId }, "envfp:x");
  for (let count = 1; count < events; count += 1) {
    await changeJob(store, jobId, { operation: "checkpoint add", type: "progress", summary: `x${count}` }, "");
  }
}

beforeAll(async () => {
  await grow("small", 20);
  await grow("big", 1500);
}, 120_000);

/** The faster half of alternating runs, so that other load on the machine affects both equally; in ms. */
function costs(words: readonly string[]): { small: number; big: number } {
  const times = { small: [] as number[], big: [] as number[] };
  for (let run = 0; run < 15; run += 1) {
    for (const job of ["small", "big"] as const) {
      const start = performance.now();
      expect(gait(["job", ...words, "--id", job, "--root", root]).exit).toBe(0);
      times[job].push(performance.now() - start);
    }
  }
  const quick = (list: readonly number[]) =>
    list
      .toSorted((left, right) => left - right)
      .slice(0, 5)
      .reduce((sum, each) => sum + each, 0) / 5;
  return { small: quick(times.small), big: quick(times.big) };
}

/** The goal is 1.35 on a quiet machine; without the record of the last replay it is more than 5. */
const MOST = 1.6;

test.each([[["checkpoint", "add", "--summary", "s"]], [["status"]]])(
  "%p at 1,500 events, compared with 20",
  (words) => {
    let ratio = Number.POSITIVE_INFINITY;
    for (let attempt = 0; attempt < 3 && ratio > MOST; attempt += 1) {
      const { small, big } = costs(words);
      ratio = big / small;
    }
    expect(ratio).toBeLessThan(MOST);
  },
  60_000,
);
