/** The `--json` answers about many packs, and the records of progress. */
import { all, documentCases, PAST_SAFE, set, without } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./answer.ts";

const PACKS = "gait.packs.output";
const VERDICT = {
  path: "a.zip",
  ok: true,
  exit: 0,
  verify: {
    ...{ verdict: "intact", reason: "unsigned", files_checked: 2, signature_status: "missing" },
    ...{ signatures_total: 0, signatures_valid: 0, findings: [] },
  },
  warnings: ["odd"],
};
const UNJUDGED = { path: "b.zip", ok: false, exit: 6, reason: "not_found", error: "it is not there", hint: "look" };
const SUMMARY = {
  ...{ listed: 5, checked: 2, authentic: 0, intact: 1, failed: 0, unreadable: 1, broken: 0, stopped: false },
  shard: { index: 0, count: 2 },
};

const SUMMARY_FAILS = {
  "a count is a count": set("summary.checked", -1),
  "a shard is one of some": set("summary.shard.count", 0),
  "a summary is closed": set("summary.more", 1),
};

export const PACKS_OUTPUT_CASES = [
  documentCases({
    path: "output/packs",
    good: { ...base(PACKS, "verify", false), results: [VERDICT, UNJUDGED], summary: SUMMARY },
    closed: true,
    required: [...BASE, "summary"],
    optional: ["summary.shard", "results.0.warnings"],
    fits: { "no result": set("results", []), "warnings beside it": set("warnings", ["a link"]) },
    fails: {
      ...SUMMARY_FAILS,
      "a verdict's exit is 0 or 2": set("results.0.exit", 6),
      "without a verdict it is 6 or 1": set("results.1.exit", 0),
      "no verdict, no ok": set("results.1.ok", true),
      "a verdict needs its report": without("results.0.verify"),
      "an error has its reason": without("results.1.reason"),
      "a path is not empty": set("results.0.path", ""),
      "not a verdict and an error": set("results.0.error", "no"),
      "schema_id is the command's": set("schema_id", "gait.pack.output"),
    },
  }),
  documentCases({
    path: "output/packs",
    good: { ...base(PACKS, "verify"), result: VERDICT },
    closed: true,
    required: [...BASE, "result"],
    optional: ["result.warnings"],
    fits: { ...ANSWER_FITS, "one that could not be read": all(set("result", UNJUDGED), set("ok", false)) },
    fails: { ...ANSWER_FAILS, "a report is not a line": set("results", []) },
  }),
  documentCases({
    path: "output/packs",
    good: { ...base(PACKS, "verify"), summary: SUMMARY },
    closed: true,
    required: [...BASE, "summary"],
    optional: ["summary.shard"],
    fits: ANSWER_FITS,
    fails: { ...ANSWER_FAILS, ...SUMMARY_FAILS },
  }),
  documentCases({
    path: "output/progress",
    good: {
      ...{ schema_id: "gait.progress", schema_version: "1.0.0", elapsed_ms: 1000, bytes: 5, bytes_per_second: 5 },
      ...{ about: "pack verify", bytes_total: 10, seconds_left: 1, packs: 1, packs_total: 2 },
    },
    closed: true,
    required: ["schema_id", "schema_version", "about", "elapsed_ms", "bytes", "bytes_per_second"],
    optional: ["bytes_total", "seconds_left", "packs", "packs_total"],
    fits: { "nothing yet": set("bytes", 0) },
    fails: {
      "bytes are counted": set("bytes", 0.5),
      "and are not more than can be": set("bytes", PAST_SAFE),
      "time left is not before now": set("seconds_left", -1),
      "it is about some work": set("about", ""),
      "another document": set("schema_id", "gait.packs.output"),
    },
  }),
];
