/** Documents of PackSpec packs: manifest, payloads, envelope, comparison. */
import { DIGEST, documentCases, PAST_SAFE, set, TIME, without } from "./case.ts";

const SIGNATURE = { alg: "ed25519", key_id: DIGEST, sig: "AAAA", signed_digest: DIGEST };

/** Rules for every document with signatures. */
export const SIGNATURE_FITS = {
  "a signature may omit signed_digest": without("signatures.0.signed_digest"),
  "signed_digest may be empty": set("signatures.0.signed_digest", ""),
  "the schema allows any alg": set("signatures.0.alg", "rsa"),
  "no signatures in the list": set("signatures", []),
};
export const SIGNATURE_FAILS = {
  "a signature needs key_id": without("signatures.0.key_id"),
  "a signature needs sig": without("signatures.0.sig"),
  "a signature needs alg": without("signatures.0.alg"),
  "key_id is not blank": set("signatures.0.key_id", " "),
  "signed_digest has 64 digits": set("signatures.0.signed_digest", DIGEST.slice(1)),
  "a signature has no unknown member, in lenient documents too": set("signatures.0.comment", ""),
  "signatures are a list": set("signatures", { ...SIGNATURE }),
  "signatures are not null": set("signatures", null),
};

const PACK_MANIFEST = documentCases({
  path: "pack/manifest",
  good: {
    schema_id: "gait.pack.manifest",
    schema_version: "1.0.0",
    created_at: "1980-01-01T00:00:00Z",
    producer_version: "0.1.0",
    pack_id: DIGEST,
    pack_type: "run",
    source_ref: "run_alpha",
    contents: [{ path: "run_payload.json", sha256: DIGEST, type: "json" }],
    signatures: [SIGNATURE],
  },
  closed: true,
  required: [
    ...["schema_id", "schema_version", "created_at", "producer_version", "pack_id", "pack_type", "source_ref"],
    "contents",
  ],
  optional: ["signatures"],
  fits: {
    ...SIGNATURE_FITS,
    "pack_type job": set("pack_type", "job"),
    "hex digits of either case": set("pack_id", DIGEST.toUpperCase()),
    "no contents (core asks for the members)": set("contents", []),
    "a custom type": set("contents.0.type", "pdf"),
    "the zero time (core refuses it)": set("created_at", "0001-01-01T00:00:00Z"),
  },
  fails: {
    ...SIGNATURE_FAILS,
    "pack_type is one of four": set("pack_type", "chat"),
    "schema_id is exact": set("schema_id", "gait.pack.manifests"),
    "schema_version is exact": set("schema_version", "1.0"),
    "pack_id has 64 digits": set("pack_id", `${DIGEST}0`),
    "pack_id is hex": set("pack_id", DIGEST.replace("0", "g")),
    "pack_id has no line end": set("pack_id", `${DIGEST}\n`),
    "source_ref is not blank": set("source_ref", "\t "),
    "producer_version is not blank": set("producer_version", ""),
    "contents are not null": set("contents", null),
    "an item needs sha256": without("contents.0.sha256"),
    "an item's path is not blank": set("contents.0.path", " "),
    "an item's type is not blank": set("contents.0.type", ""),
    "an item has no unknown member": set("contents.0.size", 1),
    "a time has a capital T": set("created_at", "1980-01-01t00:00:00Z"),
    "a time is a day that exists": set("created_at", "2026-02-29T00:00:00Z"),
    "names match by letter case": set("PACK_ID", DIGEST),
  },
});

const RUN_PAYLOAD = documentCases({
  path: "pack/run",
  good: {
    schema_id: "gait.pack.run",
    schema_version: "1.0.0",
    created_at: TIME,
    run_id: "run_alpha",
    capture_mode: "reference",
    manifest_digest: DIGEST,
    intents_count: 2,
    results_count: 0,
    refs_count: 1,
    context_set_digest: DIGEST,
    context_ref_count: 1,
    context_evidence_mode: "required",
    context_privacy_mode: "reference",
  },
  closed: true,
  required: [
    ...["schema_id", "schema_version", "created_at", "run_id", "capture_mode", "manifest_digest"],
    ...["intents_count", "results_count", "refs_count"],
  ],
  optional: ["context_set_digest", "context_ref_count", "context_evidence_mode", "context_privacy_mode"],
  fits: {
    "capture_mode raw": set("capture_mode", "raw"),
    "the largest count": set("intents_count", Number.MAX_SAFE_INTEGER),
    "1.0 is an integer": set("intents_count", JSON.parse("1.0")),
  },
  fails: {
    "capture_mode is reference or raw": set("capture_mode", "full"),
    "a count is no fraction": set("intents_count", 1.5),
    "a count is not negative": set("results_count", -1),
    "a count is not past 2^53-1": set("refs_count", PAST_SAFE),
    "a count is not 1e300": set("refs_count", 1e300),
    "a count is no text": set("refs_count", "1"),
    "manifest_digest has 64 digits": set("manifest_digest", ""),
    "run_id is not blank": set("run_id", ""),
    "context_evidence_mode is one of two": set("context_evidence_mode", "optional"),
    "context_set_digest has 64 digits": set("context_set_digest", ""),
    "an absent member is not null": set("context_ref_count", null),
  },
});

