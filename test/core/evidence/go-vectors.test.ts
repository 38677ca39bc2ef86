/** Evidence packs of the Go implementation: verified, and their JSON members rebuilt from the same evidence. */
import { describe, expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { buildEvidencePack, type EvidencePackOptions } from "../../../src/core/evidence/build-evidence-pack.ts";
import { incidentWindow } from "../../../src/core/evidence/incident-window.ts";
import { type Evidence, NO_EVIDENCE, readEvidence } from "../../../src/core/evidence/input.ts";
import { sha256Hex } from "../../../src/core/signature/digest.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { loadPublicKey } from "../../../src/host/keys.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { keyPath, vectorBytes, vectors } from "../../go-vectors.ts";
import { byteSink, membersOf, PRODUCER_VERSION, reportOf, testSigner } from "../artifacts.ts";

const KEYS = {
  test: await loadPublicKey({ path: keyPath("test", "public") }, hostPlatform),
  other: await loadPublicKey({ path: keyPath("other", "public") }, hostPlatform),
};

async function verdictOf(bytes: Uint8Array, key?: keyof typeof KEYS) {
  const keys = key === undefined ? [] : [KEYS[key]];
  const { verdict, findings, packId } = await verifyArtifact(bytesSource(bytes), {
    platform: hostPlatform,
    keys,
    requireSignature: false,
  });
  return { verdict, packId, codes: findings.map(({ code }) => code) };
}

describe("evidence packs of the Go implementation", () => {
  for (const { file, pack_id: packId = "", signed_by: signer } of vectors("guard-pack", "incident-pack")) {
    test(`${file}: intact, authentic with the signer's key, failed with another`, async () => {
      const bytes = vectorBytes(file);
      expect(await verdictOf(bytes)).toEqual({ verdict: "intact", packId, codes: [] });
      if (signer === undefined) return;
      expect(await verdictOf(bytes, signer)).toEqual({ verdict: "authentic", packId, codes: [] });
      const stranger = signer === "test" ? "other" : "test";
      expect(await verdictOf(bytes, stranger)).toEqual({ verdict: "failed", packId, codes: ["signature_invalid"] });
    });
  }
  test("tampered/gd_undeclared.zip: a file that is not declared", async () => {
    expect((await verdictOf(vectorBytes("tampered/gd_undeclared.zip"))).codes).toEqual(["file_undeclared"]);
  });
  test("tampered/gd_unknown_field_signed.zip: an unknown member that the signature does not cover", async () => {
    const bytes = vectorBytes("tampered/gd_unknown_field_signed.zip");
    expect((await verdictOf(bytes)).codes).toEqual(["schema_invalid"]);
    expect((await verdictOf(bytes, "test")).codes).toEqual(["schema_invalid", "signature_invalid"]);
  });
});

function given<Kind extends keyof Evidence>(kind: Kind, ...names: string[]) {
  return names.map((name) => readEvidence(kind, name, vectorBytes(`evidence/${name}`)));
}

const FULL: Evidence = {
  inventory: given("inventory", "inventory_main.json"),
  trace: given("trace", "trace_s2.json", "trace_s1.json"),
  regress: given("regress", "regress_result.json"),
  approvalAudit: given("approvalAudit", "approval_audit_s1.json"),
  credential: given("credential", "credential_evidence_s1.json"),
};

async function jsonMembers(bytes: Uint8Array): Promise<Record<string, string>> {
  const members = [...(await membersOf(bytes))].filter(([path]) => path.endsWith(".json"));
  return Object.fromEntries(members.map(([path, member]) => [path, sha256Hex(hostPlatform, member)]));
}

async function built(source: string, evidence: Evidence, options: Partial<EvidencePackOptions>): Promise<Uint8Array> {
  const sink = byteSink();
  const base = { platform: hostPlatform, producerVersion: PRODUCER_VERSION, template: "soc2" } as const;
  await buildEvidencePack(await reportOf(vectorBytes(source)), evidence, sink, { ...base, ...options });
  return sink.bytes();
}

describe("rebuilt from the same evidence", () => {
  test("guard/guard_soc2_min.zip, including its signature", async () => {
    const bytes = await built("runpacks/runpack_run_alpha.zip", NO_EVIDENCE, { signer: await testSigner() });
    expect(await jsonMembers(bytes)).toEqual(await jsonMembers(vectorBytes("guard/guard_soc2_min.zip")));
  });
  test("guard/guard_ir_full.zip, including its signature", async () => {
    const options = { template: "incident_response", signer: await testSigner("other") } as const;
    const bytes = await built("runpacks/runpack_run_bravo.zip", FULL, options);
    expect(await jsonMembers(bytes)).toEqual(await jsonMembers(vectorBytes("guard/guard_ir_full.zip")));
    expect((await verdictOf(bytes, "other")).verdict).toBe("authentic");
  });
  test("guard/incident_pack.zip, with its window", async () => {
    const report = await reportOf(vectorBytes("evidence/runpack_run_incident.zip"));
    const window = incidentWindow("run_incident", report.run?.created_at ?? "", 48n * 3_600_000_000_000n);
    const { inventory: _, ...rest } = FULL;
    const evidence = { ...rest, inventory: [] };
    const options = { template: "incident_response", caseId: "INC-1", window } as const;
    const bytes = await built("evidence/runpack_run_incident.zip", evidence, options);
    expect(await jsonMembers(bytes)).toEqual(await jsonMembers(vectorBytes("guard/incident_pack.zip")));
  });
  test("the order of the evidence does not matter", async () => {
    const backwards = Object.fromEntries(
      Object.entries(FULL).map(([kind, list]) => [kind, [...list].reverse()]),
    ) as unknown as Evidence;
    const source = "runpacks/runpack_run_alpha.zip";
    expect(await built(source, backwards, { template: "pci" })).toEqual(await built(source, FULL, { template: "pci" }));
  });
});
