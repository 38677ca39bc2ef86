/**
 * An evidence pack, verified (contract 3.6, 9.2). Nothing that can be worked out is taken on trust: the id, the
 * controls, the pointers and the sums are made again from what lies in the pack.
 */
import type { EvidencePackManifest } from "../../schema/document/evidence-pack.ts";
import type { ReferencedRunpacks, RunpackSummary } from "../../schema/document/evidence-pack-entry.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import { evidencePackManifestValidator } from "../../schema/validator/evidence-pack.ts";
import { type ContentsReport, checkContents, NO_CONTENTS, unreadWarnings } from "../contents/contents.ts";
import { PACK_MANIFEST, readManifest } from "../contents/manifest.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { declaredDocument, MAX_DOCUMENT_BYTES, textMember } from "../json/document.ts";
import type { Platform } from "../platform/platform.ts";
import { checkSignatures, type PublicKey, type SignatureReport, UNSIGNED } from "../signature/signature.ts";
import { compareTimestamps } from "../time/timestamp.ts";
import type { Archive } from "../zip/reader.ts";
import { controlFindings, copyFindings, pointerFindings, renderedFindings } from "./check-controls.ts";
import { entryFindings } from "./check-entry.ts";
import { CONTROL_INDEX, EVIDENCE_POINTERS, evidencePackId, knownTemplate } from "./control.ts";
import {
  entryKind,
  numberedEntry,
  POLICY_DIGESTS,
  REFERENCED_RUNPACKS,
  REQUIRED_ENTRIES,
  RUNPACK_SUMMARY,
} from "./entry-kind.ts";
import { windowFindings } from "./incident-window.ts";

export interface EvidencePackReport {
  readonly packId: string;
  readonly runId: string;
  readonly templateId: string;
  readonly contents: ContentsReport;
  readonly signature: SignatureReport;
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
  /** Each present when it is what its schema says, and its bytes are the declared ones. */
  readonly manifest?: EvidencePackManifest;
  readonly runpackSummary?: RunpackSummary;
}

export async function verifyEvidencePack(
  archive: Archive,
  { keys, platform }: { readonly keys: readonly PublicKey[]; readonly platform: Platform },
): Promise<EvidencePackReport> {
  const document = await readManifest(archive, PACK_MANIFEST, evidencePackManifestValidator);
  const { object, value: manifest } = document;
  const named = {
    packId: textMember(object, "pack_id") ?? "",
    runId: textMember(object, "run_id") ?? "",
    templateId: textMember(object, "template_id") ?? "",
  };
  // As stored: the reference signs and checks the members that it knows, so that others could be slipped in.
  const signature = object === undefined ? UNSIGNED : await checkSignatures(object, keys, platform, PACK_MANIFEST);
  if (manifest === undefined) {
    const findings = [...document.findings, ...signature.findings];
    return { ...named, contents: NO_CONTENTS, signature, findings, warnings: [] };
  }

  const findings: Finding[] = [
    ...document.findings,
    ...identityFindings(manifest, platform),
    ...windowFindings(manifest),
  ];
  const required = manifest.incident_window === undefined ? REQUIRED_ENTRIES : [...REQUIRED_ENTRIES, POLICY_DIGESTS];
  const contents = await checkContents(archive, PACK_MANIFEST, manifest.contents, { required }, platform);
  findings.push(...contents.findings, ...declarationFindings(manifest));

  const documents = await checkDocuments(archive, manifest, contents, findings);
  findings.push(
    ...copyFindings(manifest, documents.get(CONTROL_INDEX), documents.get(EVIDENCE_POINTERS)),
    ...controlFindings(manifest),
    ...pointerFindings(manifest),
    ...renderedFindings(manifest),
    ...receiptFindings(documents),
    ...signature.findings,
  );
  const runpackSummary = documents.get(RUNPACK_SUMMARY) as RunpackSummary | undefined;
  return {
    ...named,
    contents,
    signature,
    findings,
    warnings: warningsOf(manifest, contents),
    manifest,
    ...(runpackSummary === undefined ? {} : { runpackSummary }),
  };
}

