/** A session's files, and the answers about sessions. */
import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./answer/answer.ts";
import { all, DIGEST, documentCases, set, TIME, without } from "./case.ts";

const IDS = { session_id: "s", run_id: "r" };
const stamp = (schema: string) => ({
  schema_id: schema,
  schema_version: "1.0.0",
  created_at: TIME,
  producer_version: "1",
});
const STAMP = ["schema_id", "schema_version", "created_at", "producer_version", "session_id", "run_id"];
const NODE = { kind: "tool", id: "t" };
const RELATIONSHIP = {
  parent_ref: NODE,
  entity_refs: [NODE],
  policy_ref: { policy_id: "p", policy_version: "1", policy_digest: DIGEST, matched_rule_ids: ["r"] },
  agent_chain: [{ identity: "a", role: "b" }],
  edges: [{ kind: "governed_by", from: NODE, to: NODE }],
  parent_record_id: "s",
  related_record_ids: ["x"],
  related_entity_ids: ["t"],
  agent_lineage: [{}],
};
const EVENT = {
  ...stamp("gait.runpack.session_event"),
  ...IDS,
  sequence: 1,
  intent_id: "1",
  tool_name: "t",
  intent_digest: DIGEST,
  policy_digest: DIGEST,
  policy_id: "p",
  policy_version: "1",
  matched_rule_ids: ["r"],
  trace_id: "t",
  trace_path: "t.json",
  verdict: "allow",
  reason_codes: ["a"],
  violations: ["v"],
  relationship: RELATIONSHIP,
  safety_invariant_version: "1",
  safety_invariant_hash: DIGEST,
};
const LINKED = [
  "checkpoint_index",
  "sequence_start",
  "sequence_end",
  "runpack_path",
  "manifest_digest",
  "checkpoint_digest",
];
const CHECKPOINT = {
  ...stamp("gait.runpack.session_checkpoint"),
  ...IDS,
  checkpoint_index: 1,
  sequence_start: 1,
  sequence_end: 2,
  runpack_path: "cp1.zip",
  manifest_digest: DIGEST,
  prev_checkpoint_digest: DIGEST,
  checkpoint_digest: DIGEST,
  relationship: RELATIONSHIP,
  safety_invariant_version: "1",
  safety_invariant_hash: DIGEST,
};
const STATE = {
  ...stamp("gait.runpack.session_state"),
  ...IDS,
  updated_at: TIME,
  started_at: TIME,
  event_count: 1,
  last_sequence: 1,
  checkpoint_count: 1,
  last_checkpoint_index: 1,
  last_checkpoint_sequence: 1,
  last_checkpoint_digest: DIGEST,
  journal_size_bytes: 1,
};
const STATUS = {
  ...IDS,
  created_at: TIME,
  started_at: TIME,
  event_count: 1,
  checkpoint_count: 0,
  last_sequence: 1,
};
const COMPACTION = {
  journal_path: "s.jsonl",
  output_path: "s.jsonl",
  dry_run: false,
  compacted: true,
  events_before: 2,
  events_after: 0,
  checkpoints: 1,
  last_checkpoint_sequence: 2,
  bytes_before: 2,
  bytes_after: 1,
};
const RUN = "gait.run.output";

const status = (verb: string) =>
  documentCases({
    path: "output/run",
    good: { ...base(RUN, `session ${verb}`), journal: "s.jsonl", status: STATUS },
    closed: true,
    required: [...BASE, "journal", "status", ...Object.keys(STATUS).map((name) => `status.${name}`)],
    optional: [],
    fits: ANSWER_FITS,
    fails: { ...ANSWER_FAILS, "a status has nothing else": set("status.x", 1) },
  });

