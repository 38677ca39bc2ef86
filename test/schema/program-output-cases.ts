/** The `--json` answers about the program itself. */
import { documentCases, set } from "./cases.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./output-cases.ts";

const SELFTEST = documentCases({
  path: "output/selftest",
  good: {
    ...base("gait.selftest.output", "selftest"),
    ...{ version: "0.1.0", commit: "", bun: "1.4.5", target: "linux-x64", os: "linux 6.1", arch: "x64", cpus: 2 },
    libc: "glibc 2.36",
    passed: 1,
    failed: 0,
    checks: [{ name: "sha256", shows: "it works", ok: true }],
  },
  closed: true,
  required: [
    ...[...BASE, "version", "commit", "bun", "target", "os", "arch", "cpus", "passed", "failed", "checks"],
    ...["checks.0.name", "checks.0.shows", "checks.0.ok"],
  ],
  optional: ["libc"],
  fits: {
    ...ANSWER_FITS,
    "a failed check says why": set("checks.0", { name: "a", shows: "b", ok: false, error: "c" }),
  },
  fails: {
    ...ANSWER_FAILS,
    "there is a processor": set("cpus", 0),
    "a check has a name": set("checks.0.name", ""),
    "a check has no unknown member": set("checks.0.time", 1),
  },
});

export const PROGRAM_OUTPUT_CASES = [SELFTEST];
