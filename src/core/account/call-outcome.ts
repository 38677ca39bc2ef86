/** How a call went, by what its result says: the one rule for every list, picture and count. */
import type { CallOutcome } from "../../schema/account/run.ts";

/** What recorders write of a call that went well. Every other status is a failure: better one too many is looked at. */
const GOOD_STATUSES: ReadonlySet<string> = new Set(["ok", "success", "succeeded", "completed", "done", "passed"]);

/** Verdicts of a policy, and statuses, that say that the call was not let through. */
const BLOCKING: ReadonlySet<string> = new Set(["block", "blocked", "deny", "denied"]);

/** The call had to wait for an approval; whether it got one, the status tells. */
const ASKING: ReadonlySet<string> = new Set(["require_approval", "approval_required"]);

/**
 * `undefined` for a call without a result. Letter case and white space around the words don't count; a blocking verdict
 * counts before any status.
 */
export function outcomeOf(result: { readonly status?: string; readonly verdict?: string } | undefined): CallOutcome {
  if (result === undefined) return "open";
  const status = word(result.status);
  const verdict = word(result.verdict);
  if (BLOCKING.has(verdict) || BLOCKING.has(status)) return "blocked";
  if (GOOD_STATUSES.has(status)) return "ok";
  return ASKING.has(verdict) || ASKING.has(status) ? "blocked" : "failed";
}

/** Whether somebody should look at it first. */
export function isFailure(outcome: CallOutcome): boolean {
  return outcome === "failed" || outcome === "blocked";
}

function word(text: string | undefined): string {
  return (text ?? "").trim().toLowerCase();
}
