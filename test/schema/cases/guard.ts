/** Documents of evidence packs: the manifest and its lists, and the entries. */
import { DIGEST, type DocumentCases, documentCases, PAST_SAFE, set, TIME, without } from "./case.ts";
import { SIGNATURE_FAILS, SIGNATURE_FITS } from "./pack.ts";

const ZERO = "0001-01-01T00:00:00Z";
const CONTROL = { control_id: "CC6.6", title: "Change Management Evidence", evidence_paths: ["trace_summary.json"] };
const POINTER = { pointer_id: "ev_001", path: "trace_summary.json", type: "trace", sha256: DIGEST };

const MANIFEST = documentCases({
  path: "guard/manifest",
  good: {
    schema_id: "gait.guard.pack_manifest",
    schema_version: "1.0.0",
    created_at: TIME,
    producer_version: "0.1.0",
    pack_id: `pack_${DIGEST.slice(0, 16)}`,
    run_id: "run_alpha",
    case_id: "CASE (7) \\ x",
    template_id: "soc2",
    generated_at: TIME,
    control_index: [CONTROL],
    evidence_pointers: [POINTER],
    incident_window: { from: TIME, to: TIME, window_seconds: 0, selection_anchor: "run_alpha" },
    rendered_artifacts: [{ format: "pdf", path: "summary.pdf", sha256: DIGEST }],
    contents: [{ path: "trace_summary.json", sha256: DIGEST, type: "trace" }],
    signatures: [{ alg: "ed25519", key_id: DIGEST, sig: "AAAA", signed_digest: DIGEST }],
  },
  closed: true,
  required: [
    ...["schema_id", "schema_version", "created_at", "producer_version", "pack_id", "run_id", "template_id"],
    ...["generated_at", "contents"],
  ],
  optional: [
    ...["case_id", "control_index", "evidence_pointers", "incident_window", "rendered_artifacts", "signatures"],
    "incident_window.selection_anchor",
  ],
  fits: {
    ...SIGNATURE_FITS,
    "a template of a later version": set("template_id", "hipaa"),
    "a producer that gave no version": set("producer_version", ""),
    "no evidence of a control": set("control_index.0.evidence_paths", []),
    "a run id outside of the published pattern": set("run_id", "läuft/1"),
  },
  fails: {
    ...SIGNATURE_FAILS,
    "a pack's manifest is another document": set("schema_id", "gait.pack.manifest"),
    "pack_id begins with pack_": set("pack_id", DIGEST),
    "pack_id has 16 digits": set("pack_id", `pack_${DIGEST}`),
    "pack_id is lower-case": set("pack_id", `pack_${DIGEST.slice(0, 16).toUpperCase()}`),
    "a case id is not blank": set("case_id", " "),
    "a template id is not blank": set("template_id", ""),
    "a content's type is known": set("contents.0.type", "json"),
    "a content has no unknown member": set("contents.0.size", 1),
    "a control has no unknown member": set("control_index.0.approved", true),
    "a control lists its evidence": without("control_index.0.evidence_paths"),
    "evidence paths are not null": set("control_index.0.evidence_paths", null),
    "a pointer has no unknown member": set("evidence_pointers.0.note", ""),
    "a pointer's sha256 has 64 digits": set("evidence_pointers.0.sha256", ""),
    "a window has no unknown member": set("incident_window.reason", ""),
    "a window has two ends": without("incident_window.to"),
    "a window has a length": set("incident_window.window_seconds", -1),
    "a rendered artifact is a PDF": set("rendered_artifacts.0.format", "html"),
    "a rendered artifact has no unknown member": set("rendered_artifacts.0.pages", 1),
    "contents are not null": set("contents", null),
    "generated_at is a time": set("generated_at", "today"),
  },
});

