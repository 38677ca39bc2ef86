/** The evidence in an authorization pack (contract 7.2): the bundle, and the files that it links by digest. */
import type { AuthorizationBundle } from "../../schema/document/decision.ts";
import type { PackManifest } from "../../schema/document/pack.ts";
import { authorizationBundleValidator } from "../../schema/validator/decision.ts";
import { AUTHORIZATION_BUNDLE, LINKED_FOLDER, type Linked, linkedBy, linkedDigest } from "../authorization/bundle.ts";
import { documentLimit } from "../contents/document-limit.ts";
import type { EvidenceFormat } from "../contents/format.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { jsonFinding } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import type { Platform } from "../platform/platform.ts";
import { isZeroTime } from "../time/timestamp.ts";
import type { Archive } from "../zip/reader.ts";
import { isAttachment } from "./attachment.ts";
import { PACK } from "./manifest.ts";
import { PROOF_RECORDS } from "./proof-records.ts";
import type { Proven } from "./proven-format.ts";

export interface AuthorizationEvidence extends Proven {
  /** Present if it matches its schema and digest. */
  readonly bundle?: AuthorizationBundle;
}

export const AUTHORIZATION_PACK: EvidenceFormat<PackManifest, AuthorizationEvidence> = {
  ...PACK,
  required: () => [AUTHORIZATION_BUNDLE],
  isKnown: (path) =>
    path === AUTHORIZATION_BUNDLE || path === PROOF_RECORDS || path.startsWith(LINKED_FOLDER) || isAttachment(path),
  documents: { [AUTHORIZATION_BUNDLE]: authorizationBundleValidator },
  examine({ archive, manifest, options: { platform } }) {
    return {
      async conclude({ contents, document }) {
        const bundle = document<AuthorizationBundle>(AUTHORIZATION_BUNDLE);
        if (bundle === undefined) return { findings: [], warnings: [], evidence: {} };
        const findings = [...bundleFindings(bundle, manifest.source_ref.trim())];
        const linked = linkedBy(bundle);
        for (const each of linked) findings.push(...(await linkFindings(archive, each, contents.sound, platform)));
        const known = new Set(linked.map(({ path }) => LINKED_FOLDER + path));
        const left = manifest.contents.filter(({ path }) => path.startsWith(LINKED_FOLDER) && !known.has(path));
        return {
          findings,
          warnings: left.map(({ path }) => `${path}: nothing links it`),
          evidence: { bundle },
        };
      },
    };
  },
};

function at(member: string): string {
  return `${AUTHORIZATION_BUNDLE}#$.${member}`;
}

/** What holds in the bundle itself. */
function bundleFindings(bundle: AuthorizationBundle, sourceRef: string): Finding[] {
  const findings: Finding[] = [];
  const broken = (member: string, message: string): void =>
    void findings.push(finding("authorization_mismatch", { path: at(member), message }));
  if (bundle.trace_id !== sourceRef) {
    const message = "the bundle's trace differs from the manifest's source_ref";
    findings.push(
      finding("payload_mismatch", { path: at("trace_id"), message, expected: sourceRef, actual: bundle.trace_id }),
    );
  }
  if (isZeroTime(bundle.created_at)) broken("created_at", "is the zero time, which means no time");
  if (bundle.trace_path === undefined) broken("trace_path", "the trace of the decision is not linked");
  if (bundle.outcome_status !== undefined && bundle.outcome_path === undefined)
    broken("outcome_path", "an outcome is stated, and what came of it is not linked");
  for (const [member, value] of Object.entries(bundle)) {
    if (!member.endsWith("_digest") || ["policy_digest", "intent_digest"].includes(member) || value === undefined)
      continue;
    const path = member.replace(/_digest$/, "_path") as keyof AuthorizationBundle;
    if (bundle[path] === undefined) broken(member, `there is a digest, and no ${path}`);
  }
  return findings;
}

async function linkFindings(
  archive: Archive,
  { kind, path, digest }: Linked,
  sound: ReadonlySet<string>,
  platform: Platform,
): Promise<Finding[]> {
  const entry = LINKED_FOLDER + path;
  if (digest === undefined)
    return [finding("authorization_mismatch", { path: at(`${kind}_digest`), message: "what is linked has no digest" })];
  if (!archive.has(entry)) {
    const message = "what the bundle links is not in the pack";
    return [
      finding("authorization_mismatch", {
        path: at(`${kind}_path`),
        message,
        expected: entry,
        actual: "no such entry",
      }),
    ];
  }
  // One whose bytes are not those that were declared has a finding already.
  if (!sound.has(entry)) return [];
  const { bytes } = await archive.bytes(entry, documentLimit(archive, entry));
  if (bytes === undefined)
    return [finding("document_too_large", { path: entry, message: "it is larger than a document may be" })];
  try {
    const actual = linkedDigest(path, bytes, platform);
    if (actual === digest) return [];
    const message = `${entry} is not what the bundle links`;
    return [finding("authorization_mismatch", { path: at(`${kind}_digest`), message, expected: digest, actual })];
  } catch (error) {
    if (error instanceof JsonError) return [jsonFinding(error, entry)];
    throw error;
  }
}
