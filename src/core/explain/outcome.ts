/** The words for how a call went and where a job stands, explained. */
import type { CallOutcome } from "../../schema/account/run.ts";
import type { JobStatus } from "../../schema/document/job.ts";
import type { OutcomeExplanation } from "./verdict.ts";

/** `failed` is a verdict too, and explained with it. */
export const OUTCOMES: Readonly<Record<Exclude<CallOutcome | JobStatus, "failed">, OutcomeExplanation>> = {
  ok: {
    summary: "Of a call: its result says that it went well.",
    meaning:
      "The status of the result is ok, success, succeeded, done or passed. It is what the agent's runtime recorded, and not " +
      "what anybody checked.",
    action: "gait pack inspect PACK --with-arguments shows what the call was asked to do.",
  },
  unstated: {
    summary: "Of a call: an answer came, and nobody said how it went (done, outcome not stated).",
    meaning:
      "The source has the answer, and no success or failure beside it. It is counted apart from ok, and is no failure.",
    action: "Look at the answer itself, where the run holds it: gait pack inspect PACK --with-arguments.",
  },
  open: {
    summary: "Of a call: no result was recorded (NO RESULT, WITHOUT RESULT).",
    meaning: "The run ends, or goes on, without an answer to this call. Whether the tool ran is not known.",
    innocently: "The run was interrupted, or was recorded while the call was still running.",
    attack: "The answer to a call that should not be seen was left out before the run was recorded.",
    action: "Ask whoever recorded the run for the rest of it; gait run import names what it could not pair.",
  },
  running: {
    summary: "Of a job: it goes on.",
    meaning: "It was submitted or resumed, and nothing has stopped it since.",
    action: "gait job status JOB shows what it did last.",
  },
  decision_needed: {
    summary: "Of a job: a person has to decide.",
    meaning: "A checkpoint asks for a decision, and the job can't go on before it is approved.",
    action: "gait job approve JOB --actor NAME, or gait job reject JOB --actor NAME.",
  },
  paused: {
    summary: "Of a job: somebody paused it.",
    meaning: "It does nothing until it is resumed; what it did is kept.",
    action: "gait job status JOB says who paused it; gait job resume JOB goes on.",
  },
  blocked: {
    summary: "Of a job: it can't go on. Of a call: a policy or a person stopped it (BLOCKED, denied).",
    meaning:
      "A job is blocked by a checkpoint that says so: something is in its way, or a decision was answered by no. A call is " +
      "blocked where its verdict is block or deny, or an approval that it needed was not given.",
    innocently: "A rule did what it is there for, or somebody said no.",
    action: "gait job inspect JOB and gait pack inspect PACK --timeline show who or what it was.",
  },
  completed: {
    summary: "Of a job: it is done. As a status of a call: an answer came (done, outcome not stated).",
    meaning:
      "A job is completed by a checkpoint that says so. Of a call the word says that it ended, and not how it went.",
    action: "gait job inspect JOB shows the last checkpoint; gait explain unstated is about calls.",
  },
  cancelled: {
    summary: "Of a job: somebody ended it before it was done.",
    meaning: "It can't be resumed. Its events stay, and can be packed.",
    action: "gait job inspect JOB says who cancelled it, and why where a reason was given.",
  },
  emergency_stopped: {
    summary: "Of a job: it was stopped in an emergency.",
    meaning: "It takes no further step, whatever asks it to. Its events stay, and can be packed.",
    action: "gait job inspect JOB says who stopped it.",
  },
};

/** Words that stand for one of the topics: as they are printed, or as people say them. */
export const OTHER_WORDS: Readonly<Record<string, string>> = {
  denied: "blocked",
  deny: "blocked",
  rejected: "blocked",
  "done, outcome not stated": "unstated",
  "not stated": "unstated",
  "no result": "open",
  "without result": "open",
  "no evidence": "no_evidence",
  "without evidence": "no_evidence",
  "not checked": "not_checked",
  undeclared: "file_undeclared",
  missing: "file_missing",
  "differs from the declared digest": "file_hash_mismatch",
  "vouched for": "authentic",
  verified: "authentic",
  tampered: "failed",
  unsigned: "intact",
};