/** A list has no members to be missing or unknown. */
function listCases(
  path: string,
  item: Record<string, unknown>,
  fits: Record<string, unknown[]>,
  fails: Record<string, unknown>,
): DocumentCases {
  const row = (isFit: boolean) => (entry: readonly [string, unknown]) => ({
    rule: entry[0],
    fits: isFit,
    document: entry[1],
  });
  const broken = Object.keys(item).flatMap((name): [string, unknown][] => {
    const { [name]: _, ...rest } = item;
    return [
      [`an item needs ${name}`, [rest]],
      [`${name} is no number`, [{ ...item, [name]: 1 }]],
    ];
  });
  return {
    path,
    good: [item],
    cases: [
      ...Object.entries({ "one item": [item], "no item": [], ...fits }).map(row(true)),
      ...broken.map(row(false)),
      ...Object.entries({ "no unknown member": [{ ...item, more: 1 }], ...fails }).map(row(false)),
      ...[null, true, 1, "text", {}].map((value) => row(false)([`${JSON.stringify(value)} is no list`, value])),
    ],
  };
}

const LISTS = [
  listCases(
    "guard/control-index",
    CONTROL,
    { "a control without evidence": [{ ...CONTROL, evidence_paths: [] }] },
    { "an evidence path is not empty": [{ ...CONTROL, evidence_paths: [""] }] },
  ),
  listCases(
    "guard/evidence-pointers",
    POINTER,
    { "hex digits of either case": [{ ...POINTER, sha256: DIGEST.toUpperCase() }] },
    { "a type is known": [{ ...POINTER, type: "json" }] },
  ),
];

const RUNPACK_SUMMARY = documentCases({
  path: "guard/runpack-summary",
  good: {
    run_id: "run_alpha",
    manifest_digest: DIGEST,
    capture_mode: "reference",
    intent_count: 2,
    result_count: 2,
    receipt_count: 0,
  },
  closed: true,
  required: ["run_id", "manifest_digest", "capture_mode", "intent_count", "result_count", "receipt_count"],
  optional: [],
  fits: { "a digest of an older recorder": set("manifest_digest", "") },
  fails: {
    "a count is not below zero": set("intent_count", -1),
    "a count is whole": set("result_count", 1.5),
    "a count is no larger than a double can count": set("receipt_count", PAST_SAFE),
  },
});

const REFERENCED = documentCases({
  path: "guard/referenced-runpacks",
  good: {
    run_id: "run_alpha",
    references: 1,
    receipts: [
      {
        ref_id: "ref_1",
        source_type: "doc",
        source_locator: "kb://1",
        content_digest: DIGEST,
        retrieved_at: TIME,
      },
    ],
  },
  closed: true,
  required: ["run_id", "references"],
  optional: [],
  fits: {
    "no receipts as Go writes it": set("receipts", null),
    "the zero time": set("receipts.0.retrieved_at", ZERO),
    "texts may be empty": set("receipts.0.ref_id", ""),
  },
  fails: {
    "a receipt has no unknown member": set("receipts.0.query_digest", DIGEST),
    "a receipt has a time": without("receipts.0.retrieved_at"),
    "receipts must be there": without("receipts"),
  },
});

const TRACE_SUMMARY = documentCases({
  path: "guard/trace-summary",
  good: { traces: [{ trace_id: "t", tool_name: "fs.read", verdict: "allow" }], verdict_counts: { allow: 1 }, total: 1 },
  closed: true,
  required: ["traces", "total"],
  optional: [],
  fits: { "a verdict of a later version": set("traces.0.verdict", "defer") },
  fails: {
    "counts must be there": without("verdict_counts"),
    "counts are an object": set("verdict_counts", 1),
    "a trace has a verdict": without("traces.0.verdict"),
    "a trace has no unknown member": set("traces.0.note", ""),
  },
});

const REGRESS_SUMMARY = documentCases({
  path: "guard/regress-summary",
  good: { results: [{ fixture_set: "set", status: "pass", graders: 2 }], status_counts: { pass: 1 }, total: 1 },
  closed: true,
  required: ["results", "total"],
  optional: [],
  fits: { "no graders": set("results.0.graders", 0) },
  fails: {
    "counts must be there": without("status_counts"),
    "counts are an object": set("status_counts", "1"),
    "graders are counted": set("results.0.graders", []),
    "a result has no unknown member": set("results.0.note", ""),
  },
});

