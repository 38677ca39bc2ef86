/** Verifies an artifact: detects its format, collects findings, and gives the verdict. */
import type { PackType } from "../../schema/document/pack.ts";
import { packManifestValidator } from "../../schema/validator/pack.ts";
import type { ByteSource } from "../bytes/source.ts";
import { type ContentsReport, NO_CONTENTS } from "../contents/contents.ts";
import type { FormatOptions } from "../contents/format.ts";
import { ambiguityFindings, PACK_MANIFEST, RUNPACK_MANIFEST, readManifest } from "../contents/manifest.ts";
import { GaitError } from "../finding/error.ts";
import { type Finding, finding, listed } from "../finding/finding.ts";
import { textMember } from "../json/document.ts";
import { type PackVerifyOptions, verifyPack } from "../pack/verify-pack.ts";
import type { Platform } from "../platform/platform.ts";
import { verifyRunpack } from "../run/verify-runpack.ts";
import { type PublicKey, type SignatureReport, UNSIGNED } from "../signature/signature.ts";
import type { TrustQuestion } from "../trust/evaluate.ts";
import type { ZipLimits } from "../zip/limits.ts";
import { type Archive, openArchive } from "../zip/reader.ts";
import { type ImportedFrom, importedFrom } from "./imported-files.ts";
import { hasMisplaced, manifestMissing } from "./misplaced.ts";
import { type EvidenceRead, type VerificationData, type Verified, verificationData } from "./verified.ts";

export interface VerifyOptions {
  readonly platform: Platform;
  /** Keys that the caller trusts. */
  readonly keys: readonly PublicKey[];
  /** Makes any verdict below `authentic` a failure. */
  readonly requireSignature: boolean;
  readonly limits?: ZipLimits | undefined;
  /** Visit the records of a run while they are verified. */
  readonly visitors?: FormatOptions["visitors"];
  readonly knownRunpack?: PackVerifyOptions["knownRunpack"];
}

/** Instead of keys: a trust file, which says whose signatures count, and what lies beside the artifact. */
export interface TrustVerifyOptions extends VerifyOptions {
  readonly trust?: TrustQuestion | undefined;
  /** The caller reads the artifact again: all is read of a copy that nobody else can change. So it is for a trust file. */
  readonly isHeld?: boolean | undefined;
}

/**
 * @returns the verified artifact; dispose of it when done. The source must stay open until then.
 * @throws GaitError `not_an_archive` if the source is not a ZIP archive. Problems in an archive are findings.
 */
export async function verifyArtifact(source: ByteSource, options: TrustVerifyOptions): Promise<Verified> {
  if (options.trust === undefined && options.isHeld !== true) return verifySource(source, options);
  // Loaded lazily, as everything that only a trust file needs.
  const { heldSource } = await import("./held-source.ts");
  const held = await heldSource(source, options.platform);
  try {
    const verified = await verifySource(held.source, options);
    const dispose = (): void => {
      verified.dispose();
      held.dispose();
    };
    return { ...verified, dispose };
  } catch (error) {
    held.dispose();
    throw error;
  }
}

async function verifySource(source: ByteSource, options: TrustVerifyOptions): Promise<Verified> {
  const archive = await openArchive(source, options.platform, options.limits);
  try {
    const { trust } = options;
    if (trust === undefined) return verdictOn(archive, await read(archive, options), options);
    const asked = { ...options, keys: trustedKeys(trust), isEmbedded: true, requireSignature: false };
    const verified = verdictOn(archive, await read(archive, asked), asked);
    const { vouched } = await import("./vouch.ts");
    return await vouched(verified, trust, options.platform);
  } catch (error) {
    archive.dispose();
    throw error;
  }
}

/** The keys that signatures inside the artifact may be of; a signature by another key is no fault there. */
function trustedKeys({ policy }: TrustQuestion): PublicKey[] {
  return policy.signers.flatMap(({ keys }) =>
    keys.flatMap(({ key }) => (key.algorithm === "ed25519" ? [{ bytes: key.bytes, id: key.id }] : [])),
  );
}

/** Only the verdict, for callers that read nothing else. @throws as `verifyArtifact` does */
export async function judgeArtifact(source: ByteSource, options: TrustVerifyOptions): Promise<VerificationData> {
  const verified = await verifyArtifact(source, options);
  verified.dispose();
  return verificationData(verified);
}

async function read(archive: Archive, options: VerifyOptions): Promise<Unjudged> {
  const { findings } = archive.layout;
  if (findings.length > 0) {
    const rezipped = hasMisplaced(archive) ? [manifestMissing(archive)] : [];
    return { ...NOTHING_READ, findings: [...rezipped, ...findings] };
  }
  if (archive.has(PACK_MANIFEST)) {
    const pack = await readPack(archive, options);
    return { ...pack, findings: [...ambiguityFindings(archive), ...pack.findings] };
  }
  if (archive.has(RUNPACK_MANIFEST)) {
    const runpack = await verifyRunpack(archive, options);
    const { manifestDigest, runId, contents, signature, findings, warnings } = runpack;
    const named = { packId: manifestDigest, packType: "run", sourceRef: runId, legacyType: "runpack" } as const;
    const imported = fromImport(importedFrom(options.platform, runpack.refs));
    return { format: "runpack", ...named, contents, signature, findings, warnings, ...imported, runpack };
  }
  return { ...NOTHING_READ, findings: [manifestMissing(archive)] };
}

