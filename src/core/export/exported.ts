/** What is exported of one artifact (contract 7.3): what it is, what its verification counted, and what its run did. */

import type { JsonObject } from "../../schema/document/primitives.ts";
import { MAX_MANIFEST_BYTES, PACK_MANIFEST, RUNPACK_MANIFEST } from "../contents/manifest.ts";
import { GaitError } from "../finding/error.ts";
import type { Finding } from "../finding/finding.ts";
import { textMember } from "../json/document.ts";
import { parseJson } from "../json/parse.ts";
import { digestOf, type Hashing } from "../signature/digest.ts";
import { PACK_EPOCH, toUtcWherePossible } from "../time/timestamp.ts";
import { runpackIn, type Verified } from "../verify/verified.ts";
import { type ExportMetrics, metricsOf, NO_METRICS } from "./metrics.ts";

export interface ExportRecord {
  readonly pack_id: string;
  readonly pack_type: string;
  readonly source_ref: string;
  /** H of the manifest as stored, with its signatures. */
  readonly manifest_digest: string;
  readonly files_checked: number;
  readonly hash_mismatches: number;
  readonly missing_files: number;
  readonly undeclared_files: number;
  readonly signature_status: string;
  readonly signatures_total: number;
  readonly signatures_valid: number;
  /** RFC 3339 in UTC. */
  readonly created_at: string;
  readonly metrics: ExportMetrics;
}

/** What the entries of an archive can have against them, while it still is the pack that its manifest says. */
const COUNTED: ReadonlySet<Finding["code"]> = new Set(["file_missing", "file_hash_mismatch", "file_undeclared"]);

/** Whether the artifact has to be refused: it can't be read, or something other than the bytes of its entries is wrong. */
export function isUnexportable(verified: Verified): boolean {
  if (verified.verdict !== "failed") return false;
  const { findings, format } = verified;
  if (format === "unreadable") return true;
  // What follows from an entry with other bytes is no fault of its own.
  return !findings.some(({ code }) => COUNTED.has(code)) || findings.some(isOfWhole);
}

/** Of the archive or its manifest: then nothing says what the pack is. */
function isOfWhole({ code, path = "" }: Finding): boolean {
  if (COUNTED.has(code)) return false;
  const isEntry = code === "zip_crc_mismatch" || code === "zip_size_mismatch" || code === "zip_deflate_invalid";
  return (code.startsWith("zip_") && !isEntry) || path === "" || isManifest(path);
}

function isManifest(path: string): boolean {
  return [PACK_MANIFEST, RUNPACK_MANIFEST].some((name) => path === name || path.startsWith(`${name}#`));
}

/**
 * @param verified not one that `isUnexportable`
 * @param counted what its records count up to, where that is known
 */
export async function exportRecord(
  verified: Verified,
  hashing: Hashing,
  counted?: ExportMetrics,
): Promise<ExportRecord> {
  const { contents, signature } = verified;
  const manifest = await manifestOf(verified);
  const runpack = counted === undefined ? await runpackIn(verified) : undefined;
  return {
    pack_id: verified.packId,
    pack_type: verified.packType,
    source_ref: verified.sourceRef,
    manifest_digest: digestOf(hashing, manifest),
    files_checked: contents.filesChecked,
    hash_mismatches: contents.hashMismatches.length,
    missing_files: contents.missingFiles.length,
    undeclared_files: contents.undeclaredFiles.length,
    signature_status: signature.status,
    signatures_total: signature.total,
    signatures_valid: signature.valid,
    created_at: toUtcWherePossible(createdAt(verified, manifest)),
    metrics: counted ?? (runpack === undefined ? NO_METRICS : await metricsOf(runpack)),
  };
}

async function manifestOf({ archive, format }: Verified): Promise<JsonObject> {
  const path = format === "runpack" ? RUNPACK_MANIFEST : PACK_MANIFEST;
  const { bytes } = await archive.bytes(path, MAX_MANIFEST_BYTES);
  // It was read and matched its schema, so this can't fail.
  if (bytes === undefined) throw new GaitError("internal", `${path} can't be read again`);
  return parseJson(bytes) as JsonObject;
}

/** A pack's own time; of a runpack the run's, whose manifest has the same. */
function createdAt(verified: Verified, manifest: JsonObject): string {
  const run = verified.format === "runpack" ? verified.runpack.run?.created_at : undefined;
  return run ?? textMember(manifest, "created_at") ?? PACK_EPOCH;
}
