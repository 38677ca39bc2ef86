/** A context envelope (contract 7.1): made of a runpack's references, or read from a file for `run record`. */
import type { ContextEnvelope, ContextEnvelopeInput } from "../../../schema/document/context.ts";
import type { Receipt, Refs } from "../../../schema/document/runpack.ts";
import { contextEnvelopeInputValidator } from "../../../schema/validator/context.ts";
import { GaitError } from "../../finding/error.ts";
import { assertNoFoldedNames, fitted, jsonInputError } from "../../json/document.ts";
import { JsonError } from "../../json/error.ts";
import { parseJsonText } from "../../json/parse.ts";
import type { Hashing } from "../../signature/digest.ts";
import { inputTime, PACK_EPOCH, ZERO_TIME } from "../../time/timestamp.ts";
import { contextRecords, contextSetDigest, inUtc } from "./record.ts";

export type EvidenceMode = ContextEnvelope["evidence_mode"];

/** Largest envelope that `run record` reads, in bytes. */
export const MAX_ENVELOPE_BYTES = 1_048_576;

/** The mode that a text names, in any letter case; `undefined` for none of the two. */
export function evidenceModeOf(text: string): EvidenceMode | undefined {
  const mode = text.trim().toLowerCase();
  return mode === "best_effort" || mode === "required" ? mode : undefined;
}

/** The envelope of a pack, or why there can be none. */
export function packedEnvelope(
  runId: string,
  refs: Refs,
  hashing: Hashing,
): { readonly envelope: ContextEnvelope } | { readonly fault: string } {
  const made = contextRecords(refs.receipts, "receipts");
  if ("fault" in made) return made;
  const mode = evidenceModeOf(refs.context_evidence_mode || "best_effort");
  if (mode === undefined) return { fault: "context_evidence_mode is neither best_effort nor required" };
  const digest = contextSetDigest(made.records, hashing);
  const stated = (refs.context_set_digest ?? "").trim().toLowerCase();
  if (stated !== "" && stated !== digest)
    return { fault: `context_set_digest is ${stated}, and that of the receipts is ${digest}` };
  return {
    envelope: {
      schema_id: "gait.context.envelope",
      schema_version: "1.0.0",
      created_at: inUtc(refs.created_at),
      producer_version: refs.producer_version || "0.0.0-dev",
      context_set_id: runId,
      context_set_digest: digest,
      evidence_mode: mode,
      records: [...made.records],
    },
  };
}

/**
 * Parses and normalizes the file of `--context-envelope`.
 * @throws GaitError `invalid_input` with what is wrong in it
 */
export function readEnvelope(name: string, bytes: Uint8Array, hashing: Hashing): ContextEnvelope {
  const given = parsed(name, bytes);
  const id = (given.context_set_id ?? "").trim();
  if (id === "") throw refused(`${name}: $.context_set_id is missing or blank`);
  const mode = evidenceModeOf(given.evidence_mode || "best_effort");
  if (mode === undefined) throw refused(`${name}: $.evidence_mode is neither best_effort nor required`);
  const receipts = (given.records ?? []).map((record, index): Receipt => {
    const where = `${name}: $.records[${index}].retrieved_at`;
    const { sensitivity_label: label, freshness_sla_seconds: freshness, retrieval_params: parameters } = record;
    return {
      ref_id: record.ref_id ?? "",
      source_type: record.source_type ?? "",
      source_locator: record.source_locator ?? "",
      query_digest: record.query_digest ?? "",
      content_digest: record.content_digest ?? "",
      retrieved_at: inputTime(record.retrieved_at, where) ?? ZERO_TIME,
      redaction_mode: record.redaction_mode ?? "",
      ...(record.immutability ? { immutability: record.immutability } : {}),
      ...(label ? { sensitivity_label: label } : {}),
      ...(freshness ? { freshness_sla_seconds: freshness } : {}),
      ...(parameters ? { retrieval_params: parameters } : {}),
    };
  });
  const made = contextRecords(receipts, "$.records");
  if ("fault" in made) throw refused(`${name}: ${made.fault}`);
  const digest = contextSetDigest(made.records, hashing);
  const stated = (given.context_set_digest ?? "").trim().toLowerCase();
  if (stated !== "" && stated !== digest)
    throw refused(`${name}: $.context_set_digest is ${stated}, and that of its records is ${digest}`);
  return {
    schema_id: "gait.context.envelope",
    schema_version: "1.0.0",
    created_at: inUtc(inputTime(given.created_at, `${name}: $.created_at`) ?? PACK_EPOCH),
    producer_version: given.producer_version || "0.0.0-dev",
    context_set_id: id,
    context_set_digest: digest,
    evidence_mode: mode,
    records: [...made.records],
  };
}

function parsed(name: string, bytes: Uint8Array): ContextEnvelopeInput {
  try {
    const { value } = parseJsonText(bytes);
    const document = fitted(contextEnvelopeInputValidator, value, "$");
    assertNoFoldedNames(contextEnvelopeInputValidator.schema, value, "$");
    return document;
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, name);
    if (error instanceof GaitError) throw refused(`${name}: ${error.message}`);
    throw error;
  }
}

function refused(message: string): GaitError {
  return new GaitError("invalid_input", message, {
    hint: "`gait schema show context/envelope-input` describes a context envelope.",
  });
}
