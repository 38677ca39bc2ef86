/** Evidence packs with the executable: written, verified, shown, and the same bytes from anywhere. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyPath, VECTORS, vectorPath, vectors } from "../../go-vectors.ts";
import { conforms } from "../answers.ts";
import { gait } from "../gait.ts";

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-guard-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function json(args: readonly string[], env: Record<string, string> = {}) {
  const { exit, stdout } = gait([...args, "--json"], { cwd: folder, env });
  const answer = JSON.parse(stdout);
  expect(conforms(answer)).toEqual([]);
  return { exit, answer };
}

const evidence = (name: string): string => join(VECTORS, "evidence", name);
const PDF = ["--render-pdf", "--regress", evidence("regress_result.json")];
const TRACES = [evidence("trace_s1.json"), evidence("trace_s2.json")];
const PACK = [
  "guard",
  "pack",
  "--run",
  vectorPath("runpacks/runpack_run_alpha.zip"),
  "--template",
  "pci",
  "--case-id",
  "C-7",
];

describe("guard verify and pack verify", () => {
  for (const { file, signed_by: signer, pack_id } of vectors("guard-pack", "incident-pack")) {
    test(file, () => {
      const key = ["--public-key", keyPath(signer ?? "test", "public")];
      const { exit, answer } = json(["guard", "verify", vectorPath(file), ...key]);
      expect([exit, answer.pack_id]).toEqual([0, pack_id]);
      const verified = json(["pack", "verify", vectorPath(file), ...key]);
      expect(verified.answer.verify.verdict).toBe(signer === undefined ? "intact" : "authentic");
    });
  }
  for (const file of ["tampered/gd_undeclared.zip", "tampered/gd_unknown_field_signed.zip"]) {
    test(`${file} is refused`, () => {
      expect(json(["guard", "verify", vectorPath(file)]).exit).toBe(2);
      expect(json(["pack", "verify", vectorPath(file)]).exit).toBe(2);
    });
  }
});

describe("guard pack", () => {
  test("another time zone and order of flags: the same bytes, including the PDF", () => {
    const one = json([...PACK, "--trace", TRACES.join(","), ...PDF, "--out", "one.zip"]);
    const two = json([...PACK, ...PDF, "--trace", [...TRACES].reverse().join(","), "--out", "two.zip"], {
      TZ: "Asia/Kolkata",
      LC_ALL: "C",
    });
    expect([one.exit, two.exit]).toEqual([0, 0]);
    expect(readFileSync(join(folder, "one.zip"))).toEqual(readFileSync(join(folder, "two.zip")));
    expect(json(["guard", "verify", "one.zip"]).exit).toBe(0);
  });
  test("signed, it is authentic; unsigned unless a key is given", () => {
    const signed = [...PACK, "--private-key", keyPath("test", "private"), "--out", "signed.zip"];
    expect(json(signed).answer.signature_status).toBe("signed");
    const { answer } = json([
      "pack",
      "verify",
      "signed.zip",
      "--public-key",
      keyPath("test", "public"),
      "--profile",
      "strict",
    ]);
    expect(answer.verify.verdict).toBe("authentic");
    expect(json([...PACK, "--out", "unsigned.zip"]).answer.signature_status).toBe("missing");
  });
  test("a window takes the files beside the runpack, as the reference implementation did", () => {
    for (const name of readdirSync(join(VECTORS, "evidence"))) copyFileSync(evidence(name), join(folder, name));
    const window = ["guard", "pack", "--from", "runpack_run_incident.zip", "--window", "48h", "--case-id", "INC-1"];
    const { answer } = json([...window, "--out", "incident.zip"]);
    expect(answer).toMatchObject({ pack_id: "pack_d0736724f5c2fee6", trace_count: 2, regress_count: 1 });
  });
  test("an unknown template is a usage error", () => {
    const { exit, answer } = json([
      "guard",
      "pack",
      "--run",
      vectorPath("runpacks/runpack_run_alpha.zip"),
      "--template",
      "hipaa",
      "--out",
      "x.zip",
    ]);
    expect([exit, answer.error_code]).toEqual([6, "invalid_input"]);
  });
  test("evidence that does not fit is refused with its file and place", () => {
    const { exit, answer } = json([...PACK, "--trace", evidence("regress_result.json"), "--out", "x.zip"]);
    expect(exit).toBe(6);
    expect(answer.error).toContain("regress_result.json: $");
  });
  test("pack inspect shows each control with its evidence, and marks those without", () => {
    const { stdout } = gait(["pack", "inspect", vectorPath("guard/guard_soc2_min.zip")], { cwd: folder });
    expect(stdout).toMatch(
      /CC8\.1 +Incident Evidence Integrity\n +referenced_runpacks\.json\n +runpack_summary\.json\n/,
    );
    expect(stdout).toMatch(/CC7\.2 +Operational Monitoring.*\n +.*(none|no evidence)/i);
  });
});

describe("a control that rests on an entry without anything in it has no evidence", () => {
  const EMPTY = ["guard", "pack", "--run", vectorPath("runpacks/runpack_run_alpha.zip"), "--window", "1h"];
  test("in guard pack, inspect and the report", () => {
    const { answer } = json([...EMPTY, "--out", "empty.zip"]);
    expect(answer).toMatchObject({ policy_digests: [] });
    expect(answer.controls_without_evidence.length).toBeGreaterThan(0);
    expect(gait([...EMPTY, "--out", "empty.zip"], { cwd: folder }).stdout).toContain("policy_digests.json (EMPTY)");
    const { answer: inspected } = json(["pack", "inspect", "empty.zip"]);
    const controls = inspected.account.evidence.controls as {
      has_evidence: boolean;
      evidence: { path: string; is_empty?: true }[];
    }[];
    const bare = controls.filter(
      ({ evidence }) => evidence.length > 0 && evidence.every(({ is_empty }) => is_empty === true),
    );
    expect(bare.length).toBeGreaterThan(0);
    for (const { has_evidence } of bare) expect(has_evidence).toBe(false);
    expect(
      controls.some(({ evidence }) =>
        evidence.some(({ path, is_empty }) => path === "policy_digests.json" && is_empty === true),
      ),
    ).toBe(true);
    expect(gait(["pack", "inspect", "empty.zip"], { cwd: folder }).stdout).toContain("WITHOUT EVIDENCE");
    gait(["pack", "report", "empty.zip", "--out", "empty.html"], { cwd: folder });
    const html = readFileSync(join(folder, "empty.html"), "utf8");
    expect(html).toContain("policy_digests.json</code> (EMPTY)");
    expect(html).toContain(">NO EVIDENCE<");
    gait(["pack", "report", vectorPath("guard/guard_soc2_min.zip"), "--out", "soc2.html"], { cwd: folder });
    expect(readFileSync(join(folder, "soc2.html"), "utf8")).toContain(">NO EVIDENCE<");
  });
  test("and so has one that rests on the page that is rendered from the pack", () => {
    const { answer } = json([...EMPTY, "--render-pdf", "--out", "page.zip"]);
    expect(answer.controls_without_evidence).toContain("IR-ROOTCAUSE");
    const { answer: inspected } = json(["pack", "inspect", "page.zip"]);
    const [rootCause] = inspected.account.evidence.controls.filter(
      ({ control_id: id }: { control_id: string }) => id === "IR-ROOTCAUSE",
    );
    expect(rootCause).toMatchObject({
      has_evidence: false,
      evidence: [
        { path: "policy_digests.json", is_empty: true },
        { path: "summary.pdf", is_rendered: true },
      ],
    });
    const { stdout } = gait(["pack", "inspect", "page.zip"], { cwd: folder });
    expect(stdout).toMatch(
      /IR-ROOTCAUSE .*\n +NO EVIDENCE\n +policy_digests\.json \(EMPTY\)\n +summary\.pdf \(RENDERED\)\n/,
    );
    gait(["pack", "report", "page.zip", "--out", "page.html"], { cwd: folder });
    expect(readFileSync(join(folder, "page.html"), "utf8")).toContain("summary.pdf</code> (RENDERED)");
    // Beside evidence that holds something the page takes nothing away.
    const { answer: full } = json(["pack", "inspect", vectorPath("guard/guard_pci_full_pdf.zip")]);
    expect(full.account.evidence.controls.map((each: { has_evidence: boolean }) => each.has_evidence)).not.toContain(
      false,
    );
  });
  test("an entry with something in it is not called empty", () => {
    const { answer } = json([...PACK, "--trace", TRACES.join(","), "--out", "full.zip"]);
    expect(answer.pack_path).toBe("full.zip");
    const { stdout } = gait(["pack", "inspect", "full.zip"], { cwd: folder });
    expect(stdout).not.toContain("trace_summary.json (EMPTY)");
  });
});
