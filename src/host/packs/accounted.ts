/** A verdict with the numbers of a receipt: the run's records are read once, for both. */
import { packNumbers } from "../../core/account/receipt.ts";
import { RunRecords } from "../../core/account/run-records.ts";
import type { ByteSource } from "../../core/bytes/source.ts";
import { type VerificationData, verificationData } from "../../core/verify/verified.ts";
import { type TrustVerifyOptions, verifyArtifact } from "../../core/verify/verify.ts";

export async function judgeAccounted(source: ByteSource, options: TrustVerifyOptions): Promise<VerificationData> {
  const records = new RunRecords();
  const verified = await verifyArtifact(source, { ...options, visitors: records.visitors });
  try {
    const numbers = await packNumbers(verified, records, options.platform);
    return { ...verificationData(verified), numbers };
  } finally {
    verified.dispose();
  }
}
