/**
 * The steps of a job: every event but the plan and progress checkpoints, which change nothing but the list of checkpoints.
 * They alone decide what may happen next, and they are few, so that a state can be compared with them without a replay.
 */
import type { JobApproval, JobCheckpoint, JobEvent, JobState } from "../../schema/document/job.ts";
import { sameApproval, sameCheckpoint } from "./last-event.ts";
import { advance, effectOf, type JobHead } from "./state.ts";

/**
 * Whether `state` has the status, the approvals, and the checkpoints that stop a job, which the steps of its log make.
 * `steps` begins with the submission; the order is the log's.
 */
export function agreesWithSteps(state: JobState, steps: readonly JobEvent[]): boolean {
  const approvals: JobApproval[] = [];
  const checkpoints: JobCheckpoint[] = [];
  let head: JobHead | undefined;
  for (const event of steps) {
    const effect = effectOf(event);
    head = advance(head, event, effect, state.producer_version);
    if (effect.approval !== undefined) approvals.push(effect.approval);
    if (effect.checkpoint !== undefined && isStep(effect.checkpoint)) checkpoints.push(effect.checkpoint);
  }
  if (head === undefined || steps[0]?.type !== "submitted") return false;
  const { approvals: given = [] } = state;
  const stopping: JobCheckpoint[] = [];
  for (const checkpoint of state.checkpoints) if (isStep(checkpoint)) stopping.push(checkpoint);
  return (
    MEMBERS.every((name) => head[name] === state[name]) &&
    given.length === approvals.length &&
    given.every((each, index) => sameApproval(approvals[index] ?? each, each)) &&
    stopping.length === checkpoints.length &&
    stopping.every((each, index) => sameCheckpoint(checkpoints[index] ?? each, each))
  );
}

const MEMBERS = [
  "job_id",
  "created_at",
  "status",
  "stop_reason",
  "status_reason_code",
  "environment_fingerprint",
  "policy_digest",
  "policy_ref",
  "identity",
] as const;

function isStep({ type }: JobCheckpoint): boolean {
  return type !== "plan" && type !== "progress";
}
