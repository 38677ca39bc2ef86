/** `gait run …`: record a run as a runpack and look at one. */

import { AGENTS } from "../../../core/capture/agent-hooks.ts";
import type {
  RunExecOutput,
  RunFailure,
  RunInspectOutput,
  RunReceiptOutput,
  RunRecordOutput,
} from "../../../schema/answer/run.ts";
import type { RunImportOutput } from "../../../schema/answer/run-import.ts";
import type { SessionInspectOutput } from "../../../schema/answer/session.ts";
import type { CommandSpec, Flag, OptionSpec } from "../../command/command.ts";
import { FORCE_FLAG, SIGNING_FLAGS } from "../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../flags/limits.ts";
import { PROGRESS_FLAGS } from "../../flags/progress.ts";

const noun = "run";
const schemaId = "gait.run.output";

const FROM_FLAG: OptionSpec = { flag: "--from", value: "ID|FILE", description: "The run, in place of the argument" };

function part(flag: Flag, description: string): OptionSpec {
  return { flag, value: "FILE", standardInput: true, description };
}

const RECORD: CommandSpec<RunRecordOutput> = {
  noun,
  verb: "record",
  schemaId,
  summary: "Record an agent run as a runpack",
  description:
    "The input is one JSON document with the members run, intents, results, refs and capture_mode; or a file for " +
    "each\n" +
    "part, as in a runpack: two JSON documents, and intents and results with one record per line. A part that is " +
    "not\n" +
    "given is empty. Recording from parts needs constant memory, plus 16 to 45 bytes per intent to find repeated " +
    "ids and\n" +
    "results without an intent.\n" +
    "The runpack is written to <out-dir>/runpack_<run id>.zip and verified before it gets that name.",
  positionals: [{ name: "input", required: false, standardInput: true }],
  options: [
    part("--input", "The recorded run; - reads the standard input"),
    part("--run", "The run member of the document, in a file; one part may be -"),
    part("--intents", "The intents, one JSON object per line"),
    part("--results", "The results, one JSON object per line"),
    part("--refs", "The refs member of the document, in a file"),
    { flag: "--out-dir", value: "DIR", output: true, default: "./gait-out", description: "Folder for the runpack" },
    { flag: "--run-id", value: "ID", description: "Replaces the run id of the input, in every record" },
    {
      flag: "--capture-mode",
      value: "MODE",
      choices: ["reference", "raw"],
      description: "raw keeps args and results; reference keeps only their digests (default: from the input)",
    },
    {
      flag: "--context-envelope",
      value: "FILE",
      description: "Where the run's context came from, in place of its receipts",
    },
    {
      flag: "--context-evidence-mode",
      value: "MODE",
      choices: ["best_effort", "required"],
      description: "Record the context; required refuses a run without one",
    },
    { flag: "--unsafe-context-raw", description: "Accept an envelope with records of raw content" },
    { flag: "--env-os", value: "NAME", description: "Replaces run.env.os: the system that the agent ran on" },
    { flag: "--env-arch", value: "NAME", description: "Replaces run.env.arch: its processor" },
    { flag: "--env-runtime", value: "NAME", description: "Replaces run.env.runtime: what the agent ran in" },
    ...SIGNING_FLAGS,
    FORCE_FLAG,
    ...PROGRESS_FLAGS,
  ],
  examples: [
    { command: "gait run record --input run.json", note: "Digests only" },
    {
      command: "gait run record --input run.json --capture-mode raw --private-key keys/gait_private.key",
      note: "Everything, signed",
    },
    {
      command: "gait run record --run run.json --intents intents.jsonl --results results.jsonl --refs refs.json",
      note: "From files that may be larger than memory",
    },
    { command: "agent --trace | gait run record --input - --run-id run_42 --json", note: "From another program" },
  ],
  async run(call) {
    const { recordRun } = await import("./record.ts");
    return recordRun(call);
  },
};

