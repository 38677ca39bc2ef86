/** Templates, controls and pointers of evidence packs (contract 3.4). */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { controlsOf, knownTemplate, pointersOf, TEMPLATE_IDS, templateOf } from "../../../src/core/evidence/control.ts";
import { GaitError } from "../../../src/core/finding/error.ts";
import type { EvidenceContent, EvidenceType } from "../../../src/schema/document/evidence-pack.ts";
import { DIGEST } from "../../schema/cases/case.ts";

function content(path: string, type: EvidenceType): EvidenceContent {
  return { path, type, sha256: DIGEST };
}

/** One entry of every kind, out of order. */
const ENTRIES = [
  content("trace_summary.json", "trace"),
  content("summary.pdf", "report"),
  content("runpack_summary.json", "runpack"),
  content("regress_summary.json", "report"),
  content("referenced_runpacks.json", "evidence"),
  content("policy_digests.json", "report"),
  content("inventory_snapshot_01.json", "evidence"),
  content("evidence_pointers.json", "report"),
  content("credential_evidence_01.json", "evidence"),
  content("control_index.json", "report"),
  content("approval_audit_01.json", "evidence"),
];

const EVIDENCE = ["approval_audit_01.json", "credential_evidence_01.json", "inventory_snapshot_01.json"];
const REPORTS = ["policy_digests.json", "regress_summary.json", "summary.pdf"];

describe("the controls of a template, each with its evidence", () => {
  const TABLE = {
    soc2: {
      "CC6.6": [...EVIDENCE, "referenced_runpacks.json", "trace_summary.json"],
      "CC7.2": [...REPORTS, "trace_summary.json"],
      "CC8.1": [...EVIDENCE, "referenced_runpacks.json", "runpack_summary.json"],
    },
    pci: {
      "PCI-10": [...REPORTS, "trace_summary.json"],
      "PCI-7": [...EVIDENCE, "referenced_runpacks.json"],
      "PCI-12": ["policy_digests.json", "regress_summary.json", "runpack_summary.json", "summary.pdf"],
    },
    incident_response: {
      "IR-CHAIN": [...EVIDENCE, "referenced_runpacks.json", "runpack_summary.json", "trace_summary.json"],
      "IR-ROOTCAUSE": REPORTS,
    },
  } as const;

  for (const template of TEMPLATE_IDS) {
    test(`${template}: in the template's order, with sorted paths; the two lists are never evidence`, () => {
      const controls = controlsOf(template, ENTRIES);
      const expected: [string, readonly string[]][] = Object.entries(TABLE[template]);
      expect(controls.map(({ control_id, evidence_paths }) => [control_id, evidence_paths])).toEqual(
        expected.map(([id, paths]) => [id, [...paths]]),
      );
      expect(controls.map(({ title }) => title)).not.toContain("");
    });
    test(`${template}: the order of the entries does not matter`, () => {
      const shuffled = fc.shuffledSubarray(ENTRIES, { minLength: ENTRIES.length });
      fc.assert(
        fc.property(shuffled, (entries) =>
          expect(controlsOf(template, entries)).toEqual(controlsOf(template, ENTRIES)),
        ),
      );
    });
    test(`${template}: without evidence every control has none`, () => {
      expect(controlsOf(template, []).flatMap(({ evidence_paths }) => evidence_paths)).toEqual([]);
      expect(controlsOf(template, []).length).toBeGreaterThanOrEqual(2);
    });
  }

  test("the name is enough, the type does not matter", () => {
    const [change] = controlsOf("soc2", [content("old_approval_audit_7.json", "report")]);
    expect(change?.evidence_paths).toEqual(["old_approval_audit_7.json"]);
  });
});

describe("pointers", () => {
  test("one for each entry except the two lists, numbered in byte order of the paths", () => {
    const pointers = pointersOf(ENTRIES);
    expect(pointers.map(({ pointer_id, path }) => `${pointer_id} ${path}`)).toEqual([
      "ev_001 approval_audit_01.json",
      "ev_002 credential_evidence_01.json",
      "ev_003 inventory_snapshot_01.json",
      "ev_004 policy_digests.json",
      "ev_005 referenced_runpacks.json",
      "ev_006 regress_summary.json",
      "ev_007 runpack_summary.json",
      "ev_008 summary.pdf",
      "ev_009 trace_summary.json",
    ]);
    expect(pointers[0]).toEqual({
      pointer_id: "ev_001",
      path: "approval_audit_01.json",
      type: "evidence",
      sha256: DIGEST,
    });
  });
  test("past 999 the number grows", () => {
    const many = Array.from({ length: 1000 }, (_, index) => content(`${1000 + index}.json`, "evidence"));
    expect(pointersOf(many).at(-1)?.pointer_id).toBe("ev_1000");
  });
});

describe("the name of a template", () => {
  test.each([
    ["soc2", "soc2"],
    [" PCI\t", "pci"],
    ["Incident_Response", "incident_response"],
  ])("%p is %p", (text, template) => {
    expect<string>(templateOf(text)).toBe(template);
  });
  test.each(["", "soc", "hipaa", "incident-response", "__proto__", "constructor", "soc2\0"])("refuses %p", (text) => {
    expect(() => templateOf(text)).toThrow(GaitError);
    expect(knownTemplate(text)).toBeUndefined();
  });
});
