/** Documents of evidence: read strictly, and refused with file and place when something does not fit. */
import { describe, expect, test } from "bun:test";
import { type EvidenceKind, readEvidence } from "../../../src/core/evidence/input.ts";
import { GaitError } from "../../../src/core/finding/error.ts";
import { vectorBytes } from "../../go-vectors.ts";

const VECTORS: Readonly<Record<EvidenceKind, string>> = {
  inventory: "inventory_main.json",
  trace: "trace_s1.json",
  regress: "regress_result.json",
  approvalAudit: "approval_audit_s1.json",
  credential: "credential_evidence_s1.json",
};

function refusalOf(kind: EvidenceKind, text: string): GaitError {
  try {
    readEvidence(kind, "folder/evidence.json", new TextEncoder().encode(text));
  } catch (error) {
    if (error instanceof GaitError) return error;
    throw error;
  }
  throw new Error("it was not refused");
}

describe("evidence of the Go implementation", () => {
  for (const [kind, file] of Object.entries(VECTORS) as [EvidenceKind, string][]) {
    test(`${file} is accepted as its own kind only`, () => {
      const bytes = vectorBytes(`evidence/${file}`);
      expect(readEvidence(kind, file, bytes).name).toBe(file);
      for (const other of Object.keys(VECTORS) as EvidenceKind[]) {
        if (other !== kind) expect(() => readEvidence(other, file, bytes)).toThrow(GaitError);
      }
    });
  }
});

describe("a document that does not fit is a usage error, with file and place", () => {
  const audit = new TextDecoder().decode(vectorBytes("evidence/approval_audit_s1.json"));
  const trace = new TextDecoder().decode(vectorBytes("evidence/trace_s1.json"));
  test.each<[string, EvidenceKind, string, string]>([
    [
      "a member of the wrong type",
      "approvalAudit",
      audit.replace('"valid": false', '"valid": "no"'),
      "$.entries[1].valid ",
    ],
    [
      "a missing member",
      "approvalAudit",
      audit.replace('"token_id": "tok2",\n   "valid": false,', ""),
      "$.entries[1].valid ",
    ],
    ["an unknown verdict", "trace", trace.replace('"allow"', '"maybe"'), "$.verdict "],
    ["a day that does not exist", "trace", trace.replace("2026-02-03", "2026-02-30"), "$.created_at "],
    ["a name in the wrong letter case", "trace", trace.replace('"verdict"', '"Verdict"'), "$.verdict "],
    ["a member twice", "trace", trace.replace('"verdict"', '"verdict": "block", "verdict"'), "($.verdict)"],
    ["a number that a double can't hold", "trace", trace.replace("1.5", "9007199254740993"), "($.latency_ms)"],
    ["two documents", "trace", `${trace}{}`, "($)"],
    ["a byte order mark", "trace", `\ufeff${trace}`, "line 1, column 1"],
    ["no object", "trace", "[]", "$ "],
    ["nothing", "trace", "", "line 1, column 1"],
  ])("%s", (_what, kind, text, place) => {
    const { code, message, hint } = refusalOf(kind, text);
    expect(code).toBe("invalid_input");
    expect(message).toStartWith("folder/evidence.json: ");
    expect(message).toContain(place);
    expect(hint ?? "").not.toBe("");
  });

  test("the hint names the schema", () => {
    expect(refusalOf("credential", "{}").hint).toContain("gait schema show guard/credential-evidence");
  });
});
