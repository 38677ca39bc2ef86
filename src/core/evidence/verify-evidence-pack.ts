/**
 * Verifies an evidence pack (contract 3.6, 9.2). Everything that can be derived is recomputed from the pack's content:
 * the id, the controls, the pointers and the counts.
 */
import type { EvidencePackManifest } from "../../schema/document/evidence-pack.ts";
import type { ReferencedRunpacks, RunpackSummary } from "../../schema/document/evidence-pack-entry.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import { evidencePackManifestValidator } from "../../schema/validator/evidence-pack.ts";
import type { ContentsReport } from "../contents/contents.ts";
import { documentLimit } from "../contents/document-limit.ts";
import { type EvidenceFormat, type FormatOptions, verifyFormat } from "../contents/format.ts";
import { PACK_MANIFEST } from "../contents/manifest.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { declaredDocument, textMember } from "../json/document.ts";
import type { Platform } from "../platform/platform.ts";
import type { SignatureReport } from "../signature/signature.ts";
import { compareTimestamps } from "../time/timestamp.ts";
import type { Archive } from "../zip/reader.ts";
import { controlFindings, copyFindings, pointerFindings, renderedFindings } from "./check-controls.ts";
import { entryFindings } from "./check-entry.ts";
import { CONTROL_INDEX, EVIDENCE_POINTERS, evidencePackId, knownTemplate } from "./control.ts";
import { isEmptyEntry } from "./empty-entry.ts";
import { EntryAgreement } from "./entry-agreement.ts";
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
  /** Each present if it matches its schema and its digest. */
  readonly manifest?: EvidencePackManifest;
  readonly runpackSummary?: RunpackSummary;
  /** Paths of entries that hold nothing. */
  readonly emptyEntries?: ReadonlySet<string>;
}

type CheckedEvidence = Pick<EvidencePackReport, "runpackSummary" | "emptyEntries">;

const EVIDENCE_PACK: EvidenceFormat<EvidencePackManifest, CheckedEvidence> = {
  manifest: PACK_MANIFEST,
  validator: evidencePackManifestValidator,
  selfFindings: (_object, manifest, platform) => idFindings(manifest, platform),
  files: ({ contents }) => contents,
  required: ({ incident_window: window }) =>
    window === undefined ? REQUIRED_ENTRIES : [...REQUIRED_ENTRIES, POLICY_DIGESTS],
  isKnown: (path) => entryKind(path) !== undefined,
  // Each is read again by itself: all of them at once may be more than fits into memory.
  documents: {},
  manifestFindings: (manifest) => [...timeFindings(manifest), ...windowFindings(manifest)],
  examine: ({ archive, manifest }) => ({
    async conclude({ contents }) {
      const findings = declarationFindings(manifest);
      const agreement = new EntryAgreement({ runId: manifest.run_id, window: manifest.incident_window });
      const emptyEntries = new Set<string>();
      const documents = await checkDocuments(archive, manifest, contents, findings, (path, value) => {
        agreement.see(path, value);
        if (isEmptyEntry(path, value)) emptyEntries.add(path);
      });
      findings.push(
        ...copyFindings(manifest, documents.get(CONTROL_INDEX), documents.get(EVIDENCE_POINTERS)),
        ...controlFindings(manifest),
        ...pointerFindings(manifest),
        ...renderedFindings(manifest),
        ...receiptFindings(documents),
        ...(await pageFindings(archive, manifest, contents)),
      );
      const runpackSummary = documents.get(RUNPACK_SUMMARY) as RunpackSummary | undefined;
      return {
        findings,
        warnings: [...templateWarnings(manifest), ...agreement.warnings()],
        evidence: { emptyEntries, ...(runpackSummary === undefined ? {} : { runpackSummary }) },
      };
    },
  }),
};

export async function verifyEvidencePack(archive: Archive, options: FormatOptions): Promise<EvidencePackReport> {
  const { object, contents, signature, findings, warnings, read } = await verifyFormat(EVIDENCE_PACK, archive, options);
  return {
    packId: textMember(object, "pack_id") ?? "",
    runId: textMember(object, "run_id") ?? "",
    templateId: textMember(object, "template_id") ?? "",
    ...{ contents, signature, findings, warnings },
    ...(read === undefined ? {} : { manifest: read.manifest, ...read.evidence }),
  };
}

