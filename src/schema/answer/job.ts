/** The answers of `gait job … --json` (contract 4.5). */
import { type Static, Type } from "typebox";
import { findings } from "../account/finding.ts";
import {
  JobApprovalSchema,
  JobCheckpointSchema,
  JobEventSchema,
  JobStateSchema,
  JobStatusSchema,
} from "../document/job.ts";
import { CLOSED, count, type Frozen, hex64, nonBlank, nonEmpty, timestamp } from "../document/primitives.ts";
import { answer, failure } from "./answer.ts";

const JOB = "gait.job.output";

const JOB_ID = nonEmpty("The job's id.");
const STATE = { job_id: JOB_ID, job: JobStateSchema };

/** Over the whole log, according to its last event (contract 4.7). */
const LogSchema = Type.Object(
  {
    sha256: Type.Optional(hex64("`log_sha256` of the last event; absent if another program wrote that.")),
    signature_status: Type.Enum(["missing", "skipped", "verified", "failed"], {
      description: "Of the last event: missing, not checked without a key, verified, or failed.",
    }),
    signature_key_id: Type.Optional(nonEmpty("The key that verified it, else the one that it names.")),
  },
  CLOSED,
);

export const JobSubmitOutputSchema = answer(JOB, "submit", STATE);
export type JobSubmitOutput = Frozen<Static<typeof JobSubmitOutputSchema>>;
export const JobStatusOutputSchema = answer(JOB, "status", { ...STATE, log: Type.Optional(LogSchema) });
export type JobStatusOutput = Frozen<Static<typeof JobStatusOutputSchema>>;
export const JobPauseOutputSchema = answer(JOB, "pause", STATE);
export type JobPauseOutput = Frozen<Static<typeof JobPauseOutputSchema>>;
export const JobApproveOutputSchema = answer(JOB, "approve", { ...STATE, approval: JobApprovalSchema });
export type JobApproveOutput = Frozen<Static<typeof JobApproveOutputSchema>>;
export const JobRejectOutputSchema = answer(JOB, "reject", { ...STATE, checkpoint: JobCheckpointSchema });
export type JobRejectOutput = Frozen<Static<typeof JobRejectOutputSchema>>;
export const JobResumeOutputSchema = answer(JOB, "resume", STATE);
export type JobResumeOutput = Frozen<Static<typeof JobResumeOutputSchema>>;
export const JobStopOutputSchema = answer(JOB, "stop", STATE);
export type JobStopOutput = Frozen<Static<typeof JobStopOutputSchema>>;
export const JobCancelOutputSchema = answer(JOB, "cancel", STATE);
export type JobCancelOutput = Frozen<Static<typeof JobCancelOutputSchema>>;

export const JobInspectOutputSchema = answer(JOB, "inspect", {
  ...STATE,
  log: Type.Optional(LogSchema),
  events: Type.Array(JobEventSchema, { description: "The whole log." }),
});
export type JobInspectOutput = Frozen<Static<typeof JobInspectOutputSchema>>;

export const JobCheckpointAddOutputSchema = answer(JOB, "checkpoint add", {
  ...STATE,
  checkpoint: JobCheckpointSchema,
});
export type JobCheckpointAddOutput = Frozen<Static<typeof JobCheckpointAddOutputSchema>>;
export const JobCheckpointShowOutputSchema = answer(JOB, "checkpoint show", {
  job_id: JOB_ID,
  checkpoint: JobCheckpointSchema,
});
export type JobCheckpointShowOutput = Frozen<Static<typeof JobCheckpointShowOutputSchema>>;
export const JobCheckpointListOutputSchema = answer(JOB, "checkpoint list", {
  job_id: JOB_ID,
  checkpoints: Type.Optional(Type.Array(JobCheckpointSchema, { description: "By id; absent when there are none." })),
});
export type JobCheckpointListOutput = Frozen<Static<typeof JobCheckpointListOutputSchema>>;

const ListedJobSchema = Type.Object(
  {
    job_id: JOB_ID,
    status: JobStatusSchema,
    stop_reason: nonBlank("The reason the job is stopped; `none` while it runs."),
    status_reason_code: nonBlank("The reason code of the event that set the status."),
    revision: count("The number of its events.", 1),
    created_at: timestamp("When the job was submitted."),
    updated_at: timestamp("When the last event happened."),
  },
  CLOSED,
);

const UnreadableJobSchema = Type.Object({ job_id: JOB_ID, problem: nonBlank("The reason it can't be read.") }, CLOSED);

export const JobListOutputSchema = answer(JOB, "list", {
  root: nonEmpty("The folder that was searched."),
  jobs: Type.Array(ListedJobSchema, { description: "By id." }),
  unreadable: Type.Optional(Type.Array(UnreadableJobSchema, { description: "By id; absent when there are none." })),
});
export type JobListOutput = Frozen<Static<typeof JobListOutputSchema>>;

export const JobFailureSchema = failure(
  JOB,
  [
    "submit",
    "status",
    "checkpoint add",
    "checkpoint list",
    "checkpoint show",
    "pause",
    "reject",
    "approve",
    "resume",
    "stop",
    "cancel",
    "inspect",
    "list",
  ],
  {
    job_id: Type.Optional(JOB_ID),
    findings: Type.Optional(findings("Reasons not to trust the log, in status and inspect.")),
  },
);

export type JobFailure = Frozen<Static<typeof JobFailureSchema>>;

/** `gait job … --json`. */
export const JobOutputSchema = Type.Union([
  JobSubmitOutputSchema,
  JobStatusOutputSchema,
  JobCheckpointAddOutputSchema,
  JobCheckpointListOutputSchema,
  JobCheckpointShowOutputSchema,
  JobPauseOutputSchema,
  JobApproveOutputSchema,
  JobRejectOutputSchema,
  JobResumeOutputSchema,
  JobStopOutputSchema,
  JobCancelOutputSchema,
  JobInspectOutputSchema,
  JobListOutputSchema,
  JobFailureSchema,
]);
