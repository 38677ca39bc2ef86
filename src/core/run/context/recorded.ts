/** What `run record` writes of a run's context into `refs.json`. */
import type { ContextEnvelope } from "../../../schema/document/context.ts";
import type { JsonObject } from "../../../schema/document/primitives.ts";
import type { RecordReceipt, RecordRefs } from "../../../schema/document/run-record.ts";
import type { Receipt } from "../../../schema/document/runpack.ts";
import { GaitError } from "../../finding/error.ts";
import type { Warnings } from "../../finding/warning.ts";
import { type Hashing, isSha256Hex } from "../../signature/digest.ts";
import { type EvidenceMode, evidenceModeOf } from "./envelope.ts";
import { contextRecords, contextSetDigest, IMMUTABILITY, isImmutability, normalizedReceipts } from "./record.ts";

/** The call asks that the context is recorded. */
export interface ContextEvidence {
  /** In the place of the envelope's and the input's. */
  readonly mode?: EvidenceMode | undefined;
  /** Its records take the place of the receipts. */
  readonly envelope?: ContextEnvelope | undefined;
}

interface RecordingContext {
  readonly contextEvidence?: ContextEvidence | undefined;
  readonly platform: Hashing;
  readonly warnings: Warnings;
}

/** Of a receipt, where it has one. @throws GaitError `invalid_input` for a word that is none */
export function immutabilityOf({ immutability }: RecordReceipt, where: string): { readonly immutability?: string } {
  const text = immutability?.trim().toLowerCase() ?? "";
  if (text === "") return {};
  if (isImmutability(text)) return { immutability: text };
  throw new GaitError("invalid_input", `${where}.immutability is ${JSON.stringify(immutability)}`, {
    hint: `It is one of ${IMMUTABILITY.join(", ")}.`,
  });
}

/**
 * Receipts and members of a run whose context is asked for, by the call or by the input itself (contract 7.1); `undefined`
 * for any other, which is recorded as it is.
 */
export function recordedContext(
  refs: RecordRefs,
  receipts: readonly Receipt[],
  place: string,
  { contextEvidence, platform, warnings }: RecordingContext,
): (JsonObject & { receipts: JsonObject[] }) | undefined {
  const stated = (refs.context_set_digest ?? "").trim().toLowerCase();
  const isStated = stated !== "" || Boolean(refs.context_evidence_mode) || Boolean(refs.context_ref_count);
  if (contextEvidence === undefined && !isStated) return undefined;
  if (stated !== "" && !isSha256Hex(stated))
    throw new GaitError("invalid_input", `${place}.context_set_digest is not 64 hex digits`);
  const given = evidenceModeOf(refs.context_evidence_mode || "best_effort");
  if (given === undefined)
    throw new GaitError("invalid_input", `${place}.context_evidence_mode is neither best_effort nor required`);
  const { envelope } = contextEvidence ?? {};
  const mode = contextEvidence?.mode ?? envelope?.evidence_mode ?? given;
  const digest = envelope?.context_set_digest ?? stated;
  if (mode === "required" && digest === "")
    throw new GaitError("invalid_input", "context evidence is required, and the run has no context_set_digest", {
      hint: "Give the context with --context-envelope, or record with --context-evidence-mode best_effort.",
    });
  const kept: readonly Receipt[] = envelope?.records ?? normalizedReceipts(receipts);
  if (envelope === undefined && stated !== "") {
    const made = contextRecords(kept, `${place}.receipts`);
    const actual = "fault" in made ? undefined : contextSetDigest(made.records, platform);
    if (actual !== stated) warnings.add("context_set_digest is not that of the receipts", place);
  }
  if (refs.context_ref_count && refs.context_ref_count !== kept.length)
    warnings.add("context_ref_count is not the number of receipts", place);
  return {
    receipts: kept as unknown as JsonObject[],
    ...(digest === "" ? {} : { context_set_digest: digest }),
    context_evidence_mode: mode,
    ...(kept.length === 0 ? {} : { context_ref_count: kept.length }),
  };
}
