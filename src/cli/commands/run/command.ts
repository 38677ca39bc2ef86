/** `gait run …`: record a run as a runpack and look at one. */

import type { RunFailure, RunInspectOutput, RunReceiptOutput, RunRecordOutput } from "../../../schema/answer/run.ts";
import type { CommandSpec } from "../../command/command.ts";
import { FORCE_FLAG, SIGNING_FLAGS } from "../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../flags/limits.ts";
import { PROGRESS_FLAGS } from "../../flags/progress.ts";

const noun = "run";
const schemaId = "gait.run.output";

const RECORD: CommandSpec<RunRecordOutput> = {
  noun,
  verb: "record",
  schemaId,
  summary: "Record an agent run as a runpack",
  description:
    "The input is one JSON document with the members run, intents, results, refs and capture_mode; or each of its\n" +
    "parts is a file, as in a runpack: two JSON documents, and intents and results with one record a line. A part that\n" +
    "is not given is empty. A run of any length is recorded from parts in the same memory, but for 16 to 45 bytes an\n" +
    "intent, by which repeated ids and results without an intent are found.\n" +
    "The runpack is written to <out-dir>/runpack_<run id>.zip, and verified before it gets that name.",
  positionals: [{ name: "input", required: false }],
  options: [
    { flag: "--input", value: "FILE", description: "The recorded run; - reads the standard input" },
    { flag: "--run", value: "FILE", description: "The run alone, as its member of the document; one part may be -" },
    { flag: "--intents", value: "FILE", description: "The intents, one JSON object a line" },
    { flag: "--results", value: "FILE", description: "The results, one JSON object a line" },
    { flag: "--refs", value: "FILE", description: "The references, as their member of the document" },
    { flag: "--out-dir", value: "DIR", default: "./gait-out", description: "Folder for the runpack" },
    { flag: "--run-id", value: "ID", description: "Id that replaces the input's, in every record" },
    {
      flag: "--capture-mode",
      value: "MODE",
      choices: ["reference", "raw"],
      description: "raw keeps args and results, reference only their digests (default: as the input says)",
    },
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

const INSPECT: CommandSpec<RunInspectOutput, RunFailure> = {
  noun,
  verb: "inspect",
  schemaId,
  summary: "Show what happened in a recorded run, call by call",
  positionals: [{ name: "id-or-file", required: true }],
  options: [
    { flag: "--timeline", description: "All of a long run: else lists are cut, and say so" },
    { flag: "--force", description: "Show what can be shown of a bad runpack, marked as unverified" },
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait run inspect run_42", note: "By id: looked for in ./gait-out, then in ~/.gait/runpacks" },
    { command: "gait run inspect ./gait-out/runpack_run_42.zip --json", note: "By path, for a program" },
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
  summary: "Print the line to put under a ticket: run id, digest and how to verify",
  positionals: [{ name: "id-or-file", required: true }],
  options: LIMIT_FLAGS,
  examples: [{ command: "gait run receipt run_42", note: "Prints: GAIT run_id=run_42 manifest=sha256:…" }],
  async run(call) {
    const { printReceipt } = await import("./receipt.ts");
    return printReceipt(call);
  },
};

export const RUN_COMMANDS: readonly CommandSpec[] = [RECORD, INSPECT, RECEIPT];
