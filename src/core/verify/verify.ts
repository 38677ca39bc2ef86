/** The verdict on an artifact: which format it is, what is wrong with it, and what that comes to. */

import type { Verdict } from "../../schema/document/verdict.ts";
import { packManifestValidator } from "../../schema/validator/pack.ts";
import type { ByteSource } from "../bytes/source.ts";
import { type ContentsReport, NO_CONTENTS } from "../contents/contents.ts";
import { ambiguityFindings, PACK_MANIFEST, RUNPACK_MANIFEST, readManifest } from "../contents/manifest.ts";
import type { EvidencePackReport } from "../evidence/verify-evidence-pack.ts";
import { GaitError } from "../finding/error.ts";
import { type Finding, finding, listed } from "../finding/finding.ts";
import { textMember } from "../json/document.ts";
import { type PackReport, verifyPack } from "../pack/verify-pack.ts";
import type { Platform } from "../platform/platform.ts";
import { type RunpackReport, verifyRunpack } from "../run/verify-runpack.ts";
import { type PublicKey, type SignatureReport, UNSIGNED } from "../signature/signature.ts";
import type { ZipLimits } from "../zip/limits.ts";
import { type Archive, openArchive } from "../zip/reader.ts";

export interface VerifyOptions {
  readonly platform: Platform;
  /** Keys that the caller trusts. */
  readonly keys: readonly PublicKey[];
  /** Makes anything less than `authentic` a failure. */
  readonly requireSignature: boolean;
  readonly limits?: ZipLimits | undefined;
}

export interface Verification {
  readonly verdict: Verdict;
  /** Why the verdict is not more, or whose key made it `authentic`. */
  readonly reason: string;
  /** `pack_id`; a runpack's `manifest_digest`. Empty where it could not be read. */
  readonly packId: string;
  /** Empty where it could not be read. */
  readonly packType: "run" | "job" | "guard" | "";
  readonly sourceRef: string;
  readonly legacyType?: "runpack" | "guard";
  readonly contents: ContentsReport;
  readonly signature: SignatureReport;
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** What was read on the way, by format. */
  readonly pack?: PackReport;
  readonly runpack?: RunpackReport;
  readonly evidencePack?: EvidencePackReport;
}

/** What is told of a verification: plain data, without what was read on the way. */
export interface VerificationData extends Omit<Verification, "contents" | "pack" | "runpack" | "evidencePack"> {
  readonly contents: Omit<ContentsReport, "sound" | "records">;
}

export function verificationData(verification: Verification): VerificationData {
  const { pack: _pack, runpack: _runpack, evidencePack: _evidencePack, contents, ...judged } = verification;
  const { sound: _sound, records: _records, ...told } = contents;
  return { ...judged, contents: told };
}

/**
 * @throws GaitError `not_an_archive` when the source is no ZIP at all. Whatever is wrong with an archive is findings.
 */
export async function verifyArtifact(source: ByteSource, options: VerifyOptions): Promise<Verification> {
  const { platform, keys, limits } = options;
  const archive = await openArchive(source, platform, limits);
  if (archive.layout.findings.length > 0) return judge({ ...NOTHING_READ, findings: archive.layout.findings }, options);

  if (archive.has(PACK_MANIFEST)) {
    const read = await readPack(archive, options);
    return judge({ ...read, findings: [...ambiguityFindings(archive), ...read.findings] }, options);
  }
  if (archive.has(RUNPACK_MANIFEST)) {
    const runpack = await verifyRunpack(archive, keys, platform);
    const { manifestDigest, runId, contents, signature, findings, warnings } = runpack;
    const named = { packId: manifestDigest, packType: "run", sourceRef: runId, legacyType: "runpack" } as const;
    return judge({ ...named, contents, signature, findings, warnings, runpack }, options);
  }
  const message = `the archive has neither ${PACK_MANIFEST} nor ${RUNPACK_MANIFEST}`;
  return judge({ ...NOTHING_READ, findings: [finding("manifest_missing", { message })] }, options);
}

/** As `verifyArtifact`, of a file that a person knows as `name`: of several, the refusal says which. */
export async function verifyNamed(name: string, source: ByteSource, options: VerifyOptions): Promise<Verification> {
  try {
    return await verifyArtifact(source, options);
  } catch (error) {
    if (!(error instanceof GaitError) || error.code !== "not_an_archive") throw error;
    throw new GaitError(error.code, `${name}: ${error.message}`, { cause: error });
  }
}

/** A pack or an evidence pack: both have a manifest of the same name. */
async function readPack(archive: Archive, options: VerifyOptions): Promise<Unjudged> {
  const { platform, keys, limits } = options;
  const document = await readManifest(archive, PACK_MANIFEST, packManifestValidator);
  if (textMember(document.object, "schema_id") === "gait.guard.pack_manifest") return verifyGuard(archive, options);
  const pack = await verifyPack(archive, document, { keys, platform, limits });
  const { packId, packType, sourceRef, contents, signature, findings, warnings } = pack;
  return { packId, packType: knownType(packType), sourceRef, contents, signature, findings, warnings, pack };
}

async function verifyGuard(archive: Archive, { keys, platform }: VerifyOptions): Promise<Unjudged> {
  // Loaded when it is needed: most artifacts are none, and a small pack verifies in the time that this takes.
  const { verifyEvidencePack } = await import("../evidence/verify-evidence-pack.ts");
  const evidencePack = await verifyEvidencePack(archive, { keys, platform });
  const { packId, runId, contents, signature, findings, warnings } = evidencePack;
  const named = { packId, packType: "guard", sourceRef: runId, legacyType: "guard" } as const;
  return { ...named, contents, signature, findings, warnings, evidencePack };
}

type Unjudged = Omit<Verification, "verdict" | "reason">;

const NOTHING_READ: Unjudged = {
  packId: "",
  packType: "",
  sourceRef: "",
  contents: NO_CONTENTS,
  signature: UNSIGNED,
  findings: [],
  warnings: [],
};

function judge(read: Unjudged, options: VerifyOptions): Verification {
  // Where not even a manifest could be read, that is the finding, and not that a signature is missing.
  const demanded = options.requireSignature && (read.findings.length === 0 || read.contents !== NO_CONTENTS);
  const findings = [...read.findings, ...(demanded ? demandFindings(read.signature) : [])];
  if (findings.length > 0) {
    const reason = findings.length === 1 ? "1 finding" : `${findings.length} findings`;
    return { ...read, findings: listed(findings), verdict: "failed", reason };
  }
  if (read.signature.status === "verified") {
    return { ...read, verdict: "authentic", reason: `signed with key ${read.signature.keyIds.join(", ")}` };
  }
  return { ...read, verdict: "intact", reason: UNVOUCHED[read.signature.status] };
}

const UNVOUCHED: Record<SignatureReport["status"], string> = {
  missing: "it is not signed: nobody vouches for it",
  skipped: "it is signed, but the signature was NOT CHECKED: no key was given",
  failed: "its signature does not verify",
  verified: "",
};

function demandFindings(signature: SignatureReport): Finding[] {
  if (signature.status === "missing")
    return [finding("signature_missing", { message: "a signature is required, and there is none" })];
  if (signature.status === "skipped") {
    return [
      finding("signature_unchecked", {
        message: "a checked signature is required, and no key was given to check it with",
      }),
    ];
  }
  return [];
}

function knownType(packType: string): "run" | "job" | "" {
  return packType === "run" || packType === "job" ? packType : "";
}
