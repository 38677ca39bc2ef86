/** Documents of an evidence pack that contradict themselves or each other: each contradiction is a warning. */
import { describe, expect, test } from "bun:test";
import { EntryAgreement } from "../../../src/core/evidence/entry-agreement.ts";
import type { IncidentWindow } from "../../../src/schema/document/evidence-pack.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";

const POLICY = "a".repeat(64);
const APPROVAL: JsonObject = {
  ...{ schema_id: "gait.gate.approval_audit_record", schema_version: "1.0.0", producer_version: "1" },
  ...{ created_at: "2026-01-01T00:00:00Z", trace_id: "t1", tool_name: "db.drop", intent_digest: POLICY },
  ...{ policy_digest: POLICY, required_approvals: 1, valid_approvals: 1, approved: true, approvers: ["alice"] },
  entries: [
    { token_id: "k", approver_identity: "alice", expires_at: "2026-01-02T00:00:00Z", valid: true },
    {
      token_id: "l",
      approver_identity: "bob",
      expires_at: "2020-01-01T00:00:00Z",
      valid: false,
      error_code: "expired",
    },
  ],
};
const CREDENTIAL: JsonObject = {
  ...{ schema_id: "gait.gate.broker_credential_record", schema_version: "1.0.0", producer_version: "1" },
  ...{ created_at: "2026-01-01T00:00:00Z", trace_id: "t1", tool_name: "db.drop", identity: "a", broker: "b" },
  ...{ credential_ref: "c", issued_at: "2026-01-01T00:00:00Z", expires_at: "2026-01-01T00:01:00Z", ttl_seconds: 60 },
};
const SUMMARY: JsonObject = {
  ...{ run_id: "r", manifest_digest: POLICY, capture_mode: "raw" },
  ...{ intent_count: 2, result_count: 2, receipt_count: 0 },
};
const TRACE: JsonObject = { trace_id: "t1", tool_name: "db.drop", verdict: "require_approval" };
const WINDOW: IncidentWindow = {
  ...{ from: "2025-12-31T00:00:00Z", to: "2026-01-02T00:00:00Z", window_seconds: 86400, selection_anchor: "r" },
};

interface Documents {
  approval?: JsonObject;
  credential?: JsonObject;
  summary?: JsonObject;
  trace?: JsonObject;
  policies?: string[];
}

function warnings(over: Documents, window?: IncidentWindow): string[] {
  const agreement = new EntryAgreement({ runId: "r", window });
  agreement.see("approval_audit_01.json", { ...APPROVAL, ...over.approval });
  agreement.see("credential_evidence_01.json", { ...CREDENTIAL, ...over.credential });
  agreement.see("policy_digests.json", { policy_digests: over.policies ?? [POLICY] });
  agreement.see("runpack_summary.json", { ...SUMMARY, ...over.summary });
  agreement.see("trace_summary.json", { traces: [{ ...TRACE, ...over.trace }] });
  return agreement.warnings();
}

test("documents that agree are not warned of", () => {
  expect(warnings({}, WINDOW)).toEqual([]);
  const zero = "0001-01-01T00:00:00Z";
  expect(warnings({ credential: { issued_at: zero, expires_at: zero, ttl_seconds: 0 } })).toEqual([]);
});

describe("a warning", () => {
  const entry = (over: JsonObject): JsonObject => ({
    entries: [{ token_id: "k", approver_identity: "alice", expires_at: "2026-01-02T00:00:00Z", valid: true, ...over }],
  });
  test.each<[rule: string, over: Documents, warning: string]>([
    ["more valid approvals than entries", { approval: { valid_approvals: 7 } }, "valid_approvals is 7, and 1 of its 2"],
    ["no entries at all", { approval: { entries: null, approvers: [] } }, "valid_approvals is 1, and 0 of its 0"],
    ["approved without enough", { approval: { required_approvals: 2 } }, "approved is true, with 1 of 2"],
    ["not approved with enough", { approval: { approved: false } }, "approved is false, with 1 of 1"],
    ["an approver without a token", { approval: { approvers: ["mallory"] } }, 'approvers has "mallory"'],
    [
      "a valid token that expired",
      { approval: entry({ expires_at: "2020-01-01T00:00:00Z" }) },
      "is valid, and expired",
    ],
    ["a valid token with an error", { approval: entry({ error_code: "bad" }) }, 'is valid, and has the error "bad"'],
    ["another run", { approval: { run_id: "run_other" } }, 'run_id is "run_other"'],
    ["another schema", { credential: { schema_id: "x.y" } }, 'schema_id is "x.y"'],
    ["another version", { credential: { schema_version: "9" } }, 'schema_version is "9"'],
    ["a trace that was blocked", { trace: { verdict: "block" } }, 'the verdict of its trace is "block"'],
    ["a trace of another tool", { trace: { tool_name: "fs.read" } }, 'its trace says "fs.read"'],
    ["expiry before issue", { credential: { expires_at: "2025-01-01T00:00:00Z" } }, "before it was issued"],
    ["another time to live", { credential: { ttl_seconds: 3600 } }, "ttl_seconds is 3600, and 60"],
    ["a policy that is not listed", { policies: [] }, "policy_digest is not among those"],
    ["a mode that there is not", { summary: { capture_mode: "everything" } }, 'capture_mode is "everything"'],
    ["no digest", { summary: { manifest_digest: "" } }, 'manifest_digest is ""'],
    ["results without intents", { summary: { intent_count: 0 } }, "result_count is 2, and intent_count is 0"],
  ])("of %s", (_rule, over, warning) => {
    expect(warnings(over).join("\n")).toContain(warning);
  });

  test("of a document outside of the window", () => {
    const late = { created_at: "2026-02-01T00:00:00Z" };
    expect(warnings({ credential: late }, WINDOW)).toEqual([
      "credential_evidence_01.json: created_at 2026-02-01T00:00:00Z is outside of the incident window",
    ]);
    expect(warnings({ credential: late })).toEqual([]);
  });
  test("of two traces of one id", () => {
    const agreement = new EntryAgreement({ runId: "r", window: undefined });
    agreement.see("trace_summary.json", { traces: [TRACE, { ...TRACE, verdict: "allow" }] });
    expect(agreement.warnings().join()).toContain('two traces of the id "t1"');
  });
});
