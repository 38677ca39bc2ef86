/** What compares, replays and reduces runs writes (contract 1.9 to 1.11). */
import { type Static, Type } from "typebox";
import { CLOSED, count, hex64, nonEmpty, SchemaVersion, text, timestamp } from "../primitives.ts";

const RUN_ID = "The run's id.";

function ids(description: string) {
  return Type.Optional(Type.Array(Type.String(), { description: `${description} Sorted; absent if there are none.` }));
}

export const PrivacySchema = Type.Enum(["full", "metadata"], {
  description: "`metadata`: arguments and results are not compared, only what is said of them.",
});

export const RunDiffSummarySchema = Type.Object(
  {
    run_id_left: text(RUN_ID),
    run_id_right: text(RUN_ID),
    manifest_changed: Type.Boolean({ description: "The capture mode, a schema or the set of files." }),
    files_changed: ids("Files of one manifest only."),
    intents_changed: Type.Boolean(),
    results_changed: Type.Boolean(),
    refs_changed: Type.Boolean(),
    left_only_intents: ids("Ids of intents."),
    right_only_intents: ids("Ids of intents."),
    left_only_results: ids("Ids that results answer."),
    right_only_results: ids("Ids that results answer."),
    context_drift_classification: Type.Enum(["none", "runtime_only", "semantic"]),
    context_runtime_only_changes: Type.Optional(Type.Literal(true)),
  },
  CLOSED,
);
export type RunDiffSummary = Static<typeof RunDiffSummarySchema>;

/** What `gait run diff --out` writes. */
export const RunDiffSchema = Type.Object({ privacy: PrivacySchema, summary: RunDiffSummarySchema }, CLOSED);
export type RunDiff = Static<typeof RunDiffSchema>;

export const ReplayStepSchema = Type.Object(
  {
    intent_id: text("The intent."),
    tool_name: text("Its tool."),
    status: text("That of the recorded result; else `stubbed` or `missing_result`."),
    execution: Type.Enum(["recorded", "stubbed", "missing"]),
    stub_type: Type.Optional(Type.Enum(["http", "file", "db", "queue"])),
    result_digest: Type.Optional(text("Of the recorded result, or of the stub.")),
  },
  CLOSED,
);
export type ReplayStep = Static<typeof ReplayStepSchema>;

export const ReducePredicateSchema = Type.Enum(["missing_result", "non_ok_status"]);
export type ReducePredicate = Static<typeof ReducePredicateSchema>;

/** What `gait run reduce --report-out` writes. */
export const ReduceReportSchema = Type.Object(
  {
    schema_id: Type.Literal("gait.runpack.reduce_report"),
    schema_version: SchemaVersion,
    created_at: timestamp("The run's."),
    producer_version: text("The run's."),
    run_id: nonEmpty(RUN_ID),
    reduced_run_id: nonEmpty("Id of the reduced run."),
    predicate: ReducePredicateSchema,
    selected_intent_id: text("The first intent, by its id, of which the predicate is true."),
    original_intent_count: count("Intents before."),
    reduced_intent_count: count("Intents after."),
    original_result_count: count("Results before."),
    reduced_result_count: count("Results after."),
    original_ref_count: count("Receipts before."),
    reduced_ref_count: count("Receipts after."),
    still_failing: Type.Literal(true, { description: "The predicate is true of the reduced run." }),
  },
  CLOSED,
);
export type ReduceReport = Static<typeof ReduceReportSchema>;

export const MANIFEST_DIGEST = hex64("`manifest_digest` of the runpack.");
