/** What `pack export --to` writes of one pack: what it is, and each call of its run (contract 7.5). */
import type { RunAccount, RunCall } from "../../schema/account/run.ts";
import type { HashedFile } from "../../schema/account/trust.ts";
import type { Run } from "../../schema/document/runpack.ts";
import type { PackReceipt } from "../../schema/document/store/receipt.ts";
import type { Verdict } from "../../schema/document/verdict.ts";
import { accountOf } from "../account/account.ts";
import type { RunRecords } from "../account/run-records.ts";
import type { Platform } from "../platform/platform.ts";
import { digestFile } from "../trust/file-digests.ts";
import { runpackIn, runpackOf, type Verified } from "../verify/verified.ts";
import { type ExportRecord, exportRecord } from "./exported.ts";
import { PayloadSpool } from "./payload-spool.ts";

export interface ExportedPack {
  readonly record: ExportRecord;
  readonly verdict: Verdict;
  /** SHA-256 and size of the file. */
  readonly file: HashedFile;
  /** The path as given. */
  readonly location: string;
  /** Of the manifest's own signatures, which no key was held against. */
  readonly signers: PackReceipt["signers"];
  /** Absent in packs that hold no run. */
  readonly run: RunAccount | undefined;
  /** What the run said of the machine that it ran on. */
  readonly environment: Run["env"] | undefined;
  /** In the order of the evidence, one at a time. */
  calls(): AsyncGenerator<ExportedCall>;
}

export interface ExportedCall extends RunCall {
  /** JSON text as it stands in the evidence, where it was kept. */
  readonly args: string | undefined;
  readonly result: string | undefined;
}

/** Calls after which used texts are given back: each is some kilobytes. */
const COLLECT_EVERY = 20_000;

/**
 * Hands the pack to `use`; it is not valid afterwards. Memory grows with the number of calls, not with what they hold.
 * @param verified not one that `isUnexportable`
 * @param records whose visitors took part in the verification
 */
export async function withExportedPack<T>(
  verified: Verified,
  { location, records, platform }: { readonly location: string; records: RunRecords; platform: Platform },
  use: (pack: ExportedPack) => Promise<T>,
): Promise<T> {
  const scratch = platform.scratch();
  try {
    const { run, provenance } = await accountOf(verified, records);
    const archive = await runpackIn(verified);
    const spool = new PayloadSpool(scratch);
    if (archive !== undefined && run !== undefined) await spool.read(archive);
    const { file } = await digestFile(verified.archive.source, ["sha256"], platform);
    return await use({
      record: await exportRecord(verified, platform),
      verdict: verified.verdict,
      file,
      location,
      signers: provenance.signatures.map(({ key_id, status }) => ({ key_id, status })),
      run,
      environment: runpackOf(verified)?.run?.env,
      async *calls() {
        for (const call of run?.calls ?? []) {
          if (call.index % COLLECT_EVERY === 0) platform.collectGarbage?.();
          const args = await spool.text("args", call.index);
          yield { ...call, args, result: await spool.text("result", call.result_index) };
        }
      },
    });
  } finally {
    scratch.dispose();
  }
}
