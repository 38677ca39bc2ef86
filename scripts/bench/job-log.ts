/**
 * Writes a job folder with a long log: `bun scripts/bench/job-log.ts FOLDER [EVENTS]`. 1,000,000 events take about
 * 400 MB. The job is paused and resumed over and over, so its state stays small. The same count gives the same bytes.
 */
import { closeSync, mkdirSync, openSync, writeFileSync, writeSync } from "node:fs";
import { basename, join } from "node:path";

const [folder, count = "1000000"] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: job-log.ts FOLDER [EVENTS]");
const jobId = basename(folder);
const events = Number(count);
const reason =
  "waited for the nightly window of the payments cluster; nothing was lost, the queue is empty again. ".repeat(2);

function at(revision: number): string {
  return `${new Date(Date.UTC(2026, 0, 1) + revision * 1000).toISOString().slice(0, 19)}Z`;
}

mkdirSync(folder, { recursive: true });
const fd = openSync(join(folder, "events.jsonl"), "w");
const stamp = { schema_id: "gait.job.event", schema_version: "1.0.0" };
let batch = "";
for (let revision = 1; revision <= events; revision += 1) {
  const when = { created_at: at(revision), job_id: jobId, revision };
  let event: object = {
    ...stamp,
    ...when,
    type: "resumed",
    actor: "scheduler",
    reason_code: "resumed",
    payload: { reason },
  };
  if (revision === 1) {
    const payload = { environment_fingerprint: "envfp:bench" };
    event = { ...stamp, ...when, type: "submitted", actor: "scheduler", reason_code: "submitted", payload };
  } else if (revision % 2 === 0) {
    event = {
      ...stamp,
      ...when,
      type: "paused",
      actor: `operator of the night shift, ${reason}`,
      reason_code: "paused",
    };
  }
  batch += `${JSON.stringify(event)}\n`;
  if (batch.length > 1_000_000 || revision === events) {
    writeSync(fd, batch);
    batch = "";
  }
}
closeSync(fd);
const paused = events % 2 === 0;
writeFileSync(
  join(folder, "state.json"),
  `${JSON.stringify({
    schema_id: "gait.job.runtime",
    schema_version: "1.0.0",
    created_at: at(1),
    updated_at: at(events),
    producer_version: "0.0.0-dev",
    job_id: jobId,
    status: paused ? "paused" : "running",
    stop_reason: paused ? "paused_by_user" : "none",
    status_reason_code: paused ? "paused" : "resumed",
    environment_fingerprint: "envfp:bench",
    revision: events,
    checkpoints: [],
  })}\n`,
);
