/** The documents that an evidence pack takes evidence from. */
import { DIGEST, type DocumentCases, documentCases, set, TIME, without } from "./case.ts";

const stamp = (id: string) => ({ schema_id: id, schema_version: "1.0.0", created_at: TIME, producer_version: "1" });
const STAMPED = ["schema_id", "schema_version", "created_at", "producer_version"];

/** Rules for every document. */
const FITS = {
  "it may name its run": set("run_id", "run_alpha"),
  "a producer without version": set("producer_version", ""),
};
const FAILS = {
  "schema_id is its own": set("schema_id", "gait.runpack.run"),
  "schema_version is exact": set("schema_version", "2.0.0"),
  "created_at is a time": set("created_at", "2026-02-30T00:00:00Z"),
  "a run id is text": set("run_id", 7),
};

const TRACE = documentCases({
  path: "guard/trace",
  good: {
    ...stamp("gait.gate.trace"),
    trace_id: "t",
    tool_name: "fs.read",
    args_digest: DIGEST,
    intent_digest: DIGEST,
    policy_digest: DIGEST,
    verdict: "allow",
    violations: ["v"],
  },
  closed: false,
  required: [...STAMPED, "trace_id", "tool_name", "args_digest", "intent_digest", "policy_digest", "verdict"],
  optional: ["violations"],
  fits: { ...FITS, "the gate asks for an approval": set("verdict", "require_approval") },
  fails: {
    ...FAILS,
    "a verdict is known": set("verdict", "allowed"),
    "a trace id is not blank": set("trace_id", " "),
    "a digest has 64 digits": set("policy_digest", ""),
    "violations are texts": set("violations", [1]),
  },
});

const REGRESS = documentCases({
  path: "guard/regress-result",
  good: {
    ...stamp("gait.regress.result"),
    fixture_set: "set",
    status: "pass",
    graders: [{ name: "schema", status: "pass", reason_codes: [] }],
  },
  closed: false,
  required: [...STAMPED, "fixture_set", "status"],
  optional: ["graders.0.reason_codes"],
  fits: {
    ...FITS,
    "no graders as Go writes it": set("graders", null),
    "no reasons": set("graders.0.reason_codes", null),
  },
  fails: {
    ...FAILS,
    "graders must be there": without("graders"),
    "a grader has a name": without("graders.0.name"),
    "a status is not blank": set("status", ""),
  },
});

const INVENTORY = documentCases({
  path: "guard/inventory-snapshot",
  good: {
    ...stamp("gait.scout.inventory_snapshot"),
    snapshot_id: "snap",
    workspace: "/w",
    items: [{ id: "i", kind: "tool", name: "n", locator: "l", risk_level: "high", tags: ["x"], last_seen_run: "r" }],
  },
  closed: false,
  required: [...STAMPED, "snapshot_id"],
  optional: ["workspace", "items.0.risk_level", "items.0.tags", "items.0.last_seen_run"],
  fits: { ...FITS, "no items as Go writes it": set("items", null), "unknown members of an item": set("items.0.x", 1) },
  fails: {
    ...FAILS,
    "items must be there": without("items"),
    "an item has an id": set("items.0.id", ""),
    "tags are texts": set("items.0.tags", "x"),
  },
});

const APPROVAL = documentCases({
  path: "guard/approval-audit",
  good: {
    ...stamp("gait.gate.approval_audit_record"),
    trace_id: "t",
    tool_name: "fs.write",
    intent_digest: DIGEST,
    policy_digest: DIGEST,
    required_approvals: 1,
    valid_approvals: 1,
    approved: true,
    approvers: ["boss"],
    entries: [{ token_id: "tok", approver_identity: "boss", expires_at: TIME, valid: true, scope: ["s"] }],
  },
  closed: false,
  required: [
    ...STAMPED,
    ...["trace_id", "tool_name", "intent_digest", "policy_digest", "required_approvals", "valid_approvals", "approved"],
  ],
  optional: [
    "approvers",
    "entries.0.token_id",
    "entries.0.approver_identity",
    "entries.0.expires_at",
    "entries.0.scope",
  ],
  fits: { ...FITS, "no entries as Go writes it": set("entries", null) },
  fails: {
    ...FAILS,
    "entries must be there": without("entries"),
    "approved is true or false": set("approved", "true"),
    "an entry is valid or not": without("entries.0.valid"),
    "approvals are counted": set("required_approvals", -1),
    "an entry's time is one": set("entries.0.expires_at", ""),
  },
});

const CREDENTIAL = documentCases({
  path: "guard/credential-evidence",
  good: {
    ...stamp("gait.gate.broker_credential_record"),
    trace_id: "t",
    tool_name: "fs.read",
    identity: "alice",
    broker: "stub",
    reference: "ref",
    scope: ["s"],
    credential_ref: "stub:ref",
    issued_at: TIME,
    expires_at: TIME,
    ttl_seconds: 60,
  },
  closed: false,
  required: [...STAMPED, "trace_id", "tool_name", "identity", "broker", "credential_ref"],
  optional: ["reference", "scope", "issued_at", "expires_at", "ttl_seconds"],
  fits: FITS,
  fails: {
    ...FAILS,
    "an identity is not blank": set("identity", ""),
    "a length of time is whole": set("ttl_seconds", 0.5),
  },
});

export const EVIDENCE_CASES: readonly DocumentCases[] = [TRACE, REGRESS, INVENTORY, APPROVAL, CREDENTIAL];
