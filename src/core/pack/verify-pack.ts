/** Verifies a PackSpec v1 pack (contract 2.5, 2.6): its manifest, and its evidence by the type of the pack. */
import type { PackManifest } from "../../schema/document/pack.ts";
import type { ContentsReport } from "../contents/contents.ts";
import { type FormatOptions, type FormatReport, verifyFormat } from "../contents/format.ts";
import type { Finding } from "../finding/finding.ts";
import { type Document, textMember } from "../json/document.ts";
import type { SignatureReport } from "../signature/signature.ts";
import type { Archive } from "../zip/reader.ts";
import type { AuthorizationEvidence } from "./authorization-evidence.ts";
import type { CallEvidence } from "./call-evidence.ts";
import type { JobEvidence } from "./job-evidence.ts";
import { type Proven, proven } from "./proven-format.ts";
import { type KnownRunpack, type RunPackEvidence, runPack } from "./run-evidence.ts";

interface PackIdentity extends Proven {
  readonly packId: string;
  readonly packType: string;
  readonly sourceRef: string;
  readonly contents: ContentsReport;
  readonly signature: SignatureReport;
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
}

export interface RunPackReport extends PackIdentity, RunPackEvidence {
  readonly kind: "run_pack";
  readonly manifest: PackManifest;
}

export interface JobPackReport extends PackIdentity {
  readonly kind: "job_pack";
  readonly manifest: PackManifest;
  readonly job: JobEvidence;
}

export interface CallPackReport extends PackIdentity, CallEvidence {
  readonly kind: "call_pack";
  readonly manifest: PackManifest;
}

export interface AuthorizationPackReport extends PackIdentity, AuthorizationEvidence {
  readonly kind: "authorization_pack";
  readonly manifest: PackManifest;
}

/** Its manifest does not match the schema. */
export interface UnreadPackReport extends PackIdentity {
  readonly kind: "unread_pack";
}

export type PackReport = RunPackReport | JobPackReport | CallPackReport | AuthorizationPackReport | UnreadPackReport;

export interface PackVerifyOptions extends FormatOptions {
  readonly knownRunpack?: KnownRunpack | undefined;
}

/** `document` is the pack's manifest from `readManifest`. */
export async function verifyPack(
  archive: Archive,
  document: Document<PackManifest>,
  options: PackVerifyOptions,
): Promise<PackReport> {
  if (document.value?.pack_type === "job") {
    // Loaded lazily: most packs are of runs, and loading takes as long as verifying a small one.
    const { JOB_PACK } = await import("./job-evidence.ts");
    const report = await verifyFormat(proven(JOB_PACK), archive, options, document);
    const { read } = report;
    if (read !== undefined)
      return { kind: "job_pack", ...identityOf(report), manifest: read.manifest, job: read.evidence };
    return { kind: "unread_pack", ...identityOf(report) };
  }
  if (document.value?.pack_type === "call") {
    const { CALL_PACK } = await import("./call-evidence.ts");
    const report = await verifyFormat(proven(CALL_PACK), archive, options, document);
    const { read } = report;
    if (read === undefined) return { kind: "unread_pack", ...identityOf(report) };
    return { kind: "call_pack", ...identityOf(report), manifest: read.manifest, ...read.evidence };
  }
  if (document.value?.pack_type === "authorization") {
    const { AUTHORIZATION_PACK } = await import("./authorization-evidence.ts");
    const report = await verifyFormat(proven(AUTHORIZATION_PACK), archive, options, document);
    const { read } = report;
    if (read === undefined) return { kind: "unread_pack", ...identityOf(report) };
    return { kind: "authorization_pack", ...identityOf(report), manifest: read.manifest, ...read.evidence };
  }
  const report = await verifyFormat(proven(runPack(options.knownRunpack)), archive, options, document);
  const { read } = report;
  if (read === undefined) return { kind: "unread_pack", ...identityOf(report) };
  return { kind: "run_pack", ...identityOf(report), manifest: read.manifest, ...read.evidence };
}

function identityOf(report: FormatReport<PackManifest, Proven>): PackIdentity {
  const { object, contents, signature, findings, warnings, read } = report;
  const proofRecords = read?.evidence.proofRecords;
  return {
    ...(proofRecords === undefined ? {} : { proofRecords }),
    packId: textMember(object, "pack_id") ?? "",
    packType: textMember(object, "pack_type") ?? "",
    sourceRef: textMember(object, "source_ref") ?? "",
    ...{ contents, signature, findings, warnings },
  };
}
