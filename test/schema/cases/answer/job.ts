/** The answers of `gait job … --json`. */
import { DIGEST, documentCases, set, TIME, without } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base, failureCases } from "./answer.ts";

const JOB = "gait.job.output";

const STATE = {
  schema_id: "gait.job.runtime",
  schema_version: "1.0.0",
  created_at: TIME,
  updated_at: TIME,
  producer_version: "0.1.0",
  job_id: "job_1",
  status: "running",
  stop_reason: "none",
  status_reason_code: "submitted",
  environment_fingerprint: `envfp:${DIGEST}`,
  revision: 1,
  checkpoints: [],
};

const SUBMIT = documentCases({
  path: "output/job",
  good: { ...base(JOB, "submit"), job_id: "job_1", job: STATE },
  closed: true,
  required: [...BASE, "job_id", "job"],
  optional: [],
  fits: {
    ...ANSWER_FITS,
    "status answers the same": set("operation", "status"),
    "cancel answers the same": set("operation", "cancel"),
  },
  fails: {
    ...ANSWER_FAILS,
    "an approval answers something more": set("operation", "approve"),
    "inspect answers something more": set("operation", "inspect"),
    "the state is one": set("job", { job_id: "job_1" }),
    "a status is known": set("job.status", "archived"),
  },
});

const STATUS = documentCases({
  path: "output/job",
  good: {
    ...base(JOB, "status"),
    job_id: "job_1",
    job: STATE,
    log: { sha256: DIGEST, signature_status: "verified", signature_key_id: DIGEST },
  },
  closed: true,
  required: [...BASE, "job_id", "job"],
  optional: ["log"],
  fits: { ...ANSWER_FITS, "another program wrote the last event": set("log", { signature_status: "missing" }) },
  fails: { ...ANSWER_FAILS, "a digest has 64 digits": set("log.sha256", "00") },
});

const LIST = documentCases({
  path: "output/job",
  good: {
    ...base(JOB, "list"),
    root: "gait-out/jobs",
    jobs: [
      {
        job_id: "job_1",
        status: "paused",
        stop_reason: "paused_by_user",
        status_reason_code: "paused",
        revision: 2,
        created_at: TIME,
        updated_at: TIME,
      },
    ],
    unreadable: [{ job_id: "job_2", problem: "the log can't be right" }],
  },
  closed: true,
  required: [...BASE, "root", "jobs"],
  optional: ["unreadable"],
  fits: { ...ANSWER_FITS, "no jobs": set("jobs", []) },
  fails: {
    ...ANSWER_FAILS,
    "a job has had an event": set("jobs.0.revision", 0),
    "a problem is not blank": set("unreadable.0.problem", " "),
    "a listed job has its status": without("jobs.0.status"),
  },
});

export const JOB_OUTPUT_CASES = [SUBMIT, STATUS, LIST, failureCases("output/job", JOB, "checkpoint add", {})];
