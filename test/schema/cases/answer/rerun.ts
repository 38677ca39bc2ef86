/** The answers of `gait run diff`, `replay`, `reduce` and `gait demo`, and what the first and third write. */
import { all, DIGEST, documentCases, set, TIME, without } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./answer.ts";

const RUN = "gait.run.output";
const SUMMARY = {
  run_id_left: "a",
  run_id_right: "b",
  manifest_changed: true,
  files_changed: ["x"],
  intents_changed: true,
  results_changed: false,
  refs_changed: true,
  left_only_intents: ["1"],
  right_only_intents: ["2"],
  left_only_results: ["1"],
  right_only_results: ["2"],
  context_drift_classification: "runtime_only",
  context_runtime_only_changes: true,
};
const CHANGES = ["manifest_changed", "intents_changed", "results_changed", "refs_changed"];
const NEEDED = ["run_id_left", "run_id_right", ...CHANGES, "context_drift_classification"];
const OPTIONAL = [
  ...["files_changed", "left_only_intents", "right_only_intents", "left_only_results", "right_only_results"],
  "context_runtime_only_changes",
];
const REPORT = {
  schema_id: "gait.runpack.reduce_report",
  schema_version: "1.0.0",
  created_at: TIME,
  producer_version: "1",
  run_id: "a",
  reduced_run_id: "a_reduced_missingresult",
  predicate: "missing_result",
  selected_intent_id: "1",
  original_intent_count: 2,
  reduced_intent_count: 1,
  original_result_count: 1,
  reduced_result_count: 0,
  original_ref_count: 0,
  reduced_ref_count: 0,
  still_failing: true,
};

export const RERUN_CASES = [
  documentCases({
    path: "runpack/diff",
    good: { privacy: "full", summary: SUMMARY },
    closed: true,
    required: ["privacy", "summary", ...NEEDED.map((name) => `summary.${name}`)],
    optional: OPTIONAL.map((name) => `summary.${name}`),
    fits: { "nothing differs": all(...CHANGES.map((name) => set(`summary.${name}`, false))) },
    fails: {
      "a mode is known": set("privacy", "none"),
      "a drift is known": set("summary.context_drift_classification", "some"),
      "runtime only is true or left out": set("summary.context_runtime_only_changes", false),
    },
  }),
  documentCases({
    path: "runpack/reduce-report",
    good: REPORT,
    closed: true,
    required: Object.keys(REPORT),
    optional: [],
    fits: { "the other predicate": set("predicate", "non_ok_status") },
    fails: {
      "a predicate is known": set("predicate", "slow"),
      "it still fails": set("still_failing", false),
      "a count is whole": set("reduced_ref_count", -1),
    },
  }),
  documentCases({
    path: "output/run",
    good: { ...base(RUN, "diff"), privacy: "metadata", summary: SUMMARY, output: "diff.json" },
    closed: true,
    required: [...BASE, "privacy", "summary"],
    optional: ["output"],
    fits: { ...ANSWER_FITS, "the whole": set("privacy", "full") },
    fails: { ...ANSWER_FAILS, "a mode is known": set("privacy", "some") },
  }),
  documentCases({
    path: "output/run",
    good: {
      ...base(RUN, "replay"),
      run_id: "a",
      path: "a.zip",
      mode: "stub",
      steps: [
        { intent_id: "1", tool_name: "x", status: "ok", execution: "recorded", result_digest: DIGEST },
        {
          intent_id: "2",
          tool_name: "db",
          status: "stubbed",
          execution: "stubbed",
          stub_type: "db",
          result_digest: DIGEST,
        },
        { intent_id: "3", tool_name: "x", status: "missing_result", execution: "missing" },
      ],
      missing_results: ["3"],
    },
    closed: true,
    required: [
      ...[...BASE, "run_id", "path", "mode", "steps", "steps.0.intent_id", "steps.0.tool_name", "steps.0.status"],
      "steps.0.execution",
    ],
    optional: ["missing_results", "steps.0.result_digest", "steps.1.stub_type"],
    fits: { ...ANSWER_FITS, "no calls": set("steps", []) },
    fails: {
      ...ANSWER_FAILS,
      "nothing is run": set("mode", "real"),
      "no step was run": set("steps.0.execution", "executed"),
    },
  }),
  documentCases({
    path: "output/run",
    good: {
      ...base(RUN, "reduce"),
      input: "a.zip",
      output: "b.zip",
      report_path: "b.json",
      run_id: "a",
      reduced_run_id: "a_reduced_missingresult",
      manifest_digest: DIGEST,
      predicate: "missing_result",
      report: REPORT,
    },
    closed: true,
    required: [
      ...[...BASE, "input", "output", "report_path", "run_id", "reduced_run_id", "manifest_digest", "predicate"],
      "report",
    ],
    optional: [],
    fits: ANSWER_FITS,
    fails: { ...ANSWER_FAILS, "a report has its members": without("report.run_id") },
  }),
  documentCases({
    path: "output/demo",
    good: {
      ...base("gait.demo.output", "demo"),
      run_id: "run_demo",
      bundle: "gait-out/runpack_run_demo.zip",
      manifest_digest: DIGEST,
      ticket_footer: "GAIT run_id=run_demo",
      verify: "ok",
    },
    closed: true,
    required: [...BASE, "run_id", "bundle", "manifest_digest", "ticket_footer", "verify"],
    optional: [],
    fits: ANSWER_FITS,
    fails: { ...ANSWER_FAILS, "it verified": set("verify", "failed") },
  }),
];
