/** Documents of runpacks, as the Go implementation writes them, and the input of `run record`. */
import { DIGEST, documentCases, PAST_SAFE, set, TIME, without } from "./case.ts";
import { SIGNATURE_FAILS, SIGNATURE_FITS } from "./pack.ts";

const STAMP = { schema_version: "1.0.0", created_at: TIME, producer_version: "0.0.0-dev", run_id: "run_alpha" };
const STAMPED = ["schema_id", "schema_version", "created_at", "producer_version", "run_id"];

const MANIFEST = documentCases({
  path: "runpack/manifest",
  good: {
    schema_id: "gait.runpack.manifest",
    ...STAMP,
    capture_mode: "reference",
    files: [{ path: "intents.jsonl", sha256: DIGEST }],
    manifest_digest: DIGEST,
    signatures: [{ alg: "ed25519", key_id: DIGEST, sig: "AAAA", signed_digest: DIGEST }],
  },
  closed: false,
  required: [...STAMPED, "capture_mode", "files", "manifest_digest"],
  optional: ["signatures"],
  fits: {
    ...SIGNATURE_FITS,
    "a run_id outside the published pattern": set("run_id", "läuft/1"),
    "an empty producer_version": set("producer_version", ""),
    "no files (core asks for the members)": set("files", []),
    "an unknown member in a file": set("files.0.size", 1),
    "hex digits of either case": set("manifest_digest", DIGEST.toUpperCase()),
    "an offset is kept": set("created_at", "2026-05-05T05:05:05.123456789+05:30"),
  },
  fails: {
    ...SIGNATURE_FAILS,
    "run_id is not empty": set("run_id", ""),
    "capture_mode is reference or raw": set("capture_mode", ""),
    "manifest_digest has 64 digits": set("manifest_digest", ""),
    "a file's sha256 has 64 digits": set("files.0.sha256", "00"),
    "a file's path is not empty": set("files.0.path", ""),
    "a file needs sha256": without("files.0.sha256"),
    "files are not null": set("files", null),
  },
});

const RUN = documentCases({
  path: "runpack/run",
  good: {
    schema_id: "gait.runpack.run",
    ...STAMP,
    env: { os: "linux", arch: "amd64", runtime: "node" },
    timeline: [
      { event: "start", ts: TIME },
      { event: "finish", ts: TIME, ref: "intent_1" },
    ],
  },
  closed: false,
  required: [...STAMPED, "env", "timeline"],
  optional: [],
  fits: {
    "a timeline may be null": set("timeline", null),
    "a timeline may be empty": set("timeline", []),
    "unknown members in env": set("env.shell", "sh"),
    "unknown members in an event": set("timeline.0.note", {}),
    "an event at the zero time": set("timeline.0.ts", "0001-01-01T00:00:00Z"),
    "an empty event name": set("timeline.0.event", ""),
  },
  fails: {
    "env has an os": without("env.os"),
    "env's arch is text": set("env.arch", 64),
    "an event has a time": without("timeline.0.ts"),
    "an event's ref is text": set("timeline.1.ref", null),
    "a timeline is no object": set("timeline", {}),
    "an event is no text": set("timeline.0", "start"),
    "run_id is not empty": set("run_id", ""),
  },
});

const INTENT = documentCases({
  path: "runpack/intent",
  good: {
    schema_id: "gait.runpack.intent",
    ...STAMP,
    intent_id: "intent_1",
    tool_name: "fs.read",
    args_digest: DIGEST,
    args: { path: "/srv", limit: 94, nested: [null, { a: 0.1 }] },
  },
  closed: false,
  required: [...STAMPED, "intent_id", "tool_name", "args_digest"],
  optional: ["args"],
  fits: {
    "an empty digest": set("args_digest", ""),
    "an invalid digest": set("args_digest", "00"),
    "an upper-case digest": set("args_digest", DIGEST.toUpperCase()),
    "an empty intent_id": set("intent_id", ""),
    "another run's id": set("run_id", ""),
    "empty args": set("args", {}),
  },
  fails: {
    "args are an object": set("args", ["/srv"]),
    "args are not null": set("args", null),
    "a digest is text": set("args_digest", 0),
    "schema_id is exact": set("schema_id", "gait.runpack.result"),
    "schema_version is exact": set("schema_version", "1.0.1"),
    "created_at is no empty text": set("created_at", ""),
  },
});