export const IMPORT: CommandSpec<RunImportOutput, RunFailure> = {
  noun,
  verb: "import",
  schemaId,
  summary: "Turn what an agent already wrote into runpacks: transcripts, traces, logs",
  description:
    "The format is recognised by the content. Nothing is invented: no result, time or success that the source " +
    "does not\n" +
    "have; what was not understood is counted and named. Each session, trace or conversation is a run, written to\n" +
    "<out-dir>/runpack_<run id>.zip, with the digest of its source as a receipt. In a folder, files of other " +
    "kinds and\n" +
    "those imported before are left out.",
  positionals: [{ name: "file-or-folder", required: false, repeatable: true, standardInput: true }],
  options: [
    {
      flag: "--format",
      value: "FORMAT",
      kind: "text",
      description: "Read it as this format, instead of recognising it",
    },
    { flag: "--run", value: "ID", description: "Take this run only" },
    { flag: "--run-id", value: "ID", description: "Id of the run that is recorded; the source must have one only" },
    {
      flag: "--capture-mode",
      value: "MODE",
      choices: ["reference", "raw"],
      default: "reference",
      description: "raw keeps arguments and results, reference only their digests",
    },
    { flag: "--redact", description: "Replace likely secrets in arguments and results by [redacted:<kind>]" },
    { flag: "--since", value: "AGE", kind: "text", description: "Only files changed since: 7d, 12h, 2026-11-01" },
    { flag: "--pack", description: "Build a pack of each run too" },
    { flag: "--keep-source", description: "Put the source files into the pack, as source/import/<name>" },
    { flag: "--html", value: "FILE", output: true, description: "Write an HTML report of what was imported" },
    { flag: "--report", value: "FILE", output: true, description: "Write the JSON answer to a file, replacing it" },
    {
      flag: "--check",
      value: "PACK",
      kind: "file",
      description: "Import the source of a pack again, kept in it or given, and compare: exit 2 where it differs",
    },
    { flag: "--strict", description: "Refuse a source with unknown kinds or malformed lines" },
    { flag: "--dry-run", description: "Show what would be recorded, and count likely secrets; write nothing" },
    {
      flag: "--created-at",
      value: "TIME",
      kind: "text",
      description: "Time of a run whose source tells none (default: now)",
    },
    { flag: "--out-dir", value: "DIR", output: true, default: "./gait-out", description: "Folder for the runpacks" },
    ...SIGNING_FLAGS,
    FORCE_FLAG,
    ...PROGRESS_FLAGS,
  ],
  examples: [
    {
      command: "gait run import session.jsonl --pack --private-key keys/gait_private.key --html report.html",
      note: "A signed pack, and a report to look at",
    },
    { command: "gait run import ~/.claude/projects --since 7d", note: "The new sessions of a week" },
    { command: "gait run import session.jsonl --dry-run", note: "What would be recorded, and how many likely secrets" },
  ],
  async run(call) {
    const { importRuns } = await import("./import/many.ts");
    return importRuns(call);
  },
};

const INSPECT: CommandSpec<RunInspectOutput | SessionInspectOutput, RunFailure> = {
  noun,
  verb: "inspect",
  schemaId,
  summary: "Show a recorded run call by call",
  description: "Of the chain of a session (a .json file): its checkpoints, where links and runpacks verify.",
  positionals: [{ name: "id-or-file", required: false }],
  options: [
    FROM_FLAG,
    { flag: "--timeline", description: "The whole run; otherwise long lists are cut, and say so" },
    { flag: "--with-arguments", description: "The start of each call's arguments, where they are kept" },
    { flag: "--intent", value: "ID", description: "One call in full: its records, and everything that refers to it" },
    { flag: "--force", description: "Show what can be read of a bad runpack, marked as unverified" },
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait run inspect run_42", note: "By id: looked up in ./gait-out, then in ~/.gait/runpacks" },
    { command: "gait run inspect ./gait-out/runpack_run_42.zip --json", note: "By path, for programs" },
  ],
  async run(call) {
    const { inspectRun } = await import("./inspect.ts");
    return inspectRun(call);
  },
};

const RECEIPT: CommandSpec<RunReceiptOutput, RunFailure> = {
  noun,
  verb: "receipt",
  schemaId,
  summary: "Print a ticket footer: run id, digest and how to verify",
  positionals: [{ name: "id-or-file", required: false }],
  options: [FROM_FLAG, ...LIMIT_FLAGS],
  examples: [{ command: "gait run receipt run_42", note: "Prints: GAIT run_id=run_42 manifest=sha256:…" }],
  async run(call) {
    const { printReceipt } = await import("./receipt.ts");
    return printReceipt(call);
  },
};

const EXEC: CommandSpec<RunExecOutput> = {
  noun,
  verb: "exec",
  schemaId,
  summary: "Run an agent with capture switched on, and make packs of what it did",
  description:
    "Claude Code gets hooks for this run, Gemini CLI too where it takes them and else telemetry; hooks of Codex CLI are\n" +
    "those that were installed. Other programs get the address of a receiver of OpenTelemetry's traces on this machine;\n" +
    "where the user's own variables send them elsewhere it says so. No settings file of the user is touched. Standard\n" +
    "input and output are the agent's; so is the exit code, but for 1 where the agent ends with 0 and no pack could be\n" +
    "made. What was captured stays in the folder of captures.",
  positionals: [{ name: "command", kind: "text", required: true, repeatable: true }],
  options: [
    {
      flag: "--agent",
      value: "AGENT",
      choices: [...AGENTS, "otlp"],
      description: "What it is (default: by the command's name, else otlp)",
    },
    {
      flag: "--capture-mode",
      value: "MODE",
      choices: ["reference", "raw"],
      default: "reference",
      description: "raw keeps arguments and results, reference only their digests",
    },
    { flag: "--redact", description: "Replace likely secrets in arguments and results by [redacted:<kind>]" },
    { flag: "--keep-source", description: "Put the captured logs into the pack, as source/import/<name>" },
    { flag: "--report", value: "FILE", output: true, description: "Write what was imported to a file, as JSON" },
    { flag: "--out-dir", value: "DIR", output: true, default: "./gait-out", description: "Folder for the packs" },
    ...SIGNING_FLAGS,
    FORCE_FLAG,
  ],
  examples: [
    {
      command: 'gait run exec --private-key keys/gait_private.key -- claude -p "fix the test"',
      note: "One line in CI: a signed pack of what Claude Code did",
    },
    { command: "gait run exec -- node agent.mjs", note: "Any program that exports OpenTelemetry's traces" },
  ],
  async run(call) {
    const { execAgent } = await import("./exec.ts");
    return execAgent(call);
  },
};

export const RUN_COMMANDS: readonly CommandSpec[] = [RECORD, IMPORT, EXEC, INSPECT, RECEIPT];