function idFindings(manifest: EvidencePackManifest, platform: Platform): Finding[] {
  const { pack_id: actual } = manifest;
  const expected = evidencePackId(manifest.run_id, manifest.contents, platform);
  if (actual === expected) return [];
  const message = "the id does not match the run and the contents";
  return [finding("pack_id_mismatch", { path: `${PACK_MANIFEST}#$.pack_id`, expected, actual, message })];
}

function timeFindings({ created_at: expected, generated_at: actual }: EvidencePackManifest): Finding[] {
  if (compareTimestamps(expected, actual) === 0) return [];
  const message = "the two times of the manifest differ";
  return [finding("payload_mismatch", { path: `${PACK_MANIFEST}#$.generated_at`, expected, actual, message })];
}

/** The rules for the list of entries that a schema can't express. */
function declarationFindings({ contents, incident_window: window }: EvidencePackManifest): Finding[] {
  const findings: Finding[] = [];
  const last = new Map<string, { highest: number; count: number }>();
  for (const [index, { path, type }] of contents.entries()) {
    const expected = entryKind(path)?.type;
    if (expected !== undefined && type !== expected) {
      const where = `${PACK_MANIFEST}#$.contents[${index}].type`;
      findings.push(
        finding("schema_invalid", { path: where, expected, actual: type, message: "is the wrong type for this entry" }),
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

/** Checks every entry with a schema against it and the manifest; one at a time, to bound memory. */
async function checkDocuments(
  archive: Archive,
  manifest: EvidencePackManifest,
  contents: ContentsReport,
  findings: Finding[],
  see: (path: string, value: JsonValue) => void,
): Promise<ReadonlyMap<string, JsonValue>> {
  const kept = new Map<string, JsonValue>();
  for (const path of contents.sound) {
    const validator = entryKind(path)?.validator;
    if (validator === undefined) continue;
    const { bytes } = await archive.bytes(path, documentLimit(archive, path));
    const value = declaredDocument<JsonValue>(contents, path, bytes, validator, findings);
    if (value === undefined) continue;
    findings.push(...entryFindings(path, value, manifest));
    see(path, value);
    if ((REQUIRED_ENTRIES as readonly string[]).includes(path)) kept.set(path, value);
  }
  return kept;
}

/** A page is read by people: that it is one is all that can be said of it without drawing it again. */
async function pageFindings(
  archive: Archive,
  { rendered_artifacts: rendered = [] }: EvidencePackManifest,
  { sound }: ContentsReport,
): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const path of new Set(rendered.map((artifact) => artifact.path))) {
    if (!sound.has(path)) continue;
    const { bytes } = await archive.bytes(path, documentLimit(archive, path));
    if (bytes === undefined || new TextDecoder("latin1").decode(bytes.subarray(0, 5)) === "%PDF-") continue;
    const message = "rendered as pdf, and the file is no PDF";
    findings.push(finding("rendered_artifact_mismatch", { path, expected: "%PDF- at its beginning", message }));
  }
  return findings;
}

function receiptFindings(documents: ReadonlyMap<string, JsonValue>): Finding[] {
  const summary = documents.get(RUNPACK_SUMMARY) as RunpackSummary | undefined;
  const referenced = documents.get(REFERENCED_RUNPACKS) as ReferencedRunpacks | undefined;
  if (summary === undefined || referenced === undefined) return [];
  const expected = String(referenced.receipts?.length ?? 0);
  const actual = String(summary.receipt_count);
  if (expected === actual) return [];
  const path = `${RUNPACK_SUMMARY}#$.receipt_count`;
  const message = `differs from the number of receipts in ${REFERENCED_RUNPACKS}`;
  return [finding("payload_mismatch", { path, expected, actual, message })];
}

function templateWarnings({ template_id: templateId }: EvidencePackManifest): string[] {
  if (knownTemplate(templateId) !== undefined) return [];
  return [`the template ${JSON.stringify(templateId)} is unknown here: its controls were not checked`];
}
