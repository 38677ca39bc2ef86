/** `entries` and `unmatched_results` of `gait run inspect --json` (contract 1.8), from the account of the run. */
import type { RunAccount } from "../../schema/account/run.ts";
import type { RunInspectOutput } from "../../schema/answer/run.ts";
import { toUtcWherePossible, ZERO_TIME } from "../time/timestamp.ts";

export type RunEntries = Pick<RunInspectOutput, "entries" | "unmatched_results">;

/** The intents in their order, each with the first result of its id. */
export function runEntries({ calls, stray_results }: RunAccount): RunEntries {
  const unmatched = stray_results
    .filter(({ why }) => why === "no_intent")
    .map(({ intent_id, status, result_digest }) => ({
      intent_id,
      ...(status === undefined ? {} : { status }),
      ...(result_digest === undefined ? {} : { result_digest }),
    }));
  return {
    entries: calls.map((call) => ({
      index: call.index,
      intent_id: call.intent_id,
      ...(call.tool_name === undefined ? {} : { tool_name: call.tool_name }),
      created_at: call.started_at === undefined ? ZERO_TIME : toUtcWherePossible(call.started_at),
      ...(call.args_digest === undefined ? {} : { args_digest: call.args_digest }),
      ...(call.status === undefined ? {} : { status: call.status }),
      ...(call.result_digest === undefined ? {} : { result_digest: call.result_digest }),
      ...(call.verdict === undefined ? {} : { verdict: call.verdict }),
      ...(call.reason_codes === undefined ? {} : { reason_codes: call.reason_codes }),
      ...(call.violations === undefined ? {} : { violations: call.violations }),
    })),
    ...(unmatched.length > 0 ? { unmatched_results: unmatched } : {}),
  };
}
