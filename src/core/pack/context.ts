/**
 * The context members of later versions (contract 7.1): the source of a run's context, in `refs.json`, in the run
 * payload and in `context_envelope.json`. They are read and compared; this version does not write them.
 */
import type { ContextEnvelope } from "../../schema/document/context.ts";
import type { RunPayload } from "../../schema/document/pack.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { Receipt, Refs } from "../../schema/document/runpack.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { canonicalize } from "../json/jcs.ts";
import type { Platform } from "../platform/platform.ts";
import { digestOf } from "../signature/digest.ts";
import { isZeroTime, PACK_EPOCH, toUtcWherePossible } from "../time/timestamp.ts";

export const CONTEXT_ENVELOPE = "context_envelope.json";

/** Findings where the context members of `payload`, `refs` and `envelope` disagree. */
export function contextFindings(
  payload: RunPayload,
  refs: Refs,
  envelope: ContextEnvelope | undefined,
  payloadPath: string,
  platform: Platform,
): Finding[] {
  const findings: Finding[] = [];
  const expect = (path: string, expected: string | undefined, actual: string | undefined): void => {
    if (expected === actual) return;
    const message =
      actual === undefined ? "absent, but the receipts have one" : "does not match the receipts of the run";
    findings.push(finding("context_mismatch", { path, expected, actual, message }));
  };
  const carriesContext = payload.context_evidence_mode !== undefined || payload.context_set_digest !== undefined;
  if (carriesContext || refs.context_set_digest !== undefined) {
    expect(`${payloadPath}#$.context_set_digest`, lower(refs.context_set_digest), lower(payload.context_set_digest));
    expect(
      `${payloadPath}#$.context_evidence_mode`,
      refs.context_evidence_mode || undefined,
      payload.context_evidence_mode,
    );
  }
  if (payload.context_ref_count !== undefined) {
    expect(`${payloadPath}#$.context_ref_count`, String(refs.receipts.length), String(payload.context_ref_count));
  }
  if (payload.context_privacy_mode !== undefined) {
    expect(`${payloadPath}#$.context_privacy_mode`, privacyMode(refs.receipts), payload.context_privacy_mode);
  }
  if (envelope === undefined) return findings;

  const at = (member: string): string => `${CONTEXT_ENVELOPE}#$.${member}`;
  const digest = digestOf(platform, envelope.records as unknown as JsonObject[]);
  expect(at("context_set_digest"), digest, envelope.context_set_digest.toLowerCase());
  if (refs.context_set_digest)
    expect("source/runpack.zip!/refs.json#$.context_set_digest", digest, refs.context_set_digest.toLowerCase());
  if (refs.context_evidence_mode) expect(at("evidence_mode"), refs.context_evidence_mode, envelope.evidence_mode);
  expect(at("context_set_id"), payload.run_id, envelope.context_set_id);
  expect(at("records.length"), String(refs.receipts.length), String(envelope.records.length));
  const recorded = refs.receipts.map((receipt) => canonicalize(contextRecord(receipt))).sort();
  const enveloped = envelope.records.map((record) => canonicalize(record as unknown as JsonObject)).sort();
  for (const [index, text] of enveloped.entries()) {
    if (recorded[index] !== undefined && recorded[index] !== text) {
      expect(at("records"), recorded[index], text);
      break;
    }
  }
  return findings;
}

/** A receipt as its record in the envelope: digests in lower case, time in UTC, `immutability` always present. */
function contextRecord(receipt: Receipt): JsonObject {
  return {
    ref_id: receipt.ref_id,
    source_type: receipt.source_type,
    source_locator: receipt.source_locator,
    query_digest: receipt.query_digest.toLowerCase(),
    content_digest: receipt.content_digest.toLowerCase(),
    retrieved_at: isZeroTime(receipt.retrieved_at) ? PACK_EPOCH : toUtcWherePossible(receipt.retrieved_at),
    redaction_mode: receipt.redaction_mode,
    immutability: receipt.immutability || "unknown",
    ...(receipt.sensitivity_label ? { sensitivity_label: receipt.sensitivity_label } : {}),
    ...(receipt.freshness_sla_seconds ? { freshness_sla_seconds: receipt.freshness_sla_seconds } : {}),
    ...(receipt.retrieval_params ? { retrieval_params: receipt.retrieval_params } : {}),
  };
}

function privacyMode(receipts: readonly Receipt[]): string {
  const modes = new Set(receipts.map((receipt) => receipt.redaction_mode.trim() || "unknown"));
  const [only = "unknown"] = modes;
  return modes.size > 1 ? "mixed" : only;
}

function lower(digest: string | undefined): string | undefined {
  return digest ? digest.toLowerCase() : undefined;
}
