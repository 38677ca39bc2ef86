/** Documents of job packs: payload, state, event. */
import { DIGEST, documentCases, PAST_SAFE, set, TIME, without } from "./case.ts";

const FINGERPRINT = `envfp:${DIGEST}`;

const PAYLOAD = documentCases({
  path: "pack/job",
  good: {
    schema_id: "gait.pack.job",
    schema_version: "1.0.0",
    created_at: TIME,
    job_id: "job_1",
    status: "decision_needed",
    stop_reason: "decision_needed",
    status_reason_code: "decision_needed",
    environment_fingerprint: FINGERPRINT,
    safety_invariant_version: "1",
    safety_invariant_hash: DIGEST,
    checkpoint_count: 1,
    approval_count: 0,
  },
  closed: true,
  required: [
    ...["schema_id", "schema_version", "created_at", "job_id", "status", "stop_reason", "status_reason_code"],
    ...["environment_fingerprint", "checkpoint_count", "approval_count"],
  ],
  optional: ["safety_invariant_version", "safety_invariant_hash"],
  fits: {
    "status running": set("status", "running"),
    "status emergency_stopped": set("status", "emergency_stopped"),
    "status cancelled": set("status", "cancelled"),
    "an opaque fingerprint": set("environment_fingerprint", "x"),
  },
  fails: {
    "status is one of seven": set("status", "archived"),
    "status is lower-case": set("status", "Running"),
    "stop_reason is not blank": set("stop_reason", " "),
    "a count is an integer": set("checkpoint_count", 0.5),
    "a count is not past 2^53-1": set("approval_count", PAST_SAFE),
    "created_at is a time": set("created_at", "2026-02-02"),
  },
});

const STATE = documentCases({
  path: "job/state",
  good: {
    schema_id: "gait.job.runtime",
    schema_version: "1.0.0",
    created_at: TIME,
    updated_at: TIME,
    producer_version: "0.1.0",
    job_id: "job_1",
    status: "running",
    stop_reason: "none",
    status_reason_code: "resumed",
    environment_fingerprint: FINGERPRINT,
    safety_invariant_version: "1",
    safety_invariant_hash: DIGEST,
    safety_invariants: ["fail_closed=true"],
    policy_digest: "d",
    policy_ref: "p.yaml",
    identity: "agent:1",
    revision: 4,
    checkpoints: [
      {
        checkpoint_id: "cp_0001",
        created_at: TIME,
        type: "decision-needed",
        summary: "Deploy?",
        required_action: "choose",
        reason_code: "checkpoint_decision_needed",
        actor: "bot",
      },
    ],
    approvals: [{ created_at: TIME, actor: "boss", reason: "ship it" }],
  },
  closed: true,
  required: [
    ...["schema_id", "schema_version", "created_at", "updated_at", "producer_version", "job_id", "status"],
    ...["stop_reason", "status_reason_code", "environment_fingerprint", "revision", "checkpoints"],
  ],
  optional: [
    ...["safety_invariant_version", "safety_invariant_hash", "safety_invariants"],
    ...["policy_digest", "policy_ref", "identity", "approvals"],
  ],
  fits: {
    "no checkpoints": set("checkpoints", []),
    "a checkpoint without an action": without("checkpoints.0.required_action"),
    "a checkpoint without an actor": without("checkpoints.0.actor"),
  },
  fails: {
    "checkpoints are never null": set("checkpoints", null),
    "a checkpoint's type is one of five": set("checkpoints.0.type", "decision_needed"),
    "a checkpoint needs a summary": without("checkpoints.0.summary"),
    "a checkpoint needs its id": without("checkpoints.0.checkpoint_id"),
    "a checkpoint has no unknown member": set("checkpoints.0.note", ""),
    "an approval names who": without("approvals.0.actor"),
    "an approval's actor is not blank": set("approvals.0.actor", ""),
    "an approval has no unknown member": set("approvals.0.checkpoint_id", "cp_0001"),
    "a revision is an integer": set("revision", "4"),
    "a later version's member": set("policy_version", DIGEST),
    "invariants of another version": set("safety_invariant_version", "2"),
    "a hash of invariants is one": set("safety_invariant_hash", "x"),
    "an invariant is text": set("safety_invariants", [1]),
    "a policy is not blank": set("policy_digest", " "),
    "an identity is not blank": set("identity", ""),
  },
});

const EVENT = documentCases({
  path: "job/event",
  good: {
    schema_id: "gait.job.event",
    schema_version: "1.0.0",
    created_at: TIME,
    job_id: "job_1",
    revision: 2,
    type: "checkpoint_added",
    actor: "bot",
    reason_code: "checkpoint_progress",
    payload: { checkpoint_id: "cp_0001", checkpoint_type: "progress", required_action: "" },
  },
  closed: true,
  required: ["schema_id", "schema_version", "created_at", "job_id", "revision", "type"],
  optional: ["actor", "reason_code", "payload"],
  fits: {
    "an emergency stop": set("type", "emergency_stop_acknowledged"),
    "a dispatch that was blocked": set("type", "dispatch_blocked"),
    "an empty payload": set("payload", {}),
    "a payload with anything in it": set("payload", { summary: "s", nested: [null, { a: 1 }] }),
    "an empty actor": set("actor", ""),
  },
  fails: {
    "a type is one of eight": set("type", "stopped"),
    "a payload is an object": set("payload", "resumed"),
    "a payload is not null": set("payload", null),
    "a revision is not negative": set("revision", -1),
    "a revision is no fraction": set("revision", 2.5),
    "job_id is not blank": set("job_id", " "),
    "created_at has an offset": set("created_at", "2026-02-02T02:15:00"),
  },
});

export const JOB_CASES = [PAYLOAD, STATE, EVENT];
