/** The answers of `gait trace verify` and `gait verify chain`. */
import { all, DIGEST, documentCases, set, without } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./answer.ts";

const TRACE = "gait.trace.output";
const VERIFY = "gait.verify.output";
const FINDING = { code: "signature_invalid", message: "differs", path: "t.json#$.signature" };
const CHECKED = {
  path: "t.json",
  trace_id: "t",
  tool_name: "fs.read",
  verdict: "block",
  signature_status: "verified",
  key_id: DIGEST,
  findings: [],
};
const REPORT = {
  verdict: "intact",
  reason: "unsigned",
  files_checked: 4,
  signature_status: "missing",
  signatures_total: 0,
  signatures_valid: 0,
  findings: [],
};
const PART = { ok: true, path: "r.zip", verify: REPORT };

export const TRACE_OUTPUT_CASES = [
  documentCases({
    path: "output/trace",
    good: { ...base(TRACE, "verify"), ...CHECKED },
    closed: true,
    required: [...BASE, "path", "signature_status", "findings"],
    optional: ["trace_id", "tool_name", "verdict", "key_id"],
    fits: {
      "a bad one": all(set("ok", false), set("signature_status", "failed"), set("findings", [FINDING])),
      "what it says of itself is text": set("verdict", "maybe"),
      "warnings beside it": ANSWER_FITS["warnings beside it"],
      "the five error members together": all(
        ANSWER_FITS["the five error members together"],
        set("signature_status", "failed"),
      ),
    },
    fails: {
      ...ANSWER_FAILS,
      "a status is known": set("signature_status", "missing"),
      "ok agrees with the status": set("ok", false),
      "failed is not ok": set("signature_status", "failed"),
      "a key id is lower-case": set("key_id", DIGEST.toUpperCase()),
    },
  }),
  documentCases({
    path: "output/verify",
    good: { ...base(VERIFY, "chain"), run: PART, trace: { ok: true, ...CHECKED }, pack: PART, findings: [FINDING] },
    closed: true,
    required: [
      ...[...BASE, "run", "findings", "run.ok", "run.path", "run.verify", "trace.ok", "trace.path", "trace.findings"],
      ...["trace.signature_status", "pack.ok", "pack.path", "pack.verify"],
    ],
    optional: ["trace", "pack", "trace.trace_id", "trace.key_id"],
    fits: ANSWER_FITS,
    fails: {
      ...ANSWER_FAILS,
      "a part is an object": set("run", "r.zip"),
      "a part has nothing else": set("pack.sha256", DIGEST),
      "the report is that of pack verify": without("run.verify.verdict"),
    },
  }),
];
