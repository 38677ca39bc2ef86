/** A verified artifact: the verdict, the parsed documents, and the archive for further reading. */
import type { HashedFile, TrustReport } from "../../schema/account/trust.ts";
import type { PackType } from "../../schema/document/pack.ts";
import type { PackNumbers } from "../../schema/document/store/receipt.ts";
import type { Verdict } from "../../schema/document/verdict.ts";
import type { ContentsReport, DeclaredFile } from "../contents/contents.ts";
import type { EvidencePackReport } from "../evidence/verify-evidence-pack.ts";
import type { Finding } from "../finding/finding.ts";
import { runpackArchive } from "../pack/run-evidence.ts";
import type { AuthorizationPackReport, CallPackReport, JobPackReport, RunPackReport } from "../pack/verify-pack.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import { type Hashing, sha256OfText } from "../signature/digest.ts";
import type { SignatureReport } from "../signature/signature.ts";
import type { Archive } from "../zip/reader.ts";
import type { ImportedFrom } from "./imported-files.ts";

/** The result of a verification: plain data, so that it can cross threads. */
export interface VerificationData {
  readonly verdict: Verdict;
  /** Why the verdict is not better, or which key made it `authentic`. */
  readonly reason: string;
  /** `pack_id`; a runpack's `manifest_digest`. Empty if it could not be read. */
  readonly packId: string;
  /** Empty if it could not be read. */
  readonly packType: PackType | "guard" | "";
  readonly sourceRef: string;
  readonly legacyType?: "runpack" | "guard";
  /** Proof records that were verified; absent in a pack without them. */
  readonly proofRecords?: number;
  readonly contents: Omit<ContentsReport, "sound" | "records">;
  readonly signature: SignatureReport;
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** Of a run that was imported from an agent's own record. */
  readonly importedFrom?: readonly ImportedFrom[];
  /** What a trust file says of it, and the file that was judged. */
  readonly trust?: TrustReport;
  readonly file?: HashedFile;
  /** Where they were asked for (`--account`). */
  readonly numbers?: PackNumbers;
  /** Files with signatures beside it, which nobody checked: no trust file was given. */
  readonly besideUnchecked?: readonly string[];
}

/** The documents, by format. */
export type EvidenceRead =
  | { readonly format: "runpack"; readonly runpack: RunpackReport }
  | { readonly format: "run_pack"; readonly pack: RunPackReport }
  | { readonly format: "job_pack"; readonly pack: JobPackReport }
  | { readonly format: "call_pack"; readonly pack: CallPackReport }
  | { readonly format: "authorization_pack"; readonly pack: AuthorizationPackReport }
  | { readonly format: "evidence_pack"; readonly evidencePack: EvidencePackReport }
  /** The archive has no readable manifest. `isPack`: it has a pack's manifest, and may contain a runpack. */
  | { readonly format: "unreadable"; readonly isPack: boolean };

interface OpenArtifact extends VerificationData {
  readonly contents: ContentsReport;
  /** Further reads are compared with what was verified (`input_changed`). */
  readonly archive: Archive;
  /** Releases what was opened. The source stays open. */
  dispose(): void;
}

/** The source must stay open until it is disposed. */
export type Verified = OpenArtifact & EvidenceRead;

export function verificationData(verified: VerificationData): VerificationData {
  const { verdict, reason, packId, packType, sourceRef, legacyType, contents, signature, findings, warnings } =
    verified;
  const { filesChecked, missingFiles, hashMismatches, undeclaredFiles, findings: found } = contents;
  return {
    ...{ verdict, reason, packId, packType, sourceRef },
    ...(legacyType === undefined ? {} : { legacyType }),
    ...(verified.proofRecords === undefined ? {} : { proofRecords: verified.proofRecords }),
    contents: { filesChecked, missingFiles, hashMismatches, undeclaredFiles, findings: found },
    ...{ signature, findings, warnings },
    ...(verified.importedFrom === undefined ? {} : { importedFrom: verified.importedFrom }),
    ...(verified.trust === undefined ? {} : { trust: verified.trust }),
    ...(verified.file === undefined ? {} : { file: verified.file }),
    ...(verified.besideUnchecked === undefined ? {} : { besideUnchecked: verified.besideUnchecked }),
  };
}

/** For a runpack, and for the one in a run pack. */
export function runpackOf(verified: EvidenceRead): RunpackReport | undefined {
  if (verified.format === "runpack") return verified.runpack;
  return verified.format === "run_pack" || verified.format === "call_pack" ? verified.pack.runpack : undefined;
}

/** The archive of the runpack, possibly the artifact itself; `undefined` if it can't be opened. */
export async function runpackIn(verified: Verified): Promise<Archive | undefined> {
  const { archive } = verified;
  if (verified.format === "runpack") return archive;
  const isPack =
    verified.format === "run_pack" ||
    verified.format === "call_pack" ||
    (verified.format === "unreadable" && verified.isPack);
  return isPack ? runpackArchive(archive) : undefined;
}

/** The files that the manifest lists. */
export function declaredFiles(verified: EvidenceRead): readonly (DeclaredFile & { readonly type?: string })[] {
  switch (verified.format) {
    case "runpack":
      return verified.runpack.manifest?.files ?? [];
    case "evidence_pack":
      return verified.evidencePack.manifest?.contents ?? [];
    case "unreadable":
      return [];
    default:
      return verified.pack.manifest.contents;
  }
}

/**
 * SHA-256 of all that was read: two verifications with one seal were of the same bytes, or of archives that nothing here
 * can tell apart.
 */
export function sealOf({ archive }: Verified, hashing: Hashing): string {
  const { layout, source } = archive;
  const digests = layout.entries.map(({ name }) => archive.readDigest(name) ?? "");
  return sha256OfText(hashing, JSON.stringify([source.size, layout, digests]).toWellFormed());
}
