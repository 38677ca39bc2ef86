/**
 * The source of a run's context (contract 7.1), in `refs.json`, in the run payload and in `context_envelope.json`: made of the
 * references of the embedded runpack, and compared with them.
 */
import type { ContextEnvelope } from "../../schema/document/context.ts";
import type { RunPayload } from "../../schema/document/pack.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { Receipt, Refs } from "../../schema/document/runpack.ts";
import { GaitError } from "../finding/error.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { canonicalize } from "../json/jcs.ts";
import type { Platform } from "../platform/platform.ts";
import { packedEnvelope } from "../run/context/envelope.ts";
import { contextRecords } from "../run/context/record.ts";
import { digestOf } from "../signature/digest.ts";

export const CONTEXT_ENVELOPE = "context_envelope.json";

/** What a pack says of its run's context. */
export interface PackedContext {
  readonly members: Pick<
    RunPayload,
    "context_set_digest" | "context_ref_count" | "context_evidence_mode" | "context_privacy_mode"
  >;
  /** Of a run with receipts, or with a digest of its context. */
  readonly envelope?: ContextEnvelope;
}

/**
 * Of a run whose references say anything of its context, and of any other where it is `wanted`; `undefined` otherwise.
 *
 * @throws GaitError `invalid_input` where no envelope can be made of the receipts, or the digest in the references is not theirs
 */
export function packedContext(
  runId: string,
  refs: Refs,
  platform: Platform,
  wanted: boolean,
): PackedContext | undefined {
  const { context_set_digest: digest, context_evidence_mode: mode, context_ref_count: count, receipts } = refs;
  if (!wanted && !digest && !mode && !count) return undefined;
  const members = {
    ...(digest ? { context_set_digest: digest.trim().toLowerCase() } : {}),
    ...(receipts.length > 0 ? { context_ref_count: receipts.length } : {}),
    ...(mode ? { context_evidence_mode: mode as ContextEnvelope["evidence_mode"] } : {}),
    ...(receipts.length > 0 ? { context_privacy_mode: privacyMode(receipts) } : {}),
  };
  if (receipts.length === 0 && !digest) return { members };
  const made = packedEnvelope(runId, refs, platform);
  if ("envelope" in made) return { members, envelope: made.envelope };
  throw new GaitError("invalid_input", `the context of run ${runId} can't be packed: ${made.fault}`, {
    hint: "Record the run again with references that are complete, or without members that speak of its context.",
  });
}

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
  const made = contextRecords(refs.receipts, "receipts");
  if ("fault" in made) {
    const message = `no envelope is made of these receipts: ${made.fault}`;
    findings.push(finding("context_mismatch", { path: at("records"), message }));
    return findings;
  }
  const recorded = made.records.map((record) => canonicalize(record as unknown as JsonObject)).sort();
  const enveloped = envelope.records.map((record) => canonicalize(record as unknown as JsonObject)).sort();
  for (const [index, text] of enveloped.entries()) {
    if (recorded[index] !== undefined && recorded[index] !== text) {
      expect(at("records"), recorded[index], text);
      break;
    }
  }
  return findings;
}

function privacyMode(receipts: readonly Receipt[]): string {
  const modes = new Set(receipts.map((receipt) => receipt.redaction_mode.trim() || "unknown"));
  const [only = "unknown"] = modes;
  return modes.size > 1 ? "mixed" : only;
}

function lower(digest: string | undefined): string | undefined {
  return digest ? digest.toLowerCase() : undefined;
}
