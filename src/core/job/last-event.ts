/** Whether a snapshot can be trusted, by the last event of the log alone. */
import type { JobApproval, JobCheckpoint, JobEvent, JobState } from "../../schema/document/job.ts";
import { compareTimestamps } from "../time/timestamp.ts";
import { effectOf } from "./state.ts";

const SET_BY_EVENTS = [
  "status",
  "stop_reason",
  "status_reason_code",
  "policy_digest",
  "policy_ref",
  "identity",
] as const;

/**
 * Whether `state` agrees with the last event of the log. Earlier events are not read: this is how a snapshot is trusted
 * without reading the whole log.
 */
export function agreesWithLast(state: JobState, event: JobEvent): boolean {
  const { set, checkpoint, approval } = effectOf(event);
  if (state.job_id !== event.job_id || state.revision !== event.revision) return false;
  if (state.updated_at !== event.created_at) return false;
  for (const name of SET_BY_EVENTS) {
    if (set[name] !== undefined && set[name] !== state[name]) return false;
  }
  const last = state.checkpoints.at(-1);
  if (checkpoint !== undefined && (last === undefined || !sameCheckpoint(checkpoint, last))) return false;
  const given = state.approvals?.at(-1);
  return approval === undefined || (given !== undefined && sameApproval(approval, given));
}

export function sameCheckpoint(logged: JobCheckpoint, stored: JobCheckpoint): boolean {
  return (
    logged.checkpoint_id === stored.checkpoint_id &&
    logged.type === stored.type &&
    (logged.summary === "" || logged.summary === stored.summary) &&
    (logged.required_action ?? "") === (stored.required_action ?? "") &&
    (logged.actor ?? "") === (stored.actor ?? "")
  );
}

export function sameApproval(left: JobApproval, right: JobApproval): boolean {
  return (
    left.actor === right.actor &&
    left.reason === right.reason &&
    compareTimestamps(left.created_at, right.created_at) === 0
  );
}
