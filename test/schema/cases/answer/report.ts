/** The answer of `gait pack report --json`. */
import { DIGEST, documentCases, set } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./answer.ts";

export const PACK_REPORT = documentCases({
  path: "output/pack",
  good: {
    ...base("gait.pack.output", "report"),
    path: "report.html",
    sha256: DIGEST,
    size: 50_000,
    compared: false,
    artifacts: [
      {
        path: "run.zip",
        pack_id: DIGEST,
        pack_type: "run",
        source_ref: "run_1",
        verdict: "intact",
        reason: "it is not signed",
        findings: [],
      },
    ],
  },
  closed: true,
  required: [
    ...[...BASE, "path", "sha256", "size", "compared", "artifacts"],
    ...["artifacts.0.path", "artifacts.0.verdict", "artifacts.0.reason", "artifacts.0.findings"],
  ],
  optional: ["artifacts.0.pack_id", "artifacts.0.pack_type", "artifacts.0.source_ref"],
  fits: { ...ANSWER_FITS, "a bad pack": set("artifacts.0.verdict", "failed") },
  fails: {
    ...ANSWER_FAILS,
    "a path is not empty": set("path", ""),
    "a verdict is known": set("artifacts.0.verdict", "verified"),
    "a digest has 64 digits": set("sha256", "00"),
  },
});
