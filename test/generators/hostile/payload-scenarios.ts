/** Evidence that matches its manifest hash by hash and is still wrong. */
import type { FindingCode } from "../../../src/core/finding/finding.ts";
import { canonicalize } from "../../../src/core/json/jcs.ts";
import type { JsonObject, JsonValue } from "../../../src/schema/document/primitives.ts";
import { documentOf, membersOf } from "../../core/artifacts.ts";
import { archive } from "../../core/zip/archive/builder.ts";
import { vectorBytes } from "../../go-vectors.ts";
import { artifact, type Changes, memberObject, memberText } from "./artifact.ts";
import { type Format, type Layer, refusedBy, type Scenario } from "./vector.ts";

/** One member of the evidence replaced, and its manifest adjusted. */
function member(
  rule: string,
  path: string,
  content: string | Uint8Array | undefined,
  layer: Layer,
  ...codes: readonly [FindingCode, ...FindingCode[]]
): Scenario {
  return { class: "payload", rule, changes: { members: { [path]: content } }, verdict: refusedBy(layer, ...codes) };
}

/** A different value for a member of the document at `path`. */
function says(format: Format, path: string) {
  return (name: string, value: JsonValue, layer: Layer, code: FindingCode): Scenario => {
    const changed = canonicalize({ ...memberObject(format, path), [name]: value } as JsonObject);
    const shown = typeof value === "string" ? value.slice(0, 24) : canonicalize(value);
    return member(`${path} says ${name} ${shown}`, path, changed, layer, code);
  };
}

/** A different spelling for a number of the document at `path`. */
function spelled(format: Format, path: string, literal: string, other: string): Scenario {
  const text = memberText(format, path);
  if (!text.includes(literal)) throw new Error(`${path} has no ${literal}`);
  return member(`${path} writes ${other}`, path, text.replace(literal, other), "document", "schema_invalid");
}

const payloadSays = says("pack", "run_payload.json");
const payload = memberText("pack", "run_payload.json");

/** An id that could be a digest, whose letter case would not matter. */
const HEX_RUN = "ab".repeat(32);
const HEX_RUNPACK = await artifact("runpack", {
  members: { "run.json": canonicalize({ ...memberObject("runpack", "run.json"), run_id: HEX_RUN } as JsonObject) },
  manifest: (manifest) => ({ ...manifest, run_id: HEX_RUN }),
});
const HEX_DIGEST = documentOf(await membersOf(HEX_RUNPACK), "manifest.json")["manifest_digest"] ?? "";

/** A pack of `runId` around the runpack of `HEX_RUN`. */
export function hexRunPack(runId: string): Changes {
  const payloadOf = { ...memberObject("pack", "run_payload.json"), run_id: runId, manifest_digest: HEX_DIGEST };
  return {
    members: { "run_payload.json": canonicalize(payloadOf), "source/runpack.zip": HEX_RUNPACK },
    manifest: (manifest) => ({ ...manifest, source_ref: runId }),
  };
}

export const RUN_PACK_PAYLOADS: readonly Scenario[] = [
  {
    class: "payload",
    rule: "a run's id in a different letter case from the runpack's, and as long as a digest",
    changes: hexRunPack(HEX_RUN.toUpperCase()),
    verdict: refusedBy("evidence", "payload_mismatch"),
  },
  payloadSays("intents_count", 3, "evidence", "payload_mismatch"),
  payloadSays("results_count", 0, "evidence", "payload_mismatch"),
  payloadSays("refs_count", 99, "evidence", "payload_mismatch"),
  payloadSays("capture_mode", "reference", "evidence", "payload_mismatch"),
  payloadSays("manifest_digest", "0".repeat(64), "evidence", "payload_mismatch"),
  payloadSays("run_id", "run_other", "evidence", "payload_mismatch"),
  payloadSays("created_at", "2026-02-02T02:15:01Z", "evidence", "payload_mismatch"),
  payloadSays("intents_count", "2", "document", "schema_invalid"),
  spelled("pack", "run_payload.json", '"intents_count":2', '"intents_count":2.0'),
  payloadSays("intents_count", 2.5, "document", "schema_invalid"),
  payloadSays("intents_count", -1, "document", "schema_invalid"),
  payloadSays("schema_id", "gait.pack.job", "document", "schema_version_unsupported"),
  payloadSays("x", 1, "document", "schema_invalid"),
  member(
    "a payload with a name twice",
    "run_payload.json",
    `{"run_id":"x",${payload.slice(1)}`,
    "json",
    "json_duplicate_name",
  ),
  member("a payload that is not JSON", "run_payload.json", "x", "json", "json_invalid"),
  member("no payload", "run_payload.json", undefined, "document", "required_file_undeclared"),
  member("no runpack", "source/runpack.zip", undefined, "document", "required_file_undeclared"),
  member(
    "the runpack of another run",
    "source/runpack.zip",
    vectorBytes("runpacks/raw/runpack_run_bravo.zip"),
    "evidence",
    "payload_mismatch",
  ),
  member(
    "the same run captured by reference",
    "source/runpack.zip",
    vectorBytes("runpacks/runpack_run_alpha.zip"),
    "evidence",
    "payload_mismatch",
  ),
  member(
    "a pack in place of the runpack",
    "source/runpack.zip",
    vectorBytes("packs/raw/pack_run_alpha.zip"),
    "evidence",
    "manifest_missing",
  ),
  member("text in place of the runpack", "source/runpack.zip", "this is no archive", "evidence", "source_invalid"),
  member("an empty file in place of the runpack", "source/runpack.zip", "", "evidence", "source_invalid"),
  member(
    "an empty archive in place of the runpack",
    "source/runpack.zip",
    archive({ entries: [] }),
    "evidence",
    "manifest_missing",
  ),
  {
    class: "payload",
    rule: "a source_ref that names another run",
    changes: { manifest: (manifest) => ({ ...manifest, source_ref: "run_other" }) },
    verdict: refusedBy("evidence", "payload_mismatch"),
  },
  {
    class: "payload",
    rule: "a run pack that claims to be a job's",
    changes: { manifest: (manifest) => ({ ...manifest, pack_type: "job" }) },
    verdict: refusedBy("document", "required_file_undeclared"),
  },
];

