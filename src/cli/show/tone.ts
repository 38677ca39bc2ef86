/** How the states of a job look in a terminal. */
import type { JobStatus } from "../../schema/document/job.ts";
import type { Tone } from "../terminal/output.ts";

const TONES: Readonly<Record<JobStatus, Tone>> = {
  running: "good",
  paused: "warn",
  decision_needed: "warn",
  blocked: "bad",
  completed: "good",
  cancelled: "dim",
};

/** None for what is no state that is known. */
export function toneOfStatus(status: string): Tone | undefined {
  return Object.hasOwn(TONES, status) ? TONES[status as JobStatus] : undefined;
}
