/** A PackSpec v1 pack, verified (contract 2.5, 2.6): its manifest here, its evidence by the type of the pack. */
import type { PackManifest, RunPayload } from "../../schema/document/pack.ts";
import { type ContentsReport, NO_CONTENTS } from "../contents/contents.ts";
import { contentType, PACK_MANIFEST, selfDigest, selfDigestFinding } from "../contents/manifest.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { type Document, textMember } from "../json/document.ts";
import type { Platform } from "../platform/platform.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import { sameDigest } from "../signature/digest.ts";
import { checkSignatures, type SignatureReport, UNSIGNED } from "../signature/signature.ts";
import { isZeroTime } from "../time/timestamp.ts";
import type { Archive } from "../zip/reader.ts";
import type { JobEvidence } from "./job-evidence.ts";
import { type PackVerifyOptions, type RunEvidence, verifyRunEvidence } from "./run-evidence.ts";

export interface PackReport {
  readonly packId: string;
  readonly packType: string;
  readonly sourceRef: string;
  readonly contents: ContentsReport;
  readonly signature: SignatureReport;
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** Present when they are what their schemas say, and their bytes are the declared ones. */
  readonly manifest?: PackManifest;
  readonly payload?: RunPayload;
  readonly runpack?: RunpackReport;
  /** Of a job pack. */
  readonly job?: JobEvidence;
}

/** `document` is the pack's manifest as `readManifest` gave it. */
export async function verifyPack(
  archive: Archive,
  document: Document<PackManifest>,
  options: PackVerifyOptions,
): Promise<PackReport> {
  const { platform } = options;
  const { object, value: manifest } = document;
  const named = {
    packId: textMember(object, "pack_id") ?? "",
    packType: textMember(object, "pack_type") ?? "",
    sourceRef: textMember(object, "source_ref") ?? "",
  };
  if (object === undefined || manifest === undefined) {
    const signature =
      object === undefined ? UNSIGNED : await checkSignatures(object, options.keys, platform, PACK_MANIFEST);
    const findings = [...(unknownType(named.packType) ?? document.findings), ...signature.findings];
    return { ...named, contents: NO_CONTENTS, signature, findings, warnings: [] };
  }

  const findings: Finding[] = [...document.findings];
  const actual = selfDigest(object, "pack_id", platform);
  if (!sameDigest(actual, manifest.pack_id)) {
    findings.push(selfDigestFinding("pack_id_mismatch", `${PACK_MANIFEST}#$.pack_id`, actual, manifest.pack_id));
  }
  findings.push(...declarationFindings(manifest));

  const evidence =
    manifest.pack_type === "run"
      ? await verifyRunEvidence(archive, manifest, options)
      : { job: await jobEvidence(archive, manifest, platform) };
  const { contents, findings: found, warnings } = "job" in evidence ? evidence.job : evidence;
  findings.push(...found);

  const signature = await checkSignatures(object, options.keys, platform, PACK_MANIFEST);
  findings.push(...signature.findings);
  return {
    ...named,
    contents,
    signature,
    findings,
    warnings,
    manifest,
    ...("job" in evidence ? evidence : evidenceOfRun(evidence)),
  };
}

/** Loaded when it is needed: most packs are of runs, and a small one verifies in the time that this takes. */
async function jobEvidence(archive: Archive, manifest: PackManifest, platform: Platform): Promise<JobEvidence> {
  const { verifyJobEvidence } = await import("./job-evidence.ts");
  return verifyJobEvidence(archive, manifest, platform);
}

function evidenceOfRun({ payload, runpack }: RunEvidence): Pick<PackReport, "payload" | "runpack"> {
  return { ...(payload === undefined ? {} : { payload }), ...(runpack === undefined ? {} : { runpack }) };
}

function unknownType(packType: string): Finding[] | undefined {
  if (packType === "" || packType === "run" || packType === "job") return undefined;
  const message = "this version knows packs of a run and of a job";
  return [
    finding("pack_type_unsupported", {
      path: `${PACK_MANIFEST}#$.pack_type`,
      expected: "run or job",
      actual: packType,
      message,
    }),
  ];
}

/** What a closed schema can't say of a manifest. */
function declarationFindings(manifest: PackManifest): Finding[] {
  const findings: Finding[] = [];
  if (isZeroTime(manifest.created_at)) {
    const path = `${PACK_MANIFEST}#$.created_at`;
    findings.push(
      finding("schema_invalid", {
        path,
        expected: "a time",
        actual: manifest.created_at,
        message: "is the zero time: no time was given",
      }),
    );
  }
  for (const [index, { path, type }] of manifest.contents.entries()) {
    const expected = contentType(path);
    if (type === expected) continue;
    const where = `${PACK_MANIFEST}#$.contents[${index}].type`;
    findings.push(
      finding("schema_invalid", {
        path: where,
        expected,
        actual: type,
        message: "is not the type that the path's ending says",
      }),
    );
  }
  return findings;
}
