/** The `--json` answers. */
import { all, type Change, DIGEST, type DocumentCases, documentCases, set, TIME, without } from "../case.ts";

const ERROR = {
  error: "no such file",
  error_code: "invalid_input",
  error_category: "invalid_input",
  hint: "check the path",
  retryable: false,
};
const PUBLIC_KEY = "H+p8lNnvDuWZTT0Myb9iVnxkzNiKdgAm3K+4CCVLeFY=";
const FINDING = { code: "file_hash_mismatch", message: "differs", path: "a", expected: "1", actual: "2", hint: "h" };

function failed(): Change {
  return (document) => {
    Object.assign(document as object, { ok: false, ...ERROR });
  };
}

export function base(schema: string, operation: string, ok = true) {
  return { schema_id: schema, schema_version: "1.0.0", ok, operation };
}

export const BASE = ["schema_id", "schema_version", "ok", "operation"];

/** Of every answer that shows something. */
export const ANSWER_FITS = {
  "warnings beside it": set("warnings", ["dev key"]),
  "the five error members together": failed(),
};
export const ANSWER_FAILS = {
  "no error beside ok": all(failed(), set("ok", true)),
  "an error brings its code": all(failed(), without("error_code")),
  "an error brings its category": all(failed(), without("error_category")),
  "an error brings its hint": all(failed(), without("hint")),
  "an error says whether to try again": all(failed(), without("retryable")),
  "no code without its error": all(failed(), without("error")),
  "an error code is known": all(failed(), set("error_code", "not_found")),
  "a warning is text": set("warnings", [1]),
  "an operation is known": set("operation", "publish"),
  "schema_id is the command's": set("schema_id", "gait.pack.manifest"),
  "no correlation_id": set("correlation_id", "535c6acf104c87c555eded4d"),
};

const PACK = "gait.pack.output";
const IDENTITY = { pack_id: DIGEST, pack_type: "run", source_ref: "run_alpha" };

const PACK_BUILD = documentCases({
  path: "output/pack",
  good: {
    ...base(PACK, "build"),
    path: "pack.zip",
    ...IDENTITY,
    build: { signature_status: "signed", signature_key_id: DIGEST, public_key: PUBLIC_KEY },
  },
  closed: true,
  required: [...BASE, "path", "pack_id", "pack_type", "source_ref", "build"],
  optional: ["build.signature_key_id", "build.public_key"],
  fits: { ...ANSWER_FITS, unsigned: set("build", { signature_status: "missing" }) },
  fails: {
    ...ANSWER_FAILS,
    "a build makes run and job packs": set("pack_type", "guard"),
    "a public key is 32 bytes": set("build.public_key", "AAAA"),
    "a key id is lower-case": set("build.signature_key_id", DIGEST.toUpperCase()),
    "a signature status is known": set("build.signature_status", "verified"),
  },
});

const PACK_VERIFY = documentCases({
  path: "output/pack",
  good: {
    ...base(PACK, "verify"),
    path: "pack.zip",
    ...IDENTITY,
    verify: {
      ...IDENTITY,
      verdict: "intact",
      reason: "unsigned",
      files_checked: 2,
      missing_files: [],
      hash_mismatches: [{ path: "a", expected: DIGEST, actual: DIGEST }],
      undeclared_files: ["b"],
      signature_status: "missing",
      signature_errors: [],
      signatures_total: 0,
      signatures_valid: 0,
      signature_key_ids: [DIGEST],
      legacy_type: "runpack",
      findings: [FINDING],
    },
  },
  closed: true,
  required: [
    ...[...BASE, "path", "verify", "verify.verdict", "verify.reason", "verify.files_checked"],
    ...["verify.signature_status", "verify.signatures_total", "verify.signatures_valid", "verify.findings"],
  ],
  optional: [
    ...["pack_id", "pack_type", "source_ref", "verify.pack_id", "verify.pack_type", "verify.missing_files"],
    ...["verify.hash_mismatches", "verify.undeclared_files", "verify.signature_key_ids", "verify.legacy_type"],
  ],
  fits: {
    "warnings beside it": set("warnings", ["the signature was not checked"]),
    "a failed verdict without an error": all(set("ok", false), set("verify.verdict", "failed")),
    "a failed verdict with an error": all(failed(), set("verify.verdict", "failed")),
    authentic: set("verify.verdict", "authentic"),
    "an evidence pack": all(set("verify.pack_type", "guard"), set("verify.legacy_type", "guard")),
    "a finding of code and message": set("verify.findings", [{ code: "zip_gap", message: "3 bytes" }]),
  },
  fails: {
    ...ANSWER_FAILS,
    "ok and failed contradict each other": set("verify.verdict", "failed"),
    "not ok and intact contradict each other": set("ok", false),
    "a verdict is known": set("verify.verdict", "verified"),
    "a finding has a code": set("verify.findings", [{ message: "3 bytes" }]),
    "a finding has no unknown member": set("verify.findings.0.line", 1),
  },
});

