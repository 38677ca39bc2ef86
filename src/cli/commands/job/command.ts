/** `gait job …`: durable jobs with a tamper-evident log. */

import type { Envelope } from "../../../schema/answer/answer.ts";
import type {
  JobApproveOutput,
  JobCancelOutput,
  JobCheckpointAddOutput,
  JobCheckpointListOutput,
  JobCheckpointShowOutput,
  JobFailure,
  JobInspectOutput,
  JobListOutput,
  JobPauseOutput,
  JobRejectOutput,
  JobResumeOutput,
  JobStatusOutput,
  JobStopOutput,
  JobSubmitOutput,
} from "../../../schema/answer/job.ts";
import type { CommandSpec, OptionSpec } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { PRIVATE_KEY_ENV, PUBLIC_KEY_FLAGS } from "../../flags/keys.ts";

const noun = "job";
const schemaId = "gait.job.output";

const ID: OptionSpec = {
  flag: "--id",
  value: "JOB_ID",
  bare: true,
  description: "The job, or the path of its folder; also without the flag",
};
const ROOT: OptionSpec = {
  flag: "--root",
  value: "DIR",
  default: "gait-out/jobs",
  description: "Folder with one subfolder per job",
};
const ACTOR: OptionSpec = { flag: "--actor", value: "NAME", description: "Who does this, for the log" };
const IDENTITY: OptionSpec = { flag: "--identity", value: "NAME", description: "Who the job runs as" };
const POLICY: readonly OptionSpec[] = [
  {
    flag: "--policy-digest",
    value: "DIGEST",
    kind: "text",
    description: "Digest of the policy that the job runs under",
  },
  { flag: "--policy-ref", value: "TEXT", description: "Where that policy is" },
];
const REASON: OptionSpec = { flag: "--reason", value: "TEXT", description: "Why, for the log" };
const FINGERPRINT: OptionSpec = {
  flag: "--env-fingerprint",
  value: "TEXT",
  description: "Name of this environment (default: made from system, processor and $SHELL)",
};
/** With a key, each event is signed together with the log before it. */
const SIGNING: readonly OptionSpec[] = [
  { flag: "--private-key", value: "FILE", description: "Private key; signs the log up to this event" },
  PRIVATE_KEY_ENV,
];
/** Same as in core/job/job.ts, which the table of commands must not load. */
const CHECKPOINT_TYPES = ["plan", "progress", "decision-needed", "blocked", "completed"] as const;

const CHECKED = "With a public key, the log's last event must be signed with it (otherwise exit 2).";

/** Fills in the parts that all job commands share. */
function jobCommand<Output extends Envelope & { schema_id: typeof schemaId }>(
  spec: Omit<CommandSpec<Output, JobFailure>, "noun" | "schemaId" | "positionals">,
): CommandSpec<Output, JobFailure> {
  return { noun, schemaId, positionals: [], ...spec };
}

/** Loaded when called, so that the table of commands costs nothing at start. */
const changing = () => import("./change.ts");
const reading = () => import("./read.ts");

const SUBMIT = jobCommand<JobSubmitOutput>({
  verb: "submit",
  summary: "Start a job",
  description:
    "Creates the job's folder with its log and state, and binds the job to this environment. With a policy or an\n" +
    "identity it is bound to these too: it resumes only under a policy that is named, and as nobody else.",
  options: [
    ID,
    ROOT,
    ACTOR,
    FINGERPRINT,
    ...POLICY,
    { ...IDENTITY, description: `${IDENTITY.description} (default with a policy: the actor)` },
    ...SIGNING,
  ],
  examples: [{ command: "gait job submit --id deploy_42 --actor alice", note: "In gait-out/jobs/deploy_42" }],
  run: async (call) => (await changing()).submit(call),
});

const STATUS = jobCommand<JobStatusOutput>({
  verb: "status",
  summary: "Show a job's status and what it can do next",
  description: CHECKED,
  options: [ID, ROOT, ...PUBLIC_KEY_FLAGS],
  examples: [{ command: "gait job status --id deploy_42", note: "Status, open decisions, allowed commands" }],
  run: async (call) => (await reading()).status(call),
});

const CHECKPOINT_ADD = jobCommand<JobCheckpointAddOutput>({
  verb: "checkpoint add",
  summary: "Record progress, a needed decision, or the end of a job",
  description:
    "  plan, progress   only add to the log\n" +
    "  decision-needed  stops the job until it is approved; needs --required-action\n" +
    "  blocked          stops the job\n" +
    "  completed        ends the job permanently",
  options: [
    ID,
    ROOT,
    {
      flag: "--type",
      value: "TYPE",
      choices: CHECKPOINT_TYPES,
      default: "progress",
      description: "Kind of checkpoint",
    },
    { flag: "--summary", value: "TEXT", description: "Summary, at most 512 bytes" },
    { flag: "--required-action", value: "TEXT", description: "What has to be decided, with decision-needed" },
    ACTOR,
    ...SIGNING,
  ],
  examples: [
    { command: "gait job checkpoint add --id deploy_42 --summary 'half way'", note: "Progress" },
    {
      command:
        "gait job checkpoint add --id deploy_42 --type decision-needed --summary 'Deploy?' --required-action 'approve'",
      note: "Stops until an approval",
    },
  ],
  run: async (call) => (await changing()).addCheckpoint(call),
});

