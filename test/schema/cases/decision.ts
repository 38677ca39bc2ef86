/** Documents of call packs and of authorization packs. */
import { DIGEST, documentCases, set, TIME, without } from "./case.ts";

const COUNTS = {
  event_count: 7,
  commitment_count: 1,
  decision_count: 1,
  speak_receipt_count: 1,
  reference_digest_count: 0,
};
const SHARED = {
  schema_version: "1.0.0",
  created_at: TIME,
  call_id: "call_1",
  privacy_mode: "hash_only",
  ...COUNTS,
  environment_fingerprint: "envfp:1",
};
const NEEDED = ["schema_id", "schema_version", "created_at", "call_id", "privacy_mode", ...Object.keys(COUNTS)];

const PAYLOAD = documentCases({
  path: "pack/call",
  good: { schema_id: "gait.pack.call", run_id: "run_1", ...SHARED },
  closed: true,
  required: NEEDED,
  optional: ["run_id", "environment_fingerprint"],
  fits: { "the other privacy": set("privacy_mode", "dispute_encrypted"), "no events": set("event_count", 0) },
  fails: {
    "privacy is one of two": set("privacy_mode", "open"),
    "a count is not negative": set("decision_count", -1),
    "a run is not blank": set("run_id", " "),
  },
});

const MANIFEST = documentCases({
  path: "pack/call-manifest",
  good: { schema_id: "gait.voice.callpack_manifest", producer_version: "1", ...SHARED },
  closed: true,
  required: [...NEEDED, "producer_version"],
  optional: ["environment_fingerprint"],
  fits: { "the other privacy": set("privacy_mode", "dispute_encrypted"), "no events": set("event_count", 0) },
  fails: { "it has no run": set("run_id", "r"), "a producer is not blank": set("producer_version", "") },
});

const PLACE = { call_id: "call_1", call_seq: 1, turn_index: 0 };

const EVENT = documentCases({
  path: "pack/call-event",
  good: {
    ...{ schema_id: "gait.voice.call_event", schema_version: "1.0.0", created_at: TIME, ...PLACE },
    ...{ event_type: "tts.emitted", commitment_class: "refund", say_token_id: "say_1" },
    ...{ intent_digest: DIGEST, policy_digest: DIGEST, payload_digest: DIGEST },
  },
  closed: true,
  required: ["schema_id", "schema_version", "created_at", "call_id", "call_seq", "turn_index", "event_type"],
  optional: ["commitment_class", "say_token_id", "intent_digest", "policy_digest", "payload_digest"],
  fits: { "another type": set("event_type", "x"), "a later turn": set("turn_index", 9) },
  fails: {
    "a place begins at 1": set("call_seq", 0),
    "a turn is not negative": set("turn_index", -1),
    "a class is one of six": set("commitment_class", "promise"),
    "a digest has 64 digits": set("payload_digest", "00"),
  },
});

const COMMITMENT = documentCases({
  path: "pack/call-commitment",
  good: {
    ...{ schema_id: "gait.voice.commitment_intent", schema_version: "1.0.0", created_at: TIME, producer_version: "1" },
    ...{ ...PLACE, commitment_class: "quote", utterance_digest: DIGEST },
    context: { identity: "a", workspace: "w", risk_class: "high", session_id: "s", request_id: "r" },
    ...{ currency: "USD", quote_min_cents: 1, quote_max_cents: 2, refund_ceiling_cents: 3, approval_required: true },
    ...{ approval_artifact_refs: ["a"], evidence_reference_digests: [DIGEST] },
  },
  closed: true,
  required: [
    ...["schema_id", "schema_version", "created_at", "producer_version", "call_id", "call_seq", "turn_index"],
    ...["commitment_class", "context"],
  ],
  optional: [
    ...["utterance_digest", "currency", "quote_min_cents", "quote_max_cents", "refund_ceiling_cents"],
    ...["approval_required", "approval_artifact_refs", "evidence_reference_digests"],
  ],
  fits: {
    "a context without a session": without("context.session_id"),
    "a context without a request": without("context.request_id"),
  },
  fails: {
    "a context names who": without("context.identity"),
    "a context has no unknown member": set("context.note", ""),
    "an amount is whole": set("quote_min_cents", 0.5),
  },
});

const DECISION = documentCases({
  path: "pack/call-decision",
  good: {
    ...{ ...PLACE, commitment_class: "cancel", verdict: "allow", reason_codes: ["a"] },
    ...{ intent_digest: DIGEST, policy_digest: DIGEST, approval_ref: "ap" },
  },
  closed: true,
  required: ["call_id", "call_seq", "turn_index", "commitment_class", "verdict"],
  optional: ["reason_codes", "intent_digest", "policy_digest", "approval_ref"],
  fits: { blocked: set("verdict", "block"), "an approval is required": set("verdict", "require_approval") },
  fails: { "a verdict is one of four": set("verdict", "maybe"), "an approval is not blank": set("approval_ref", "") },
});

