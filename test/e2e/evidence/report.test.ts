/** `gait pack report`: written like any output, the same bytes everywhere, and for bad packs too. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { exampleFolder, type Scene } from "../folder.ts";
import { gait } from "../gait.ts";

let scene: Scene;
beforeAll(() => {
  scene = exampleFolder();
  for (const name of ["run", "run-again"]) {
    const { answer } = scene.json(["run", "record", "--input", `${name}.json`]);
    scene.json(["pack", "build", "--from", answer.bundle ?? "", "--out", `${name}.zip`]);
  }
  const bytes = readFileSync(scene.at("run.zip"));
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 1;
  writeFileSync(scene.at("bad.zip"), bytes);
});
afterAll(() => scene.remove());

function report(...args: string[]) {
  return scene.json(["pack", "report", ...args]) as ReturnType<Scene["json"]> & {
    answer: { sha256?: string; size?: number; compared?: boolean; artifacts?: { path: string; verdict: string }[] };
  };
}

function page(name: string): string {
  return readFileSync(scene.at(name), "utf8");
}

describe("gait pack report", () => {
  test("writes one page, and prints its digest and the verdict", () => {
    const { exit, answer } = report("run.zip", "--out", "report.html");
    const bytes = readFileSync(scene.at("report.html"));
    expect([exit, answer.path, answer.size, answer.compared]).toEqual([0, "report.html", bytes.length, false]);
    expect(answer.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    expect(answer.artifacts?.map(({ path, verdict }) => [path, verdict])).toEqual([["run.zip", "intact"]]);
    expect(page("report.html")).toContain(
      createHash("sha256")
        .update(readFileSync(scene.at("run.zip")))
        .digest("hex"),
    );
  });

  test("is one file: it loads nothing, and allows only its own script and style", () => {
    report("run.zip", "--out", "whole.html");
    const html = page("whole.html");
    expect(html).not.toMatch(/<(link|img|iframe|object|embed|base|form|a href="[^#])/i);
    expect(html).not.toContain("unsafe-");
    expect(html).toStartWith(
      '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy"',
    );
    for (const [element, directive] of [
      ["script", "script-src"],
      ["style", "style-src"],
    ] as const) {
      const [, text = ""] = new RegExp(`<${element}>(.*?)</${element}>`, "s").exec(html) ?? [];
      expect(html).toContain(`${directive} 'sha256-${createHash("sha256").update(text).digest("base64")}'`);
    }
  });

  test("has the same bytes in every time zone, language and folder", () => {
    report("run.zip", "run-again.zip", "--out", "here.html");
    mkdirSync(scene.at("elsewhere"));
    for (const name of ["run.zip", "run-again.zip"]) copyFileSync(scene.at(name), scene.at("elsewhere", name));
    const env = { TZ: "Asia/Kolkata", LANG: "ar_EG.UTF-8", LC_ALL: "de_DE.UTF-8" };
    const paths = ["run.zip", "run-again.zip"].map((name) => scene.at("elsewhere", name));
    expect(gait(["pack", "report", ...paths, "--out", "there.html"], { cwd: scene.at("elsewhere"), env }).exit).toBe(0);
    expect(readFileSync(scene.at("elsewhere", "there.html")).equals(readFileSync(scene.at("here.html")))).toBe(true);
  });

  test("compares two, and not three", () => {
    expect(report("run.zip", "run-again.zip", "--out", "two.html").answer.compared).toBe(true);
    expect(page("two.html")).toContain('<h2 id="comparison-title">Comparison</h2>');
    const { exit, answer } = report("run.zip", "run-again.zip", "run.zip", "--out", "three.html");
    expect([exit, answer.compared, answer.artifacts?.length]).toEqual([0, false, 3]);
    expect(page("three.html")).not.toContain("comparison-title");
    expect(page("three.html").match(/<article/g)?.length).toBe(3);
  });

  test("a bad pack gets a report, marked, and exit 2", () => {
    const { exit, answer } = report("bad.zip", "--out", "bad.html");
    expect([exit, answer.ok, answer.artifacts?.[0]?.verdict]).toEqual([2, false, "failed"]);
    expect(page("bad.html")).toContain("Unverified: everything below is only what the file claims.");
    expect(page("bad.html")).toContain("zip_crc_mismatch");
  });

  test("a good pack beside a bad one is not compared with it", () => {
    const { exit, answer } = report("run.zip", "bad.zip", "--out", "mixed.html");
    expect([exit, answer.compared]).toEqual([2, false]);
    expect(page("mixed.html")).toContain("Not compared");
  });

  test("a required signature that is missing fails", () => {
    const { exit, answer } = report("run.zip", "--require-signature", "--out", "unsigned.html");
    expect([exit, answer.artifacts?.[0]?.verdict]).toEqual([2, "failed"]);
    expect(page("unsigned.html")).toContain("signature_missing");
  });

  test("for a person: the verdict on stdout, the findings on stderr", () => {
    const good = gait(["pack", "report", "run.zip", "--out", "good.html"], { cwd: scene.path });
    expect([good.exit, good.stderr]).toEqual([0, ""]);
    expect(good.stdout).toMatch(
      /^report {2}good\.html\n {2}sha256 {2}[0-9a-f]{64}\n {2}size {4}\d+ bytes\nintact {2}run\.zip: /,
    );
    const bad = gait(["pack", "report", "bad.zip", "--out", "wrong.html"], { cwd: scene.path });
    expect([bad.exit, bad.stdout.includes("failed"), bad.stderr.startsWith("failed  bad.zip: ")]).toEqual([
      2,
      false,
      true,
    ]);
  });

  test("a different file in its place is kept, unless --force; the same page again is accepted", () => {
    writeFileSync(scene.at("mine.html"), "mine");
    const { exit, answer } = report("run.zip", "--out", "mine.html");
    expect([exit, answer.error_code, page("mine.html")]).toEqual([6, "invalid_input", "mine"]);
    expect(report("run.zip", "--out", "mine.html", "--force").exit).toBe(0);
    expect(report("run.zip", "--out", "mine.html").exit).toBe(0);
  });

  test("evidence is not replaced by the report on it, not even by --force", () => {
    const before = readFileSync(scene.at("run.zip"));
    symlinkSync("run.zip", scene.at("link.html"));
    for (const out of ["run.zip", "./run.zip", scene.at("run.zip"), "link.html"]) {
      const { exit, answer } = report("bad.zip", "run.zip", "--out", out, "--force");
      expect([exit, answer.error]).toEqual([6, expect.stringContaining("is one of the inputs")]);
    }
    expect(readFileSync(scene.at("run.zip")).equals(before)).toBe(true);
  });

  test.each([
    ["no --out", ["run.zip"], "--out"],
    ["no file", ["--out", "a.html"], "file"],
    ["a file that is not there", ["gone.zip", "--out", "a.html"], "gone.zip"],
    ["a file that is not an archive", ["run.zip", "run.json", "--out", "a.html"], "run.json"],
    ["a folder to write", ["run.zip", "--out", "../"], "../"],
  ])("%s: exit 6, and nothing is written", (_, args, named) => {
    const before = scene.files();
    const { exit, answer } = scene.json(["pack", "report", ...args]);
    expect([exit, answer.error]).toEqual([6, expect.stringContaining(named)]);
    expect(scene.files()).toEqual(before);
  });
});
