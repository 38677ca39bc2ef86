/** The documents of a job pack: payload, state and events (contract 2.3, 4.1, 4.2, 4.8). All are closed. */
import { type Static, Type } from "typebox";
import { CLOSED, count, freeObject, hex64, nonBlank, SchemaVersion, text, timestamp } from "./primitives.ts";

export const JobStatusSchema = Type.Enum([
  "running",
  "paused",
  "decision_needed",
  "blocked",
  "completed",
  "cancelled",
  "emergency_stopped",
]);
export type JobStatus = Static<typeof JobStatusSchema>;

/** What a job was bound to when it was submitted, by version 1.4 of the Go implementation (contract 4.8). */
const INVARIANTS = {
  safety_invariant_version: Type.Optional(
    Type.Literal("1", { description: "Version of the list of safety invariants; with it their hash is there too." }),
  ),
  safety_invariant_hash: Type.Optional(hex64("SHA-256 of the safety invariants, sorted, with `|` between them.")),
};

/** `job_payload.json` (contract 2.3). */
export const JobPayloadSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.pack.job"),
    schema_version: SchemaVersion,
    created_at: timestamp("When the job was submitted, in UTC."),
    job_id: nonBlank("The job's id, as in its state."),
    status: JobStatusSchema,
    stop_reason: nonBlank("Why the job does not run; `none` while it does."),
    status_reason_code: nonBlank("What brought the job into its status."),
    environment_fingerprint: nonBlank("Opaque name of the environment that the job was submitted in."),
    ...INVARIANTS,
    checkpoint_count: count("Checkpoints in the job's state."),
    approval_count: count("Approvals in the job's state."),
  },
  CLOSED,
);
export type JobPayload = Static<typeof JobPayloadSchema>;

export const JobCheckpointSchema = Type.Object(
  {
    checkpoint_id: nonBlank("`cp_` and a running number of four digits or more."),
    created_at: timestamp("When it was added."),
    type: Type.Enum(["plan", "progress", "decision-needed", "blocked", "completed"]),
    summary: text("What the agent says, at most 512 bytes."),
    required_action: Type.Optional(text("What a person has to decide; only with `decision-needed`.")),
    reason_code: nonBlank("`checkpoint_` and the type."),
    actor: Type.Optional(text("Who added it.")),
  },
  CLOSED,
);
export type JobCheckpoint = Static<typeof JobCheckpointSchema>;

export const JobApprovalSchema = Type.Object(
  {
    created_at: timestamp("When it was given."),
    actor: nonBlank("Who approved."),
    reason: text("Why."),
  },
  CLOSED,
);
export type JobApproval = Static<typeof JobApprovalSchema>;

/** `job_state.json` of a pack; `state.json` of the job store has the same members. */
export const JobStateSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.job.runtime"),
    schema_version: SchemaVersion,
    created_at: timestamp("When the job was submitted."),
    updated_at: timestamp("When the last event happened."),
    producer_version: nonBlank("Version of the program that wrote the state."),
    job_id: nonBlank("The job's id."),
    status: JobStatusSchema,
    stop_reason: nonBlank("Why the job does not run; `none` while it does."),
    status_reason_code: nonBlank("What brought the job into its status."),
    environment_fingerprint: nonBlank("Opaque name of the environment that the job was submitted in."),
    ...INVARIANTS,
    safety_invariants: Type.Optional(
      Type.Array(Type.String(), { description: "As `name=value`, sorted; they stay as they were at the submission." }),
    ),
    policy_digest: Type.Optional(nonBlank("Digest of the policy that the job runs under.")),
    policy_ref: Type.Optional(nonBlank("Where that policy is.")),
    identity: Type.Optional(nonBlank("Who the job runs as; it resumes as nobody else.")),
    revision: count("1 when submitted, one more with every event."),
    checkpoints: Type.Array(JobCheckpointSchema),
    approvals: Type.Optional(Type.Array(JobApprovalSchema)),
  },
  CLOSED,
);
export type JobState = Static<typeof JobStateSchema>;

/** One line of `job_events.jsonl`. */
export const JobEventSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.job.event"),
    schema_version: SchemaVersion,
    created_at: timestamp("When it happened."),
    job_id: nonBlank("The job's id."),
    revision: count("Revision of the state that this event made."),
    type: Type.Enum([
      "submitted",
      "checkpoint_added",
      "paused",
      "approved",
      "resumed",
      "cancelled",
      "emergency_stop_acknowledged",
      "dispatch_blocked",
    ]),
    actor: Type.Optional(text("Who caused it.")),
    reason_code: Type.Optional(text("Why, as a code.")),
    payload: Type.Optional(freeObject("What the event's type adds.")),
  },
  CLOSED,
);
export type JobEvent = Static<typeof JobEventSchema>;
