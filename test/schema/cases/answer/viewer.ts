/** The answer of `gait viewer --json`. */
import { DIGEST, documentCases, set } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base, failureCases } from "./answer.ts";

const VIEWER = "gait.viewer.output";

const WRITTEN = documentCases({
  path: "output/viewer",
  good: {
    ...base(VIEWER, "viewer"),
    path: "verify.html",
    sha256: DIGEST,
    size: 200_000,
    version: "0.1.0",
    commit: "",
  },
  closed: true,
  required: [...BASE, "path", "sha256", "size", "version", "commit"],
  optional: [],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "a path is not empty": set("path", ""), "a size is a whole number": set("size", 0.5) },
});

export const VIEWER_OUTPUT_CASES = [WRITTEN, failureCases("output/viewer", VIEWER, "viewer", {})];
