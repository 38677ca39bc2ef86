/** Evidence packs with false statements about their evidence or themselves. */
import type { FindingCode } from "../../../src/core/finding/finding.ts";
import { canonicalize } from "../../../src/core/json/jcs.ts";
import type { JsonObject, JsonValue } from "../../../src/schema/document/primitives.ts";
import { memberObject } from "./artifact.ts";
import { type Layer, refusedBy, type Scenario } from "./vector.ts";

const SUMMARY = "runpack_summary.json";
const REFERENCED = "referenced_runpacks.json";

function member(rule: string, path: string, content: string | undefined, layer: Layer, code: FindingCode): Scenario {
  return { class: "payload", rule, changes: { members: { [path]: content } }, verdict: refusedBy(layer, code) };
}

function says(path: string, name: string, value: JsonValue, layer: Layer, code: FindingCode): Scenario {
  const changed = canonicalize({ ...memberObject("evidence pack", path), [name]: value } as JsonObject);
  return member(`${path} says ${name} ${canonicalize(value)}`, path, changed, layer, code);
}

function manifest(rule: string, over: (all: JsonObject) => JsonObject, layer: Layer, code: FindingCode): Scenario {
  return {
    class: "manifest",
    rule,
    changes: { manifest: (all) => ({ ...all, ...over(all) }) },
    verdict: refusedBy(layer, code),
  };
}

const list = (all: JsonObject, name: string): JsonObject[] => all[name] as JsonObject[];
const firstOf = (all: JsonObject, name: string, over: JsonObject): JsonObject => ({
  [name]: list(all, name).map((each, index) => (index === 0 ? { ...each, ...over } : each)),
});

export const EVIDENCE_PAYLOADS: readonly Scenario[] = [
  says(SUMMARY, "run_id", "run_other", "evidence", "payload_mismatch"),
  says(SUMMARY, "receipt_count", 3, "evidence", "payload_mismatch"),
  says(SUMMARY, "intent_count", -1, "document", "schema_invalid"),
  says(SUMMARY, "intent_count", "2", "document", "schema_invalid"),
  says(REFERENCED, "run_id", "run_other", "evidence", "payload_mismatch"),
  says(REFERENCED, "references", 99, "evidence", "payload_mismatch"),
  says(REFERENCED, "receipts", [], "evidence", "payload_mismatch"),
  member("a summary that is not JSON", SUMMARY, "x", "json", "json_invalid"),
  member("a summary with a name twice", SUMMARY, '{"run_id":"x","run_id":"y"}', "json", "json_duplicate_name"),
  member("no summary", SUMMARY, undefined, "document", "required_file_undeclared"),
  member("controls that differ from the manifest's", "control_index.json", "[]", "evidence", "control_mismatch"),
  member("pointers that differ from the manifest's", "evidence_pointers.json", "[]", "evidence", "pointer_mismatch"),
  member(
    "a summary with a folded name",
    SUMMARY,
    canonicalize({ ...memberObject("evidence pack", SUMMARY), RUN_ID: "x" } as JsonObject),
    "document",
    "schema_invalid",
  ),
  member("an audit that is not one", "approval_audit_01.json", "{}", "document", "schema_invalid"),
  member("an audit without the one before it", "approval_audit_02.json", "{}", "document", "required_file_undeclared"),
  member("a page that the manifest does not list", "summary.pdf", "%PDF", "evidence", "rendered_artifact_mismatch"),
];

export const EVIDENCE_CLAIMS: readonly Scenario[] = [
  manifest("another run", () => ({ run_id: "run_other" }), "evidence", "payload_mismatch"),
  manifest("another template", () => ({ template_id: "pci" }), "evidence", "control_mismatch"),
  manifest("another time", () => ({ generated_at: "2026-02-02T02:15:01Z" }), "evidence", "payload_mismatch"),
  manifest("an unknown member", () => ({ x: 1 }), "document", "schema_invalid"),
  manifest("no controls", () => ({ control_index: [] }), "evidence", "control_mismatch"),
  manifest("no pointers", () => ({ evidence_pointers: [] }), "evidence", "pointer_mismatch"),
  manifest(
    "evidence of a different control",
    (all) => firstOf(all, "control_index", { evidence_paths: ["runpack_summary.json"] }),
    "evidence",
    "control_mismatch",
  ),
  manifest(
    "a pointer with a different digest",
    (all) => firstOf(all, "evidence_pointers", { sha256: "0".repeat(64) }),
    "evidence",
    "pointer_mismatch",
  ),
  manifest(
    "a type of file that contradicts its name",
    (all) => firstOf(all, "contents", { type: "trace" }),
    "document",
    "schema_invalid",
  ),
  {
    class: "payload",
    rule: "a page that is a line of text",
    changes: {
      members: { "summary.pdf": "ALL CONTROLS PASSED" },
      manifest: (all) => {
        const sha256 = list(all, "contents").find(({ path }) => path === "summary.pdf")?.["sha256"] ?? "";
        return { ...all, rendered_artifacts: [{ format: "pdf", path: "summary.pdf", sha256 }] };
      },
    },
    verdict: refusedBy("evidence", "rendered_artifact_mismatch"),
  },
  manifest(
    "a missing page",
    () => ({ rendered_artifacts: [{ format: "pdf", path: "summary.pdf", sha256: "0".repeat(64) }] }),
    "evidence",
    "rendered_artifact_mismatch",
  ),
  manifest(
    "a window that does not contain the run",
    () => ({
      incident_window: { from: "2026-03-01T00:00:00Z", to: "2026-03-02T00:00:00Z", window_seconds: 43_200 },
    }),
    "evidence",
    "payload_mismatch",
  ),
  {
    class: "manifest",
    rule: "the id of another pack",
    changes: { sealed: (all) => ({ ...all, pack_id: "pack_0123456789abcdef" }) },
    verdict: refusedBy("document", "pack_id_mismatch"),
  },
];
