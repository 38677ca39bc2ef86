/** An evidence pack (`evidence_pack_<pack_id>.zip`), built from a run and the evidence around it (contract 3.1 to 3.4). */
import type {
  Control,
  EvidenceContent,
  EvidencePackManifest,
  EvidenceType,
  IncidentWindow,
  RenderedArtifact,
} from "../../schema/document/evidence-pack.ts";
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import { PACK_MANIFEST } from "../contents/manifest.ts";
import { GaitError } from "../finding/error.ts";
import { collectWarnings } from "../finding/warning.ts";
import { canonicalBytes, canonicalize } from "../json/jcs.ts";
import type { BuildOptions } from "../pack/build-pack.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import { sha256Hex } from "../signature/digest.ts";
import { type Ed25519Signature, signManifest } from "../signature/signature.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { toUtcWherePossible } from "../time/timestamp.ts";
import { type ByteSink, createZipWriter } from "../zip/writer.ts";
import {
  CONTROL_INDEX,
  controlsOf,
  EVIDENCE_POINTERS,
  evidencePackId,
  pointersOf,
  type TemplateId,
} from "./control.ts";
import {
  approvalRecord,
  credentialRecord,
  inventoryRecord,
  warnOfUnknownApproval,
  warnOfUnknownCredential,
  warnOfUnknownInventory,
} from "./copied-entries.ts";
import { isEmptyEntry } from "./empty-entry.ts";
import { EntryAgreement } from "./entry-agreement.ts";
import {
  numberedPath,
  POLICY_DIGESTS,
  REFERENCED_RUNPACKS,
  REGRESS_SUMMARY,
  RUNPACK_SUMMARY,
  SUMMARY_PDF,
  TRACE_SUMMARY,
} from "./entry-kind.ts";
import type { Evidence, Given } from "./input.ts";
import { policyDigests, referencedRunpacks, regressSummary, runpackSummary, traceSummary } from "./summary-entries.ts";
import { type EvidencePage, evidencePage } from "./summary-page.ts";

export interface EvidencePackOptions extends BuildOptions {
  readonly template: TemplateId;
  /** Any text; blank means none. */
  readonly caseId?: string | undefined;
  /** Makes it an incident pack: it records the window and the policies behind the evidence's decisions. */
  readonly window?: IncidentWindow | undefined;
  /** Renders `summary.pdf`; the same page must give the same bytes. */
  readonly render?: ((page: EvidencePage) => Promise<Uint8Array>) | undefined;
}

export interface EvidencePackBuilt {
  readonly packId: string;
  readonly runId: string;
  readonly caseId: string | undefined;
  readonly templateId: TemplateId;
  readonly controls: readonly Control[];
  /** Paths of entries that hold nothing. */
  readonly emptyEntries: ReadonlySet<string>;
  readonly rendered: readonly RenderedArtifact[];
  readonly contents: readonly EvidenceContent[];
  /** Only in an incident pack. */
  readonly policyDigests: readonly string[] | undefined;
  readonly signature: Ed25519Signature | undefined;
  readonly warnings: readonly string[];
}

interface Entry {
  readonly path: string;
  readonly type: EvidenceType;
  readonly bytes: Uint8Array;
  readonly sha256: string;
}

/**
 * Writes the pack of a runpack that was verified as `runpack`. The order and folders of the evidence don't matter.
 */
