/** The account of a job: its states over time according to its log, and who approved what. */
import { type Static, Type } from "typebox";
import { CLOSED, count, type Frozen, seconds, text } from "../document/primitives.ts";

export const JobIntervalSchema = Type.Object(
  {
    status: Type.String(),
    reason_code: text("The reason code of the event that began it."),
    from: text("When it began."),
    to: Type.Optional(text("When the next began; absent for the last one in the log.")),
    seconds: Type.Optional(seconds("Between the two.")),
    revision: count("Revision of the event that began it."),
    actor: Type.Optional(text("Who caused it.")),
  },
  { ...CLOSED, description: "A period during which the job had one status." },
);
export type JobInterval = Frozen<Static<typeof JobIntervalSchema>>;

export const JobStepSchema = Type.Object(
  {
    revision: count("Revision of the state that the event made."),
    at: text("When it happened."),
    type: text("The event's type."),
    status: text("The job's status after it."),
    actor: Type.Optional(text("Who caused it.")),
    reason_code: Type.Optional(text("Why, as a code.")),
    reason: Type.Optional(text("Why, in words.")),
    checkpoint_id: Type.Optional(text("The checkpoint that it added, or the decision that it answered.")),
    environment: Type.Optional(
      Type.Object(
        { expected: Type.String(), actual: Type.String() },
        { ...CLOSED, description: "For a resume in an environment other than the job's." },
      ),
    ),
  },
  CLOSED,
);
export type JobStep = Frozen<Static<typeof JobStepSchema>>;

export const JobApprovalAccountSchema = Type.Object(
  {
    revision: count("Revision of its event."),
    at: text("When it was given."),
    actor: text("Who approved."),
    reason: text("Why."),
    checkpoint_id: Type.Optional(text("The decision that it answers; absent if none was open.")),
  },
  CLOSED,
);
export type JobApprovalAccount = Frozen<Static<typeof JobApprovalAccountSchema>>;

export const JobCheckpointAccountSchema = Type.Object(
  {
    checkpoint_id: Type.String(),
    type: Type.String(),
    at: text("When it was added."),
    revision: count("Revision of its event."),
    summary: Type.String(),
    required_action: Type.Optional(text("What a person has to decide.")),
    actor: Type.Optional(text("Who added it.")),
    decision: Type.Optional(
      Type.Enum(["open", "approved", "rejected"], {
        description:
          "For a checkpoint that asks for one. A rejected one may be approved later, and is open until then.",
      }),
    ),
    rejection: Type.Optional(Type.Object({ at: Type.String(), actor: Type.String(), reason: Type.String() }, CLOSED)),
    approval: Type.Optional(Type.Object({ at: Type.String(), actor: Type.String(), reason: Type.String() }, CLOSED)),
  },
  CLOSED,
);
export type JobCheckpointAccount = Frozen<Static<typeof JobCheckpointAccountSchema>>;

export const JobAccountSchema = Type.Object(
  {
    job_id: Type.String(),
    status: Type.String(),
    stop_reason: Type.String(),
    status_reason_code: Type.String(),
    submitted_at: Type.String(),
    updated_at: text("When the last event happened."),
    seconds: Type.Optional(seconds("Between the two.")),
    totals: Type.Object(
      {
        events: count("Events in the log."),
        checkpoints: count("Checkpoints."),
        decisions: count("Checkpoints that ask for a decision."),
        open_decisions: count("Those without an answer."),
        approvals: count("Approvals."),
        resumes: count("How often the job was resumed."),
      },
      CLOSED,
    ),
    states: Type.Array(JobIntervalSchema, { description: "In the order of the log." }),
    steps: Type.Array(JobStepSchema, { description: "Every event, in the order of the log." }),
    checkpoints: Type.Array(JobCheckpointAccountSchema, { description: "In the order of the log." }),
    approvals: Type.Array(JobApprovalAccountSchema, { description: "In the order of the log." }),
  },
  CLOSED,
);
export type JobAccount = Frozen<Static<typeof JobAccountSchema>>;
