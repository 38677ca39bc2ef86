/** How a call went, by what its result says: the one rule for every list, picture and count. */
import type { Outcome } from "../schema/run-account.ts";

/** What recorders write of a call that went well. Every other status is a failure: better one too many is looked at. */
const GOOD_STATUSES: ReadonlySet<string> = new Set(["ok", "success", "succeeded", "completed", "done", "passed"]);

/** Verdicts of a policy, and statuses, that say that the call was not let through. */
const BLOCKING: ReadonlySet<string> = new Set([
  "block",
  "blocked",
  "deny",
  "denied",
  "require_approval",
  "approval_required",
]);

/**
 * `undefined` for a call without a result. Letter case and white space around the words don't count; a blocking verdict
 * counts before any status.
 */
export function outcomeOf(result: { readonly status?: string; readonly verdict?: string } | undefined): Outcome {
  if (result === undefined) return "open";
  const status = word(result.status);
  if (BLOCKING.has(word(result.verdict)) || BLOCKING.has(status)) return "blocked";
  return GOOD_STATUSES.has(status) ? "ok" : "failed";
}

/** Whether somebody should look at it first. */
export function isFailure(outcome: Outcome): boolean {
  return outcome === "failed" || outcome === "blocked";
}

function word(text: string | undefined): string {
  return (text ?? "").trim().toLowerCase();
}
