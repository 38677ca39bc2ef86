/**
 * The durable job: types, operations, and which states allow them (contract 4.1 and 4.3: terminal states are final, and
 * an approval answers the oldest open decision).
 */
import type { JobCheckpoint, JobEvent, JobState, JobStatus } from "../../schema/document/job.ts";
import { compareTimestamps } from "../time/timestamp.ts";
import type { PolicyAndIdentity, ResumeBinding } from "./binding/resume.ts";

export type CheckpointType = JobCheckpoint["type"];
export type JobEventType = JobEvent["type"];

export const CHECKPOINT_TYPES: readonly CheckpointType[] = [
  "plan",
  "progress",
  "decision-needed",
  "blocked",
  "completed",
];

/** Longest summary of a checkpoint, in bytes of UTF-8 after trimming. */
export const MAX_SUMMARY_BYTES = 512;

export const JOB_EVENT_SCHEMA_ID = "gait.job.event";
export const JOB_STATE_SCHEMA_ID = "gait.job.runtime";

/** The operations on a job. Texts are trimmed; blank texts count as absent. */
export type JobCommand =
  | ({ readonly operation: "submit"; readonly jobId: string; readonly actor?: string | undefined } & PolicyAndIdentity)
  | {
      readonly operation: "checkpoint add";
      readonly type: string;
      readonly summary: string;
      readonly requiredAction?: string | undefined;
      readonly actor?: string | undefined;
    }
  | {
      readonly operation: "pause" | "cancel" | "stop";
      readonly actor?: string | undefined;
      readonly reason?: string | undefined;
    }
  | { readonly operation: "reject"; readonly actor: string; readonly reason?: string | undefined }
  | { readonly operation: "approve"; readonly actor: string; readonly reason?: string | undefined }
  | ({
      readonly operation: "resume";
      readonly actor?: string | undefined;
      readonly reason?: string | undefined;
      readonly allowEnvMismatch?: boolean | undefined;
    } & ResumeBinding);

export type JobOperation = JobCommand["operation"];

const LIVE: readonly JobStatus[] = ["running", "paused", "decision_needed", "blocked"];

/** The states from which each operation is allowed (contract 4.3). */
export const ALLOWED_FROM: Readonly<Record<Exclude<JobOperation, "submit">, readonly JobStatus[]>> = {
  // After an emergency stop, what happened may still be noted: `decide` refuses checkpoints that change the status.
  "checkpoint add": [...LIVE, "emergency_stopped"],
  pause: ["running", "decision_needed"],
  approve: LIVE,
  reject: LIVE,
  resume: ["paused", "decision_needed", "blocked"],
  stop: LIVE,
  cancel: [...LIVE, "emergency_stopped"],
};

export function isTerminal(status: JobStatus): boolean {
  return status === "completed" || status === "cancelled";
}

/** Whether an open decision of a job in this state may still be approved. */
export function takesApproval(status: string): boolean {
  return (ALLOWED_FROM.approve as readonly string[]).includes(status);
}

/** The operations that `state` allows, in display order. */
export function allowedOperations(state: JobState): JobOperation[] {
  const order = ["checkpoint add", "pause", "approve", "reject", "resume", "stop", "cancel"] as const;
  return order.filter((operation) => {
    if (!ALLOWED_FROM[operation].includes(state.status)) return false;
    if (operation === "approve" || operation === "reject") return openDecisions(state).length > 0;
    return operation !== "resume" || !lacksApproval(state);
  });
}

/** Whether the job must not resume yet. A state that needs a decision but has none can never resume. */
export function lacksApproval(state: JobState): boolean {
  return openDecisions(state).length > 0 || (state.status === "decision_needed" && !state.checkpoints.some(isDecision));
}

/**
 * The unanswered decisions, oldest first. An approval answers the oldest decision open at the time. The Go
 * implementation accepts approvals before any decision and counts totals; here an early approval answers nothing,
 * because the approver had not seen the question.
 */
export function openDecisions(state: Pick<JobState, "checkpoints" | "approvals">): JobCheckpoint[] {
  const decisions: JobCheckpoint[] = [];
  // A loop: a command that has just started runs it much faster than a callback for each.
  for (const checkpoint of state.checkpoints) if (isDecision(checkpoint)) decisions.push(checkpoint);
  let answered = 0;
  for (const approval of state.approvals ?? []) {
    const oldest = decisions[answered];
    if (oldest !== undefined && compareTimestamps(oldest.created_at, approval.created_at) <= 0) answered += 1;
  }
  return decisions.slice(answered);
}

export function checkpointReason(type: CheckpointType): string {
  return `checkpoint_${type.replace("-", "_")}`;
}

/** `cp_0001` for the first; more digits when needed. */
export function checkpointId(ordinal: number): string {
  return `cp_${String(ordinal).padStart(4, "0")}`;
}

function isDecision(checkpoint: JobCheckpoint): boolean {
  return checkpoint.type === "decision-needed";
}
