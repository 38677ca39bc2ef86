/** The manifest, common to run packs and job packs (contract 2.1, 2.5). */
import type { PackManifest } from "../../schema/document/pack.ts";
import { packManifestValidator } from "../../schema/validator/pack.ts";
import type { EvidenceFormat } from "../contents/format.ts";
import { contentType, PACK_MANIFEST, selfDigest, selfDigestFinding } from "../contents/manifest.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { textMember } from "../json/document.ts";
import { sameDigest } from "../signature/digest.ts";
import { isZeroTime } from "../time/timestamp.ts";

type ManifestOfPack = Pick<
  EvidenceFormat<PackManifest, unknown>,
  "manifest" | "validator" | "selfFindings" | "files" | "misfitFindings" | "manifestFindings"
>;

export const PACK: ManifestOfPack = {
  manifest: PACK_MANIFEST,
  validator: packManifestValidator,
  selfFindings(object, manifest, platform) {
    const actual = selfDigest(object, "pack_id", platform);
    if (sameDigest(actual, manifest.pack_id)) return [];
    return [selfDigestFinding("pack_id_mismatch", `${PACK_MANIFEST}#$.pack_id`, actual, manifest.pack_id)];
  },
  files: ({ contents }) => contents,
  misfitFindings: (object) => unknownType(textMember(object, "pack_type") ?? ""),
  manifestFindings: declarationFindings,
};

const PACK_TYPES: readonly string[] = ["run", "job", "call", "authorization"];

function unknownType(packType: string): Finding[] | undefined {
  if (packType === "" || PACK_TYPES.includes(packType)) return undefined;
  const message = "this version supports packs of a run, a job, a call or an authorization";
  return [
    finding("pack_type_unsupported", {
      path: `${PACK_MANIFEST}#$.pack_type`,
      expected: "run, job, call or authorization",
      actual: packType,
      message,
    }),
  ];
}

/** Manifest rules that a closed schema can't express. */
function declarationFindings(manifest: PackManifest): Finding[] {
  const findings: Finding[] = [];
  if (isZeroTime(manifest.created_at)) {
    const path = `${PACK_MANIFEST}#$.created_at`;
    findings.push(
      finding("schema_invalid", {
        path,
        expected: "a time",
        actual: manifest.created_at,
        message: "is the zero time, which means no time",
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
        message: "does not match the path's extension",
      }),
    );
  }
  return findings;
}
