/** Receipts that a verification leaves where they are found again, besides its answer. */
import { type ReceiptsOf, receiptFormat } from "../../../formats/receipt.ts";
import { escaped } from "../../../terminal/style.ts";
import { createPackListReport, type PackListReport } from "./report-writer.ts";

/** A file that has no name yet. */
export interface KeptReceipts {
  write(bytes: Uint8Array): void;
  /** Gives it its name. */
  publish(): Promise<void>;
  discard(): void;
}

/** Lines as the standard output has them; a list that could not be read to its end leaves nothing. */
export function keptReport(
  keep: KeptReceipts | undefined,
  receipts: ReceiptsOf | undefined,
): PackListReport | undefined {
  if (keep === undefined || receipts === undefined) return undefined;
  const encoder = new TextEncoder();
  const report = createPackListReport(
    {
      streams: true,
      async write(parts) {
        for await (const part of parts) keep.write(encoder.encode(escaped(part)));
      },
    },
    receiptFormat(receipts),
  );
  return {
    add: report.add,
    async end(told) {
      if (told.fault !== undefined || told.summary.stopped) return;
      await report.end(told);
      await keep.publish();
    },
    dispose() {
      report.dispose();
      keep.discard();
    },
  };
}
