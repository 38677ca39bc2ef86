/** `gait pack report --format pdf`: a report to print, and the worksheet that a person signs. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { copyFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { keyPath, vectorPath } from "../../go-vectors.ts";
import { exampleFolder, type Scene } from "../folder.ts";
import { GAIT, gait, type Ran } from "../gait.ts";

let scene: Scene;
const report = (...args: string[]): Ran => gait(["pack", "report", ...args], { cwd: scene.path });
beforeAll(() => {
  scene = exampleFolder();
  gait(["run", "record", "--input", "run.json", "--capture-mode", "raw"], { cwd: scene.path });
  gait(["pack", "build", "--from", "run_fix_rounding", "--out", "run.zip"], { cwd: scene.path });
  copyFileSync(vectorPath("packs/pack_job_resumed_signed.zip"), scene.at("job.zip"));
  copyFileSync(scene.at("run.zip"), scene.at("run.pack"));
  copyFileSync(vectorPath("guard/guard_pci_full_pdf.zip"), scene.at("guard.zip"));
  copyFileSync(vectorPath("tampered/gd_undeclared.zip"), scene.at("bad.zip"));
});
afterAll(() => scene.remove());

const sha256 = (path: string): string => new Bun.CryptoHasher("sha256").update(readFileSync(path)).digest("hex");

const hasPoppler = Bun.which("pdftotext") !== null;
if (!hasPoppler && process.env["CI"] === "true") throw new Error("pdftotext is needed (Debian: poppler-utils)");

/** The words of each page. */
function pagesOf(name: string): string[] {
  const { stdout, exitCode } = Bun.spawnSync(["pdftotext", "-layout", scene.at(name), "-"]);
  expect(exitCode).toBe(0);
  return stdout.toString().split("\f").slice(0, -1);
}

