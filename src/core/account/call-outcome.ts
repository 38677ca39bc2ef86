/** The outcome of a call, from its result: one rule for every list, picture and count. */
import type { CallOutcome } from "../../schema/account/run.ts";

/** Statuses that mean success. Every other status counts as a failure: a false alarm is better than a miss. */
const GOOD_STATUSES: ReadonlySet<string> = new Set(["ok", "success", "succeeded", "done", "passed"]);

/** An answer came, and the status does not tell how the call went. */
const UNSTATED = "completed";

/** Policy verdicts and statuses that mean that the call was blocked. */
const BLOCKING: ReadonlySet<string> = new Set(["block", "blocked", "deny", "denied"]);

/** The call needed an approval; the status tells whether it was given. */
const ASKING: ReadonlySet<string> = new Set(["require_approval", "approval_required"]);

/**
 * `undefined` for a call without a result. Letter case and surrounding white space are ignored; a blocking verdict
 * takes precedence over the status.
 */
export function outcomeOf(result: { readonly status?: string; readonly verdict?: string } | undefined): CallOutcome {
  if (result === undefined) return "open";
  const status = word(result.status);
  const verdict = word(result.verdict);
  if (BLOCKING.has(verdict) || BLOCKING.has(status)) return "blocked";
  if (GOOD_STATUSES.has(status)) return "ok";
  if (status === UNSTATED) return "unstated";
  return ASKING.has(verdict) || ASKING.has(status) ? "blocked" : "failed";
}

/** Whether it should be listed first. */
export function isFailure(outcome: CallOutcome): boolean {
  return outcome === "failed" || outcome === "blocked";
}

/** Whether it failed, was stopped, or has no result; what has an answer of which nobody said how it went is not. */
export function isNotOk(outcome: CallOutcome): boolean {
  return outcome !== "ok" && outcome !== "unstated";
}

function word(text: string | undefined): string {
  return (text ?? "").trim().toLowerCase();
}
