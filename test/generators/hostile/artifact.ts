/**
 * Valid artifacts of the formats in which every part can be replaced. The rest is made consistent: hashes, ids
 * and signatures are right, so that only the oddity itself can be the reason for a refusal.
 */

import { contentType, PACK_MANIFEST, RUNPACK_MANIFEST, selfDigest } from "../../../src/core/contents/manifest.ts";
import {
  CONTROL_INDEX,
  controlsOf,
  EVIDENCE_POINTERS,
  evidencePackId,
  pointersOf,
} from "../../../src/core/evidence/control.ts";
import { entryKind } from "../../../src/core/evidence/entry-kind.ts";
import { canonicalize } from "../../../src/core/json/jcs.ts";
import { sha256Hex } from "../../../src/core/signature/digest.ts";
import { type Signer, signManifest } from "../../../src/core/signature/signature.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import type { EvidenceContent } from "../../../src/schema/document/evidence-pack.ts";
import type { JsonObject, JsonValue } from "../../../src/schema/document/primitives.ts";
import { documentOf, membersOf } from "../../core/artifacts.ts";
import { type ArchiveSpec, archive, type EntrySpec, toBytes } from "../../core/zip/archive/builder.ts";
import { vectorBytes } from "../../go-vectors.ts";
import type { Format } from "./vector.ts";

export type Members = Readonly<Record<string, string | Uint8Array | undefined>>;

export interface Changes {
  /** Members of the evidence, by path: replacing a valid one, or added; `undefined` leaves it out. */
  readonly members?: Members | (() => Members);
  /** The manifest before its digest is taken. */
  readonly manifest?: (manifest: JsonObject) => JsonObject;
  readonly signers?: readonly Signer[];
  /** The manifest after it got digest and signatures. */
  readonly sealed?: (manifest: JsonObject) => JsonObject | Promise<JsonObject>;
  /** The manifest's text. */
  readonly text?: (text: string) => string | Uint8Array;
  /** The archive of the entries; the manifest is the last of them. */
  readonly archive?: (entries: readonly EntrySpec[]) => ArchiveSpec | Uint8Array;
  /** Changes the archive's bytes. */
  readonly bytes?: (bytes: Uint8Array) => Uint8Array;
}

interface Kind {
  readonly manifestPath: string;
  readonly list: "files" | "contents";
  readonly digest: "pack_id" | "manifest_digest";
  readonly members: ReadonlyMap<string, Uint8Array>;
}

async function kind(file: string, manifestPath: string): Promise<Kind> {
  const runpack = manifestPath === RUNPACK_MANIFEST;
  const members = await membersOf(vectorBytes(file));
  return {
    manifestPath,
    list: runpack ? "files" : "contents",
    digest: runpack ? "manifest_digest" : "pack_id",
    members,
  };
}

const RUNPACK = await kind("runpacks/raw/runpack_run_alpha.zip", RUNPACK_MANIFEST);
const PACK = await kind("packs/raw/pack_run_alpha.zip", PACK_MANIFEST);
const KINDS: Record<Format, Kind> = {
  runpack: RUNPACK,
  "embedded runpack": RUNPACK,
  pack: PACK,
  "job pack": await kind("packs/pack_job_resumed_signed.zip", PACK_MANIFEST),
  "evidence pack": await kind("guard/guard_soc2_min.zip", PACK_MANIFEST),
};

/** The valid members of the evidence of a format, as text. */
export function memberText(format: Format, path: string): string {
  return new TextDecoder().decode(KINDS[format].members.get(path));
}

export function memberObject(format: Format, path: string): JsonObject {
  return documentOf(KINDS[format].members, path);
}

export function manifestPathOf(format: Format): string {
  return KINDS[format].manifestPath;
}

