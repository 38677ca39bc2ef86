/** `gait pack export` by the executable: files that are added to and replaced, and calls that are refused. */
import { afterAll, expect, test } from "bun:test";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LATER } from "../../go-vectors.ts";
import { gait } from "../gait.ts";

const cwd = mkdtempSync(join(tmpdir(), "gait-export-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
copyFileSync(join(LATER, "export/pack_metrics.zip"), join(cwd, "pack.zip"));
copyFileSync(join(LATER, "export/bad_pack.zip"), join(cwd, "bad.zip"));
const lines = readFileSync(join(LATER, "export/metrics.jsonl"), "utf8");

function run(...words: string[]) {
  return gait(["pack", "export", ...words], { cwd });
}

test("lines are added, a statement is replaced, and an unfinished line of another program gets its end", () => {
  writeFileSync(join(cwd, "torn.jsonl"), '{"half');
  for (const out of ["a.jsonl", "a.jsonl", "torn.jsonl"])
    expect(run("pack.zip", "--otel-out", out, "--postgres-sql-out", "a.sql").exit).toBe(0);
  expect(readFileSync(join(cwd, "a.jsonl"), "utf8")).toBe(lines + lines);
  expect(readFileSync(join(cwd, "torn.jsonl"), "utf8")).toBe(`{"half\n${lines}`);
  expect(readFileSync(join(cwd, "a.sql"), "utf8")).toBe(readFileSync(join(LATER, "export/metrics.sql"), "utf8"));
  if (process.platform !== "win32")
    expect(["a.jsonl", "a.sql"].map((name) => statSync(join(cwd, name)).mode & 0o777)).toEqual([0o600, 0o600]);
});

test("a pack that is not whole is exported so, and says it", () => {
  const { exit, stdout, stderr } = run("bad.zip", "--otel-out", "bad.jsonl", "--json");
  expect(exit).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ verdict: "failed", export: { hash_mismatches: 1, undeclared_files: 1 } });
  expect(JSON.parse(stdout).warnings[0]).toContain("not whole");
  expect(stderr + run("bad.zip", "--postgres-sql-out", "bad.sql").stderr).toContain("not whole");
});

test("nothing is written for a wrong call", () => {
  symlinkSync("pack.zip", join(cwd, "link.jsonl"));
  for (const words of [
    ["pack.zip"],
    ["pack.zip", "--otel-out", "x", "--postgres-sql-out", "./x"],
    ["pack.zip", "--otel-out", "x", "--postgres-table", "a.b.c"],
    ["pack.zip", "--otel-out", "x", "--postgres-include-ddl=maybe"],
    ["pack.zip", "--otel-out", "x", "--postgres-include-ddl", "false"],
    ["pack.zip", "--otel-out", "pack.zip"],
    ["pack.zip", "--postgres-sql-out", "pack.zip"],
    ["pack.zip", "--otel-out", "link.jsonl"],
    ["pack.zip", "--otel-out", "."],
    ["absent.zip", "--otel-out", "x"],
  ])
    expect([words, run(...words).exit]).toEqual([words, 6]);
  expect(() => statSync(join(cwd, "x"))).toThrow();
  expect(readFileSync(join(cwd, "pack.zip"))).toEqual(readFileSync(join(LATER, "export/pack_metrics.zip")));
});