const POLICY_DIGESTS = documentCases({
  path: "guard/policy-digests",
  good: { run_id: "run_alpha", window_from: TIME, window_to: TIME, policy_digests: [DIGEST] },
  closed: true,
  required: ["run_id", "window_from", "window_to"],
  optional: [],
  fits: { "no policy": set("policy_digests", []), "no policy as Go writes it": set("policy_digests", null) },
  fails: {
    "policy_digests must be there": without("policy_digests"),
    "policy_digests are texts": set("policy_digests", [1]),
    "the window has times": set("window_to", "later"),
  },
});

const TAKEN = { schema_id: "x", schema_version: "1.0.0", created_at: TIME, producer_version: "0.0.0-dev" };
const TAKEN_NAMES = Object.keys(TAKEN);

const INVENTORY = documentCases({
  path: "guard/inventory-snapshot-entry",
  good: {
    ...TAKEN,
    snapshot_id: "snap",
    workspace: "/w",
    items: [{ id: "i", kind: "tool", name: "n", locator: "l", risk_level: "high", tags: ["x"], last_seen_run: "r" }],
  },
  closed: false,
  required: [...TAKEN_NAMES, "snapshot_id"],
  optional: ["workspace", "items.0.risk_level", "items.0.tags", "items.0.last_seen_run"],
  fits: { "no items as Go writes it": set("items", null), "texts may be empty": set("schema_id", "") },
  fails: { "items must be there": without("items"), "an item has a kind": without("items.0.kind") },
});

const APPROVAL = documentCases({
  path: "guard/approval-audit-entry",
  good: {
    ...TAKEN,
    trace_id: "t",
    tool_name: "fs.write",
    intent_digest: DIGEST,
    policy_digest: DIGEST,
    required_approvals: 1,
    valid_approvals: 1,
    approved: true,
    approvers: ["boss"],
    entries: [{ token_id: "tok", expires_at: TIME, valid: true, scope: ["s"], reason_code: "r", error_code: "e" }],
  },
  closed: false,
  required: [
    ...TAKEN_NAMES,
    ...["trace_id", "tool_name", "intent_digest", "policy_digest", "required_approvals", "approved"],
  ],
  optional: ["approvers", "entries.0.token_id", "entries.0.scope", "entries.0.reason_code", "entries.0.error_code"],
  fits: {
    "no entries as Go writes it": set("entries", null),
    "a digest of an audit that was never checked": set("intent_digest", ""),
    "the zero time": set("entries.0.expires_at", ZERO),
  },
  fails: {
    "entries must be there": without("entries"),
    "an entry's time is written": without("entries.0.expires_at"),
    "an entry is valid or not": set("entries.0.valid", "yes"),
  },
});

const CREDENTIAL = documentCases({
  path: "guard/credential-evidence-entry",
  good: {
    ...TAKEN,
    trace_id: "t",
    tool_name: "fs.read",
    identity: "alice",
    broker: "stub",
    reference: "ref",
    scope: ["s"],
    credential_ref: "stub:ref",
    issued_at: ZERO,
    expires_at: ZERO,
    ttl_seconds: 60,
  },
  closed: false,
  required: [
    ...TAKEN_NAMES,
    "trace_id",
    "tool_name",
    "identity",
    "broker",
    "credential_ref",
    "issued_at",
    "expires_at",
  ],
  optional: ["reference", "scope", "ttl_seconds"],
  fits: { "texts may be empty": set("identity", "") },
  fails: { "a length of time is whole": set("ttl_seconds", 0.5) },
});

export const GUARD_CASES: readonly DocumentCases[] = [
  MANIFEST,
  ...LISTS,
  ...[RUNPACK_SUMMARY, REFERENCED, TRACE_SUMMARY, REGRESS_SUMMARY, POLICY_DIGESTS],
  ...[INVENTORY, APPROVAL, CREDENTIAL],
];
