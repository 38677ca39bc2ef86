/**
 * The account of an artifact that was verified, for whoever shows it (a terminal, a report, a browser): what it is,
 * whose, and what happened. Of one that failed, what can still be read: its verdict says that nobody should believe it.
 */
import type { Account, EvidenceAccount } from "../../schema/account/account.ts";
import type { Refs, Run } from "../../schema/document/runpack.ts";
import type { Validator } from "../../schema/validate/validator.ts";
import { refsValidator, runValidator } from "../../schema/validator/runpack.ts";
import type { ByteSource } from "../bytes/source.ts";
import type { EvidencePackReport } from "../evidence/verify-evidence-pack.ts";
import { GaitError } from "../finding/error.ts";
import { MAX_DOCUMENT_BYTES, readDocument } from "../json/document.ts";
import { RUN_SOURCE } from "../pack/run-payload.ts";
import type { RunpackReport } from "../run/verify-runpack.ts";
import type { Verification, VerifyOptions } from "../verify/verify.ts";
import { type Archive, openArchive, surroundingsOf } from "../zip/reader.ts";
import { contentAccount } from "./contents.ts";
import { provenanceOf } from "./provenance.ts";
import { runAccount } from "./run.ts";

export type ReadOptions = Pick<VerifyOptions, "platform" | "limits">;

/** `source` is what `verified` is of. Memory grows with the number of records, and not with what they carry. */
export async function accountOf(source: ByteSource, verified: Verification, options: ReadOptions): Promise<Account> {
  return withRunpack(source, verified, options, async (archive, runpack) => {
    const happening = await happened(archive, runpack, verified);
    const { packId, sourceRef, verdict, reason, findings, warnings } = verified;
    const embedded = runpack === archive ? undefined : runpack;
    return {
      format: formatOf(verified),
      about: aboutOf(verified),
      ...(packId === "" ? {} : { pack_id: packId }),
      ...(sourceRef === "" ? {} : { source_ref: sourceRef }),
      verdict,
      verified: verdict !== "failed",
      reason,
      findings,
      provenance: provenanceOf(verified),
      contents: contentAccount(archive, verified, embedded),
      ...happening.account,
      warnings: [...warnings, ...happening.warnings],
    };
  });
}

interface WhatHappened {
  readonly account: Pick<Account, "run" | "job" | "evidence">;
  readonly warnings: readonly string[];
}

async function happened(archive: Archive, runpack: Archive | undefined, verified: Verification): Promise<WhatHappened> {
  const { pack, evidencePack } = verified;
  if (evidencePack?.manifest !== undefined) {
    return { account: { evidence: evidenceAccount(evidencePack, evidencePack.manifest) }, warnings: [] };
  }
  if (pack?.job !== undefined) {
    const { readJobAccount } = await import("./job.ts");
    return { account: { job: await readJobAccount(archive, verified.sourceRef, pack.job) }, warnings: [] };
  }
  if (runpack === undefined) return { account: {}, warnings: [] };
  const report = verified.runpack ?? pack?.runpack;
  const { run, warnings } = await runAccount(runpack, {
    runId: report?.runId || verified.sourceRef,
    run: await documentOf<Run>(runpack, "run.json", report, runValidator),
    refs: await documentOf<Refs>(runpack, "refs.json", report, refsValidator),
  });
  return { account: { run }, warnings };
}

/** As it was verified; of a runpack that failed, as it can be read. */
async function documentOf<T>(
  archive: Archive,
  path: "run.json" | "refs.json",
  report: RunpackReport | undefined,
  validator: Validator<T>,
): Promise<T | undefined> {
  const known = path === "run.json" ? report?.run : report?.refs;
  if (known !== undefined) return known as T;
  if (!archive.has(path)) return undefined;
  const { bytes } = await archive.bytes(path, MAX_DOCUMENT_BYTES);
  return bytes === undefined ? undefined : readDocument(bytes, path, validator).value;
}

/** Hands over the archive, and the runpack's: the same, one inside it, or none. */
export async function withRunpack<T>(
  source: ByteSource,
  { pack, runpack }: Verification,
  { platform, limits }: ReadOptions,
  use: (archive: Archive, runpack: Archive | undefined) => Promise<T>,
): Promise<T> {
  const archive = await openArchive(source, platform, limits);
  if (runpack !== undefined) return use(archive, archive);
  if (pack === undefined || pack.job !== undefined || !archive.has(RUN_SOURCE)) return use(archive, undefined);
  const embedded = await archive.open(RUN_SOURCE);
  try {
    return await use(archive, await openRunpack(embedded, archive));
  } finally {
    embedded.dispose();
  }

  async function openRunpack(inner: ByteSource, around: Archive): Promise<Archive | undefined> {
    try {
      return await openArchive(inner, platform, limits, surroundingsOf(around));
    } catch (error) {
      if (error instanceof GaitError && error.code === "not_an_archive") return undefined;
      throw error;
    }
  }
}

function formatOf({ packType, legacyType }: Verification): Account["format"] {
  if (packType === "") return "unknown";
  if (legacyType === undefined) return "pack";
  return legacyType === "guard" ? "evidence_pack" : "runpack";
}

function aboutOf({ packType }: Verification): Account["about"] {
  if (packType === "") return "unknown";
  return packType === "guard" ? "evidence" : packType;
}

function evidenceAccount(
  { runpackSummary: summary }: EvidencePackReport,
  manifest: NonNullable<EvidencePackReport["manifest"]>,
): EvidenceAccount {
  const contents = new Map(manifest.contents.map((content) => [content.path, content]));
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
    controls: (manifest.control_index ?? []).map(({ control_id, title, evidence_paths }) => ({
      control_id,
      title,
      evidence: evidence_paths.map((path) => contents.get(path) ?? { path }),
      has_evidence: evidence_paths.length > 0,
    })),
  };
}