/** Like `verifyArtifact`, for a file shown as `name`, which the error message includes. */
export async function verifyNamed(name: string, source: ByteSource, options: TrustVerifyOptions): Promise<Verified> {
  try {
    return await verifyArtifact(source, options);
  } catch (error) {
    if (!(error instanceof GaitError) || error.code !== "not_an_archive") throw error;
    const hint = error.hint === undefined ? {} : { hint: error.hint };
    throw new GaitError(error.code, `${name}: ${error.message}`, { cause: error, ...hint });
  }
}

/** A pack or an evidence pack: both use the same manifest name. */
async function readPack(archive: Archive, options: VerifyOptions): Promise<Unjudged> {
  const document = await readManifest(archive, PACK_MANIFEST, packManifestValidator);
  if (textMember(document.object, "schema_id") === "gait.guard.pack_manifest") return readGuard(archive, options);
  const pack = await verifyPack(archive, document, options);
  const { packId, packType, sourceRef, contents, signature, findings, warnings } = pack;
  const { proofRecords } = pack;
  const proof = proofRecords === undefined ? {} : { proofRecords };
  const named = { packId, packType: knownType(packType), sourceRef, contents, signature, findings, warnings, ...proof };
  if (pack.kind === "job_pack") return { format: "job_pack", ...named, pack };
  if (pack.kind === "call_pack") return { format: "call_pack", ...named, pack };
  if (pack.kind === "authorization_pack") return { format: "authorization_pack", ...named, pack };
  if (pack.kind !== "run_pack") return { format: "unreadable", ...named, isPack: true };
  const imported = fromImport(
    importedFrom(options.platform, pack.runpack?.refs, pack.manifest.contents, contents.sound),
  );
  return { format: "run_pack", ...named, ...imported, pack };
}

function fromImport(files: readonly ImportedFrom[]): Pick<VerificationData, "importedFrom"> {
  return files.length === 0 ? {} : { importedFrom: files };
}

async function readGuard(archive: Archive, options: VerifyOptions): Promise<Unjudged> {
  // Loaded lazily: most artifacts are not evidence packs, and loading takes as long as verifying a small pack.
  const { verifyEvidencePack } = await import("../evidence/verify-evidence-pack.ts");
  const evidencePack = await verifyEvidencePack(archive, options);
  const { packId, runId, contents, signature, findings, warnings } = evidencePack;
  const named = { packId, packType: "guard", sourceRef: runId, legacyType: "guard" } as const;
  return { format: "evidence_pack", ...named, contents, signature, findings, warnings, evidencePack };
}

type Unjudged = Omit<VerificationData, "verdict" | "reason" | "contents"> & {
  readonly contents: ContentsReport;
} & EvidenceRead;

const NOTHING_READ: Unjudged = {
  format: "unreadable",
  isPack: false,
  packId: "",
  packType: "",
  sourceRef: "",
  contents: NO_CONTENTS,
  signature: UNSIGNED,
  findings: [],
  warnings: [],
};

function verdictOn(archive: Archive, unjudged: Unjudged, options: VerifyOptions): Verified {
  const opened = { ...unjudged, archive, dispose: () => archive.dispose() };
  const { findings: found, contents, signature } = unjudged;
  // If the manifest could not be read, that is the finding, not a missing signature.
  const demanded = options.requireSignature && (found.length === 0 || contents !== NO_CONTENTS);
  const findings = [...found, ...(demanded ? demandFindings(signature) : [])];
  if (findings.length > 0) {
    const reason = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
    return { ...opened, findings: listed(findings), verdict: "failed", reason };
  }
  if (signature.status === "verified") {
    return { ...opened, verdict: "authentic", reason: `signed with key ${signature.keyIds.join(", ")}` };
  }
  return { ...opened, verdict: "intact", reason: UNVOUCHED[signature.status] };
}

const UNVOUCHED: Record<SignatureReport["status"], string> = {
  missing: "it is not signed",
  skipped: "it is signed, but the signature was NOT CHECKED: no key was given",
  failed: "its signature does not verify",
  verified: "",
};

function demandFindings(signature: SignatureReport): Finding[] {
  if (signature.status === "missing")
    return [finding("signature_missing", { message: "a signature is required, but there is none" })];
  if (signature.status === "skipped") {
    return [
      finding("signature_unchecked", {
        message: "a checked signature is required, but no key was given to check it with",
      }),
    ];
  }
  return [];
}

function knownType(packType: string): PackType | "" {
  return ["run", "job", "call", "authorization"].includes(packType) ? (packType as PackType) : "";
}
