/** Common to the manifests of the three formats: their paths and their own digest. */

import type { JsonObject } from "../../schema/document/primitives.ts";
import type { Validator } from "../../schema/validate/validator.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { type Document, readDocument } from "../json/document.ts";
import type { Platform } from "../platform/platform.ts";
import { digestOf } from "../signature/digest.ts";
import type { Archive } from "../zip/reader.ts";

/** Manifest of a PackSpec pack and of an evidence pack. */
export const PACK_MANIFEST = "pack_manifest.json";
/** Manifest of a runpack. */
export const RUNPACK_MANIFEST = "manifest.json";
/** Largest manifest, in bytes: one with 50,000 files is half of that. */
export const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;

export async function readManifest<T>(archive: Archive, path: string, validator: Validator<T>): Promise<Document<T>> {
  const { bytes, findings } = await archive.bytes(path, MAX_MANIFEST_BYTES);
  if (bytes === undefined) {
    const message = `the manifest is larger than ${MAX_MANIFEST_BYTES} bytes`;
    return { findings: findings.length > 0 ? findings : [finding("document_too_large", { path, message })] };
  }
  const document = readDocument(bytes, path, validator);
  return findings.length === 0 ? document : { findings: [...findings, ...document.findings] };
}

/**
 * An archive with both manifests is a different artifact depending on which one a reader looks for: the runpack next to
 * a pack's manifest could be of any run.
 */
export function ambiguityFindings(archive: Archive): Finding[] {
  if (!archive.has(PACK_MANIFEST) || !archive.has(RUNPACK_MANIFEST)) return [];
  const message = `the archive has a ${PACK_MANIFEST} and a ${RUNPACK_MANIFEST}`;
  return [finding("manifest_ambiguous", { path: RUNPACK_MANIFEST, message })];
}

/**
 * The digest of a manifest that it contains: H(manifest with `member` set to "" and without `signatures`), 64 hex
 * digits. `pack_id` of a pack and `manifest_digest` of a runpack are this; unknown members are part of it.
 */
export function selfDigest(manifest: JsonObject, member: "pack_id" | "manifest_digest", platform: Platform): string {
  // One copy: a hostile manifest may have a million members.
  const { signatures: _, ...unsigned } = manifest;
  unsigned[member] = "";
  return digestOf(platform, unsigned);
}

export function selfDigestFinding(
  code: "pack_id_mismatch" | "manifest_digest_mismatch",
  path: string,
  expected: string,
  actual: string,
): Finding {
  return finding(code, {
    path,
    expected,
    actual,
    message: "the stored digest does not match the manifest",
  });
}

/** `type` of a declared file, from the ending of its path in any letter case (contract 2.1). */
export function contentType(path: string): "json" | "jsonl" | "zip" | "blob" {
  const ending = path.toLowerCase().match(/\.(jsonl|json|zip)$/)?.[1];
  return ending === "json" || ending === "jsonl" || ending === "zip" ? ending : "blob";
}
