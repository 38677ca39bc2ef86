/** Evidence packs: the same evidence gives the same bytes; a consistent pack that contradicts its evidence fails. */
import { describe, expect, test } from "bun:test";
import { buildEvidencePack } from "../../../src/core/evidence/build-evidence-pack.ts";
import { incidentWindow } from "../../../src/core/evidence/incident-window.ts";
import { type Evidence, type Given, NO_EVIDENCE } from "../../../src/core/evidence/input.ts";
import { GaitError } from "../../../src/core/finding/error.ts";
import { sha256Hex } from "../../../src/core/signature/digest.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { ApprovalAudit } from "../../../src/schema/document/evidence-input.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";
import { vectorBytes } from "../../go-vectors.ts";
import { documentOf, membersOf, reportOf, testSigner } from "../artifacts.ts";
import {
  EVIDENCE,
  edited,
  evidencePackOf,
  FULL,
  HOUR,
  INCIDENT,
  judged,
  manifestWith,
  PDF,
  WINDOW,
} from "./artifacts.ts";

const CONTROLS = documentOf(await membersOf(FULL), "pack_manifest.json")["control_index"] as JsonObject[];

/** SHA-256 of whole packs: they change with a major version only. */
const GOLDEN = {
  soc2: "8c376ab5ebdeaf0737b7c92a77ed1db30821f291ee548e3c3a4d541b2d1b9f5a",
  pci: "1fc91e7d2ae3225799e6d4e11157310c540f0a302c8cf4a490fd98cfa07b0bc5",
  incident_response: "2168eb399e48ac16482150f32bd10ae49283ae0217a7e014f4a4c218abbaea9f",
};

describe("what is built", () => {
  test("verifies, and holds every entry in byte order, the manifest last", async () => {
    expect(await judged(FULL)).toMatchObject({ verdict: "intact", codes: [], warnings: [] });
    expect([...(await membersOf(FULL)).keys()]).toEqual([
      "approval_audit_01.json",
      "control_index.json",
      "credential_evidence_01.json",
      "evidence_pointers.json",
      "inventory_snapshot_01.json",
      "referenced_runpacks.json",
      "regress_summary.json",
      "runpack_summary.json",
      "summary.pdf",
      "trace_summary.json",
      "pack_manifest.json",
    ]);
  });

  test("the bytes of the Go implementation's PDF give its pack again, signature and all", async () => {
    const page = (await membersOf(vectorBytes("guard/guard_pci_full_pdf.zip"))).get("summary.pdf") ?? PDF;
    const options = { template: "pci", caseId: " CASE (7) \\ x ", signer: await testSigner() } as const;
    const { bytes } = await evidencePackOf(EVIDENCE, { ...options, render: async () => page });
    const theirs = await membersOf(vectorBytes("guard/guard_pci_full_pdf.zip"));
    expect(new Map([...(await membersOf(bytes))].sort())).toEqual(new Map([...theirs].sort()));
  });

  for (const template of ["soc2", "pci", "incident_response"] as const) {
    test(`the whole archive is unchanged: ${template}`, async () => {
      const { bytes } = await evidencePackOf(EVIDENCE, { template, signer: await testSigner() });
      expect(sha256Hex(hostPlatform, bytes)).toBe(GOLDEN[template]);
    });
  }

  test("the folders of the evidence don't matter, its names do", async () => {
    const audits = ["a", "b"].map((id) => ({ ...EVIDENCE.approvalAudit[0]?.document, trace_id: id }) as ApprovalAudit);
    const at = (...names: string[]): Evidence => ({
      ...NO_EVIDENCE,
      approvalAudit: audits.map((document, index) => ({ name: names[index] ?? "", document }) as Given<ApprovalAudit>),
    });
    const expected = (await evidencePackOf(at("x/1.json", "x/2.json"))).bytes;
    expect((await evidencePackOf(at("z/1.json", "a/2.json"))).bytes).toEqual(expected);
    expect((await evidencePackOf(at("1.json", "C:\\x\\2.json"))).bytes).toEqual(expected);
    expect((await evidencePackOf(at("2.json", "1.json"))).bytes).not.toEqual(expected);
    // When both have the same name, their content decides.
    expect((await evidencePackOf(at("z/1.json", "a/1.json"))).bytes).toEqual(expected);
  });

  test("a time keeps its offset and loses trailing zeros", async () => {
    const [audit] = EVIDENCE.approvalAudit;
    const document = { ...audit?.document, created_at: "2026-02-03T01:00:00.500+01:00" } as ApprovalAudit;
    const { bytes } = await evidencePackOf({ ...NO_EVIDENCE, approvalAudit: [{ name: "a.json", document }] });
    expect(documentOf(await membersOf(bytes), "approval_audit_01.json")["created_at"]).toBe(
      "2026-02-03T01:00:00.5+01:00",
    );
  });

  test("data that the format has no member for is left out, with a warning", async () => {
    const { built } = await evidencePackOf(EVIDENCE);
    expect(built.warnings).toEqual([
      "evidence/inventory_main.json: $.items[0].unknown_dropped: unknown member, left out",
    ]);
  });

  test("a duplicate document gets a warning", async () => {
    const twice = [...EVIDENCE.trace, { ...EVIDENCE.trace[0], name: "copy.json" } as (typeof EVIDENCE.trace)[number]];
    const { built } = await evidencePackOf({ ...NO_EVIDENCE, trace: twice });
    expect(built.warnings).toEqual([
      "trace_s1.json (as copy.json): duplicate document".replace("trace_s1", "evidence/trace_s1"),
    ]);
  });

  test("verdicts and sets named like members of Object.prototype are counted", async () => {
    const regress = ["__proto__", "__proto__", "constructor"].map((status, index) => ({
      name: `${index}.json`,
      document: { ...(EVIDENCE.regress[0]?.document as JsonObject), status },
    })) as unknown as Evidence["regress"];
    const { bytes } = await evidencePackOf({ ...NO_EVIDENCE, regress });
    expect((await judged(bytes)).codes).toEqual([]);
    const text = new TextDecoder().decode((await membersOf(bytes)).get("regress_summary.json"));
    expect(text).toContain('"status_counts":{"__proto__":2,"constructor":1}');
  });

  test("a hundred audits are numbered past 99, and verify", async () => {
    const [audit] = EVIDENCE.approvalAudit;
    const approvalAudit = Array.from({ length: 101 }, (_, index) => ({
      name: `${String(index).padStart(3, "0")}.json`,
      document: { ...audit?.document, trace_id: `t${index}` } as ApprovalAudit,
    }));
    const { bytes } = await evidencePackOf({ ...NO_EVIDENCE, approvalAudit });
    expect(await judged(bytes)).toMatchObject({ verdict: "intact", warnings: [] });
    expect(documentOf(await membersOf(bytes), "approval_audit_101.json")["trace_id"]).toBe("t100");
  });

  test("a blank case id counts as no case id", async () => {
    const { built, bytes } = await evidencePackOf(NO_EVIDENCE, { caseId: " \t" });
    expect(built.caseId).toBeUndefined();
    expect("case_id" in documentOf(await membersOf(bytes), "pack_manifest.json")).toBe(false);
  });

  test("a runpack that does not verify is refused", async () => {
    const report = { ...(await reportOf(vectorBytes("runpacks/runpack_run_alpha.zip"))), manifest: undefined } as never;
    const options = { platform: hostPlatform, producerVersion: "1", template: "soc2" } as const;
    const writing = buildEvidencePack(report, NO_EVIDENCE, { write: () => undefined }, options);
    expect(writing).rejects.toThrow(GaitError);
  });
});

