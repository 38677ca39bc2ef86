/** The `--json` answers of `gait capture`. */
import { documentCases, set, TIME } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base, failureCases } from "./answer.ts";

const CAPTURE = "gait.capture.output";

const LIST = documentCases({
  path: "output/capture",
  good: { ...base(CAPTURE, "list"), folder: "/c", logs: [{ path: "/c/run_1.jsonl", size: 7, modified: TIME }] },
  closed: true,
  required: [...BASE, "folder", "logs"],
  optional: [],
  fits: { ...ANSWER_FITS, "nothing was captured": set("logs", []) },
  fails: { ...ANSWER_FAILS, "a size is no text": set("logs", [{ path: "/c/a", size: "7", modified: TIME }]) },
});

const PATH = documentCases({
  path: "output/capture",
  good: { ...base(CAPTURE, "path"), folder: "/c" },
  closed: true,
  required: [...BASE, "folder"],
  optional: [],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "a folder has a name": set("folder", "") },
});

const SETTINGS = (["install", "uninstall"] as const).map((operation) =>
  documentCases({
    path: "output/capture",
    good: {
      ...base(CAPTURE, operation),
      ...{ agent: "codex", path: "/home/a/.codex/config.toml", outcome: "unchanged", dry_run: false, diff: "" },
    },
    closed: true,
    required: [...BASE, "agent", "path", "outcome", "dry_run", "diff"],
    optional: [],
    fits: { ...ANSWER_FITS, "a change": set("diff", "-a\n+b\n") },
    fails: {
      ...ANSWER_FAILS,
      "an agent is known": set("agent", "emacs"),
      "an outcome is known": set("outcome", "done"),
    },
  }),
);

const OTLP = documentCases({
  path: "output/capture",
  good: {
    ...base(CAPTURE, "otlp"),
    ...{
      log: "/c/otlp.jsonl",
      size: 7,
      url: "http://127.0.0.1:4318",
      requests: 2,
      spans: 3,
      log_records: 0,
      refused: 1,
    },
  },
  closed: true,
  required: [...BASE, "url", "requests", "spans", "log_records", "refused"],
  optional: ["log", "size"],
  fits: ANSWER_FITS,
  fails: { ...ANSWER_FAILS, "a log that is there has bytes": set("size", 0) },
});

export const CAPTURE_OUTPUT_CASES = [LIST, PATH, ...SETTINGS, OTLP, failureCases("output/capture", CAPTURE, "mcp", {})];
