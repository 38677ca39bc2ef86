/** Applies an event to a job's state, and serializes both documents for the job store (contract 4.2, 4.3). */

import type { JobApproval, JobCheckpoint, JobEvent, JobState, JobStatus } from "../../schema/document/job.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import { SCHEMA_VERSION } from "../../schema/document/primitives.ts";
import { escapeHtml } from "../json/html-escape.ts";
import { canonicalize } from "../json/jcs.ts";
import type { Hashing } from "../signature/digest.ts";
import {
  bindingOf,
  type JobBinding,
  resumedBindingOf,
  type SafetyInvariants,
  safetyInvariantsOf,
} from "./binding/safety-invariants.ts";
import { CHECKPOINT_TYPES, type CheckpointType, JOB_STATE_SCHEMA_ID } from "./job.ts";

/** A state without its lists, so that its size is bounded. */
export type JobHead = Omit<JobState, "checkpoints" | "approvals">;

export interface JobEffect {
  /** The members that the event sets; others are unchanged. */
  readonly set: Partial<Pick<JobHead, "status" | "stop_reason" | "status_reason_code">> & JobBinding;
  /** Present if the event adds one. `summary` is "" if the log lacks it (the Go implementation's). */
  readonly checkpoint?: JobCheckpoint;
  readonly approval?: JobApproval;
}

const CHECKPOINT_EFFECTS: Readonly<Record<CheckpointType, JobEffect["set"]>> = {
  plan: {},
  progress: {},
  "decision-needed": steps("decision_needed", "decision_needed", "decision_needed"),
  blocked: steps("blocked", "blocked", "blocked"),
  completed: steps("completed", "completed", "completed"),
};

/** The effect of `event` by the transition table; `decide` and the replay check whether it is allowed. */
export function effectOf(event: JobEvent): JobEffect {
  switch (event.type) {
    case "submitted":
      return { set: { ...steps("running", "none", "submitted"), ...bindingOf(event) } };
    case "paused":
      return { set: steps("paused", "paused_by_user", "paused") };
    case "cancelled":
      return { set: steps("cancelled", "cancelled_by_user", "cancelled") };
    case "resumed":
      return { set: { ...steps("running", "none", resumedReason(event)), ...resumedBindingOf(event) } };
    case "emergency_stop_acknowledged":
      return { set: steps("emergency_stopped", "emergency_stopped", "emergency_stop_preempted") };
    case "dispatch_blocked":
      return { set: {} };
    case "approved":
      return { set: { status_reason_code: "approval_recorded" }, approval: approvalOf(event) };
    case "checkpoint_added": {
      const type = checkpointTypeOf(event);
      if (type === undefined) return { set: {} };
      return { set: CHECKPOINT_EFFECTS[type], checkpoint: checkpointOf(event, type) };
    }
  }
}

/** The checkpoint type in the payload, or `undefined` if it is not one of the five. */
export function checkpointTypeOf(event: JobEvent): CheckpointType | undefined {
  const text = payloadText(event, "checkpoint_type");
  return CHECKPOINT_TYPES.find((known) => known === text);
}

/** The payload's member as text, or "" if it is absent or not a string. */
export function payloadText(event: JobEvent, name: string): string {
  const payload = event.payload;
  if (payload === undefined || !Object.hasOwn(payload, name)) return "";
  const value = payload[name];
  return typeof value === "string" ? value : "";
}

/**
 * The state after `event`, which must come from `decide` on `state` or from a replay. `producerVersion` is written into
 * the state by the first event; the log does not have it.
 */
export function apply(state: JobState | undefined, event: JobEvent, producerVersion: string): JobState {
  const effect = effectOf(event);
  const head = advance(state, event, effect, producerVersion);
  const checkpoints = state?.checkpoints ?? [];
  const approvals = state?.approvals ?? [];
  return joinState(
    head,
    effect.checkpoint === undefined ? checkpoints : [...checkpoints, effect.checkpoint],
    effect.approval === undefined ? approvals : [...approvals, effect.approval],
  );
}

/** A job that is submitted under a policy or as somebody has safety invariants in its state (contract 4.8). */
export function withSafetyInvariants(state: JobState, hashing: Hashing): JobState {
  const { policy_digest: digest, policy_ref: ref, identity } = state;
  if (digest === undefined && ref === undefined && identity === undefined) return state;
  return joinState({ ...state, ...safetyInvariantsOf(state, hashing) }, state.checkpoints, state.approvals ?? []);
}

/** The head after `event`; the caller keeps the lists. */
export function advance(
  head: JobHead | undefined,
  event: JobEvent,
  effect: JobEffect,
  producerVersion: string,
): JobHead {
  return {
    schema_id: JOB_STATE_SCHEMA_ID,
    schema_version: SCHEMA_VERSION,
    created_at: head?.created_at ?? event.created_at,
    updated_at: event.created_at,
    producer_version: head?.producer_version ?? producerVersion,
    job_id: head?.job_id ?? event.job_id,
    status: effect.set.status ?? head?.status ?? "running",
    stop_reason: effect.set.stop_reason ?? head?.stop_reason ?? "none",
    status_reason_code: effect.set.status_reason_code ?? head?.status_reason_code ?? "submitted",
    environment_fingerprint: head?.environment_fingerprint ?? payloadText(event, "environment_fingerprint"),
    ...optionalMembers({
      ...head,
      ...effect.set,
      ...(head?.identity === undefined ? {} : { identity: head.identity }),
    }),
    revision: event.revision,
  };
}

