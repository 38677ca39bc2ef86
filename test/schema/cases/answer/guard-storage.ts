/** What `gait guard encrypt`, `decrypt` and `retain` read, write and answer. */
import { DIGEST, documentCases, set, TIME } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./answer.ts";

const GUARD = "gait.guard.output";
const FILE = { path: "a/trace_1.json", kind: "trace", modified_at: TIME, age_seconds: 5, action: "kept" };
const ENCRYPTED = {
  schema_id: "gait.guard.encrypted_artifact",
  schema_version: "1.0.0",
  created_at: TIME,
  producer_version: "1",
  algorithm: "aes-256-gcm",
  key_source: { mode: "env", ref: "KEY", command: "x" },
  nonce: "AAAA",
  ciphertext: "AAAA",
  plain_sha256: DIGEST,
  plain_size: 3,
};
const REPORT = {
  schema_id: "gait.guard.retention_report",
  schema_version: "1.0.0",
  created_at: TIME,
  producer_version: "1",
  root_path: "a",
  dry_run: true,
  trace_ttl_seconds: 5,
  pack_ttl_seconds: 0,
  scanned_files: 1,
  deleted_files: [],
  kept_files: [FILE],
};

export const GUARD_STORAGE_CASES = [
  documentCases({
    path: "guard/encrypted-artifact",
    good: ENCRYPTED,
    closed: true,
    required: [...Object.keys(ENCRYPTED).filter((name) => name !== "plain_size"), "key_source.mode"],
    optional: ["plain_size", "key_source.ref", "key_source.command"],
    fits: { "a digest may be unknown": set("plain_sha256", "") },
    fails: {
      "a mode is known": set("key_source.mode", "file"),
      "the key is not in it": set("key_source.key", "AAAA"),
      "a size is whole": set("plain_size", 0.5),
    },
  }),
  documentCases({
    path: "guard/retention-report",
    good: REPORT,
    closed: true,
    required: [...Object.keys(REPORT), ...Object.keys(FILE).map((name) => `kept_files.0.${name}`)],
    optional: [],
    fits: { "a time to come": set("kept_files.0.age_seconds", -5) },
    fails: {
      "a kind is known": set("kept_files.0.kind", "runpack"),
      "an action is known": set("kept_files.0.action", "moved"),
    },
  }),
  documentCases({
    path: "output/guard",
    good: {
      ...base(GUARD, "encrypt"),
      path: "a.gaitenc",
      algorithm: "aes-256-gcm",
      plain_sha256: DIGEST,
      plain_size: 0,
      key_mode: "env",
      key_ref: "KEY",
    },
    closed: true,
    required: [...BASE, "path", "algorithm", "plain_sha256", "plain_size", "key_mode", "key_ref"],
    optional: [],
    fits: { ...ANSWER_FITS, "a program": set("key_mode", "command") },
    fails: { ...ANSWER_FAILS, "one algorithm": set("algorithm", "rot13") },
  }),
  documentCases({
    path: "output/guard",
    good: { ...base(GUARD, "decrypt"), path: "a", plain_sha256: DIGEST, plain_size: 0 },
    closed: true,
    required: [...BASE, "path", "plain_sha256", "plain_size"],
    optional: [],
    fits: ANSWER_FITS,
    fails: { ...ANSWER_FAILS, "a digest has 64 digits": set("plain_sha256", "") },
  }),
  documentCases({
    path: "output/guard",
    good: {
      ...base(GUARD, "retain"),
      root_path: "a",
      dry_run: false,
      scanned_files: 1,
      deleted_files: [],
      kept_files: [FILE],
      report_path: "r.json",
    },
    closed: true,
    required: [...BASE, "root_path", "dry_run", "scanned_files", "deleted_files", "kept_files"],
    optional: ["report_path"],
    fits: { ...ANSWER_FITS, "all is gone": set("kept_files", []) },
    fails: { ...ANSWER_FAILS, "a count is whole": set("scanned_files", -1) },
  }),
];