export function failureCases(
  path: string,
  schema: string,
  operation: string,
  fits: Record<string, Change>,
): DocumentCases {
  return documentCases({
    path,
    good: { ...base(schema, operation, false), ...ERROR, warnings: ["w"] },
    closed: true,
    required: [...BASE, ...Object.keys(ERROR)],
    optional: ["warnings"],
    fits: { "a held lock": all(set("error_category", "state_contention"), set("retryable", true)), ...fits },
    fails: {
      "a failure is not ok": set("ok", true),
      "an error is not blank": set("error", ""),
      "an error code is known": set("error_code", "E1"),
      "retryable is true or false": set("retryable", 0),
    },
  });
}

const RUN = "gait.run.output";
const FOOTER = `GAIT run_id=r manifest=sha256:${DIGEST} verify="gait verify r"`;

const RUN_RECORD = documentCases({
  path: "output/run",
  good: {
    ...base(RUN, "record"),
    run_id: "r",
    bundle: "./gait-out/runpack_r.zip",
    manifest_digest: DIGEST,
    capture_mode: "reference",
    intents_count: 1,
    results_count: 1,
    refs_count: 0,
    args_omitted: 1,
    results_omitted: 1,
    signature_status: "signed",
    signature_key_id: DIGEST,
    public_key: PUBLIC_KEY,
    ticket_footer: FOOTER,
  },
  closed: true,
  required: [
    ...[...BASE, "run_id", "bundle", "manifest_digest", "capture_mode", "intents_count", "results_count", "refs_count"],
    ...["args_omitted", "results_omitted", "signature_status", "ticket_footer"],
  ],
  optional: ["signature_key_id", "public_key"],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "a count is an integer": set("args_omitted", 0.5) },
});

const RUN_INSPECT = documentCases({
  path: "output/run",
  good: {
    ...base(RUN, "inspect"),
    ...{ artifact_type: "runpack", verified: true, verdict: "intact" },
    ...{ run_id: "r", path: "runpack_r.zip", capture_mode: "raw", intents_total: 1, results_total: 1 },
    entries: [
      {
        ...{ index: 1, intent_id: "i", tool_name: "t", created_at: TIME, args_digest: DIGEST, status: "ok" },
        ...{ result_digest: DIGEST, verdict: "allow", reason_codes: ["a"], violations: [] },
      },
    ],
    unmatched_results: [{ intent_id: "orphan", status: "ok", result_digest: DIGEST }],
    findings: [],
  },
  closed: true,
  required: [...BASE, "artifact_type", "verified", "verdict", "path", "intents_total", "results_total", "entries"],
  optional: [
    ...["run_id", "capture_mode", "findings", "unmatched_results"],
    ...["entries.0.tool_name", "entries.0.status", "entries.0.violations"],
  ],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "an index counts from 1": set("entries.0.index", 0) },
});

const RUN_RECEIPT = documentCases({
  path: "output/run",
  good: { ...base(RUN, "receipt"), run_id: "r", path: "p.zip", manifest_digest: DIGEST, ticket_footer: FOOTER },
  closed: true,
  required: [...BASE, "run_id", "path", "manifest_digest", "ticket_footer"],
  optional: [],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "a digest has 64 digits": set("manifest_digest", "") },
});

const KEYS = "gait.keys.output";

const KEYS_INIT = documentCases({
  path: "output/keys",
  good: {
    ...base(KEYS, "init"),
    prefix: "gait",
    key_id: DIGEST,
    public_key_path: "keys/gait_public.key",
    private_key_path: "keys/gait_private.key",
  },
  closed: true,
  required: [...BASE, "prefix", "key_id", "public_key_path", "private_key_path"],
  optional: [],
  fits: { ...ANSWER_FITS, "rotate answers the same": set("operation", "rotate") },
  fails: { ...ANSWER_FAILS, "verify answers something else": set("operation", "verify") },
});

const KEYS_VERIFY = documentCases({
  path: "output/keys",
  good: {
    ...base(KEYS, "verify"),
    key_id: DIGEST,
    public_key_source: "derived",
    private_key_source: "env:GAIT_KEY",
  },
  closed: true,
  required: [...BASE, "key_id", "public_key_source", "private_key_source"],
  optional: [],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "a source is not empty": set("public_key_source", "") },
});

const VERSION = documentCases({
  path: "output/version",
  good: { ...base("gait.version.output", "version"), version: "0.1.0", commit: "", bun: "1.4.5", target: "linux-x64" },
  closed: true,
  required: [...BASE, "version", "commit", "bun", "target"],
  optional: [],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "a version is not blank": set("version", "") },
});

const WITH_FINDINGS = { "the findings that are the reason": set("findings", [FINDING]), "a path": set("path", "a") };

export const OUTPUT_CASES = [
  ...[PACK_BUILD, PACK_VERIFY],
  failureCases("output/pack", PACK, "verify", WITH_FINDINGS),
  ...[RUN_RECORD, RUN_INSPECT, RUN_RECEIPT],
  failureCases("output/run", RUN, "record", WITH_FINDINGS),
  ...[KEYS_INIT, KEYS_VERIFY],
  failureCases("output/keys", KEYS, "init", {}),
  VERSION,
  failureCases("output/error", "gait.error.output", "", { "any words": set("operation", "pakc verify") }),
];
