/** `gait guard` with the executable: where its evidence comes from, what it refuses and leaves behind. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { VECTORS, vectorPath } from "../../go-vectors.ts";
import { conforms } from "../answers.ts";
import { gait } from "../gait.ts";

const ALPHA = "runpack_run_alpha.zip";
const EVIDENCE = readdirSync(join(VECTORS, "evidence")).filter((name) => name.endsWith(".json"));

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "gait-guard-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** A new folder with the runpack of run_alpha, and these files of the vectors' evidence. */
function scene(name: string, evidence: readonly string[] = []): string {
  const folder = join(root, name);
  mkdirSync(folder);
  copyFileSync(vectorPath(`runpacks/${ALPHA}`), join(folder, ALPHA));
  for (const file of evidence) copyFileSync(join(VECTORS, "evidence", file), join(folder, file));
  return folder;
}

function json(cwd: string, args: readonly string[], env: Record<string, string> = {}) {
  const { exit, stdout, stderr } = gait([...args, "--json"], { cwd, env });
  const answer = JSON.parse(stdout);
  expect(conforms(answer)).toEqual([]);
  expect(stderr).toBe("");
  return { exit, answer };
}

const counts = (answer: Record<string, number>) =>
  ["trace", "regress", "inventory", "approval_audit", "credential_evidence"].map((kind) => answer[`${kind}_count`]);

describe("the same run and evidence give the same bytes", () => {
  test("from other folders, by other paths, in another order, time zone and locale, including the page", () => {
    const one = scene("one", EVIDENCE);
    const two = scene("two");
    for (const [index, file] of EVIDENCE.entries()) {
      mkdirSync(join(two, `folder ${9 - index}`));
      copyFileSync(join(one, file), join(two, `folder ${9 - index}`, file));
    }
    const elsewhere = (file: string) => join(two, `folder ${9 - EVIDENCE.indexOf(file)}`, file);
    const template = ["--template", "PCI", "--case-id", "C-7", "--render-pdf"];
    const flags = {
      "--trace": ["trace_s1.json", "trace_s2.json"],
      "--regress": ["regress_result.json"],
      "--inventory": ["inventory_main.json"],
      "--approval-audit": ["approval_audit_s1.json"],
      "--credential-evidence": ["credential_evidence_s1.json"],
    };
    const here = Object.entries(flags).flatMap(([flag, files]) => [flag, files.join(" , ")]);
    const there = Object.entries(flags)
      .reverse()
      .flatMap(([flag, files]) => [...files].reverse().map((file) => `${flag}=${elsewhere(file)}`));
    const first = json(one, ["guard", "pack", "--run", ALPHA, ...template, ...here]);
    const last = [join(two, ALPHA), "--render-pdf", "--case-id=C-7", "--template=pci"];
    const second = json(root, ["guard", "pack", ...there, ...last], {
      TZ: "Pacific/Chatham",
      LANG: "tr_TR.UTF-8",
    });
    expect([first.exit, second.exit]).toEqual([0, 0]);
    expect(second.answer.pack_id).toBe(first.answer.pack_id);
    expect(first.answer.rendered_artifacts).toBe(1);
    expect(readFileSync(second.answer.pack_path)).toEqual(readFileSync(join(one, first.answer.pack_path)));
  });

  test("a run pack gives the same pack as its runpack", () => {
    const folder = scene("run-pack");
    const { answer: pack } = json(folder, ["pack", "build", "--from", ALPHA]);
    const { answer } = json(folder, ["guard", "pack", "--run", pack.path, "--out", "a.zip"]);
    expect(json(folder, ["guard", "pack", ALPHA, "--out", "b.zip"]).answer.pack_id).toBe(answer.pack_id);
    expect(readFileSync(join(folder, "a.zip"))).toEqual(readFileSync(join(folder, "b.zip")));
  });

  test("a file named twice is taken once", () => {
    const folder = scene("twice", ["trace_s1.json"]);
    const list = `trace_s1.json,./trace_s1.json,${join(folder, "trace_s1.json")}`;
    const { answer } = json(folder, ["guard", "pack", ALPHA, "--trace", list, "--trace", "trace_s1.json"]);
    expect([answer.trace_count, answer.warnings]).toEqual([1, undefined]);
  });
});

