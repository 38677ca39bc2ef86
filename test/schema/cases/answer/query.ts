/** The answer of `gait pack query --json`, and a line of its NDJSON. */
import { DIGEST, documentCases, set } from "../case.ts";
import { ANSWER_FAILS, ANSWER_FITS, BASE, base } from "./answer.ts";

const CALL = {
  ...{ run_id: "run_1", index: 1, intent_id: "call_01", tool_name: "fs.read", outcome: "ok", status: "ok" },
  ...{ args_kept: true, result_kept: true, args: { path: "a" }, result: [1] },
};
const REQUIRED = ["run_id", "index", "intent_id", "outcome", "args_kept", "result_kept"];
const OPTIONAL = ["tool_name", "status", "args", "result"];
const FAILS = { "an outcome is known": "won", "a place is counted from 1": 0 } as const;

export const PACK_QUERY_CASES = [
  documentCases({
    path: "output/pack",
    good: {
      ...base("gait.pack.output", "query"),
      ...{ path: "run.zip", pack_id: DIGEST, pack_type: "run", source_ref: "run_1", verdict: "intact" },
      ...{ reason: "it is not signed", query: "tool=fs.*", calls_total: 6, calls_found: 1, calls: [CALL] },
    },
    closed: true,
    required: [
      ...[...BASE, "path", "verdict", "reason", "query", "calls_total", "calls_found", "calls"],
      ...REQUIRED.map((name) => `calls.0.${name}`),
    ],
    optional: ["pack_id", "pack_type", "source_ref", ...OPTIONAL.map((name) => `calls.0.${name}`)],
    fits: { ...ANSWER_FITS, "no call": set("calls", []), "arguments of any kind": set("calls.0.args", null) },
    fails: {
      ...ANSWER_FAILS,
      "an outcome is known": set("calls.0.outcome", FAILS["an outcome is known"]),
      "a count is a count": set("calls_found", -1),
      "a call is closed": set("calls.0.more", 1),
    },
  }),
  documentCases({
    path: "output/call",
    good: CALL,
    closed: true,
    required: REQUIRED,
    optional: OPTIONAL,
    fits: { "no text of arguments": set("args", {}) },
    fails: {
      "an outcome is known": set("outcome", FAILS["an outcome is known"]),
      "a place is counted from 1": set("index", FAILS["a place is counted from 1"]),
    },
  }),
];