describe("oddities that are not faults", () => {
  test("an entry of an unknown kind is hashed, with a warning", async () => {
    const note = new TextEncoder().encode("x");
    const controls = CONTROLS.map((control, index) => {
      const paths = [...(control["evidence_paths"] as string[]), ...(index === 1 ? ["note.txt"] : [])].sort();
      return { ...control, evidence_paths: paths };
    });
    const pack = await edited(FULL, {
      entries: { "note.txt": note, "control_index.json": controls },
      manifest: (manifest) => ({ ...manifest, control_index: controls }),
    });
    const { verdict, warnings } = await judged(pack);
    expect([verdict, warnings.length]).toEqual(["intact", 1]);
    expect(warnings[0]).toStartWith("note.txt: ");
  });
  test("an unknown template: its controls are compared with their file only, with a warning", async () => {
    const { verdict, warnings } = await judged(await edited(FULL, manifestWith({ template_id: "hipaa" })));
    expect([verdict, warnings.length]).toEqual(["intact", 1]);
    expect(warnings[0]).toContain("hipaa");
  });
});

test("a list that is nil in Go is null, and counts as empty", async () => {
  const members = await membersOf(FULL);
  const nothing = (path: string, changes: JsonObject) => ({ [path]: { ...documentOf(members, path), ...changes } });
  const entries = {
    ...nothing("referenced_runpacks.json", { receipts: null, references: 0 }),
    ...nothing("runpack_summary.json", { receipt_count: 0 }),
    ...nothing("approval_audit_01.json", { entries: null }),
  };
  expect((await judged(await edited(FULL, { entries }))).codes).toEqual([]);
});

describe("signatures", () => {
  test("the manifest as stored is signed: one changed member breaks it", async () => {
    const signer = await testSigner();
    const { bytes } = await evidencePackOf(EVIDENCE, { signer });
    expect((await judged(bytes, { keys: [signer.publicKey] })).verdict).toBe("authentic");
    const { signatures } = documentOf(await membersOf(bytes), "pack_manifest.json");
    const changed = await edited(bytes, manifestWith({ case_id: "CASE-8", signatures: signatures ?? null }));
    expect((await judged(changed)).verdict).toBe("intact");
    expect((await judged(changed, { keys: [signer.publicKey] })).codes).toEqual(["signature_invalid"]);
  });
  test("a required signature is missing", async () => {
    const { bytes } = await evidencePackOf();
    expect((await judged(bytes, { requireSignature: true })).codes).toEqual(["signature_missing"]);
  });
});

describe("an incident pack", () => {
  test("names the window and the policies of its evidence", async () => {
    const members = await membersOf(INCIDENT);
    expect(documentOf(members, "pack_manifest.json")["incident_window"]).toEqual({ ...WINDOW });
    const { policy_digests: digests } = documentOf(members, "policy_digests.json") as { policy_digests: string[] };
    expect(digests.map((digest) => digest.slice(0, 4))).toEqual(["169b", "f645"]);
  });
  test("keeps fractions of a second", async () => {
    const window = incidentWindow("run_alpha", "2026-02-02T02:15:00Z", 1_500_000_000n);
    expect(window).toMatchObject({ from: "2026-02-02T02:14:58.5Z", to: "2026-02-02T02:15:01.5Z", window_seconds: 1 });
    expect((await judged((await evidencePackOf(NO_EVIDENCE, { window })).bytes)).verdict).toBe("intact");
  });
  test("has a length, and stays within the years that can be written", () => {
    expect(() => incidentWindow("r", "2026-02-02T02:15:00Z", 0n)).toThrow(GaitError);
    expect(() => incidentWindow("r", "2026-02-02T02:15:00Z", -1n)).toThrow(GaitError);
    expect(() => incidentWindow("r", "2026-02-02T02:15:00Z", 10_000n * 365n * 24n * HOUR)).toThrow(GaitError);
  });
});
