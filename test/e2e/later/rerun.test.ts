/** `gait run diff`, `replay`, `reduce` and `demo` by the executable: what is written, and what is refused. */
import { afterAll, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LATER } from "../../go-vectors.ts";
import { gait } from "../gait.ts";

const cwd = mkdtempSync(join(tmpdir(), "gait-rerun-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
for (const [from, to] of [
  ["export/runpack_run_metrics_s.zip", "a.zip"],
  ["export/pack_metrics.zip", "pack.zip"],
  ["proof/runpack_run_alpha.zip", "b.zip"],
  ["proof/runpack_run_delta.zip", "c.zip"],
] as const)
  copyFileSync(join(LATER, from), join(cwd, to));

const run = (...words: string[]) => gait(["run", ...words], { cwd });

test("a comparison is written as the Go implementation writes it, and replaces nothing else", () => {
  expect(run("diff", "b.zip", "c.zip", "--output", "diff.json").exit).toBe(2);
  expect(readFileSync(join(cwd, "diff.json"), "utf8")).toBe(readFileSync(join(LATER, "run/diff.json"), "utf8"));
  expect(run("diff", "b.zip", "c.zip", "--output", "b.zip", "--force").exit).toBe(6);
  expect(run("diff", "a.zip", "c.zip", "--output", "diff.json").exit).toBe(6);
});

test("what differs is led to, and ids of one side are named", () => {
  const { stdout } = run("diff", "b.zip", "c.zip");
  expect(stdout).toStartWith("different\n");
  expect(stdout).toContain("call by call: gait pack diff LEFT RIGHT\n");
  expect(run("diff", "a.zip", "a.zip").stdout).not.toContain("pack diff");
  const { summary } = JSON.parse(run("diff", "b.zip", "c.zip", "--json").stdout);
  for (const id of [...(summary.left_only_intents ?? []), ...(summary.right_only_intents ?? [])].slice(0, 5))
    expect(stdout).toContain(id);
});

test("a pack of a run is compared as the run in it", () => {
  expect(run("diff", "a.zip", "pack.zip")).toMatchObject({ exit: 0, stdout: expect.stringContaining("same") });
});

test("bad evidence is neither compared, replayed nor reduced", () => {
  const bytes = readFileSync(join(cwd, "a.zip"));
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  writeFileSync(join(cwd, "bad.zip"), bytes);
  for (const words of [
    ["diff", "a.zip", "bad.zip"],
    ["diff", "bad.zip", "a.zip"],
    ["replay", "bad.zip"],
    ["reduce", "bad.zip"],
  ])
    expect([words, run(...words, "--json").exit]).toEqual([words, 2]);
  expect(run("diff", "a.zip", "absent.zip").exit).toBe(6);
});

test("real tools are never run, whatever the file, the flags and the environment say", () => {
  const env = { GAIT_ALLOW_REAL_REPLAY: "1" };
  const flags = [
    "--real-tools",
    "--unsafe-real-tools",
    "--allow-tools",
    "tool.echo",
    "--unsafe-real-tools-env",
    "X",
    "--json",
  ];
  for (const path of ["a.zip", "absent.zip"]) {
    const { exit, stdout } = gait(["run", "replay", path, ...flags], { cwd, env });
    expect(exit).toBe(8);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error_code: "unsafe_operation", retryable: false });
  }
});

test("the flags about real tools do nothing alone, and say so", () => {
  const { exit, stderr } = run("replay", "b.zip", "--unsafe-real-tools", "--allow-tools", "fs.write");
  expect([exit, stderr.match(/has no effect/g)?.length]).toEqual([0, 2]);
});

test("a reduced run verifies, still fails, and can't be reduced onto its input", () => {
  expect(run("reduce", "--from", "pack.zip", "--predicate", "non_ok_status").exit).toBe(0);
  const made = "runpack_run_metrics_s_reduced_nonokstatus.zip";
  expect(gait(["verify", made], { cwd }).exit).toBe(0);
  expect(existsSync(join(cwd, "runpack_run_metrics_s_reduced_nonokstatus_report.json"))).toBe(true);
  expect(run("replay", made).exit).toBe(0);
  expect(run("reduce", "a.zip", "--out", "a.zip", "--force").exit).toBe(6);
  expect(run("reduce", "a.zip", "--out", "x.zip", "--report-out", "x.zip").exit).toBe(6);
  expect(run("reduce", "b.zip").exit).toBe(6);
  expect(run("reduce").exit).toBe(6);
  expect(run("reduce", "a.zip", "--from", "a.zip").exit).toBe(6);
  expect(existsSync(join(cwd, "x.zip"))).toBe(false);
});

test("the demo is there, and is there again", () => {
  for (const said of ["written", "already there"]) expect(gait(["demo"], { cwd }).stdout).toContain(said);
  expect(gait(["verify", "run_demo"], { cwd }).exit).toBe(0);
  expect(JSON.parse(gait(["run", "receipt", "--from", "run_demo", "--json"], { cwd }).stdout).manifest_digest).toBe(
    "88913ed84855671786b9ecc3eab94f760332a6c19a3ff2195ab8afd914d57725",
  );
});
