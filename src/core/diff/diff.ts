/** What differs between two artifacts of any format (contract 2.9): their files by digest, and their manifests. */
import type { PackDiff } from "../../schema/document/diff.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { Refs } from "../../schema/document/runpack.ts";
import { GaitError } from "../finding/error.ts";
import type { Platform } from "../platform/platform.ts";
import { contextDrift, hasContext } from "../run/context/drift.ts";
import { digestOf } from "../signature/digest.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { PACK_EPOCH } from "../time/timestamp.ts";
import { declaredFiles, type Verified } from "../verify/verified.ts";

/** Deterministic, with members in the contract's order. Neither side may have failed. */
export function diffArtifacts(left: Verified, right: Verified, platform: Platform): PackDiff {
  const sides = [sideOf(left, platform), sideOf(right, platform)] as const;
  const [from, to] = sides;
  const added = [...to.files.keys()].filter((path) => !from.files.has(path)).sort(compareUtf8);
  const removed = [...from.files.keys()].filter((path) => !to.files.has(path)).sort(compareUtf8);
  const changed = [...from.files]
    .filter(([path, digest]) => to.files.has(path) && to.files.get(path) !== digest)
    .map(([path]) => path)
    .sort(compareUtf8);
  const manifestDelta = from.manifestDigest !== to.manifestDigest || from.packType !== to.packType;
  return {
    schema_id: "gait.pack.diff",
    schema_version: "1.0.0",
    created_at: PACK_EPOCH,
    left_pack_id: from.packId,
    right_pack_id: to.packId,
    left_pack_type: from.packType,
    right_pack_type: to.packType,
    summary: {
      changed: manifestDelta || added.length + removed.length + changed.length > 0,
      ...(added.length > 0 ? { added_files: added } : {}),
      ...(removed.length > 0 ? { removed_files: removed } : {}),
      ...(changed.length > 0 ? { changed_files: changed } : {}),
      manifest_delta: manifestDelta,
      ...contextSummary(refsOf(left), refsOf(right)),
    },
  };
}

/** Only where a side says anything of its context: other comparisons have the bytes that they always had. */
function contextSummary(left: Refs | undefined, right: Refs | undefined): Partial<PackDiff["summary"]> {
  if (left === undefined || right === undefined || !(hasContext(left) || hasContext(right))) return {};
  const drift = contextDrift(left, right);
  return {
    context_drift_classification: drift,
    ...(drift === "none" ? {} : { context_changed: true }),
    ...(drift === "runtime_only" ? { context_runtime_only_changes: true } : {}),
  };
}

function refsOf(verified: Verified): Refs | undefined {
  if (verified.format === "runpack") return verified.runpack.refs;
  return verified.format === "run_pack" || verified.format === "call_pack" ? verified.pack.runpack?.refs : undefined;
}

interface Side {
  readonly packId: string;
  readonly packType: PackDiff["left_pack_type"];
  /** Digest of the manifest as stored, with signatures; for a runpack, the digest that it states. */
  readonly manifestDigest: string;
  /** Lower-case SHA-256 by path. */
  readonly files: ReadonlyMap<string, string>;
}

function sideOf(verified: Verified, platform: Platform): Side {
  const { packId, packType, verdict } = verified;
  if (verdict === "failed" || packType === "")
    throw new GaitError("internal", "a side of a comparison was not verified");
  const manifest = manifestOf(verified);
  const manifestDigest = manifest === undefined ? packId : digestOf(platform, manifest as unknown as JsonObject);
  return {
    packId,
    packType,
    manifestDigest: manifestDigest.toLowerCase(),
    files: new Map(declaredFiles(verified).map(({ path, sha256 }) => [path, sha256.toLowerCase()])),
  };
}

function manifestOf(verified: Verified): object | undefined {
  if (verified.format === "evidence_pack") return verified.evidencePack.manifest;
  return verified.format === "runpack" || verified.format === "unreadable" ? undefined : verified.pack.manifest;
}