function identityFindings(manifest: EvidencePackManifest, platform: Platform): Finding[] {
  const findings: Finding[] = [];
  const { pack_id: actual, created_at: createdAt, generated_at: generatedAt } = manifest;
  const expected = evidencePackId(manifest.run_id, manifest.contents, platform);
  if (actual !== expected) {
    const message = "the id is not what the run and the contents come to";
    findings.push(finding("pack_id_mismatch", { path: `${PACK_MANIFEST}#$.pack_id`, expected, actual, message }));
  }
  if (compareTimestamps(createdAt, generatedAt) !== 0) {
    const message = "the two times of the manifest are not the same";
    const path = `${PACK_MANIFEST}#$.generated_at`;
    findings.push(finding("payload_mismatch", { path, expected: createdAt, actual: generatedAt, message }));
  }
  return findings;
}

/** What a schema can't say of the list of entries. */
function declarationFindings({ contents, incident_window: window }: EvidencePackManifest): Finding[] {
  const findings: Finding[] = [];
  const last = new Map<string, { highest: number; count: number }>();
  for (const [index, { path, type }] of contents.entries()) {
    const expected = entryKind(path)?.type;
    if (expected !== undefined && type !== expected) {
      const where = `${PACK_MANIFEST}#$.contents[${index}].type`;
      findings.push(
        finding("schema_invalid", { path: where, expected, actual: type, message: "is not the type of this entry" }),
      );
    }
    const numbered = numberedEntry(path);
    if (numbered !== undefined) {
      const { highest, count } = last.get(numbered.stem) ?? { highest: 0, count: 0 };
      last.set(numbered.stem, { highest: Math.max(highest, numbered.number), count: count + 1 });
    }
    if (path === POLICY_DIGESTS && window === undefined) {
      findings.push(finding("payload_mismatch", { path, message: "the manifest has no incident window" }));
    }
  }
  for (const [stem, { highest, count }] of last) {
    if (highest === count) continue;
    const message = `${stem}_NN.json are numbered up to ${highest}, and there are ${count} of them`;
    findings.push(finding("required_file_undeclared", { path: stem, message }));
  }
  return findings;
}

/** Every entry with a schema, held against it and the manifest; one at a time, so that memory does not grow with them. */
async function checkDocuments(
  archive: Archive,
  manifest: EvidencePackManifest,
  contents: ContentsReport,
  findings: Finding[],
): Promise<ReadonlyMap<string, JsonValue>> {
  const kept = new Map<string, JsonValue>();
  for (const path of contents.sound) {
    const validator = entryKind(path)?.validator;
    if (validator === undefined) continue;
    const { bytes } = await archive.bytes(path, MAX_DOCUMENT_BYTES);
    const value = declaredDocument(contents, path, bytes, validator, findings);
    if (value === undefined) continue;
    findings.push(...entryFindings(path, value, manifest));
    if ((REQUIRED_ENTRIES as readonly string[]).includes(path)) kept.set(path, value);
  }
  return kept;
}

function receiptFindings(documents: ReadonlyMap<string, JsonValue>): Finding[] {
  const summary = documents.get(RUNPACK_SUMMARY) as RunpackSummary | undefined;
  const referenced = documents.get(REFERENCED_RUNPACKS) as ReferencedRunpacks | undefined;
  if (summary === undefined || referenced === undefined) return [];
  const expected = String(referenced.receipts?.length ?? 0);
  const actual = String(summary.receipt_count);
  if (expected === actual) return [];
  const path = `${RUNPACK_SUMMARY}#$.receipt_count`;
  const message = `the count is not that of the receipts in ${REFERENCED_RUNPACKS}`;
  return [finding("payload_mismatch", { path, expected, actual, message })];
}

function warningsOf({ template_id: templateId }: EvidencePackManifest, contents: ContentsReport): string[] {
  return [
    ...unreadWarnings(contents, (path) => entryKind(path) !== undefined),
    ...(knownTemplate(templateId) === undefined
      ? [`the template ${JSON.stringify(templateId)} is not known here: its controls were not made again`]
      : []),
  ];
}