export const SESSION_CASES = [
  documentCases({
    path: "session/journal",
    good: { record_type: "event", event: EVENT },
    closed: false,
    required: ["record_type", "event", ...[...STAMP, "sequence"].map((name) => `event.${name}`)],
    optional: [
      ...[
        "intent_id",
        "tool_name",
        "intent_digest",
        "policy_digest",
        "policy_id",
        "policy_version",
        "matched_rule_ids",
      ],
      ...[
        "trace_id",
        "trace_path",
        "verdict",
        "reason_codes",
        "violations",
        "relationship",
        "safety_invariant_version",
      ],
      ...["safety_invariant_hash", ...Object.keys(RELATIONSHIP).map((name) => `relationship.${name}`)],
    ].map((name) => `event.${name}`),
    fits: { "what a later version adds": set("event.note", 1) },
    fails: {
      "a sequence begins at 1": set("event.sequence", 0),
      "a type is known": set("record_type", "note"),
      "an edge has its ends": without("event.relationship.edges.0.to"),
    },
  }),
  documentCases({
    path: "session/journal",
    good: {
      record_type: "header",
      header: { ...stamp("gait.runpack.session_journal"), ...IDS, started_at: TIME, events: [] },
    },
    closed: false,
    required: ["record_type", "header", ...[...STAMP, "started_at"].map((name) => `header.${name}`)],
    optional: [],
    fits: { "events are null in a compacted one": set("header.events", null) },
    fails: { "an id is not blank": set("header.run_id", " "), "events are a list": set("header.events", {}) },
  }),
  documentCases({
    path: "session/journal",
    good: { record_type: "checkpoint", checkpoint: CHECKPOINT },
    closed: false,
    required: ["record_type", "checkpoint", ...[...STAMP, ...LINKED].map((name) => `checkpoint.${name}`)],
    optional: ["checkpoint.prev_checkpoint_digest", "checkpoint.relationship", "checkpoint.safety_invariant_hash"],
    fits: {},
    fails: { "an index is a count": set("checkpoint.checkpoint_index", -1) },
  }),
  documentCases({
    path: "session/state",
    good: STATE,
    closed: false,
    required: Object.keys(STATE).filter((name) => name !== "last_checkpoint_digest"),
    optional: ["last_checkpoint_digest"],
    fits: {},
    fails: { "a size is a count": set("journal_size_bytes", -1) },
  }),
  documentCases({
    path: "session/chain",
    good: { ...stamp("gait.runpack.session_chain"), ...IDS, checkpoints: [CHECKPOINT] },
    closed: false,
    required: [...STAMP, "checkpoints", ...LINKED.map((name) => `checkpoints.0.${name}`)],
    optional: ["checkpoints.0.prev_checkpoint_digest"],
    fits: {},
    fails: { "there is a checkpoint": set("checkpoints", []), "its schema is known": set("schema_version", "2.0.0") },
  }),
  status("start"),
  status("status"),
  documentCases({
    path: "output/run",
    good: { ...base(RUN, "session append"), journal: "s.jsonl", event: EVENT },
    closed: true,
    required: [...BASE, "journal", "event", "event.sequence"],
    optional: ["event.trace_id"],
    fits: ANSWER_FITS,
    fails: ANSWER_FAILS,
  }),
  documentCases({
    path: "output/run",
    good: {
      ...base(RUN, "session checkpoint"),
      journal: "s.jsonl",
      checkpoint: CHECKPOINT,
      chain_path: "s_chain.json",
      signature_key_id: DIGEST,
      public_key: "H+p8lNnvDuWZTT0Myb9iVnxkzNiKdgAm3K+4CCVLeFY=",
    },
    closed: true,
    required: [...BASE, "journal", "checkpoint", "chain_path"],
    optional: ["signature_key_id", "public_key"],
    fits: ANSWER_FITS,
    fails: { ...ANSWER_FAILS, "a key id is lower-case": set("signature_key_id", DIGEST.toUpperCase()) },
  }),
  documentCases({
    path: "output/run",
    good: { ...base(RUN, "session compact"), journal: "s.jsonl", compaction: COMPACTION },
    closed: true,
    required: [...BASE, "journal", "compaction", ...Object.keys(COMPACTION).map((name) => `compaction.${name}`)],
    optional: [],
    fits: ANSWER_FITS,
    fails: { ...ANSWER_FAILS, "a compaction has nothing else": set("compaction.x", 1) },
  }),
  documentCases({
    path: "output/run",
    good: {
      ...base(RUN, "inspect"),
      artifact_type: "session_chain",
      verified: true,
      ...IDS,
      path: "c.json",
      checkpoint_count: 1,
      checkpoints: [
        {
          checkpoint_index: 2,
          sequence_start: 1,
          sequence_end: 2,
          runpack_path: "cp1.zip",
          checkpoint_digest: DIGEST,
          prev_checkpoint_digest: DIGEST,
        },
      ],
    },
    closed: true,
    required: [
      ...[...BASE, "artifact_type", "verified", "session_id", "run_id", "path", "checkpoint_count", "checkpoints"],
      ...["checkpoint_index", "sequence_start", "sequence_end", "runpack_path", "checkpoint_digest"].map(
        (name) => `checkpoints.0.${name}`,
      ),
    ],
    optional: ["checkpoints.0.prev_checkpoint_digest"],
    fits: ANSWER_FITS,
    fails: { ...ANSWER_FAILS, "a chain that does not verify is not shown": set("verified", false) },
  }),
  documentCases({
    path: "output/verify",
    good: {
      ...base("gait.verify.output", "session-chain"),
      chain_path: "c.json",
      ...IDS,
      checkpoints_checked: 1,
      checkpoints: [
        {
          ok: true,
          checkpoint_index: 1,
          sequence_start: 1,
          sequence_end: 2,
          runpack_path: "cp1.zip",
          verify: {
            verdict: "intact",
            reason: "unsigned",
            files_checked: 4,
            signature_status: "missing",
            signatures_total: 0,
            signatures_valid: 0,
            findings: [],
          },
        },
      ],
      findings: [],
    },
    closed: true,
    required: [
      ...[...BASE, "chain_path", "session_id", "run_id", "checkpoints_checked", "checkpoints", "findings"],
      ...["ok", "checkpoint_index", "sequence_start", "sequence_end", "runpack_path"].map(
        (name) => `checkpoints.0.${name}`,
      ),
    ],
    optional: ["checkpoints.0.verify"],
    fits: {
      ...ANSWER_FITS,
      "a broken link": all(set("ok", false), set("findings", [{ code: "session_link_broken", message: "x" }])),
    },
    fails: { ...ANSWER_FAILS, "the report is that of pack verify": without("checkpoints.0.verify.verdict") },
  }),
];
