/** Jobs with their logs, for the tests of jobs and logs. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decide } from "../../../src/core/job/decide.ts";
import type { JobCommand } from "../../../src/core/job/job.ts";
import { apply } from "../../../src/core/job/state.ts";
import type { JobEvent, JobState } from "../../../src/schema/document/job.ts";

export const VECTORS = join(import.meta.dir, "../../vectors/jobs");

export interface Job {
  readonly state: JobState;
  readonly events: readonly JobEvent[];
}

/** A job of the Go implementation. */
export function vector(name: string): Job {
  const text = readFileSync(join(VECTORS, name, "events.jsonl"), "utf8");
  return {
    state: JSON.parse(readFileSync(join(VECTORS, name, "state.json"), "utf8")),
    events: text.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)])),
  };
}

function run(commands: readonly JobCommand[]): Job {
  const events: JobEvent[] = [];
  let state: JobState | undefined;
  for (const [index, command] of commands.entries()) {
    const now = `2026-03-01T10:00:${String(index).padStart(2, "0")}Z`;
    const event = decide(state, command, { now, fingerprint: index > 8 ? "envfp:there" : "envfp:here" });
    events.push(event);
    state = apply(state, event, "1.2.3");
  }
  if (state === undefined) throw new Error("no commands");
  return { state, events };
}

const ASK = {
  operation: "checkpoint add",
  type: "decision-needed",
  summary: "deploy?",
  requiredAction: "say",
} as const;
/** A job that went through every state, written here. */
export const JOB = run([
  { operation: "submit", jobId: "job_1", actor: "alice" },
  { operation: "checkpoint add", type: "plan", summary: "first this" },
  { ...ASK, actor: "bot" },
  { operation: "approve", actor: "boss", reason: "go" },
  ASK,
  { operation: "approve", actor: "chief" },
  { operation: "resume" },
  { operation: "checkpoint add", type: "progress", summary: "then that" },
  { operation: "pause", actor: "alice" },
  { operation: "resume", allowEnvMismatch: true, reason: "moved" },
  { operation: "checkpoint add", type: "completed", summary: "done" },
]);

/** The revisions that findings name. */
export function namedRevisions(found: readonly { readonly message: string }[]): number[] {
  return found.flatMap(({ message }) => [...message.matchAll(/revision ([0-9]+)/g)].map((match) => Number(match[1])));
}
