/** `gait regress …`: runs held against what is expected of them. */
import type {
  RegressAddOutput,
  RegressBootstrapOutput,
  RegressFailure,
  RegressInitOutput,
  RegressRunOutput,
} from "../../../schema/answer/regress.ts";
import type { CommandSpec, OptionSpec } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { FORCE_FLAG } from "../../flags/keys.ts";
import { LIMIT_FLAGS } from "../../flags/limits.ts";

const noun = "regress";
const schemaId = "gait.regress.output";

const CONFIG: OptionSpec = {
  flag: "--config",
  value: "FILE",
  default: "gait.yaml",
  description: "The set of fixtures",
};

const MAKING: readonly OptionSpec[] = [
  { flag: "--from", value: "ID|FILE", description: "Id of a run, or path of a runpack or of a pack of a run" },
  { flag: "--name", value: "NAME", description: "Name of the fixture (default: from the run's id)" },
  CONFIG,
  { ...FORCE_FLAG, description: "Replace a fixture of this name" },
];

const RUNNING: readonly OptionSpec[] = [
  {
    flag: "--out",
    formerly: ["--output"],
    value: "FILE",
    output: true,
    default: "regress_result.json",
    description: "The result to write, replacing it",
  },
  { flag: "--junit", value: "FILE", output: true, description: "Also write JUnit to a file, replacing it" },
  { flag: "--context-conformance", description: "The context must be the fixture's, also where a fixture doesn't ask" },
  { flag: "--allow-context-runtime-drift", description: "It may have been fetched at another time" },
];

const MAKES =
  "Copies the runpack to fixtures/<name>/runpack.zip, beside the set, and writes down its tools and verdicts in fixture.json. Bad\n" +
  "evidence makes no fixture (exit 2).";

const INIT: CommandSpec<RegressInitOutput, RegressFailure> = {
  noun,
  verb: "init",
  schemaId,
  summary: "Make a fixture of a run, and the set if there is none",
  description: MAKES,
  positionals: [],
  options: [...MAKING, ...LIMIT_FLAGS],
  examples: [{ command: "gait regress init --from run_42", note: "Then: gait regress run" }],
  async run(call) {
    const { makeFixture } = await import("./make.ts");
    return makeFixture(call);
  },
};

const ADD: CommandSpec<RegressAddOutput, RegressFailure> = {
  noun,
  verb: "add",
  schemaId,
  summary: "Make a fixture of a run, in a set that is there",
  description: MAKES,
  positionals: [],
  options: [...MAKING, ...LIMIT_FLAGS],
  examples: [{ command: "gait regress add --from runpack_run_43.zip --name checkout", note: "With a name of its own" }],
  async run(call) {
    const { makeFixture } = await import("./make.ts");
    return makeFixture(call, { isNew: false });
  },
};

const RUN: CommandSpec<RegressRunOutput, RegressFailure> = {
  noun,
  verb: "run",
  furtherExits: [EXIT.regressFailed],
  schemaId,
  summary: "Hold each fixture's run, or its candidate, against what is expected; exit 5 when one fails",
  description:
    "Of each: do the runpack and its documents verify, does a replay exit as expected, are tools and verdicts the expected ones in\n" +
    "their order, and does the candidate differ from the fixture's run? The candidate is the run that candidate_runpack in\n" +
    "fixture.json names, by a path from there. Nothing is executed.",
  positionals: [],
  options: [CONFIG, ...RUNNING, ...LIMIT_FLAGS],
  examples: [{ command: "gait regress run --junit junit.xml", note: "In CI" }],
  async run(call) {
    const { runFixtures } = await import("./run.ts");
    return runFixtures(call);
  },
};

const BOOTSTRAP: CommandSpec<RegressBootstrapOutput, RegressFailure> = {
  noun,
  verb: "bootstrap",
  furtherExits: [EXIT.regressFailed],
  schemaId,
  summary: "Make a fixture of a run, and run the set: init and run in one",
  positionals: [],
  options: [...MAKING, ...RUNNING, ...LIMIT_FLAGS],
  examples: [{ command: "gait regress bootstrap --from run_42 --junit junit.xml", note: "The first time" }],
  async run(call) {
    const { bootstrap } = await import("./bootstrap.ts");
    return bootstrap(call);
  },
};

export const REGRESS_COMMANDS: readonly CommandSpec[] = [INIT, ADD, RUN, BOOTSTRAP];
