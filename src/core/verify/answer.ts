/** The answer of a verification as data: the members of `gait pack verify --json`. */
import type { OwnMembers } from "../../schema/answer/answer.ts";
import type { PackVerifyOutput, VerifyReport } from "../../schema/answer/pack.ts";
import type { VerificationData } from "./verified.ts";

/** The members of the answer about the artifact that the caller knows as `path`. */
export function verifyMembers(path: string, verification: VerificationData): OwnMembers<PackVerifyOutput> {
  const { warnings } = verification;
  return {
    path,
    ...identityOf(verification),
    verify: verifyReport(verification),
    ...(warnings.length > 0 ? { warnings } : {}),
  };
}

/** The members that every answer about an artifact has. */
export function identityOf({
  packId,
  packType,
  sourceRef,
}: VerificationData): Pick<VerifyReport, "pack_id" | "pack_type" | "source_ref"> {
  return {
    ...(packId === "" ? {} : { pack_id: packId }),
    ...(packType === "" ? {} : { pack_type: packType }),
    ...(sourceRef === "" ? {} : { source_ref: sourceRef }),
  };
}

/** `verify` of a JSON answer; empty lists are left out, except findings. */
export function verifyReport(verification: VerificationData): VerifyReport {
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
    ...(verification.proofRecords === undefined ? {} : { proof_records_verified: verification.proofRecords }),
    ...(verification.legacyType === undefined ? {} : { legacy_type: verification.legacyType }),
    ...listed("imported_from", verification.importedFrom ?? []),
    ...(verification.trust === undefined ? {} : { trust: verification.trust }),
    ...(verification.file === undefined ? {} : { file: verification.file }),
    ...listed("beside_unchecked", verification.besideUnchecked ?? []),
    findings: verification.findings,
  };
}

function listed<Name extends string, Item>(name: Name, items: readonly Item[]): { [Key in Name]?: readonly Item[] } {
  return items.length === 0 ? {} : ({ [name]: items } as { [Key in Name]?: readonly Item[] });
}