describe("evidence beside the run", () => {
  test("is taken when its trace is in the pack, and reported when it is not", () => {
    const folder = scene("beside", ["approval_audit_s1.json", "credential_evidence_s1.json", "trace_s1.json"]);
    const none = json(folder, ["guard", "pack", ALPHA]);
    expect(counts(none.answer)).toEqual([0, 0, 0, 0, 0]);
    expect(none.answer.warnings).toEqual([
      expect.stringContaining("trace that is not in the pack"),
      expect.stringContaining("trace that is not in the pack"),
    ]);
    const traced = json(folder, ["guard", "pack", ALPHA, "--trace", "trace_s1.json"]);
    expect(counts(traced.answer)).toEqual([1, 0, 0, 0, 1]);
    expect(traced.answer.warnings).toEqual([
      "approval_audit_s1.json: belongs to a trace that is not in the pack, left out",
    ]);
    const named = json(folder, ["guard", "pack", ALPHA, "--approval-audit", "approval_audit_s1.json"]);
    expect(counts(named.answer)).toEqual([0, 0, 0, 1, 0]);
  });

  test("is looked for in the run's folder, not in the current folder", () => {
    const folder = scene("elsewhere", ["trace_s2.json"]);
    const other = scene("here", ["approval_audit_s1.json"]);
    const args = ["guard", "pack", join(folder, ALPHA), "--trace", join(folder, "trace_s2.json")];
    expect(counts(json(other, args).answer)).toEqual([1, 0, 0, 0, 0]);
    copyFileSync(join(other, "approval_audit_s1.json"), join(folder, "approval_audit_s1.json"));
    expect(counts(json(other, [...args, "--out", "x.zip"]).answer)).toEqual([1, 0, 0, 1, 0]);
  });

  test("that is unreadable gets a warning; if it was named, an error", () => {
    const folder = scene("broken");
    writeFileSync(join(folder, "approval_audit_x.json"), "{");
    mkdirSync(join(folder, "credential_evidence_x.json"));
    const found = json(folder, ["guard", "pack", ALPHA]);
    expect([found.exit, found.answer.warnings]).toEqual([
      0,
      [expect.stringContaining("approval_audit_x.json"), expect.stringContaining("credential_evidence_x.json")],
    ]);
    const named = json(folder, ["guard", "pack", ALPHA, "--approval-audit", "approval_audit_x.json", "--out", "x.zip"]);
    expect([named.exit, named.answer.error_code]).toEqual([6, "invalid_input"]);
    expect(named.answer.error).toStartWith("approval_audit_x.json: line 1, column 2");
    expect(json(folder, ["guard", "pack", ALPHA, "--trace", "gone.json"]).exit).toBe(6);
    expect(readdirSync(folder)).not.toContain("x.zip");
  });

  test("with a window: by its time, and never all of it because none fits", () => {
    const folder = scene("window", EVIDENCE);
    const hour = json(folder, ["guard", "pack", ALPHA, "--window", "1h"]);
    expect(counts(hour.answer)).toEqual([0, 0, 0, 0, 0]);
    expect(hour.answer).toMatchObject({ template_id: "incident_response", policy_digests: [] });
    const days = json(folder, ["guard", "pack", ALPHA, "--window=22h0.75h"]);
    expect(counts(days.answer)).toEqual([2, 1, 0, 1, 1]);
    expect(days.answer).toMatchObject({ window_from: "2026-02-01T03:30:00Z", window_to: "2026-02-03T01:00:00Z" });
    const shown = gait(["guard", "pack", ALPHA, "--window=22h45m"], { cwd: folder });
    expect(shown.stdout).toStartWith("already there, unchanged  ");
    expect(shown.stdout).toContain("2026-02-01T03:30:00Z to 2026-02-03T01:00:00Z");
  });
});

describe("a usage error is 6, bad evidence is 2, and neither leaves a file", () => {
  let folder: string;
  let before: string[];
  beforeAll(() => {
    folder = scene("refused", EVIDENCE);
    copyFileSync(vectorPath("tampered/rp_hash_mismatch.zip"), join(folder, "bad.zip"));
    copyFileSync(vectorPath("packs/pack_job_completed.zip"), join(folder, "job.zip"));
    copyFileSync(vectorPath("guard/guard_soc2_min.zip"), join(folder, "guard.zip"));
    writeFileSync(join(folder, "text.zip"), "no archive");
    before = readdirSync(folder).sort();
  });

  test.each<[string, number, readonly string[]]>([
    ["a runpack that does not verify", 2, ["guard", "pack", "bad.zip"]],
    ["the pack of a job", 6, ["guard", "pack", "job.zip"]],
    ["an evidence pack as the run", 6, ["guard", "pack", "guard.zip"]],
    ["a file that is not an archive as the run", 6, ["guard", "pack", "text.zip"]],
    ["no run", 6, ["guard", "pack"]],
    ["an unknown run", 6, ["guard", "pack", "--run", "run_nobody"]],
    ["the run twice", 6, ["guard", "pack", ALPHA, "--run", ALPHA]],
    ["the run by two flags", 6, ["guard", "pack", "--from", ALPHA, "--run", ALPHA]],
    ["an unknown template", 6, ["guard", "pack", ALPHA, "--template", "hipaa"]],
    ["a case id with a slash", 6, ["guard", "pack", ALPHA, "--case-id", "../x"]],
    ["a case id with spaces", 6, ["guard", "pack", ALPHA, "--case-id", "CASE (7)"]],
    ["a window without unit", 6, ["guard", "pack", ALPHA, "--window", "48"]],
    ["a window of days", 6, ["guard", "pack", ALPHA, "--window", "2d"]],
    ["a window without length", 6, ["guard", "pack", ALPHA, "--window", "0h"]],
    ["a window before the year 1", 6, ["guard", "pack", ALPHA, "--window", "99999999h"]],
    ["a mode and a key", 6, ["guard", "pack", ALPHA, "--key-mode", "dev", "--private-key", "x.key"]],
    ["a trace where a regress result belongs", 6, ["guard", "pack", ALPHA, "--regress", "trace_s1.json"]],
    ["verifying a run pack as evidence", 6, ["guard", "verify", ALPHA]],
    ["verifying a file that is not an archive", 6, ["guard", "verify", "text.zip"]],
    ["verifying nothing", 6, ["guard", "verify"]],
    ["strict without a key", 6, ["guard", "verify", "guard.zip", "--profile", "strict"]],
    ["a required signature that is not checked", 2, ["guard", "verify", "guard.zip", "--require-signature"]],
  ])("%s", (_what, exit, args) => {
    const answered = json(folder, args);
    expect([answered.exit, answered.answer.ok]).toEqual([exit, false]);
    const shown = gait([...args], { cwd: folder });
    expect([shown.exit, shown.stdout]).toEqual([exit, ""]);
    expect(shown.stderr).toMatch(/hint/);
    expect(readdirSync(folder).sort()).toEqual(before);
  });

  test("an existing pack stays, unless it is the same or --force is given", () => {
    const place = scene("there");
    const args = ["guard", "pack", ALPHA, "--out", "pack.zip"];
    expect(json(place, args).exit).toBe(0);
    const bytes = readFileSync(join(place, "pack.zip"));
    expect(json(place, args).exit).toBe(0);
    expect(json(place, [...args, "--case-id", "C-1"]).exit).toBe(6);
    expect(readFileSync(join(place, "pack.zip"))).toEqual(bytes);
    expect(json(place, [...args, "--case-id", "C-1", "--force"]).answer.case_id).toBe("C-1");
    expect(readdirSync(place).sort()).toEqual(["pack.zip", ALPHA]);
  });
});

