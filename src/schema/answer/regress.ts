/** The answers of `gait regress … --json` (contract 13). */
import { type Static, Type } from "typebox";
import { findings } from "../account/finding.ts";
import { count, type Frozen, nonEmpty, text } from "../document/primitives.ts";
import { answer, failure } from "./answer.ts";

const REGRESS = "gait.regress.output";

const MADE = {
  config_path: nonEmpty("The set, which has the fixture now."),
  fixture_name: nonEmpty("Name of the fixture."),
  fixture_dir: nonEmpty("Its folder."),
  runpack_path: nonEmpty("The runpack in it."),
  run_id: nonEmpty("Its run."),
  next_commands: Type.Array(Type.String(), { description: "What to do next." }),
};

const RAN = {
  fixture_set: text("Name of the set."),
  status: Type.Enum(["pass", "fail"]),
  graders: count("Questions that were asked."),
  failed: count("Questions with a wrong answer."),
  output: nonEmpty("The result that was written."),
  junit: Type.Optional(nonEmpty("The JUnit file that was written.")),
  top_failure_reason: Type.Optional(text("Of the first that failed.")),
  next_command: Type.Optional(text("Where one failed.")),
  artifact_paths: Type.Array(Type.String(), { description: "All that was written." }),
};

export const RegressInitOutputSchema = answer(REGRESS, "init", MADE);
export type RegressInitOutput = Frozen<Static<typeof RegressInitOutputSchema>>;
export const RegressAddOutputSchema = answer(REGRESS, "add", MADE);
export type RegressAddOutput = Frozen<Static<typeof RegressAddOutputSchema>>;
export const RegressRunOutputSchema = answer(REGRESS, "run", RAN);
export type RegressRunOutput = Frozen<Static<typeof RegressRunOutputSchema>>;
export const RegressBootstrapOutputSchema = answer(REGRESS, "bootstrap", { ...MADE, ...RAN });
export type RegressBootstrapOutput = Frozen<Static<typeof RegressBootstrapOutputSchema>>;

export const RegressFailureSchema = failure(REGRESS, ["init", "add", "run", "bootstrap"], {
  path: Type.Optional(nonEmpty("The artifact.")),
  findings: Type.Optional(findings("Problems with the evidence, if that is the reason.")),
});
export type RegressFailure = Frozen<Static<typeof RegressFailureSchema>>;

export const RegressOutputSchema = Type.Union([
  RegressInitOutputSchema,
  RegressAddOutputSchema,
  RegressRunOutputSchema,
  RegressBootstrapOutputSchema,
  RegressFailureSchema,
]);
