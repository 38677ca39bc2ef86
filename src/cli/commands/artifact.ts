/** An artifact on disk, opened and verified: what `pack verify`, `inspect`, `diff` and `run inspect` begin with. */
import { GaitError } from "../../core/error.ts";
import { type Verification, type VerifyOptions, verifyArtifact } from "../../core/verify.ts";
import { type OpenedSource, openSource } from "../../host/files.ts";
import { hostPlatform } from "../../host/platform.ts";
import type { VerifyReport } from "../../schema/pack-output.ts";

export const UNKEYED: VerifyOptions = { platform: hostPlatform, keys: [], requireSignature: false };

/** Opens the file, hands it to `use`, and makes sure that it was one and the same file all the while. */
export async function withArtifact<T>(path: string, use: (opened: OpenedSource) => Promise<T>): Promise<T> {
  const opened = await openSource(path);
  try {
    const result = await use(opened);
    opened.assertUnchanged();
    return result;
  } finally {
    opened.close();
  }
}

export function verifyFile(path: string, options: VerifyOptions): Promise<Verification> {
  return withArtifact(path, ({ source }) => verifyArtifact(source, options));
}

/**
 * For a file that was just written: it gets its name only if it verifies.
 * @throws GaitError `internal`: whatever is wrong with it was written by this program
 */
export async function assertVerifies(source: OpenedSource["source"], options: VerifyOptions): Promise<void> {
  const { verdict, findings } = await verifyArtifact(source, options);
  if (verdict === "failed") {
    const [first] = findings;
    throw new GaitError("internal", `what was written does not verify: ${first?.path ?? ""} ${first?.message ?? ""}`);
  }
}

/** The members that every answer about an artifact has. */
export function identityOf({
  packId,
  packType,
  sourceRef,
}: Verification): Pick<VerifyReport, "pack_id" | "pack_type" | "source_ref"> {
  return {
    ...(packId === "" ? {} : { pack_id: packId }),
    ...(packType === "" ? {} : { pack_type: packType }),
    ...(sourceRef === "" ? {} : { source_ref: sourceRef }),
  };
}

/** `verify` of a JSON answer; lists that are empty are left out, findings aside. */
export function verifyReport(verification: Verification): VerifyReport {
  const { contents, signature } = verification;
  return {
    ...identityOf(verification),
    verdict: verification.verdict,
    reason: verification.reason,
    files_checked: contents.filesChecked,
    ...listed("missing_files", contents.missingFiles),
    ...listed("hash_mismatches", contents.hashMismatches),
    ...listed("undeclared_files", contents.undeclaredFiles),
    signature_status: signature.status,
    ...listed("signature_errors", signature.errors),
    signatures_total: signature.total,
    signatures_valid: signature.valid,
    ...listed("signature_key_ids", signature.keyIds),
    ...(verification.legacyType === undefined ? {} : { legacy_type: verification.legacyType }),
    findings: verification.findings,
  };
}

function listed<Name extends string, Item>(name: Name, items: readonly Item[]): { [Key in Name]?: readonly Item[] } {
  return items.length === 0 ? {} : ({ [name]: items } as { [Key in Name]?: readonly Item[] });
}
