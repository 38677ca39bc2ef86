/** The answer of `gait pack export --json`. */
import { DIGEST, documentCases, set, TIME, without } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./answer.ts";

const METRICS = [
  ...["tool_calls_total", "tool_calls_success", "tool_calls_success_rate", "policy_blocked"],
  ...["approval_required", "regress_failures"],
];
const COUNTS = [
  ...["files_checked", "hash_mismatches", "missing_files", "undeclared_files", "signatures_total"],
  "signatures_valid",
];

export const PACK_EXPORT = documentCases({
  path: "output/pack",
  good: {
    ...base("gait.pack.output", "export"),
    path: "run.zip",
    pack_id: DIGEST,
    pack_type: "run",
    source_ref: "run_1",
    verdict: "intact",
    export: {
      pack_id: DIGEST,
      pack_type: "run",
      source_ref: "run_1",
      manifest_digest: DIGEST,
      ...Object.fromEntries(COUNTS.map((name) => [name, 1])),
      signature_status: "skipped",
      created_at: TIME,
      metrics: Object.fromEntries(METRICS.map((name) => [name, 1])),
    },
    otel_path: "a.jsonl",
    postgres_sql_path: "a.sql",
  },
  closed: true,
  required: [
    ...[...BASE, "path", "pack_id", "pack_type", "source_ref", "verdict", "export", "export.manifest_digest"],
    ...[...COUNTS, "signature_status", "created_at", "metrics"].map((name) => `export.${name}`),
    ...METRICS.map((name) => `export.metrics.${name}`),
  ],
  optional: ["otel_path", "postgres_sql_path"],
  fits: { ...ANSWER_FITS, "a rate": set("export.metrics.tool_calls_success_rate", 0.25) },
  fails: {
    ...ANSWER_FAILS,
    "metrics are there": without("export.metrics"),
    "no signature is verified": set("export.signature_status", "verified"),
    "a count is whole": set("export.files_checked", 0.5),
  },
});

export const PACK_EXPORT_FILE = documentCases({
  path: "output/pack",
  good: {
    ...base("gait.pack.output", "export"),
    to: "otlp",
    out_path: "traces.jsonl",
    packs: 2,
    calls: 5,
    repeated: 0,
  },
  closed: true,
  required: [...BASE, "to", "out_path", "packs", "calls", "repeated"],
  optional: [],
  fits: { ...ANSWER_FITS, "the other format": set("to", "postgres-copy") },
  fails: {
    ...ANSWER_FAILS,
    "another format": set("to", "parquet"),
    "a count is whole": set("calls", 0.5),
    "no count is below zero": set("packs", -1),
    "not both kinds": set("otel_path", "a.jsonl"),
  },
});

const CALL = {
  ...{ schema_id: "gait.export.call", schema_version: "1.0.0", sha256: DIGEST, run_id: "run_1", index: 1 },
  ...{ intent_id: "call_01", tool_name: "fs.read", outcome: "ok", status: "ok", result_index: 1, args_kept: true },
  ...{ result_kept: true, started_at: TIME, ended_at: TIME, args: { path: "a" }, result: [1] },
};
const RUN = { first_at: TIME, last_at: TIME, calls: 2, not_ok: 1, tools: [{ name: "fs.read", calls: 2, not_ok: 1 }] };

export const EXPORTED_LINES = [
  documentCases({
    path: "output/export-pack",
    good: {
      ...{ schema_id: "gait.export.pack", schema_version: "1.0.0", location: "a.zip", sha256: DIGEST, size: 9 },
      ...{ verdict: "intact", pack_id: DIGEST, pack_type: "run", source_ref: "run_1", manifest_digest: DIGEST },
      ...{ signers: [{ key_id: DIGEST, status: "not_checked" }], ...RUN },
    },
    closed: true,
    required: [
      ...["schema_id", "schema_version", "location", "sha256", "size", "verdict", "pack_id", "pack_type", "source_ref"],
      ...["manifest_digest", "signers", "signers.0.key_id", "signers.0.status", "tools.0.name"],
    ],
    optional: ["first_at", "last_at", "calls", "not_ok", "tools"],
    fits: { "nobody signed": set("signers", []) },
    fails: {
      "a verdict is known": set("verdict", "good"),
      "a receipt has another name": set("schema_id", "gait.receipt"),
    },
  }),
  documentCases({
    path: "output/export-call",
    good: CALL,
    closed: true,
    required: [
      ...["schema_id", "schema_version", "sha256", "run_id", "index", "intent_id", "outcome", "args_kept"],
      "result_kept",
    ],
    optional: ["tool_name", "status", "result_index", "started_at", "ended_at", "args", "result"],
    fits: { "arguments of any kind": set("args", null) },
    fails: { "an outcome is known": set("outcome", "won"), "a place is counted from 1": set("index", 0) },
  }),
];