test("the same file gives the same bytes, in any time zone, and the name of the file decides", () => {
  expect(report("run.zip", "--out", "a.pdf").exit).toBe(0);
  const { exit } = gait(["pack", "report", "run.zip", "--format", "pdf", "--out", "b.report"], {
    ...{ cwd: scene.path, env: { TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8" } },
  });
  expect(exit).toBe(0);
  expect(readFileSync(scene.at("a.pdf"))).toEqual(readFileSync(scene.at("b.report")));
  expect(readFileSync(scene.at("a.pdf")).subarray(0, 5).toString()).toBe("%PDF-");
  const { stdout } = report("run.zip", "--out", "c.pdf", "--json");
  expect(JSON.parse(stdout)).toMatchObject({ path: "c.pdf", sha256: sha256(scene.at("c.pdf")) });
});

describe.skipIf(!hasPoppler)("what is on the pages", () => {
  test("of a run: verdict, what it does not say, calls, and on each page number, name and SHA-256", () => {
    report("run.zip", "--out", "run.pdf", "--force");
    const pages = pagesOf("run.pdf");
    const text = pages.join("\n");
    for (const words of [
      "run.zip",
      "intact",
      "It does not say",
      "6 calls: 5 ok, 1 failed.",
      "Not ok",
      "git.push",
      "https://docs.example.com/billing/rounding",
    ]) {
      expect([words, text.includes(words)]).toEqual([words, true]);
    }
    for (const [at, page] of pages.entries()) {
      expect(page).toContain(`${at + 1} of ${pages.length}`);
      expect(page).toContain(`SHA-256 ${sha256(scene.at("run.zip"))}`);
    }
  });
  test("digests are whole, and paths and addresses are broken behind a slash", () => {
    writeFileSync(
      scene.at("far.json"),
      readFileSync(scene.at("run.json"), "utf8").replaceAll("billing/rounding", `${"a-long-part/".repeat(9)}end`),
    );
    gait(["run", "record", "--input", "far.json", "--out-dir", "far"], { cwd: scene.path });
    gait(["pack", "build", "--from", "far/runpack_run_fix_rounding.zip", "--out", "far.zip"], { cwd: scene.path });
    expect(report("far.zip", "--out", "far.pdf").exit).toBe(0);
    const lines = pagesOf("far.pdf")
      .join("\n")
      .split("\n")
      .map((line) => line.trim());
    expect(lines.filter((line) => /^source\/runpack\.zip!\/ .*[0-9a-f]{64}$/.test(line)).length).toBeGreaterThan(0);
    expect(lines).toContain("intents.jsonl");
    const address = lines.filter((line) => line.includes("a-long-part/"));
    expect(address.length).toBeGreaterThan(1);
    for (const line of address) expect(line).toMatch(/\/$|\/end$/);
  });
  test("of a job, of evidence, of a bad pack, of two files", () => {
    report("job.zip", "--public-key", keyPath("test", "public"), "--out", "job.pdf");
    expect(pagesOf("job.pdf").join()).toMatch(/authentic[\s\S]*States[\s\S]*approved by boss/);
    report("guard.zip", "--out", "guard.pdf");
    expect(pagesOf("guard.pdf").join()).toContain("Controls");
    report(vectorPath("guard/guard_soc2_min.zip"), "--out", "soc2.pdf");
    expect(pagesOf("soc2.pdf").join()).toMatch(/CC7\.2 +Operational Monitoring\n +NO EVIDENCE\n/);
    expect(report("bad.zip", "--out", "bad.pdf").exit).toBe(2);
    expect(pagesOf("bad.pdf").join()).toMatch(/failed[\s\S]*Unverified[\s\S]*file_undeclared/);
    expect(report("job.zip", "run.zip", "--out", "two.pdf").exit).toBe(0);
    expect(pagesOf("two.pdf").length).toBeGreaterThan(1);
  });
  test("a file that is not as declared is said so in the words of the command line, and its digest is called declared", () => {
    const lines = (name: string, path: string) =>
      pagesOf(name)
        .join("\n")
        .split("\n")
        .filter((line) => line.includes(path) || line.includes("declared"))
        .map((line) => line.trim().replaceAll(/ +/g, " "));
    expect(lines("bad.pdf", "UNDECLARED").some((line) => line.endsWith(" UNDECLARED"))).toBeTrue();
    // The manifest of the runpack is not used: none of its files is undeclared for that.
    const bytes = readFileSync(scene.at("run.zip"));
    const at = bytes.indexOf("results.jsonl") + 60;
    bytes[at] = (bytes[at] as number) ^ 1;
    writeFileSync(scene.at("inner.zip"), bytes);
    expect(report("inner.zip", "--out", "inner.pdf").exit).toBe(2);
    const text = pagesOf("inner.pdf").join("\n");
    expect(text).toMatch(
      /source\/runpack\.zip +[\d.]+ KiB +DIFFERS FROM THE DECLARED DIGEST\n +declared +[0-9a-f]{64}\n/,
    );
    expect(text).toContain("NOT CHECKED: the manifest was not used");
    expect(text).not.toContain("UNDECLARED");
    expect(text).toMatch(/1 warning\n[\s\S]*results\.jsonl: it can't be read to its end/);
  });
  test("a job that somebody said no to, though another approved it, says who, everywhere", () => {
    const job = (...args: string[]) => gait(["job", ...args, "--id", "j"], { cwd: scene.path });
    job("submit", "--env-fingerprint", "envfp:a");
    job("checkpoint", "add", "--type", "decision-needed", "--summary", "Deploy?", "--required-action", "choose");
    job("reject", "--actor", "bob", "--reason", "not now");
    job("approve", "--actor", "dana", "--reason", "after all");
    job("resume", "--env-fingerprint", "envfp:b", "--allow-env-mismatch");
    gait(["pack", "build", "--type", "job", "--from", "j", "--out", "said-no.zip"], { cwd: scene.path });
    const { stdout } = gait(["pack", "inspect", "said-no.zip"], { cwd: scene.path });
    expect(stdout).toContain("  rejections   1, by bob\n");
    expect(stdout).toContain("rejected cp_0001: not now — by bob\n");
    report("said-no.zip", "--out", "said-no.html");
    expect(readFileSync(scene.at("said-no.html"), "utf8")).toContain("Rejections: 1, by bob.");
    report("said-no.zip", "--out", "said-no.pdf");
    const text = pagesOf("said-no.pdf").join("\n");
    for (const words of [
      /Submitted at +2/,
      /Kept by +gait /,
      /Environment +envfp:a/,
      /Approvals +1, by dana/,
      /Rejections +1, by bob/,
      /Resumed +1 time/,
      /rejected cp_0001: not now, by bob/,
      /Events\n[\s\S]*IN A DIFFERENT\s+ENVIRONMENT:\s+envfp:b/,
    ])
      expect(text).toMatch(words);
  });
  test("of a call pack: what the gate decided and what was said; of an authorization: the decision and what it links", () => {
    expect(report(vectorPath("later/pack_call_1.zip"), "--out", "call.pdf").exit).toBe(0);
    const { account } = JSON.parse(gait(["pack", "inspect", vectorPath("later/pack_call_1.zip"), "--json"]).stdout);
    const call = pagesOf("call.pdf").join("\n");
    expect(call).toMatch(/\nCall +call_1\n/);
    expect(call).toMatch(/The call\n[\s\S]*What the gate decided\n[\s\S]*What was said\n/);
    expect(account.call.decisions.length).toBeGreaterThan(0);
    for (const { verdict } of account.call.decisions) expect(call).toContain(verdict);
    for (const { spoken_digest: digest } of account.call.spoken) expect(call).toContain(digest);
    const bundle = join(import.meta.dir, "../../vectors/later2/authorization/authorization_bundle.json");
    const built = gait(["pack", "build", "--type", "authorization", "--from", bundle, "--out", "auth.zip"], {
      cwd: scene.path,
    });
    expect([built.exit, built.stderr]).toEqual([0, ""]);
    expect(report("auth.zip", "--out", "auth.pdf").exit).toBe(0);
    expect(pagesOf("auth.pdf").join("\n")).toMatch(
      /The decision\n[\s\S]*Outcome +\w[\s\S]*The evidence that it links\n/,
    );
  });
  test("the worksheet has the digests of file and program, the key, the time and the machine, and lines to sign on", () => {
    const key = keyPath("test", "public");
    expect(report("job.zip", "--public-key", key, "--out", "signed.pdf", "--certificate").exit).toBe(0);
    const sheet = pagesOf("signed.pdf").at(-1) ?? "";
    for (const words of [
      "Verification worksheet",
      sha256(scene.at("job.zip")),
      sha256(GAIT),
      "b6b093ac23fae057621b7f200a8d374c5c449121073afa09f277b25982cd51b9",
      "Signature",
      "Name",
    ]) {
      expect([words, sheet.includes(words)]).toEqual([words, true]);
    }
    expect(sheet).toMatch(/At \(UTC\) +\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/);
  });
  test("text of the evidence is text: scripts of many languages, controls escaped, long names cut", () => {
    const odd = readFileSync(scene.at("run.json"), "utf8").replaceAll(
      "shell.exec",
      `${"long.".repeat(60)}\\u202e\\u0007 שלום 世界`,
    );
    writeFileSync(scene.at("odd.json"), odd);
    gait(["run", "record", "--input", "odd.json", "--out-dir", "odd", "--capture-mode", "raw"], { cwd: scene.path });
    expect(report("odd/runpack_run_fix_rounding.zip", "--out", "odd.pdf").exit).toBe(0);
    const text = pagesOf("odd.pdf").join("\n");
    expect(text).toContain("long.long.");
    expect(text).not.toContain("long.".repeat(20));
    expect(text).not.toMatch(/[\u202e\u0007]/);
  });
});

describe("refused, and nothing is written", () => {
  const CASES: readonly (readonly [why: string, args: string[], says: string])[] = [
    ["a worksheet in HTML", ["run.zip", "--out", "x.html", "--certificate"], "Name a PDF: --out report.pdf."],
    ["no file", ["run.zip", "--format", "pdf"], "--out is missing"],
    ["a PDF with the name of a page", ["run.zip", "--format", "pdf", "--out", "no.HTML"], "do not go together"],
    ["a page with the name of a PDF", ["run.zip", "--format", "html", "--out", "no.pdf"], "do not go together"],
    ["a file that is there", ["run.zip", "--out", "authority.sh", "--format", "pdf"], "already exists"],
    ["a pack in its place", ["run.pack", "--out", "run.pack", "--format", "pdf", "--force"], "one of the inputs"],
    ["a page with the name of a document", ["run.zip", "--out", "no.docx"], "Name the file .html."],
    ["a worksheet without a file", ["run.zip", "--certificate"], "--out report.pdf"],
    ["no pack", ["none.zip", "--out", "none.pdf"], "none.zip does not exist"],
  ];
  for (const [why, args, says] of CASES) {
    test(why, () => {
      const { exit, stderr } = report(...args);
      expect([exit, stderr]).toEqual([6, expect.stringContaining(says)]);
      expect(existsSync(join(scene.path, "x.html")) || existsSync(scene.at("none.pdf"))).toBe(false);
    });
  }
});
