/**
 * Writes a job of many events, nearly all of them checkpoints, as the commands would have left it:
 * `bun scripts/bench/long-job.ts FOLDER EVENTS`. The same count gives the same bytes.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { decide } from "../../src/core/job/decide.ts";
import type { JobCommand } from "../../src/core/job/job.ts";
import { LogChain } from "../../src/core/job/log-chain.ts";
import { linked } from "../../src/core/job/log-signature.ts";
import { apply, encodeJobEvent, encodeJobState } from "../../src/core/job/state.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import type { JobState } from "../../src/schema/document/job.ts";

const [folder, count = "10000"] = process.argv.slice(2);
if (folder === undefined) throw new Error("usage: long-job.ts FOLDER [EVENTS]");
const SUBMIT: JobCommand = { operation: "submit", jobId: basename(folder) };
const ADD: JobCommand = { operation: "checkpoint add", type: "progress", summary: "one more batch of files is moved" };

const chain = new LogChain(hostPlatform);
let log = "";
let state: JobState | undefined;
for (let at = 0; at < Number(count); at += 1) {
  const now = `${new Date(Date.UTC(2026, 0, 1) + at * 1000).toISOString().slice(0, 19)}Z`;
  const decided = decide(state, at === 0 ? SUBMIT : ADD, { now, fingerprint: "envfp:x" });
  const event = await linked(decided, chain, undefined, hostPlatform);
  chain.add(event);
  log += encodeJobEvent(event);
  state = apply(state, event, "0.0.0-dev");
}
mkdirSync(folder, { recursive: true });
writeFileSync(`${folder}/events.jsonl`, log);
if (state !== undefined) writeFileSync(`${folder}/state.json`, encodeJobState(state));