const RESULT = documentCases({
  path: "runpack/result",
  good: {
    schema_id: "gait.runpack.result",
    ...STAMP,
    intent_id: "intent_1",
    status: "ok",
    result_digest: DIGEST,
    result: { ok: true },
  },
  closed: false,
  required: [...STAMPED, "intent_id", "status", "result_digest"],
  optional: ["result"],
  fits: {
    "an empty digest": set("result_digest", ""),
    "an invalid digest": set("result_digest", "11"),
    "an empty status": set("status", ""),
    "a custom status": set("status", "timeout"),
  },
  fails: {
    "a result is an object": set("result", "ok"),
    "a result is not null": set("result", null),
    "a status is text": set("status", true),
    "schema_id is exact": set("schema_id", ""),
    "created_at has seconds": set("created_at", "2026-02-02T02:15Z"),
  },
});

const REFS = documentCases({
  path: "runpack/refs",
  good: {
    schema_id: "gait.runpack.refs",
    ...STAMP,
    receipts: [
      {
        ref_id: "ref_1",
        source_type: "doc",
        source_locator: "kb://1",
        query_digest: DIGEST,
        content_digest: DIGEST,
        retrieved_at: TIME,
        redaction_mode: "reference",
        sensitivity_label: "internal",
        retrieval_params: { top_k: 5 },
        immutability: "unknown",
        freshness_sla_seconds: 60,
      },
    ],
    context_set_digest: DIGEST,
    context_evidence_mode: "best_effort",
    context_ref_count: 1,
  },
  closed: false,
  required: [...STAMPED, "receipts"],
  optional: ["context_set_digest", "context_evidence_mode", "context_ref_count"],
  fits: {
    "no receipts": set("receipts", []),
    "a receipt of empty texts": set("receipts.0", {
      ...{ ref_id: "z", source_type: "", source_locator: "", query_digest: "", content_digest: "" },
      ...{ retrieved_at: "0001-01-01T00:00:00Z", redaction_mode: "" },
    }),
    "a receipt's digest in upper case": set("receipts.0.content_digest", DIGEST.toUpperCase()),
    "unknown members in a receipt": set("receipts.0.note", ""),
  },
  fails: {
    "receipts are not null": set("receipts", null),
    "a receipt has a time": without("receipts.0.retrieved_at"),
    "a receipt's digest must be there": without("receipts.0.query_digest"),
    "a receipt's parameters are an object": set("receipts.0.retrieval_params", []),
    "a receipt's limit is an integer": set("receipts.0.freshness_sla_seconds", PAST_SAFE),
    "a count is not negative": set("context_ref_count", -1),
  },
});

const RECORD = documentCases({
  path: "runpack/record",
  good: {
    run: { run_id: "run_alpha", created_at: TIME, env: { os: "linux" }, timeline: [{ event: "start", ts: TIME }] },
    intents: [{ intent_id: "i1", tool_name: "t", args_digest: "", args: { a: 1 } }],
    results: [{ intent_id: "i1", status: "ok", result_digest: "11", result: {} }],
    refs: { receipts: [{ ref_id: "r", retrieved_at: TIME, retrieval_params: {} }] },
    capture_mode: "raw",
  },
  closed: false,
  required: [],
  optional: ["run", "intents", "results", "refs", "capture_mode", "run.run_id", "intents.0.args", "refs.receipts"],
  fits: {
    "null for a list": set("intents", null),
    "null for an object": set("run", null),
    "null for a member of the run": set("run.env", null),
    "null for args": set("intents.0.args", null),
    "null for a time": set("run.created_at", null),
    "unknown members anywhere": set("results.0.note", []),
    "a capture mode that core refuses": set("capture_mode", " RAW "),
    "more than nine fraction digits": set("run.timeline.0.ts", "2026-05-05T00:00:00.12345678987-00:00"),
  },
  fails: {
    "run is an object": set("run", []),
    "run.run_id is text": set("run.run_id", 7),
    "intents are a list": set("intents", {}),
    "an intent is an object": set("intents.0", null),
    "args are an object": set("intents.0.args", "a"),
    "a digest is text": set("intents.0.args_digest", 0),
    "a time is text": set("run.created_at", 1770000000),
    "a receipt's parameters are an object": set("refs.receipts.0.retrieval_params", 1),
    "capture_mode is text": set("capture_mode", false),
  },
});

export const RUNPACK_CASES = [MANIFEST, RUN, INTENT, RESULT, REFS, RECORD];