describe("its messages", () => {
  test("a throw-away key is printed, and its public half verifies", () => {
    const folder = scene("dev");
    const { answer } = json(folder, ["guard", "pack", ALPHA, "--key-mode", "dev", "--out", "dev.zip"]);
    expect([answer.signature_status, answer.warnings]).toEqual(["signed", [expect.stringContaining("throw-away key")]]);
    writeFileSync(join(folder, "dev.key"), `${answer.public_key}\n`);
    const verified = json(folder, ["guard", "verify", "dev.zip", "--public-key", "dev.key", "--profile", "strict"]);
    expect(verified.answer).toMatchObject({
      verdict: "authentic",
      run_id: "run_alpha",
      template_id: "soc2",
      files_checked: 4,
      signature_key_ids: [answer.signature_key_id],
    });
  });

  test("pack verify, inspect and diff read it", () => {
    const folder = scene("read", EVIDENCE);
    const paths = ["a.zip", "b.zip"];
    json(folder, ["guard", "pack", ALPHA, "--out", "a.zip"]);
    json(folder, ["guard", "pack", ALPHA, "--trace", "trace_s1.json", "--out", "b.zip"]);
    expect(json(folder, ["pack", "verify", "a.zip"]).answer.verify).toMatchObject({
      verdict: "intact",
      legacy_type: "guard",
    });
    const { inspect } = json(folder, ["pack", "inspect", "a.zip"]).answer;
    expect(inspect.controls.map((control: { has_evidence: boolean }) => control.has_evidence)).toEqual([
      true,
      false,
      true,
    ]);
    expect(inspect.runpack_summary).toMatchObject({ run_id: "run_alpha", intent_count: 2 });
    const { exit, answer } = json(folder, ["pack", "diff", ...paths]);
    expect([exit, answer.diff.left_pack_type]).toEqual([2, "guard"]);
    expect(answer.diff.summary.added_files).toEqual(["credential_evidence_01.json", "trace_summary.json"]);
    expect(json(folder, ["pack", "diff", "a.zip", "a.zip"]).exit).toBe(0);
    expect(json(folder, ["pack", "diff", "a.zip", ALPHA]).answer.diff.right_pack_type).toBe("run");
  });

  test("a control without evidence is marked where the pack is made, and where it is shown", () => {
    const folder = scene("marked");
    const packed = gait(["guard", "pack", ALPHA, "--out", "a.zip"], { cwd: folder });
    const shown = gait(["pack", "inspect", "a.zip"], { cwd: folder });
    for (const { stdout } of [packed, shown]) {
      expect(stdout).toContain("  CC7.2  Operational Monitoring\n         NO EVIDENCE\n");
    }
    expect(json(folder, ["guard", "pack", ALPHA]).answer.controls_without_evidence).toEqual(["CC7.2"]);
  });

  test("a bad one is refused, and shown with --force, marked", () => {
    const file = vectorPath("tampered/gd_undeclared.zip");
    expect(gait(["pack", "inspect", file]).exit).toBe(2);
    const { exit, stdout } = gait(["pack", "inspect", file, "--force"]);
    expect(exit).toBe(2);
    expect(stdout).toContain("UNVERIFIED");
    expect(stdout).toContain("CC8.1");
    const verified = gait(["guard", "verify", file]);
    expect([verified.exit, verified.stdout]).toEqual([2, ""]);
    expect(verified.stderr).toContain("file_undeclared");
  });
});