const runSays = says("runpack", "run.json");
const intents = memberText("runpack", "intents.jsonl");
const results = memberText("runpack", "results.jsonl");
const changedIntents = (rule: string, text: string, layer: Layer, code: FindingCode) =>
  member(rule, "intents.jsonl", text, layer, code);

export const RUNPACK_PAYLOADS: readonly Scenario[] = [
  runSays("run_id", "run_other", "evidence", "payload_mismatch"),
  runSays("timeline", "x", "document", "schema_invalid"),
  runSays("env", null, "document", "schema_invalid"),
  runSays("schema_id", "gait.runpack.refs", "document", "schema_version_unsupported"),
  member("run.json is null", "run.json", "null", "document", "schema_invalid"),
  member(
    "run.json with a name twice",
    "run.json",
    `{"run_id":"x",${memberText("runpack", "run.json").slice(1)}`,
    "json",
    "json_duplicate_name",
  ),
  member("refs.json without receipts", "refs.json", "{}", "document", "schema_invalid"),
  member("an empty refs.json", "refs.json", "", "json", "json_invalid"),
  changedIntents(
    "a record with a name twice",
    intents.replace("{", '{"intent_id":"x",'),
    "json",
    "json_duplicate_name",
  ),
  changedIntents(
    "a record with a name twice, in its args",
    intents.replace('"args":{', '"args":{"\\u006dode":"w",'),
    "json",
    "json_duplicate_name",
  ),
  changedIntents("a record that is a list", `[]\n${intents}`, "document", "record_invalid"),
  changedIntents(
    "a record without its id",
    intents.replace('"intent_id"', '"intent-id"'),
    "document",
    "record_invalid",
  ),
  changedIntents(
    "a record whose args are a text",
    intents.replace(/"args":\{[^}]*\}/, '"args":"x"'),
    "document",
    "record_invalid",
  ),
  changedIntents("two records on one line", intents.replace("}\n{", "}{"), "json", "json_invalid"),
  changedIntents("one record on two lines", intents.replace(",", ",\n"), "json", "json_invalid"),
  changedIntents("a byte order mark before the first record", `\ufeff${intents}`, "json", "json_encoding_invalid"),
  changedIntents(
    "a number that a double rounds, in its args",
    intents.replace('"limit":94', '"limit":9007199254740993'),
    "json",
    "json_number_lossy",
  ),
  changedIntents(
    "nested lists, in its args",
    intents.replace('"limit":94', `"limit":${"[".repeat(600)}${"]".repeat(600)}`),
    "json",
    "json_too_deep",
  ),
  member(
    "a result whose status is a number",
    "results.jsonl",
    results.replace('"status":"ok"', '"status":1'),
    "document",
    "record_invalid",
  ),
  ...foldedNames(),
  member("no intents", "intents.jsonl", undefined, "document", "required_file_undeclared"),
  {
    class: "payload",
    rule: "an unknown capture mode",
    changes: { manifest: (manifest) => ({ ...manifest, capture_mode: "x" }) },
    verdict: refusedBy("document", "schema_invalid"),
  },
];

const stateSays = says("job pack", "job_state.json");
const jobSays = says("job pack", "job_payload.json");
const log = memberText("job pack", "job_events.jsonl");
const lines = log.split("\n").slice(0, -1);
const changedLog = (rule: string, events: readonly string[], code: FindingCode, layer: Layer = "evidence") =>
  member(rule, "job_events.jsonl", events.map((line) => `${line}\n`).join(""), layer, code);

