/** `--format ndjson --account`: a receipt per pack, and the summary (contract 14.7). */
import { jsonLine } from "../../core/verify/json-answer.ts";
import type { PackReceipt } from "../../schema/document/store/receipt.ts";
import type { Format } from "./format.ts";
import { NDJSON } from "./json.ts";

/** What all receipts of a call have in common. */
export interface ReceiptsOf {
  readonly trustId: string;
  readonly gait: string;
  /** UTC, as in `verified_at`. */
  now(): string;
}

/** A pack without a verdict has no receipt: its line is the one of the format without accounts. */
export function receiptFormat({ trustId, gait, now }: ReceiptsOf): Format {
  return {
    ...NDJSON,
    items(result, milliseconds, verification) {
      const numbers = verification?.numbers;
      if (!("verify" in result) || verification === undefined || numbers === undefined)
        return NDJSON.items(result, milliseconds);
      const { verdict, reason, findings, packId, packType, sourceRef } = verification;
      const receipt: PackReceipt = {
        schema_id: "gait.receipt",
        schema_version: "1.0.0",
        location: result.path,
        ...numbers.file,
        verdict,
        reason,
        findings: [...new Set(findings.map(({ code }) => code))],
        trust_id: trustId,
        verified_at: now(),
        gait,
        ...(packId === "" ? {} : { pack_id: packId }),
        ...(packType === "" ? {} : { pack_type: packType }),
        ...(sourceRef === "" ? {} : { source_ref: sourceRef }),
        signers: numbers.signers,
        // A pack can still fail by its name in a store, after its numbers were taken.
        ...(verdict === "failed" ? {} : numbers.run),
      };
      return [jsonLine(receipt)];
    },
  };
}
