/** The answers of `gait run diff`, `run replay`, `run reduce` and `gait demo` (contract 1.9 to 1.12). */
import { type Static, Type } from "typebox";
import { type Frozen, hex64, nonEmpty, text } from "../document/primitives.ts";
import {
  PrivacySchema,
  ReducePredicateSchema,
  ReduceReportSchema,
  ReplayStepSchema,
  RunDiffSummarySchema,
} from "../document/rerun/run.ts";
import { answer, failure } from "./answer.ts";

const RUN = "gait.run.output";
const RUN_ID = nonEmpty("The run's id.");

export const RunDiffOutputSchema = answer(RUN, "diff", {
  privacy: PrivacySchema,
  summary: RunDiffSummarySchema,
  output: Type.Optional(nonEmpty("The file that the comparison was written to.")),
});
export type RunDiffOutput = Frozen<Static<typeof RunDiffOutputSchema>>;

export const RunReplayOutputSchema = answer(RUN, "replay", {
  run_id: RUN_ID,
  path: nonEmpty("The artifact."),
  mode: Type.Literal("stub", { description: "Nothing is executed." }),
  steps: Type.Array(ReplayStepSchema, { description: "In the order of the intents." }),
  missing_results: Type.Optional(
    Type.Array(Type.String(), { description: "Intents without result and stub, sorted; absent if there are none." }),
  ),
});
export type RunReplayOutput = Frozen<Static<typeof RunReplayOutputSchema>>;

export const RunReduceOutputSchema = answer(RUN, "reduce", {
  input: nonEmpty("The artifact."),
  output: nonEmpty("The runpack that was written."),
  report_path: nonEmpty("The report that was written."),
  run_id: RUN_ID,
  reduced_run_id: nonEmpty("Id of the reduced run."),
  manifest_digest: hex64("`manifest_digest` of the reduced run."),
  predicate: ReducePredicateSchema,
  report: ReduceReportSchema,
});
export type RunReduceOutput = Frozen<Static<typeof RunReduceOutputSchema>>;

const DEMO = "gait.demo.output";
export const DemoOutputSchema = Type.Union([
  answer(DEMO, "demo", {
    run_id: RUN_ID,
    bundle: nonEmpty("The runpack that was written."),
    manifest_digest: hex64("Always the same."),
    ticket_footer: text("The line to put under a ticket."),
    verify: Type.Literal("ok", { description: "It was verified before it got its name." }),
  }),
  failure(DEMO, ["demo"], {}),
]);
export type DemoOutput = Frozen<Static<(typeof DemoOutputSchema)["anyOf"][0]>>;
