/** What `gait regress` reads and answers. */
import { documentCases, set } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./answer.ts";

const REGRESS = "gait.regress.output";
const STAMP = { schema_version: "1.0.0" };
const CONFIG = {
  ...STAMP,
  schema_id: "gait.regress.config",
  fixture_set: "default",
  fixtures: [{ name: "a", run_id: "A", runpack: "fixtures/a/runpack.zip" }],
};
const FIXTURE = {
  ...STAMP,
  schema_id: "gait.regress.fixture",
  name: "a",
  run_id: "A",
  runpack: "runpack.zip",
  expected_replay_exit_code: 0,
};
const WISHES = {
  expected_tool_sequence: ["x"],
  expected_verdict_sequence: ["allow"],
  candidate_runpack: "../x.zip",
  context_conformance: "required",
  allow_context_runtime_drift: true,
  expected_context_set_digest: "",
  diff_allow_changed_files: ["refs.json"],
  session_chain: "c.json",
  checkpoint_index: 1,
};
const MADE = {
  config_path: "gait.yaml",
  fixture_name: "a",
  fixture_dir: "fixtures/a",
  runpack_path: "fixtures/a/runpack.zip",
  run_id: "A",
  next_commands: [],
};
const RAN = { fixture_set: "default", status: "pass", graders: 4, failed: 0, output: "r.json", artifact_paths: [] };
const MORE = { junit: "j.xml", top_failure_reason: "unexpected_diff", next_command: "gait regress run" };

function answerCases(operation: string, needed: object, optional: object = {}) {
  return documentCases({
    path: "output/regress",
    good: { ...base(REGRESS, operation), ...needed, ...optional },
    closed: true,
    required: [...BASE, ...Object.keys(needed)],
    optional: Object.keys(optional),
    fits: ANSWER_FITS,
    fails: ANSWER_FAILS,
  });
}

export const REGRESS_CASES = [
  documentCases({
    path: "regress/config",
    good: CONFIG,
    closed: true,
    required: [...Object.keys(CONFIG), ...["name", "run_id", "runpack"].map((name) => `fixtures.0.${name}`)],
    optional: [],
    fits: { "no fixtures": set("fixtures", []) },
    fails: {
      "a name stays in its folder": set("fixtures.0.name", "../a"),
      "a set has a name": set("fixture_set", " "),
    },
  }),
  documentCases({
    path: "regress/fixture",
    good: { ...FIXTURE, ...WISHES },
    closed: true,
    required: Object.keys(FIXTURE),
    optional: Object.keys(WISHES),
    fits: { "a missing result may be expected": set("expected_replay_exit_code", 2) },
    fails: { "a wish is known": set("context_conformance", "some"), "a name is small": set("name", "A") },
  }),
  answerCases("init", MADE),
  answerCases("add", MADE),
  answerCases("run", RAN, MORE),
  answerCases("bootstrap", { ...MADE, ...RAN }, MORE),
];
