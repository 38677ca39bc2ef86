/** The answers of `gait trace … --json` (contract 3.10). */
import { type Static, Type } from "typebox";
import { findings } from "../../account/finding.ts";
import { type Frozen, nonEmpty, text } from "../../document/primitives.ts";
import { answer, failure, keyId } from "../answer.ts";

const TRACE = "gait.trace.output";

/** What is known of one trace. */
export const TRACE_MEMBERS = {
  path: nonEmpty("The trace, as given."),
  trace_id: Type.Optional(text("`trace_id`; absent if it could not be read.")),
  tool_name: Type.Optional(text("The tool that was requested.")),
  verdict: Type.Optional(text("The gate's decision: `allow`, `block`, `dry_run` or `require_approval`.")),
  signature_status: Type.Enum(["verified", "failed"]),
  key_id: Type.Optional(keyId("The key that verified it; else the given key that it names.")),
  findings: findings("All findings; empty if it verified."),
};

export const TraceVerifyOutputSchema = answer(TRACE, "verify", TRACE_MEMBERS, {
  // `ok` and the status agree.
  anyOf: [statuses(true, "verified"), statuses(false, "failed")],
});
export type TraceVerifyOutput = Frozen<Static<typeof TraceVerifyOutputSchema>>;

function statuses(ok: boolean, status: string) {
  return { properties: { ok: { const: ok }, signature_status: { const: status } } };
}

/** `gait trace --json`. */
export const TraceOutputSchema = Type.Union([TraceVerifyOutputSchema, failure(TRACE, ["verify"], {})]);