export async function artifact(format: Format, changes: Changes = {}): Promise<Uint8Array> {
  const { manifestPath } = KINDS[format];
  const manifest = await sealedManifest(format, changes);
  const text = canonicalize(manifest);
  const entries: EntrySpec[] = [...evidenceOf(format, changes)].map(([name, content]) => ({ name, content }));
  entries.push({ name: manifestPath, content: changes.text?.(text) ?? text });
  const made = changes.archive?.(entries) ?? { entries };
  const plain = made instanceof Uint8Array ? made : archive(made);
  const bytes = changes.bytes?.(plain) ?? plain;
  return format === "embedded runpack" ? embed(bytes, manifest) : bytes;
}

/** A pack around any `runpack`; its payload matches the valid runpack, with the digest of `manifest`. */
async function embed(runpack: Uint8Array, manifest: JsonObject): Promise<Uint8Array> {
  const digest = manifest["manifest_digest"];
  const payload = memberObject("pack", "run_payload.json");
  const agreeing = typeof digest === "string" ? { ...payload, manifest_digest: digest } : payload;
  return artifact("pack", {
    members: { "run_payload.json": canonicalize(agreeing), "source/runpack.zip": runpack },
  });
}

async function sealedManifest(format: Format, changes: Changes): Promise<JsonObject> {
  const { manifestPath, list, digest, members } = KINDS[format];
  const evidence = evidenceOf(format, changes);
  const declared = format === "evidence pack" ? evidenceContents(evidence) : declaredFiles(evidence, list);
  const { signatures: _, ...stored } = documentOf(members, manifestPath);
  const lists = format === "evidence pack" ? evidenceLists(evidenceContents(evidence)) : {};
  const unsealed = { ...stored, ...lists, [list]: declared } as JsonObject;
  const changed = changes.manifest?.(unsealed) ?? unsealed;
  const own = format === "evidence pack" ? evidenceId(changed) : selfDigest(changed, digest, platform);
  const sealed = { ...changed, [digest]: own };
  const signatures: JsonObject[] = [];
  for (const signer of changes.signers ?? []) signatures.push({ ...(await signManifest(sealed, signer, platform)) });
  const signed = signatures.length > 0 ? { ...sealed, signatures } : sealed;
  return (await changes.sealed?.(signed)) ?? signed;
}

function declaredFiles(evidence: Evidence, list: Kind["list"]): JsonObject[] {
  return [...evidence].map(([path, content]) => ({
    path,
    sha256: sha256Hex(platform, toBytes(content)),
    ...(list === "contents" ? { type: contentType(path) } : {}),
  }));
}

/** Types by path; `evidence` for the rest. */
function evidenceContents(evidence: Evidence): EvidenceContent[] {
  return [...evidence].map(([path, content]) => ({
    path,
    sha256: sha256Hex(platform, toBytes(content)),
    type: entryKind(path)?.type ?? "evidence",
  }));
}

/** The parts of an evidence pack's manifest that repeat its contents. */
function evidenceLists(contents: readonly EvidenceContent[]) {
  return { control_index: controlsOf("soc2", contents), evidence_pointers: pointersOf(contents) };
}

function evidenceId(manifest: JsonObject): string {
  const { run_id: runId, contents } = manifest;
  return evidencePackId(`${runId}`, contents as unknown as EvidenceContent[], platform);
}

type Evidence = ReadonlyMap<string, string | Uint8Array>;

function evidenceOf(format: Format, changes: Changes): Evidence {
  const { members, manifestPath } = KINDS[format];
  const evidence = new Map<string, string | Uint8Array>(members);
  evidence.delete(manifestPath);
  const { members: given = {} } = changes;
  const own = typeof given === "function" ? given() : given;
  for (const [path, content] of Object.entries(own)) {
    if (content === undefined) evidence.delete(path);
    else evidence.set(path, content);
  }
  if (format !== "evidence pack") return evidence;
  const { control_index: controls, evidence_pointers: pointers } = evidenceLists(evidenceContents(evidence));
  for (const [path, list] of [
    [CONTROL_INDEX, controls],
    [EVIDENCE_POINTERS, pointers],
  ] as const) {
    if (!Object.hasOwn(own, path)) evidence.set(path, canonicalize(list as unknown as JsonValue));
  }
  return evidence;
}
