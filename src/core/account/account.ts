/**
 * Describes a verified artifact for display (a terminal, a report, a browser): what it is, its producer, and what
 * happened. For a failed artifact, describes what can still be read; it must not be relied on.
 */

import type { Account, EvidenceAccount } from "../../schema/account/account.ts";
import type { Control, EvidencePackManifest } from "../../schema/document/evidence-pack.ts";
import type { Validator } from "../../schema/validate/validator.ts";
import { refsValidator, runValidator } from "../../schema/validator/runpack.ts";
import { documentLimit } from "../contents/document-limit.ts";
import type { EvidencePackReport } from "../evidence/verify-evidence-pack.ts";
import { readDocument } from "../json/document.ts";
import type { CallEvidence } from "../pack/call-evidence.ts";
import { runpackIn, runpackOf, type Verified } from "../verify/verified.ts";
import type { Archive } from "../zip/reader.ts";
import { approversIn } from "./approvers.ts";
import { contentAccount } from "./contents.ts";
import { provenanceOf } from "./provenance.ts";
import { type RunDocuments, runAccount } from "./run.ts";
import { RunRecords } from "./run-records.ts";

/**
 * Memory grows with the number of records, not with their content. `records` are those whose visitors took part in the
 * verification: files that they have not seen are read now.
 */
export async function accountOf(verified: Verified, records = new RunRecords()): Promise<Account> {
  const runpack = await runpackIn(verified);
  const found = await happened(verified, runpack, records);
  const { packId, sourceRef, verdict, reason, findings, warnings, archive } = verified;
  return {
    format: formatOf(verified),
    about: aboutOf(verified),
    ...(packId === "" ? {} : { pack_id: packId }),
    ...(sourceRef === "" ? {} : { source_ref: sourceRef }),
    verdict,
    verified: verdict !== "failed",
    reason,
    findings,
    ...(verified.trust === undefined ? {} : { trust: verified.trust }),
    ...approved(verified),
    provenance: provenanceOf(verified),
    contents: contentAccount(verified, runpack === archive ? undefined : runpack),
    ...found.account,
    warnings: [...warnings, ...found.warnings],
  };
}

/** Runs have no approvals of their own. */
function approved({ trust, format }: Verified): Pick<Account, "approvers"> {
  const approvers = format === "job_pack" || format === "evidence_pack" ? approversIn(trust) : [];
  return approvers.length === 0 ? {} : { approvers };
}

interface Happened {
  readonly account: Pick<Account, "run" | "job" | "call" | "authorization" | "evidence">;
  readonly warnings: readonly string[];
}

async function happened(verified: Verified, runpack: Archive | undefined, records: RunRecords): Promise<Happened> {
  if (verified.format === "evidence_pack") {
    const { evidencePack } = verified;
    const { manifest } = evidencePack;
    const account = manifest === undefined ? {} : { evidence: evidenceAccount(evidencePack, manifest) };
    return { account, warnings: [] };
  }
  if (verified.format === "job_pack") {
    const { readJobAccount } = await import("./job.ts");
    const { archive, sourceRef, pack } = verified;
    return { account: { job: await readJobAccount(archive, sourceRef, pack.job) }, warnings: [] };
  }
  if (verified.format === "authorization_pack") {
    const { authorizationAccount } = await import("./decision.ts");
    const { bundle } = verified.pack;
    return { account: bundle === undefined ? {} : { authorization: authorizationAccount(bundle) }, warnings: [] };
  }
  const call = verified.format === "call_pack" ? await spokenCall(verified.pack) : {};
  if (runpack === undefined) return { account: call, warnings: [] };
  await records.readUnseen(runpack);
  records.lacks(verified.findings);
  const joined = records.join();
  const refs = runpackOf(verified)?.refs ?? (await documentOf(runpack, "refs.json", refsValidator));
  const run = runAccount(joined, { ...(await runOf(verified, runpack)), refs });
  return { account: { run, ...call }, warnings: joined.warnings };
}

async function spokenCall(evidence: CallEvidence): Promise<Pick<Account, "call">> {
  const { spokenCallAccount } = await import("./decision.ts");
  const call = spokenCallAccount(evidence);
  return call === undefined ? {} : { call };
}

/** The run's own document, and its id. @param runpack the runpack of a verified artifact */
export async function runOf(verified: Verified, runpack: Archive): Promise<Pick<RunDocuments, "runId" | "run">> {
  const report = runpackOf(verified);
  return {
    runId: report?.runId || verified.sourceRef,
    run: report?.run ?? (await documentOf(runpack, "run.json", runValidator)),
  };
}

/** For a failed runpack: what can be read. */
async function documentOf<T>(
  archive: Archive,
  path: "run.json" | "refs.json",
  validator: Validator<T>,
): Promise<T | undefined> {
  if (!archive.has(path)) return undefined;
  const { bytes } = await archive.bytes(path, documentLimit(archive, path));
  return bytes === undefined ? undefined : readDocument(bytes, path, validator).value;
}

function formatOf({ format, packType }: Verified): Account["format"] {
  if (packType === "") return "unknown";
  return format === "runpack" || format === "evidence_pack" ? format : "pack";
}

function aboutOf({ packType }: Verified): Account["about"] {
  if (packType === "") return "unknown";
  return packType === "guard" ? "evidence" : packType;
}

function evidenceAccount(
  { runpackSummary: summary, emptyEntries }: EvidencePackReport,
  manifest: NonNullable<EvidencePackReport["manifest"]>,
): EvidenceAccount {
  const { incident_window: window } = manifest;
  return {
    run_id: manifest.run_id,
    ...(manifest.case_id === undefined ? {} : { case_id: manifest.case_id }),
    template_id: manifest.template_id,
    recorded_at: manifest.created_at,
    ...(window === undefined ? {} : { window: { from: window.from, to: window.to, seconds: window.window_seconds } }),
    ...(summary === undefined
      ? {}
      : {
          runpack: {
            manifest_digest: summary.manifest_digest,
            capture_mode: summary.capture_mode,
            intents: summary.intent_count,
            results: summary.result_count,
            receipts: summary.receipt_count,
          },
        }),
    controls: controlAccounts(manifest.control_index ?? [], {
      contents: manifest.contents,
      emptyEntries: emptyEntries ?? new Set(),
      rendered: manifest.rendered_artifacts ?? [],
    }),
  };
}

interface EvidenceFound {
  readonly contents: readonly EvidencePackManifest["contents"][number][];
  readonly emptyEntries: ReadonlySet<string>;
  readonly rendered: readonly { readonly path: string }[];
}

/** Controls with their evidence. What holds nothing, or was made from the rest of the pack, is evidence of nothing. */
export function controlAccounts(
  controls: readonly Control[],
  { contents, emptyEntries, rendered }: EvidenceFound,
): EvidenceAccount["controls"] {
  const known = new Map(contents.map((content) => [content.path, content]));
  const pages = new Set(rendered.map(({ path }) => path));
  return controls.map(({ control_id, title, evidence_paths }) => ({
    control_id,
    title,
    evidence: evidence_paths.map((path) => ({
      ...(known.get(path) ?? { path }),
      ...(emptyEntries.has(path) ? { is_empty: true as const } : {}),
      ...(pages.has(path) ? { is_rendered: true as const } : {}),
    })),
    has_evidence: evidence_paths.some((path) => !emptyEntries.has(path) && !pages.has(path)),
  }));
}
