/** Receipts and summaries as `verify` writes them. */
import type { PacksSummary } from "../../../src/schema/answer/packs.ts";
import type { PackReceipt } from "../../../src/schema/document/store/receipt.ts";

export const TRUST = "7".repeat(64);

/** @param number one digest for each */
export function receiptOf(number: number, changes: Partial<PackReceipt> = {}): PackReceipt {
  return {
    ...{ schema_id: "gait.receipt", schema_version: "1.0.0", location: `packs/${number}.zip` },
    ...{ sha256: number.toString(16).padStart(64, "0"), size: 9, verdict: "intact", reason: "it is not signed" },
    ...{ findings: [], trust_id: TRUST, verified_at: "2026-11-25T00:00:00Z", gait: "1.0.0", pack_type: "run" },
    ...{ signers: [], last_at: "2026-11-20T00:00:00Z", calls: 2, not_ok: 1 },
    tools: [{ name: "shell.exec", calls: 2, not_ok: 1 }],
    ...changes,
  };
}

/** One that failed has no numbers. */
export function failedReceipt(number: number, changes: Partial<PackReceipt> = {}): PackReceipt {
  const { calls: _, not_ok: __, tools: ___, last_at: ____, ...rest } = receiptOf(number);
  return { ...rest, verdict: "failed", reason: "1 finding", findings: ["file_hash_mismatch"], ...changes };
}

export function summaryOf(receipts: readonly PackReceipt[], changes: Partial<PacksSummary> = {}): PacksSummary {
  const of = (verdict: string): number => receipts.filter((each) => each.verdict === verdict).length;
  return {
    ...{ listed: receipts.length, checked: receipts.length, authentic: of("authentic"), intact: of("intact") },
    ...{ failed: of("failed"), unreadable: 0, broken: 0, stopped: false },
    ...changes,
  };
}

export function summaryLine(summary: PacksSummary): string {
  const head = {
    schema_id: "gait.packs.output",
    schema_version: "1.0.0",
    ok: summary.failed === 0,
    operation: "verify",
  };
  return `${JSON.stringify({ ...head, summary })}\n`;
}

/** What one call of `verify` writes. */
export function linesOf(receipts: readonly PackReceipt[], changes: Partial<PacksSummary> = {}): string {
  return receipts.map((each) => `${JSON.stringify(each)}\n`).join("") + summaryLine(summaryOf(receipts, changes));
}