/** In the format's order (contract 4.8). */
function optionalMembers(head: Partial<JobHead>): Partial<SafetyInvariants> & JobBinding {
  const {
    safety_invariant_version: version,
    safety_invariant_hash: hash,
    safety_invariants: values,
    policy_digest: digest,
    policy_ref: ref,
    identity,
  } = head;
  return {
    ...(version === undefined ? {} : { safety_invariant_version: version }),
    ...(hash === undefined ? {} : { safety_invariant_hash: hash }),
    ...(values === undefined ? {} : { safety_invariants: values }),
    ...(digest === undefined ? {} : { policy_digest: digest }),
    ...(ref === undefined ? {} : { policy_ref: ref }),
    ...(identity === undefined ? {} : { identity }),
  };
}

/** Both parts in the format's member order; an empty list of approvals is left out. */
export function joinState(head: JobHead, checkpoints: JobCheckpoint[], approvals: JobApproval[]): JobState {
  return {
    schema_id: head.schema_id,
    schema_version: head.schema_version,
    created_at: head.created_at,
    updated_at: head.updated_at,
    producer_version: head.producer_version,
    job_id: head.job_id,
    status: head.status,
    stop_reason: head.stop_reason,
    status_reason_code: head.status_reason_code,
    environment_fingerprint: head.environment_fingerprint,
    ...optionalMembers(head),
    revision: head.revision,
    checkpoints,
    ...(approvals.length === 0 ? {} : { approvals }),
  };
}

/**
 * `state.json`: two-space indentation, a final newline, members in the format's order, then unknown members of later
 * versions.
 */
export function encodeJobState(state: JobState, unknown: JsonObject = {}): string {
  const ordered = joinState(state, state.checkpoints.map(orderCheckpoint), (state.approvals ?? []).map(orderApproval));
  return `${escapeHtml(JSON.stringify({ ...ordered, ...unknown }, undefined, 2))}\n`;
}

/** One line of `events.jsonl`, its newline included. The payload's members are sorted, as the Go encoder sorts a map. */
export function encodeJobEvent(event: JobEvent): string {
  const head = JSON.stringify({
    schema_id: event.schema_id,
    schema_version: event.schema_version,
    created_at: event.created_at,
    job_id: event.job_id,
    revision: event.revision,
    type: event.type,
    ...(event.actor === undefined ? {} : { actor: event.actor }),
    ...(event.reason_code === undefined ? {} : { reason_code: event.reason_code }),
  });
  if (event.payload === undefined) return `${escapeHtml(head)}\n`;
  return `${escapeHtml(`${head.slice(0, -1)},"payload":${canonicalize(event.payload)}}`)}\n`;
}

/** The reason codes of a resumption in another environment, and of one under another policy. */
export const ENV_OVERRIDES: readonly string[] = [
  "resumed_with_env_override",
  "resumed_with_env_override_policy_transition",
];
export const POLICY_TRANSITIONS: readonly string[] = [
  "resumed_with_policy_transition",
  "resumed_with_env_override_policy_transition",
];

function resumedReason({ reason_code: code = "" }: JobEvent): string {
  return ENV_OVERRIDES.includes(code) || POLICY_TRANSITIONS.includes(code) ? code : "resumed";
}

function steps(
  status: JobStatus,
  stopReason: string,
  reasonCode: string,
): Required<Pick<JobHead, "status" | "stop_reason" | "status_reason_code">> {
  return { status, stop_reason: stopReason, status_reason_code: reasonCode };
}

function checkpointOf(event: JobEvent, type: CheckpointType): JobCheckpoint {
  return orderCheckpoint({
    checkpoint_id: payloadText(event, "checkpoint_id"),
    created_at: event.created_at,
    type,
    summary: payloadText(event, "summary"),
    required_action: payloadText(event, "required_action"),
    reason_code: event.reason_code ?? "",
    actor: event.actor ?? "",
  });
}

function approvalOf(event: JobEvent): JobApproval {
  return { created_at: event.created_at, actor: event.actor ?? "", reason: payloadText(event, "reason") };
}

function orderCheckpoint(checkpoint: JobCheckpoint): JobCheckpoint {
  const { required_action: action = "", actor = "" } = checkpoint;
  return {
    checkpoint_id: checkpoint.checkpoint_id,
    created_at: checkpoint.created_at,
    type: checkpoint.type,
    summary: checkpoint.summary,
    ...(action === "" ? {} : { required_action: action }),
    reason_code: checkpoint.reason_code,
    ...(actor === "" ? {} : { actor }),
  };
}

function orderApproval(approval: JobApproval): JobApproval {
  return { created_at: approval.created_at, actor: approval.actor, reason: approval.reason };
}
