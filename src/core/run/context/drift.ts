/** How the context of two runs differs (contract 7.1): not at all, in when it was fetched, or in what it is. */
import type { JsonObject } from "../../../schema/document/primitives.ts";
import type { Refs } from "../../../schema/document/runpack.ts";
import { canonicalize } from "../../json/jcs.ts";
import { normalizedReceipts } from "./record.ts";

export type ContextDrift = "none" | "runtime_only" | "semantic";

/** Whether references say anything of a run's context beyond its receipts. */
export function hasContext(refs: Refs): boolean {
  return Boolean(refs.context_set_digest || refs.context_evidence_mode || refs.context_ref_count);
}

/** Of whole documents: references of two runs are `semantic` even with the same receipts. */
export function contextDrift(left: Refs, right: Refs): ContextDrift {
  if (canonicalize(normalized(left)) === canonicalize(normalized(right))) return "none";
  return canonicalize(withoutTimes(left)) === canonicalize(withoutTimes(right)) ? "runtime_only" : "semantic";
}

function normalized(refs: Refs): JsonObject {
  const { receipts, context_set_digest: digest, context_evidence_mode: mode, context_ref_count: count, ...rest } = refs;
  return {
    ...rest,
    receipts: normalizedReceipts(receipts) as unknown as JsonObject[],
    context_set_digest: (digest ?? "").trim().toLowerCase(),
    context_evidence_mode: (mode ?? "").trim().toLowerCase(),
    context_ref_count: count || receipts.length,
  };
}

function withoutTimes(refs: Refs): JsonObject {
  const receipts = refs.receipts.map((receipt) => ({ ...receipt, retrieved_at: "0001-01-01T00:00:00Z" }));
  return { ...normalized({ ...refs, receipts }), context_set_digest: "" };
}
