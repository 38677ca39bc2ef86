/** `gait regress` by the executable: files that are made and kept, exits, and sets that are wrong. */
import { afterAll, expect, test } from "bun:test";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LATER } from "../../go-vectors.ts";
import { gait } from "../gait.ts";

const cwd = mkdtempSync(join(tmpdir(), "gait-regress-"));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));
for (const [from, to] of [
  ["export/pack_metrics.zip", "pack.zip"],
  ["export/runpack_run_metrics_s.zip", "metrics.zip"],
  ["run/second/runpack_run_metrics_s.zip", "second.zip"],
  ["proof/runpack_run_alpha.zip", "alpha.zip"],
] as const)
  copyFileSync(join(LATER, from), join(cwd, to));

const regress = (...words: string[]) => gait(["regress", ...words], { cwd });
const file = (name: string) => readFileSync(join(cwd, name));

test("from the first fixture to a regression and back", () => {
  expect(regress("add", "--from", "alpha.zip").exit).toBe(6);
  expect(regress("init", "--from", "alpha.zip").exit).toBe(0);
  expect(file("fixtures/run_alpha/runpack.zip")).toEqual(file("alpha.zip"));
  expect(regress("run").exit).toBe(0);
  expect(regress("add", "--from", "pack.zip", "--name", "metrics").exit).toBe(0);
  expect(file("fixtures/metrics/runpack.zip")).toEqual(file("metrics.zip"));
  const { exit, stdout } = regress("run", "--junit", "junit.xml", "--json");
  expect([exit, JSON.parse(stdout)]).toMatchObject([
    5,
    { ok: false, failed: 1, top_failure_reason: "unexpected_exit_code" },
  ]);
  expect(file("junit.xml").toString()).toContain('failures="1"');
  const path = join(cwd, "fixtures/metrics/fixture.json");
  const fixture = JSON.parse(readFileSync(path, "utf8"));
  writeFileSync(path, JSON.stringify({ ...fixture, expected_replay_exit_code: 2 }));
  expect(regress("run").exit).toBe(0);
  // What a person wrote into it is not replaced without a word.
  expect(regress("add", "--from", "metrics.zip", "--name", "metrics").exit).toBe(6);
  writeFileSync(
    path,
    JSON.stringify({ ...fixture, expected_replay_exit_code: 2, candidate_runpack: "../../second.zip" }),
  );
  expect(regress("run")).toMatchObject({ exit: 5, stdout: expect.stringContaining("metrics/diff: unexpected_diff") });
  for (const [candidate, reason] of [
    ["../../absent.zip", "candidate_runpack_invalid"],
    ["../../gait.yaml", "candidate_runpack_invalid"],
    [join(cwd, "second.zip"), "candidate_path_invalid"],
  ]) {
    writeFileSync(path, JSON.stringify({ ...fixture, candidate_runpack: candidate }));
    expect(regress("run")).toMatchObject({ exit: 5, stdout: expect.stringContaining(`metrics/diff: ${reason}`) });
  }
  expect(regress("add", "--from", "metrics.zip", "--name", "metrics", "--force").exit).toBe(0);
});

test("a fixture whose runpack was changed fails", () => {
  const bytes = file("alpha.zip");
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  writeFileSync(join(cwd, "bad.zip"), bytes);
  expect(regress("init", "--from", "bad.zip", "--config", "bad/gait.yaml").exit).toBe(2);
  expect(existsSync(join(cwd, "bad"))).toBe(false);
  expect(regress("bootstrap", "--from", "alpha.zip", "--config", "one/gait.yaml", "--output", "one/r.json").exit).toBe(
    0,
  );
  writeFileSync(join(cwd, "one/fixtures/run_alpha/runpack.zip"), bytes);
  const { exit, stdout } = regress("run", "--config", "one/gait.yaml", "--output", "one/r.json");
  expect([exit, stdout.match(/^ {2}fail/gm)?.length]).toEqual([5, 4]);
});

test("a wrong set or call is exit 6, and writes nothing", () => {
  mkdirSync(join(cwd, "two/fixtures"), { recursive: true });
  const set = (fixtures: unknown) =>
    writeFileSync(
      join(cwd, "two/gait.yaml"),
      JSON.stringify({ schema_id: "gait.regress.config", schema_version: "1.0.0", fixture_set: "s", fixtures }),
    );
  const run = (...words: string[]) =>
    regress("run", "--config", "two/gait.yaml", "--output", "two/r.json", ...words).exit;
  expect(run()).toBe(6);
  set([]);
  expect(run()).toBe(6);
  set([{ name: "run_alpha", run_id: "run_alpha", runpack: "../one/fixtures/run_alpha/runpack.zip" }]);
  expect(run()).toBe(6);
  set([{ name: "run_alpha", run_id: "run_alpha", runpack: "fixtures/run_alpha/runpack.zip" }]);
  expect(run()).toBe(6);
  expect(run("--junit", "two/r.json")).toBe(6);
  expect(existsSync(join(cwd, "two/r.json"))).toBe(false);
  const before = file("gait.yaml");
  for (const name of ["--output", "--junit"]) expect(regress("run", name, "gait.yaml").exit).toBe(6);
  for (const name of ["--output", "--junit"])
    expect(regress("run", name, "fixtures/run_alpha/runpack.zip").exit).toBe(6);
  expect(file("gait.yaml")).toEqual(before);
});