const CHECKPOINT_LIST = jobCommand<JobCheckpointListOutput>({
  verb: "checkpoint list",
  summary: "List a job's checkpoints",
  options: [ID, ROOT],
  examples: [{ command: "gait job checkpoint list --id deploy_42", note: "By id" }],
  run: async (call) => (await reading()).listCheckpoints(call),
});

const CHECKPOINT_SHOW = jobCommand<JobCheckpointShowOutput>({
  verb: "checkpoint show",
  summary: "Show one checkpoint",
  options: [ID, ROOT, { flag: "--checkpoint", value: "ID", description: "The checkpoint, cp_0001 for example" }],
  examples: [{ command: "gait job checkpoint show --id deploy_42 --checkpoint cp_0001", note: "In full" }],
  run: async (call) => (await reading()).showCheckpoint(call),
});

const PAUSE = jobCommand<JobPauseOutput>({
  verb: "pause",
  summary: "Pause a job",
  options: [ID, ROOT, ACTOR, REASON, ...SIGNING],
  examples: [{ command: "gait job pause --id deploy_42 --actor alice", note: "Until it is resumed" }],
  run: async (call) => (await changing()).pause(call),
});

const APPROVE = jobCommand<JobApproveOutput>({
  verb: "approve",
  summary: "Approve a job's oldest open decision",
  description: "One approval answers one decision. The job continues after gait job resume.",
  options: [ID, ROOT, { ...ACTOR, description: "Who approves (required)" }, REASON, ...SIGNING],
  examples: [{ command: "gait job approve --id deploy_42 --actor boss --reason 'ship it'", note: "Then resume it" }],
  run: async (call) => (await changing()).approve(call),
});

const REJECT = jobCommand<JobRejectOutput>({
  verb: "reject",
  summary: "Answer a job's oldest open decision with no",
  description:
    "The log gets a blocked checkpoint that says who and why. The job can't resume unless the decision is approved\n" +
    "after all; gait job cancel ends it.",
  options: [ID, ROOT, { ...ACTOR, description: "Who rejects (required)" }, REASON, ...SIGNING],
  examples: [{ command: "gait job reject --id deploy_42 --actor boss --reason 'not on a Friday'", note: "And why" }],
  run: async (call) => (await changing()).reject(call),
});

const RESUME = jobCommand<JobResumeOutput>({
  verb: "resume",
  furtherExits: [EXIT.approvalRequired],
  summary: "Resume a stopped job",
  description:
    "Every decision must be approved (otherwise exit 4), and the environment must match the job's. A job that is bound\n" +
    "to a policy needs --policy-digest; another one than before is recorded as a transition.",
  options: [
    ID,
    ROOT,
    ACTOR,
    REASON,
    FINGERPRINT,
    { flag: "--allow-env-mismatch", description: "Resume even in a different environment; the log records it" },
    ...POLICY,
    IDENTITY,
    {
      flag: "--identity-revocations",
      value: "FILE",
      description: "Identities that may not resume a job: a JSON list, or one a line",
    },
    ...SIGNING,
  ],
  examples: [{ command: "gait job resume --id deploy_42 --actor alice", note: "After pause, blocked or a decision" }],
  run: async (call) => (await changing()).resume(call),
});

const STOP = jobCommand<JobStopOutput>({
  verb: "stop",
  summary: "Stop a job at once, for good: an emergency",
  description: "The job can't resume. What happened can still be noted with checkpoints; gait job cancel ends it.",
  options: [ID, ROOT, ACTOR, REASON, ...SIGNING],
  examples: [{ command: "gait job stop --id deploy_42 --actor ops --reason 'wrong cluster'", note: "Can't be undone" }],
  run: async (call) => (await changing()).stop(call),
});

const CANCEL = jobCommand<JobCancelOutput>({
  verb: "cancel",
  summary: "End a job permanently before it completes",
  options: [ID, ROOT, ACTOR, REASON, ...SIGNING],
  examples: [
    { command: "gait job cancel --id deploy_42 --actor alice --reason 'the release is off'", note: "Can't be undone" },
  ],
  run: async (call) => (await changing()).cancel(call),
});

const INSPECT = jobCommand<JobInspectOutput>({
  verb: "inspect",
  summary: "Show a job's whole history, and check its log",
  description: `Shows nothing of an invalid log, or of one that state.json contradicts (exit 2).\n${CHECKED}`,
  options: [
    ID,
    ROOT,
    { flag: "--timeline", description: "The whole log; otherwise long lists are cut, and say so" },
    ...PUBLIC_KEY_FLAGS,
  ],
  examples: [{ command: "gait job inspect --id deploy_42", note: "Who did what, and when" }],
  run: async (call) => (await reading()).inspect(call),
});

const LIST = jobCommand<JobListOutput>({
  verb: "list",
  summary: "List the jobs under the root",
  options: [ROOT],
  examples: [{ command: "gait job list", note: "Those in gait-out/jobs" }],
  run: async (call) => (await reading()).list(call),
});

/** In the order of the overview. */
export const JOB_COMMANDS: readonly CommandSpec[] = [
  SUBMIT,
  STATUS,
  CHECKPOINT_ADD,
  CHECKPOINT_LIST,
  CHECKPOINT_SHOW,
  PAUSE,
  APPROVE,
  REJECT,
  RESUME,
  STOP,
  CANCEL,
  INSPECT,
  LIST,
];
