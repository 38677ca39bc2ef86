/** Evidence packs for the tests, and copies with one thing changed and everything else made consistent with it. */
import { describe, expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { buildEvidencePack, type EvidencePackOptions } from "../../../src/core/evidence/build-evidence-pack.ts";
import { evidencePackId, pointersOf } from "../../../src/core/evidence/control.ts";
import { incidentWindow } from "../../../src/core/evidence/incident-window.ts";
import { type Evidence, NO_EVIDENCE, readEvidence } from "../../../src/core/evidence/input.ts";
import type { FindingCode } from "../../../src/core/finding/finding.ts";
import { canonicalBytes } from "../../../src/core/json/jcs.ts";
import { sha256Hex } from "../../../src/core/signature/digest.ts";
import { type Signer, signManifest } from "../../../src/core/signature/signature.ts";
import { type VerifyOptions, verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import type { EvidenceContent } from "../../../src/schema/document/evidence-pack.ts";
import type { JsonObject, JsonValue } from "../../../src/schema/document/primitives.ts";
import { vectorBytes } from "../../go-vectors.ts";
import { archiveOf, byteSink, documentOf, membersOf, PRODUCER_VERSION, reportOf, testSigner } from "../artifacts.ts";

function given<Kind extends keyof Evidence>(kind: Kind, ...names: string[]) {
  return names.map((name) => readEvidence(kind, `evidence/${name}`, vectorBytes(`evidence/${name}`)));
}

/** Every file in the vectors' evidence folder. */
export const EVIDENCE: Evidence = {
  inventory: given("inventory", "inventory_main.json"),
  trace: given("trace", "trace_s1.json", "trace_s2.json"),
  regress: given("regress", "regress_result.json"),
  approvalAudit: given("approvalAudit", "approval_audit_s1.json"),
  credential: given("credential", "credential_evidence_s1.json"),
};

export async function evidencePackOf(
  evidence: Evidence = NO_EVIDENCE,
  options: Partial<EvidencePackOptions> = {},
  runpack = "runpacks/runpack_run_alpha.zip",
) {
  const sink = byteSink();
  const base = { platform, producerVersion: PRODUCER_VERSION, template: "soc2" } as const;
  const built = await buildEvidencePack(await reportOf(vectorBytes(runpack)), evidence, sink, { ...base, ...options });
  return { bytes: sink.bytes(), built };
}

export async function judged(bytes: Uint8Array, options: Partial<VerifyOptions> = {}) {
  const found = await verifyArtifact(bytesSource(bytes), { platform, keys: [], requireSignature: false, ...options });
  const { verdict, findings, warnings, packId } = found;
  const evidencePack = found.format === "evidence_pack" ? found.evidencePack : undefined;
  const codes = [...new Set(findings.map(({ code }) => code))];
  return { verdict, codes, paths: findings.map(({ path }) => path), warnings, evidencePack, packId, findings };
}

export interface Edit {
  /** New content of entries; `undefined` removes one. */
  readonly entries?: Readonly<Record<string, JsonValue | Uint8Array | undefined>>;
  /** Types of entries whose name does not give it. */
  readonly types?: Readonly<Record<string, EvidenceContent["type"]>>;
  /** Changes the manifest before its id and signature. */
  readonly manifest?: (manifest: JsonObject) => JsonObject;
  /** Leaves `evidence_pointers`, file and copy, as they were. */
  readonly keepPointers?: boolean;
  readonly signer?: Signer;
}

/** The pack after an edit: contents, pointers, id and signature agree again; controls are unchanged. */
export async function edited(pack: Uint8Array, edit: Edit): Promise<Uint8Array> {
  const members = await membersOf(pack);
  const stored = documentOf(members, "pack_manifest.json");
  const types = new Map((stored["contents"] as EvidenceContent[]).map(({ path, type }) => [path, type]));
  members.delete("pack_manifest.json");
  for (const [path, content] of Object.entries(edit.entries ?? {})) {
    if (content === undefined) members.delete(path);
    else members.set(path, content instanceof Uint8Array ? content : canonicalBytes(content));
  }
  const contents = (): EvidenceContent[] =>
    [...members].sort().map(([path, bytes]) => {
      const type = edit.types?.[path] ?? types.get(path) ?? "evidence";
      return { path, sha256: sha256Hex(platform, bytes), type };
    });
  let pointers = stored["evidence_pointers"] as JsonValue;
  if (edit.keepPointers !== true) {
    pointers = pointersOf(contents());
    if (edit.entries?.["evidence_pointers.json"] === undefined) {
      members.set("evidence_pointers.json", canonicalBytes(pointers));
    }
  }
  const { signatures: _, ...unsigned } = stored;
  const changed = { ...unsigned, contents: contents(), evidence_pointers: pointers };
  const manifest: JsonObject = edit.manifest?.(changed) ?? changed;
  const id = evidencePackId(manifest["run_id"] as string, manifest["contents"] as EvidenceContent[], platform);
  if (manifest["pack_id"] === stored["pack_id"]) manifest["pack_id"] = id;
  if (edit.signer !== undefined)
    manifest["signatures"] = [{ ...(await signManifest(manifest, edit.signer, platform)) }];
  return archiveOf(new Map([...[...members].sort(), ["pack_manifest.json", canonicalBytes(manifest)]]));
}

export const HOUR = 3_600_000_000_000n;
export const PDF = new TextEncoder().encode("%PDF-1.4 a page");
export const WINDOW = incidentWindow("run_alpha", "2026-02-02T02:15:00Z", 48n * HOUR);
/** Has every kind of entry except `policy_digests.json`, which `INCIDENT` has. */
export const FULL = (await evidencePackOf(EVIDENCE, { template: "pci", render: async () => PDF })).bytes;
export const INCIDENT = (await evidencePackOf(EVIDENCE, { template: "incident_response", window: WINDOW })).bytes;

export function manifestWith(changes: JsonObject): Edit {
  return { manifest: (manifest) => ({ ...manifest, ...changes }) };
}

export async function entryWith(pack: Uint8Array, path: string, changes: JsonObject): Promise<Edit> {
  return { entries: { [path]: { ...documentOf(await membersOf(pack), path), ...changes } } };
}

/** A pack whose ids, hashes and signatures are consistent, and the finding that it must still produce. */
export type Contradiction = readonly [what: string, pack: Uint8Array, edit: Edit, code: FindingCode, place: string];

export function describeContradictions(title: string, contradictions: readonly Contradiction[]): void {
  describe(title, () => {
    for (const [what, pack, edit, code, place] of contradictions) {
      test(what, async () => {
        const { verdict, codes, paths } = await judged(await edited(pack, edit));
        expect(verdict).toBe("failed");
        expect(codes).toContain(code);
        expect(paths).toContain(place);
      });
      test(`${what}, and its own signature does not help`, async () => {
        const signer = await testSigner();
        const { verdict, codes } = await judged(await edited(pack, { ...edit, signer }), { keys: [signer.publicKey] });
        expect([verdict, codes.includes(code), codes.includes("signature_invalid")]).toEqual(["failed", true, false]);
      });
    }
  });
}
