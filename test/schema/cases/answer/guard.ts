/** The answers of `gait guard … --json`. */
import { LEAST_ACCOUNT } from "../account.ts";
import { all, DIGEST, type DocumentCases, documentCases, set, TIME, without } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base, failureCases } from "./answer.ts";

const GUARD = "gait.guard.output";
const COUNTS = [
  ...["controls", "inventory_count", "trace_count", "regress_count", "approval_audit_count"],
  "credential_evidence_count",
];

const PACK = documentCases({
  path: "output/guard",
  good: {
    ...base(GUARD, "pack"),
    pack_path: "evidence_pack.zip",
    pack_id: `pack_${DIGEST.slice(0, 16)}`,
    run_id: "run_alpha",
    case_id: "INC-1",
    template_id: "incident_response",
    controls_without_evidence: ["IR-ROOTCAUSE"],
    rendered_artifacts: 1,
    manifest_path: "evidence_pack.zip#pack_manifest.json",
    ...Object.fromEntries(COUNTS.map((name) => [name, 2])),
    policy_digests: [DIGEST],
    window_from: TIME,
    window_to: TIME,
    signature_status: "signed",
    signature_key_id: DIGEST,
    public_key: "H+p8lNnvDuWZTT0Myb9iVnxkzNiKdgAm3K+4CCVLeFY=",
  },
  closed: true,
  required: [
    ...[...BASE, ...COUNTS, "pack_path", "pack_id", "run_id", "template_id", "manifest_path", "signature_status"],
  ],
  optional: [
    ...["case_id", "rendered_artifacts", "policy_digests", "window_from", "window_to", "signature_key_id"],
    "public_key",
  ],
  fits: { ...ANSWER_FITS, "every control has evidence": set("controls_without_evidence", []) },
  fails: {
    ...ANSWER_FAILS,
    "a template is known": set("template_id", "hipaa"),
    "no page is left out": set("rendered_artifacts", 0),
    "controls without evidence are listed": without("controls_without_evidence"),
  },
});

const VERIFY = documentCases({
  path: "output/guard",
  good: {
    ...base(GUARD, "verify"),
    path: "evidence_pack.zip",
    pack_id: `pack_${DIGEST.slice(0, 16)}`,
    run_id: "run_alpha",
    case_id: "INC-1",
    template_id: "soc2",
    verdict: "authentic",
    reason: "signed",
    files_checked: 4,
    missing_files: ["a"],
    hash_mismatches: [{ path: "a", expected: DIGEST, actual: DIGEST }],
    undeclared_files: ["b"],
    signature_status: "verified",
    signature_errors: [],
    signatures_total: 1,
    signatures_valid: 1,
    signature_key_ids: [DIGEST],
    findings: [],
  },
  closed: true,
  required: [
    ...[...BASE, "path", "verdict", "reason", "files_checked", "signature_status"],
    ...["signatures_total", "signatures_valid", "findings"],
  ],
  optional: [
    ...["pack_id", "run_id", "case_id", "template_id", "missing_files", "hash_mismatches", "undeclared_files"],
    ...["signature_errors", "signature_key_ids"],
  ],
  fits: {
    "a template that is not known": set("template_id", "hipaa"),
    "a failed verdict": all(set("ok", false), set("verdict", "failed")),
    "warnings beside it": set("warnings", ["w"]),
  },
  fails: {
    ...ANSWER_FAILS,
    "ok and failed contradict each other": set("verdict", "failed"),
    "not ok and authentic contradict each other": set("ok", false),
    "the report is not in a separate member": set("verify", {}),
  },
});

const INSPECT = documentCases({
  path: "output/pack",
  good: {
    ...base("gait.pack.output", "inspect"),
    path: "evidence_pack.zip",
    pack_type: "guard",
    inspect: {
      verified: true,
      verdict: "intact",
      manifest: {},
      runpack_summary: {},
      controls: [
        {
          control_id: "CC6.6",
          title: "Change Management Evidence",
          evidence: [{ path: "trace_summary.json", type: "trace", sha256: DIGEST }],
          has_evidence: true,
        },
      ],
      legacy_type: "guard",
    },
    account: LEAST_ACCOUNT,
  },
  closed: true,
  required: [...BASE, "path", "inspect", "inspect.verified", "inspect.verdict", "inspect.controls.0.has_evidence"],
  optional: ["inspect.runpack_summary", "inspect.controls", "inspect.manifest"],
  fits: {
    ...ANSWER_FITS,
    "a control without evidence": set("inspect.controls.0.evidence", []),
    "evidence that is not in the pack": set("inspect.controls.0.evidence", [{ path: "a" }]),
  },
  fails: { ...ANSWER_FAILS, "a control has no unknown member": set("inspect.controls.0.approved", true) },
});

export const GUARD_OUTPUT_CASES: readonly DocumentCases[] = [
  PACK,
  VERIFY,
  INSPECT,
  failureCases("output/guard", GUARD, "pack", {
    "the evidence is bad": set("findings", [{ code: "zip_gap", message: "3 bytes" }]),
  }),
];