const RECEIPT = documentCases({
  path: "pack/call-receipt",
  good: { ...PLACE, commitment_class: "schedule", say_token_id: "s", spoken_digest: DIGEST, emitted_at: TIME },
  closed: true,
  required: ["call_id", "call_seq", "turn_index", "commitment_class", "say_token_id", "spoken_digest", "emitted_at"],
  optional: [],
  fits: { "another class": set("commitment_class", "eligibility"), "a later place": set("call_seq", 7) },
  fails: { "a token is not blank": set("say_token_id", " "), "a digest has 64 digits": set("spoken_digest", "") },
});

const RECORD = documentCases({
  path: "pack/call-record",
  good: {
    ...{ schema_id: "gait.voice.call_record", schema_version: "1.0.0", created_at: TIME, producer_version: "1" },
    ...{ call_id: "c", runpack_path: "r.zip", privacy_mode: "hash_only", environment_fingerprint: "e" },
    events: [{ call_seq: 1, event_type: "asr.final" }],
    commitments: [{ context: { identity: "a" } }],
    gate_decisions: [{ verdict: "allow" }],
    speak_receipts: [{ say_token_id: "s" }],
    reference_digests: [{ ref_id: "r", sha256: DIGEST }],
  },
  closed: true,
  required: [],
  optional: [
    ...["schema_id", "schema_version", "created_at", "producer_version", "call_id", "runpack_path", "privacy_mode"],
    ...["environment_fingerprint", "events", "commitments", "gate_decisions", "speak_receipts", "reference_digests"],
  ],
  fits: { "null counts as absent": set("events", null), "no context": set("commitments.0.context", null) },
  fails: {
    "an event has no unknown member": set("events.0.note", ""),
    "a context has no unknown member": set("commitments.0.context.note", ""),
    "a place is a number": set("events.0.call_seq", "1"),
  },
});

const LINKS = ["trace", "approval_audit", "credential_evidence", "delegation_audit", "context_evidence", "outcome"];
const LINKED = Object.fromEntries(
  LINKS.flatMap((kind) => [
    [`${kind}_path`, "a.json"],
    [`${kind}_digest`, DIGEST],
  ]),
);
const BUNDLE = {
  schema_id: "gait.gate.authorization_bundle",
  schema_version: "1.0.0",
  created_at: TIME,
  producer_version: "1",
  trace_id: "t",
  policy_digest: DIGEST,
  intent_digest: DIGEST,
};
const FREE = { freeze_window: {}, kill_switch: { on: true }, sandbox: {} };

const AUTHORIZATION = documentCases({
  path: "pack/authorization",
  good: { ...BUNDLE, ...LINKED, outcome_status: "allow", ...FREE },
  closed: true,
  required: Object.keys(BUNDLE),
  optional: [...Object.keys(LINKED), "outcome_status", ...Object.keys(FREE)],
  fits: { blocked: set("outcome_status", "block"), "a dry run": set("outcome_status", "dry_run") },
  fails: {
    "an outcome is one of four": set("outcome_status", "maybe"),
    "a trace is not blank": set("trace_id", " "),
    "a digest has 64 digits": set("trace_digest", "x"),
    "a sandbox is an object": set("sandbox", "x"),
  },
});

const AUTHORIZATION_INPUT = documentCases({
  path: "pack/authorization-input",
  good: { ...BUNDLE, ...LINKED, outcome_status: "ALLOW", ...FREE },
  closed: true,
  required: [],
  optional: [...Object.keys(BUNDLE), ...Object.keys(LINKED), "outcome_status", ...Object.keys(FREE)],
  fits: { "null counts as absent": set("trace_digest", null), "any status": set("outcome_status", "maybe") },
  fails: { "another schema": set("schema_id", "gait.gate.trace"), "a path is text": set("trace_path", 1) },
});

/** The one document that is a list, or null: a table of members does not fit it. */
const REFERENCES = {
  path: "pack/call-references",
  good: [{ ref_id: "r", sha256: DIGEST }],
  cases: [
    { rule: "a list", fits: true, document: [{ ref_id: "r", sha256: DIGEST }] },
    { rule: "an empty list", fits: true, document: [] },
    { rule: "null where there are none", fits: true, document: null },
    { rule: "a digest has 64 digits", fits: false, document: [{ ref_id: "r", sha256: "" }] },
    { rule: "a reference is not blank", fits: false, document: [{ ref_id: " ", sha256: DIGEST }] },
    { rule: "no unknown member", fits: false, document: [{ ref_id: "r", sha256: DIGEST, note: 1 }] },
    { rule: "a reference must be there", fits: false, document: [{ sha256: DIGEST }] },
    { rule: "a digest must be there", fits: false, document: [{ ref_id: "r" }] },
    ...[true, 1, "text", [null]].map((document) => ({
      rule: `${JSON.stringify(document)} is none`,
      fits: false,
      document,
    })),
    { rule: "an object is none", fits: false, document: {} },
  ],
};

export const DECISION_CASES = [
  PAYLOAD,
  MANIFEST,
  EVENT,
  COMMITMENT,
  DECISION,
  RECEIPT,
  RECORD,
  REFERENCES,
  AUTHORIZATION,
  AUTHORIZATION_INPUT,
];