export async function buildEvidencePack(
  runpack: RunpackReport,
  evidence: Evidence,
  sink: ByteSink,
  options: EvidencePackOptions,
): Promise<EvidencePackBuilt> {
  const { platform, signer, window, template } = options;
  const { manifest: source, run, refs } = runpack;
  if (source === undefined || run === undefined || refs === undefined || runpack.findings.length > 0) {
    throw new GaitError("internal", "the runpack of an evidence pack was not verified");
  }
  const runId = source.run_id;
  const createdAt = toUtcWherePossible(run.created_at);
  const caseId = options.caseId?.trim() || undefined;
  const sorted = sortEvidence(evidence);
  const policies = window === undefined ? undefined : policyDigests(runId, window, sorted);

  const entries: Entry[] = [];
  const add = (path: string, type: EvidenceType, bytes: Uint8Array): void => {
    entries.push({ path, type, bytes, sha256: sha256Hex(platform, bytes) });
  };
  const documentsAt: { readonly path: string; readonly value: JsonValue }[] = [];
  const addJson = (path: string, type: EvidenceType, value: JsonValue): void => {
    add(path, type, canonicalBytes(value));
    documentsAt.push({ path, value });
  };

  addJson(RUNPACK_SUMMARY, "runpack", runpackSummary(source, refs, runpack));
  addJson(REFERENCED_RUNPACKS, "evidence", referencedRunpacks(runId, refs));
  for (const { path, record } of recordsOf(sorted)) addJson(path, "evidence", record);
  if (sorted.trace.length > 0) addJson(TRACE_SUMMARY, "trace", traceSummary(documents(sorted.trace)));
  if (sorted.regress.length > 0) addJson(REGRESS_SUMMARY, "report", regressSummary(documents(sorted.regress)));
  if (policies !== undefined) addJson(POLICY_DIGESTS, "report", policies);
  if (options.render !== undefined) {
    const files = contentsOf(entries);
    const controls = controlsOf(template, [...files, { path: SUMMARY_PDF, type: "report" }]);
    const page = evidencePage({
      runpack,
      caseId,
      templateId: template,
      createdAt,
      window,
      controls,
      files,
      evidence: sorted,
    });
    add(SUMMARY_PDF, "report", await options.render(page));
  }

  const evidenced = contentsOf(entries);
  const controls = controlsOf(template, evidenced);
  const pointers = pointersOf(evidenced);
  addJson(CONTROL_INDEX, "report", controls);
  addJson(EVIDENCE_POINTERS, "report", pointers);
  const rendered: RenderedArtifact[] = evidenced
    .filter(({ path }) => path === SUMMARY_PDF)
    .map(({ path, sha256 }) => ({ format: "pdf", path, sha256 }));

  const agreement = new EntryAgreement({ runId, window });
  for (const { path, value } of documentsAt) agreement.see(path, value);

  const contents = contentsOf(entries);
  const packId = evidencePackId(runId, contents, platform);
  const manifest: EvidencePackManifest & JsonObject = {
    schema_id: "gait.guard.pack_manifest",
    schema_version: "1.0.0",
    created_at: createdAt,
    producer_version: options.producerVersion,
    pack_id: packId,
    run_id: runId,
    ...(caseId === undefined ? {} : { case_id: caseId }),
    template_id: template,
    generated_at: createdAt,
    control_index: controls,
    evidence_pointers: pointers,
    ...(window === undefined ? {} : { incident_window: window }),
    ...(rendered.length > 0 ? { rendered_artifacts: rendered } : {}),
    contents,
  };
  const signature = signer && (await signManifest(manifest, signer, platform));
  if (signature !== undefined) manifest.signatures = [{ ...signature }];

  const writer = createZipWriter(sink, platform);
  for (const { path, bytes } of byPath(entries)) await writer.add(path, bytes);
  await writer.add(PACK_MANIFEST, canonicalBytes(manifest));
  await writer.close();
  return {
    packId,
    runId,
    caseId,
    templateId: template,
    controls,
    emptyEntries: new Set(documentsAt.filter(({ path, value }) => isEmptyEntry(path, value)).map(({ path }) => path)),
    rendered,
    contents,
    policyDigests: policies?.policy_digests,
    signature,
    warnings: [...warningsOf(sorted), ...agreement.warnings()],
  };
}

function contentsOf(entries: readonly Entry[]): EvidenceContent[] {
  return byPath(entries).map(({ path, sha256, type }) => ({ path, sha256, type }));
}

function byPath<T extends { readonly path: string }>(entries: readonly T[]): T[] {
  return [...entries].sort((left, right) => compareUtf8(left.path, right.path));
}

function recordsOf({ inventory, approvalAudit, credential }: Evidence): { path: string; record: JsonObject }[] {
  const numbered = (stem: string, records: readonly JsonObject[]): { path: string; record: JsonObject }[] =>
    records.map((record, index) => ({ path: numberedPath(stem, index + 1), record }));
  return [
    ...numbered("inventory_snapshot", documents(inventory).map(inventoryRecord)),
    ...numbered("approval_audit", documents(approvalAudit).map(approvalRecord)),
    ...numbered("credential_evidence", documents(credential).map(credentialRecord)),
  ];
}

function documents<T>(given: readonly Given<T>[]): T[] {
  return given.map(({ document }) => document);
}

/** Sorted by file name without folder, because the folder means nothing; then by content. */
function sortEvidence(evidence: Evidence): Evidence {
  const sorted = <T>(given: readonly Given<T>[]): Given<T>[] =>
    given
      .map((each) => ({ each, base: baseName(each.name), text: canonicalize(each.document as unknown as JsonValue) }))
      .sort((left, right) => compareUtf8(left.base, right.base) || compareUtf8(left.text, right.text))
      .map(({ each }) => each);
  return {
    inventory: sorted(evidence.inventory),
    trace: sorted(evidence.trace),
    regress: sorted(evidence.regress),
    approvalAudit: sorted(evidence.approvalAudit),
    credential: sorted(evidence.credential),
  };
}

function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf("/"), path.lastIndexOf("\\")) + 1);
}

function warningsOf({ inventory, trace, regress, approvalAudit, credential }: Evidence): string[] {
  const warnings = collectWarnings();
  for (const each of inventory) warnOfUnknownInventory(each, warnings);
  for (const each of approvalAudit) warnOfUnknownApproval(each, warnings);
  for (const each of credential) warnOfUnknownCredential(each, warnings);
  for (const given of [inventory, trace, regress, approvalAudit, credential]) {
    const seen = new Map<string, string>();
    for (const { name, document } of given as readonly Given<JsonObject>[]) {
      const text = canonicalize(document);
      const first = seen.get(text);
      if (first === undefined) seen.set(text, name);
      else warnings.add("duplicate document", `${name} (as ${first})`);
    }
  }
  return warnings.list();
}