const ENVELOPE = documentCases({
  path: "context/envelope",
  good: {
    schema_id: "gait.context.envelope",
    schema_version: "1.0.0",
    created_at: TIME,
    producer_version: "0.0.0-dev",
    context_set_id: "run_ctx",
    context_set_digest: DIGEST,
    evidence_mode: "best_effort",
    records: [
      {
        ref_id: "a",
        source_type: "doc",
        source_locator: "kb://a",
        query_digest: DIGEST,
        content_digest: DIGEST,
        retrieved_at: TIME,
        redaction_mode: "reference",
        immutability: "unknown",
        sensitivity_label: "internal",
        freshness_sla_seconds: 60,
        retrieval_params: { top_k: 5, filters: {} },
      },
    ],
  },
  closed: true,
  required: [
    ...["schema_id", "schema_version", "created_at", "producer_version", "context_set_id", "context_set_digest"],
    ...["evidence_mode", "records"],
  ],
  optional: [],
  fits: {
    "no records": set("records", []),
    "a record without its label": without("records.0.sensitivity_label"),
    "a record without its limit": without("records.0.freshness_sla_seconds"),
    "a record without its parameters": without("records.0.retrieval_params"),
    immutable: set("records.0.immutability", "immutable"),
  },
  fails: {
    "immutability is one of three": set("records.0.immutability", "IMMUTABLE"),
    "immutability must be there": without("records.0.immutability"),
    "a record's digest has 64 digits": set("records.0.query_digest", ""),
    "retrieval_params are an object": set("records.0.retrieval_params", []),
    "a limit is not negative": set("records.0.freshness_sla_seconds", -1),
    "a record has no unknown member": set("records.0.note", ""),
    "evidence_mode is one of two": set("evidence_mode", ""),
    "records are not null": set("records", null),
  },
});

const DIFF = documentCases({
  path: "pack/diff",
  good: {
    schema_id: "gait.pack.diff",
    schema_version: "1.0.0",
    created_at: "1980-01-01T00:00:00Z",
    left_pack_id: DIGEST,
    right_pack_id: "pack_23f60fdf10550145",
    left_pack_type: "run",
    right_pack_type: "guard",
    summary: { changed: true, added_files: ["a"], removed_files: [], changed_files: ["b", "c"], manifest_delta: true },
  },
  closed: true,
  required: [
    ...["schema_id", "schema_version", "created_at", "left_pack_id", "right_pack_id", "left_pack_type"],
    ...["right_pack_type", "summary"],
  ],
  optional: [],
  fits: {
    "no lists": set("summary", { changed: false, manifest_delta: false }),
    "a job on a side": set("left_pack_type", "job"),
  },
  fails: {
    "changed must be there": without("summary.changed"),
    "changed is true or false": set("summary.changed", 1),
    "manifest_delta must be there": without("summary.manifest_delta"),
    "a list is of text": set("summary.added_files", [1]),
    "a list is not null": set("summary.added_files", null),
    "the summary has no unknown member": set("summary.same_files", []),
    "a type is one of three": set("right_pack_type", "runpack"),
    "the document is not wrapped": set("Result", {}),
  },
});

const ENVELOPE_INPUT = documentCases({
  path: "context/envelope-input",
  good: {
    schema_id: "gait.context.envelope",
    schema_version: "1.0.0",
    created_at: TIME,
    producer_version: "t",
    context_set_id: "ctx",
    context_set_digest: DIGEST,
    evidence_mode: "REQUIRED",
    records: [{ ref_id: " a ", query_digest: DIGEST, retrieved_at: TIME, immutability: "IMMUTABLE" }],
  },
  closed: true,
  required: [],
  optional: [
    ...["schema_id", "schema_version", "created_at", "producer_version", "context_set_id", "context_set_digest"],
    ...["evidence_mode", "records"],
  ],
  fits: {
    "null counts as absent": set("records", null),
    "a record without a time": without("records.0.retrieved_at"),
  },
  fails: {
    "a record has no unknown member": set("records.0.note", ""),
    "a limit is not negative": set("records.0.freshness_sla_seconds", -1),
    "another schema": set("schema_id", "gait.runpack.refs"),
    "records are a list": set("records", {}),
  },
});

const PROOF = documentCases({
  path: "pack/proof-record",
  good: {
    record_id: "prf-1980-01-01T00:00:00Z-01234567",
    record_version: "1.0",
    timestamp: "1980-01-01T00:00:00Z",
    source: "gait.pack",
    source_product: "gait",
    agent_id: "gait",
    record_type: "tool_invocation",
    event: { entry_path: "run_payload.json" },
    controls: { permissions_enforced: false },
    metadata: { artifact_kind: "gait.pack.entry" },
    relationship: {},
    relations: [],
    integrity: {
      record_hash: `sha256:${DIGEST}`,
      previous_record_hash: `sha256:${DIGEST}`,
      signing_key_id: DIGEST,
      signature: "base64:AAAA",
    },
  },
  closed: true,
  required: [
    ...["record_id", "record_version", "timestamp", "source", "source_product", "record_type", "event", "controls"],
    "integrity",
  ],
  optional: ["agent_id", "metadata", "relationship", "relations"],
  fits: {
    "the first has nothing before it": without("integrity.previous_record_hash"),
    "an unsigned one": without("integrity.signature"),
    "a signature of cosign": set("integrity.signature", "cosign:x"),
  },
  fails: {
    "a hash names its algorithm": set("integrity.record_hash", DIGEST),
    "a hash has lower-case digits": set("integrity.record_hash", `sha256:${DIGEST.toUpperCase()}`),
    "a signature names its kind": set("integrity.signature", "AAAA"),
    "an event is an object": set("event", "x"),
    "another version": set("record_version", "1.1"),
    "integrity has no unknown member": set("integrity.note", ""),
  },
});

export const PACK_CASES = [PACK_MANIFEST, RUN_PAYLOAD, ENVELOPE, ENVELOPE_INPUT, PROOF, DIFF];
