/** `gait run session …`: a run that is recorded while it goes on, with checkpoints. */
import type {
  SessionAppendOutput,
  SessionCheckpointOutput,
  SessionCompactOutput,
  SessionStartOutput,
  SessionStatusOutput,
} from "../../../../schema/answer/session.ts";
import type { CommandSpec, OptionSpec } from "../../../command/command.ts";
import { FORCE_FLAG, SIGNING_FLAGS } from "../../../flags/keys.ts";

const noun = "run";
const schemaId = "gait.run.output";

const JOURNAL: OptionSpec = { flag: "--journal", value: "FILE", description: "The session's journal (required)" };

const START: CommandSpec<SessionStartOutput> = {
  noun,
  verb: "session start",
  schemaId,
  summary: "Start the journal of a long run",
  description: "With the same ids again it changes nothing; a journal of other ids is refused.",
  positionals: [],
  options: [
    { ...JOURNAL, output: true },
    { flag: "--session-id", value: "ID", kind: "text", description: "The session's id (required)" },
    { flag: "--run-id", value: "ID", kind: "text", description: "Id of the run that it records (required)" },
  ],
  examples: [{ command: "gait run session start --journal s.jsonl --session-id s1 --run-id run_s1", note: "Once" }],
  run: async (call) => (await import("./journal.ts")).start(call),
};

const APPEND: CommandSpec<SessionAppendOutput> = {
  noun,
  verb: "session append",
  schemaId,
  summary: "Append one decision about a call to a session",
  description: "The event is on the disk when this exits with 0. Several programs may append at once: they take turns.",
  positionals: [],
  options: [
    { ...JOURNAL, output: true },
    { flag: "--tool", value: "NAME", description: "The tool that was to be called (required)" },
    {
      flag: "--verdict",
      value: "VERDICT",
      choices: ["allow", "block", "dry_run", "require_approval"],
      description: "The decision (required)",
    },
    { flag: "--intent-id", value: "ID", kind: "text", description: "Id of the call (default: made at the checkpoint)" },
    { flag: "--intent-digest", value: "DIGEST", kind: "text", description: "SHA-256 of the call's arguments" },
    { flag: "--policy-digest", value: "DIGEST", kind: "text", description: "SHA-256 of the policy that decided" },
    { flag: "--trace-id", value: "ID", kind: "text", description: "Id of the trace of the decision" },
    { flag: "--trace-path", value: "PATH", kind: "text", description: "Where that trace is; only noted" },
    { flag: "--reason-codes", value: "CODES", kind: "text", description: "Why, with commas" },
    { flag: "--violations", value: "NAMES", kind: "text", description: "What was violated, with commas" },
  ],
  examples: [
    {
      command: "gait run session append --journal s.jsonl --tool db.read --verdict allow",
      note: "After each decision",
    },
  ],
  run: async (call) => (await import("./journal.ts")).append(call),
};

const STATUS: CommandSpec<SessionStatusOutput> = {
  noun,
  verb: "session status",
  schemaId,
  summary: "Check a session's journal, and show where it stands",
  description: "A line that was dropped or changed is named (exit 6).",
  positionals: [],
  options: [JOURNAL],
  examples: [{ command: "gait run session status --journal s.jsonl", note: "Events and checkpoints" }],
  run: async (call) => (await import("./journal.ts")).status(call),
};

const CHECKPOINT: CommandSpec<SessionCheckpointOutput> = {
  noun,
  verb: "session checkpoint",
  schemaId,
  summary: "Make a runpack of a session's new events, and link it to the one before",
  description:
    "The chain of all checkpoints is written anew, beside the journal: gait verify session-chain checks it. Without a new\n" +
    "event there is no checkpoint (exit 6).",
  positionals: [],
  options: [
    { ...JOURNAL, output: true },
    { flag: "--out", value: "FILE", output: true, description: "The runpack to write (required)" },
    {
      flag: "--chain-out",
      value: "FILE",
      output: true,
      description: "The chain, besides the one at <journal without its ending>_chain.json",
    },
    ...SIGNING_FLAGS,
    FORCE_FLAG,
  ],
  examples: [
    { command: "gait run session checkpoint --journal s.jsonl --out cp1.zip", note: "Every hour, for example" },
  ],
  run: async (call) => (await import("./checkpoint.ts")).checkpoint(call),
};

const COMPACT: CommandSpec<SessionCompactOutput> = {
  noun,
  verb: "session compact",
  schemaId,
  summary: "Drop the events that are in checkpoints from a session's journal",
  description: "Header, checkpoints and newer events stay. The dropped events are in the checkpoints' runpacks only.",
  positionals: [],
  options: [
    { ...JOURNAL, output: true },
    { flag: "--out", value: "FILE", output: true, description: "Write to this file (default: in its place)" },
    { flag: "--dry-run", description: "Only say what would be dropped" },
    FORCE_FLAG,
  ],
  examples: [{ command: "gait run session compact --journal s.jsonl --dry-run", note: "How much smaller?" }],
  run: async (call) => (await import("./checkpoint.ts")).compact(call),
};

export const SESSION_COMMANDS: readonly CommandSpec[] = [START, APPEND, STATUS, CHECKPOINT, COMPACT];