export const JOB_PAYLOADS: readonly Scenario[] = [
  jobSays("status", "completed", "evidence", "payload_mismatch"),
  jobSays("job_id", "job_other", "evidence", "payload_mismatch"),
  jobSays("checkpoint_count", 0, "evidence", "payload_mismatch"),
  jobSays("approval_count", 2, "evidence", "payload_mismatch"),
  jobSays("stop_reason", "error", "evidence", "payload_mismatch"),
  jobSays("x", 1, "document", "schema_invalid"),
  stateSays("status", "completed", "evidence", "payload_mismatch"),
  stateSays("revision", 5, "evidence", "job_log_invalid"),
  stateSays("approvals", [], "evidence", "payload_mismatch"),
  stateSays("schema_id", "gait.job.event", "document", "schema_version_unsupported"),
  changedLog("a log without its last event", lines.slice(0, -1), "job_log_invalid"),
  changedLog("a log without its first event", lines.slice(1), "job_log_invalid"),
  changedLog("a log with an event twice", [...lines, ...lines.slice(-1)], "job_log_invalid"),
  changedLog("a log in a different order", [...lines].reverse(), "job_log_invalid"),
  changedLog(
    "an approval without a decision",
    lines
      .filter((_, index) => index !== 1)
      .map((line, index) => line.replace(/"revision":\d/, `"revision":${index + 1}`)),
    "job_log_invalid",
  ),
  changedLog(
    "no approval before the job went on",
    lines
      .filter((_, index) => index !== 2)
      .map((line, index) => line.replace(/"revision":\d/, `"revision":${index + 1}`)),
    "job_log_invalid",
  ),
  changedLog(
    "an event of another job",
    lines.map((line) => line.replace('"job_id":"job_resumed"', '"job_id":"job_x"')),
    "job_log_invalid",
  ),
  changedLog(
    "an approval by another person",
    lines.map((line) => line.replace('"actor":"boss"', '"actor":"eve"')),
    "job_state_mismatch",
  ),
  changedLog(
    "times that go back",
    lines.map((line) => line.replace("19:33:10.177", "19:33:09.177")),
    "job_log_invalid",
  ),
  changedLog(
    "an event with a name twice",
    lines.map((line) => line.replace("{", '{"type":"x",')),
    "json_duplicate_name",
    "json",
  ),
  changedLog(
    "a revision written as 2.0",
    lines.map((line) => line.replace('"revision":2', '"revision":2.0')),
    "record_invalid",
    "document",
  ),
  spelled("job pack", "job_state.json", '"revision":4', '"revision":4e0'),
  spelled("job pack", "job_payload.json", '"checkpoint_count":1', '"checkpoint_count":1.0'),
  changedLog(
    "an event whose log_sha256 is that of another log",
    lines.map((line) =>
      line.replace('"payload":{"reason":"go"}', `"payload":{"log_sha256":"${"0".repeat(64)}","reason":"go"}`),
    ),
    "job_log_invalid",
  ),
  changedLog("no events", [], "job_log_invalid"),
  member("no state", "job_state.json", undefined, "document", "required_file_undeclared"),
  {
    class: "payload",
    rule: "a source_ref that names another job",
    changes: { manifest: (manifest) => ({ ...manifest, source_ref: "job_other" }) },
    verdict: refusedBy("evidence", "payload_mismatch"),
  },
];

/** Members that a reader which ignores letter case takes for known ones, in every object that the format declares. */
function foldedNames(): Scenario[] {
  const run = memberText("runpack", "run.json");
  const refs = memberText("runpack", "refs.json");
  const places: readonly (readonly [rule: string, path: string, text: string, code: FindingCode])[] = [
    ["RUN_ID in run.json", "run.json", run.replace("{", '{"RUN_ID":"x",'), "schema_invalid"],
    ["OS in the environment", "run.json", run.replace('"env":{', '"env":{"OS":"x",'), "schema_invalid"],
    ["Event in an event", "run.json", run.replace('"timeline":[{', '"timeline":[{"Event":"x",'), "schema_invalid"],
    ["receiptS, the last letter U+017F", "refs.json", refs.replace("{", '{"receipt\u017f":[],'), "schema_invalid"],
    ["Ref_id in a receipt", "refs.json", refs.replace('"receipts":[{', '"receipts":[{"Ref_id":"x",'), "schema_invalid"],
    ["Intent_ID in a record", "intents.jsonl", intents.replace("{", '{"Intent_ID":"x",'), "record_invalid"],
    ["a last record with ARGS", "intents.jsonl", intents.replace(/\{(?=[^\n]*\n$)/, '{"ARGS":{},'), "record_invalid"],
    ["status with U+017F", "results.jsonl", results.replace("{", '{"\u017ftatus":"ok",'), "record_invalid"],
    ["status with an escape of it", "results.jsonl", results.replace("{", '{"\\u017ftatus":"ok",'), "record_invalid"],
  ];
  return places.map(([rule, path, text, code]) => member(`a folded name: ${rule}`, path, text, "document", code));
}
