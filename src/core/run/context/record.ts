/**
 * Where a run's context came from, in the form of a context envelope's records (contract 7.1): texts trimmed, digests in lower
 * case, times in UTC, sorted. The set's digest is of these records.
 */
import type { ContextRecord } from "../../../schema/document/context.ts";
import type { JsonObject } from "../../../schema/document/primitives.ts";
import type { Receipt } from "../../../schema/document/runpack.ts";
import { digestOf, type Hashing, isSha256Hex } from "../../signature/digest.ts";
import { compareUtf8 } from "../../text/utf8-order.ts";
import { isZeroTime, PACK_EPOCH, toUtcWherePossible } from "../../time/timestamp.ts";

export const IMMUTABILITY = ["unknown", "mutable", "immutable"] as const;
type Immutability = (typeof IMMUTABILITY)[number];

/** Records in order, or why there can be none. */
export type ContextRecords = { readonly records: readonly ContextRecord[] } | { readonly fault: string };

/** The records of receipts; `where` names their list in a fault. */
export function contextRecords(receipts: readonly Receipt[], where: string): ContextRecords {
  const records: ContextRecord[] = [];
  for (const [index, receipt] of receipts.entries()) {
    const record = contextRecord(receipt);
    if (typeof record === "string") return { fault: `${where}[${index}] ${record}` };
    records.push(record);
  }
  return { records: records.sort(byPlace) };
}

/** SHA-256 of the canonical JSON of sorted records, 64 lower-case hex digits. */
export function contextSetDigest(records: readonly ContextRecord[], hashing: Hashing): string {
  return digestOf(hashing, records as unknown as JsonObject[]);
}

/** As version 1.4 of the Go implementation writes receipts: digests, times and order as in records, texts as they were. */
export function normalizedReceipts<Each extends Receipt>(receipts: readonly Each[]): Each[] {
  return receipts
    .map((receipt) => ({
      ...receipt,
      query_digest: receipt.query_digest.trim().toLowerCase(),
      content_digest: receipt.content_digest.trim().toLowerCase(),
      retrieved_at: inUtc(receipt.retrieved_at),
      immutability: receipt.immutability?.trim().toLowerCase() || "unknown",
    }))
    .sort((left, right) => compareUtf8(left.ref_id, right.ref_id));
}

export function isImmutability(text: string): text is Immutability {
  return (IMMUTABILITY as readonly string[]).includes(text);
}

/** The zero time stands for the pack epoch. */
export function inUtc(time: string): string {
  return isZeroTime(time) ? PACK_EPOCH : toUtcWherePossible(time);
}

/** The record of a receipt, or what is wrong with it. */
function contextRecord(receipt: Receipt): ContextRecord | string {
  const texts = {
    ref_id: receipt.ref_id.trim(),
    source_type: receipt.source_type.trim(),
    source_locator: receipt.source_locator.trim(),
    redaction_mode: receipt.redaction_mode.trim(),
  };
  for (const [name, text] of Object.entries(texts)) if (text === "") return `has a blank ${name}`;
  const digests = {
    query_digest: receipt.query_digest.trim().toLowerCase(),
    content_digest: receipt.content_digest.trim().toLowerCase(),
  };
  for (const [name, digest] of Object.entries(digests))
    if (!isSha256Hex(digest)) return `has a ${name} that is not 64 hex digits`;
  const immutability = receipt.immutability?.trim().toLowerCase() || "unknown";
  if (!isImmutability(immutability)) return `has an immutability that is none of ${IMMUTABILITY.join(", ")}`;
  const { sensitivity_label: label, freshness_sla_seconds: freshness, retrieval_params: parameters } = receipt;
  return {
    ...texts,
    ...digests,
    retrieved_at: inUtc(receipt.retrieved_at),
    immutability,
    ...(label ? { sensitivity_label: label } : {}),
    ...(freshness ? { freshness_sla_seconds: freshness } : {}),
    ...(parameters && Object.keys(parameters).length > 0 ? { retrieval_params: parameters } : {}),
  };
}

function byPlace(left: ContextRecord, right: ContextRecord): number {
  return (
    compareUtf8(left.ref_id, right.ref_id) ||
    compareUtf8(left.source_type, right.source_type) ||
    compareUtf8(left.source_locator, right.source_locator) ||
    compareUtf8(left.content_digest, right.content_digest)
  );
}
