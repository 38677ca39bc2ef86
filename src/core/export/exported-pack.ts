/** What `pack export --to` writes of one pack: what it is, and each call of its run (contract 7.5). */
import type { HashedFile } from "../../schema/account/trust.ts";
import type { Run } from "../../schema/document/runpack.ts";
import type { PackReceipt } from "../../schema/document/store/receipt.ts";
import type { Verdict } from "../../schema/document/verdict.ts";
import { runOf } from "../account/account.ts";
import { provenanceOf } from "../account/provenance.ts";
import type { Platform } from "../platform/platform.ts";
import { digestFile } from "../trust/file-digests.ts";
import { runpackIn, runpackOf, type Verified } from "../verify/verified.ts";
import { type ExportRecord, exportRecord } from "./exported.ts";
import { RecordSpool } from "./record-spool.ts";
import { type ExportedCall, type ExportedRun, SpooledRun } from "./spooled-run.ts";

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
  readonly run: ExportedRun | undefined;
  /** What the run said of the machine that it ran on. */
  readonly environment: Run["env"] | undefined;
  /** In the order of the evidence, one at a time. */
  calls(): AsyncGenerator<ExportedCall>;
}

/**
 * Hands the pack to `use`; it is not valid afterwards. Memory is some bytes a call, whatever they hold.
 * @param verified not one that `isUnexportable`
 */
export async function withExportedPack<T>(
  verified: Verified,
  { location, platform }: { readonly location: string; readonly platform: Platform },
  use: (pack: ExportedPack) => Promise<T>,
): Promise<T> {
  const scratches = [platform.scratch(), platform.scratch()] as const;
  try {
    const spooled = new SpooledRun(platform, [new RecordSpool(scratches[0]), new RecordSpool(scratches[1])]);
    const archive = await runpackIn(verified);
    const run = archive === undefined ? undefined : await spooled.read(archive, await runOf(verified, archive));
    const { file } = await digestFile(verified.archive.source, ["sha256"], platform);
    return await use({
      record: await exportRecord(verified, platform, run === undefined ? undefined : spooled.metrics()),
      verdict: verified.verdict,
      file,
      location,
      signers: provenanceOf(verified).signatures.map(({ key_id, status }) => ({ key_id, status })),
      run,
      environment: runpackOf(verified)?.run?.env,
      calls: () => spooled.calls(),
    });
  } finally {
    for (const scratch of scratches) scratch.dispose();
  }
}
