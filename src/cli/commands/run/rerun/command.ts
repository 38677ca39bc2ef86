/** `gait run diff`, `run replay`, `run reduce`, `gait demo`: a recorded run once more. */
import type { DemoOutput, RunDiffOutput, RunReduceOutput, RunReplayOutput } from "../../../../schema/answer/rerun.ts";
import type { RunFailure } from "../../../../schema/answer/run.ts";
import type { CommandSpec } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { FORCE_FLAG } from "../../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../../flags/limits.ts";

const noun = "run";
const schemaId = "gait.run.output";

const DIFF: CommandSpec<RunDiffOutput, RunFailure> = {
  noun,
  verb: "diff",
  schemaId,
  summary: "Verify two runs and say whether calls, results and references differ; exit 2 when they do",
  description:
    "Records are compared by their ids, without run id, producer and times: two runs of the same task can be the same. With\n" +
    "--privacy metadata, arguments and results are not looked at, only their digests. gait pack diff says what differs in them.",
  positionals: [
    { name: "left", required: true },
    { name: "right", required: true },
  ],
  options: [
    {
      flag: "--privacy",
      value: "MODE",
      choices: ["full", "metadata"],
      default: "full",
      description: "What may be compared",
    },
    {
      flag: "--out",
      formerly: ["--output"],
      value: "FILE",
      output: true,
      description: "Also write the comparison to a file",
    },
    FORCE_FLAG,
    ...LIMIT_FLAGS,
  ],
  examples: [
    { command: "gait run diff run_42 run_43", note: "Two runs, by their ids" },
    { command: "gait run diff a.zip b.zip --privacy metadata --json", note: "Without looking at payloads" },
  ],
  async run(call) {
    const { diffRuns } = await import("./diff.ts");
    return diffRuns(call);
  },
};

const REPLAY: CommandSpec<RunReplayOutput, RunFailure> = {
  noun,
  verb: "replay",
  furtherExits: [EXIT.unsafe],
  schemaId,
  summary: "Go through a run with its recorded results, and stubs where there are none",
  description:
    "Nothing is executed. An intent without a result gets a stub if its tool's name says what it is (http, file, db,\n" +
    "queue); otherwise it is listed as missing, and the exit is 2. --real-tools is refused, always, with exit 8: it would run\n" +
    "commands that stand in the evidence.",
  positionals: [{ name: "id-or-file", required: true }],
  options: [
    { flag: "--real-tools", description: "Refused (exit 8)" },
    { flag: "--unsafe-real-tools", description: "Without effect: nothing is executed" },
    { flag: "--allow-tools", value: "LIST", kind: "text", description: "Without effect too" },
    { flag: "--unsafe-real-tools-env", value: "NAME", kind: "text", description: "Without effect too" },
    ...LIMIT_FLAGS,
  ],
  examples: [{ command: "gait run replay run_42", note: "Is there a result for each call?" }],
  async run(call) {
    const { replayRun } = await import("./replay.ts");
    return replayRun(call);
  },
};

const REDUCE: CommandSpec<RunReduceOutput, RunFailure> = {
  noun,
  verb: "reduce",
  schemaId,
  summary: "Write a runpack of the one call that fails, and of what belongs to it",
  description:
    "Takes the first intent, by its id, without a result (missing_result) or with a result that is neither ok nor success\n" +
    "(non_ok_status); its result, the receipts that they name, and its events. The new run is <run id>_reduced_<predicate>.",
  positionals: [{ name: "id-or-file", required: false }],
  options: [
    { flag: "--from", value: "ID|FILE", description: "Id of a run, or path of a runpack or of a pack of a run" },
    {
      flag: "--predicate",
      value: "NAME",
      choices: ["missing_result", "non_ok_status"],
      default: "missing_result",
      description: "What the call must show",
    },
    {
      flag: "--out",
      value: "FILE",
      output: true,
      description: "The runpack to write (default: runpack_<reduced run id>.zip beside the input)",
    },
    {
      flag: "--report-out",
      value: "FILE",
      output: true,
      description: "The report to write (default: <the runpack's name>_report.json)",
    },
    FORCE_FLAG,
    ...LIMIT_FLAGS,
  ],
  examples: [
    {
      command: "gait run reduce --from run_42 --predicate non_ok_status --out small.zip",
      note: "The first call that failed, for a bug report",
    },
  ],
  async run(call) {
    const { reduceToFailure } = await import("./reduce.ts");
    return reduceToFailure(call);
  },
};

export const DEMO: CommandSpec<DemoOutput> = {
  verb: "demo",
  schemaId: "gait.demo.output",
  summary: "Write a small runpack to try things on, always with the same digest",
  positionals: [],
  options: [FORCE_FLAG],
  examples: [{ command: "gait demo", note: "Writes ./gait-out/runpack_run_demo.zip; then: gait verify run_demo" }],
  async run(call) {
    const { writeDemo } = await import("./demo.ts");
    return writeDemo(call);
  },
};

export const RERUN_COMMANDS: readonly CommandSpec[] = [DIFF, REPLAY, REDUCE];
