/** Runs held against fixtures (contract 13): the Go implementation's outcome, byte for byte, and each reason by name. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import {
  fixtureName,
  indented,
  isBelow,
  newFixture,
  readConfig,
  readFixture,
} from "../../../src/core/regress/fixture.ts";
import { type Grade, type GradedRun, type Grading, gradesOf } from "../../../src/core/regress/grade.ts";
import { outcomeJson, outcomeJunit } from "../../../src/core/regress/outcome.ts";
import { sequencesOf, verdictOfResult } from "../../../src/core/regress/sequence.ts";
import { runIn } from "../../../src/core/rerun/run-records.ts";
import { runpackOf } from "../../../src/core/verify/verified.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { RegressFixture } from "../../../src/schema/document/evidence-input.ts";
import { regressResultValidator } from "../../../src/schema/validator/evidence-input.ts";
import { LATER } from "../../go-vectors.ts";

const later = (file: string) => new Uint8Array(readFileSync(join(LATER, file)));
const text = (file: string) => readFileSync(join(LATER, file), "utf8");

async function graded(path: string, bytes = later(path)): Promise<GradedRun> {
  const verified = await verifyArtifact(bytesSource(bytes), {
    platform: hostPlatform,
    keys: [],
    requireSignature: false,
  });
  const { contents, findings, verdict } = verified;
  const { intents = 0, results = 0 } = runpackOf(verified) ?? {};
  return {
    path,
    contents,
    findings,
    intents,
    results,
    run: verdict === "failed" ? undefined : await runIn(path, verified),
  };
}

async function grades(fixture: RegressFixture, change: Partial<Grading> = {}, runpack?: string): Promise<Grade[]> {
  const own = await graded(
    runpack ?? (fixture.name === "metrics" ? "export/runpack_run_metrics_s.zip" : "proof/runpack_run_alpha.zip"),
  );
  const context = { isRequired: false, mayRuntimeDrift: false };
  return gradesOf({
    fixture,
    own: { ...own, path: `fixtures/${fixture.name}/runpack.zip` },
    candidate: { ...own, path: `fixtures/${fixture.name}/runpack.zip` },
    context,
    hashing: hostPlatform,
    ...change,
  });
}

const CONFIG = readConfig(later("regress/gait.yaml"), "gait.yaml");
function fixtureOf(name: string): RegressFixture {
  const named = CONFIG.fixtures.find((each) => each.name === name);
  if (named === undefined) throw new Error(name);
  return readFixture(later(`regress/fixtures/${name}/fixture.json`), "fixture.json", named);
}
const METRICS = fixtureOf("metrics");
const ALPHA = fixtureOf("run_alpha");
const OUTCOME = { fixtureSet: "default", createdAt: "2026-02-02T02:15:00Z", producerVersion: "0.0.0-dev" };

describe("vectors", () => {
  test("fixtures and the set are written as they are there", async () => {
    const { run } = await graded("proof/runpack_run_alpha.zip");
    if (run === undefined) throw new Error("no run");
    expect(indented(newFixture("run_alpha", "run_alpha", await sequencesOf(run)))).toBe(
      text("regress/fixtures/run_alpha/fixture.json"),
    );
    expect(indented(CONFIG)).toBe(text("regress/gait.yaml"));
  });

  test("one that fails by a missing result", async () => {
    const { candidate_runpack: _, diff_allow_changed_files: __, ...fixture } = METRICS;
    const made = [...(await grades({ ...fixture, expected_replay_exit_code: 0 })), ...(await grades(ALPHA))];
    expect(outcomeJson({ ...OUTCOME, grades: made })).toBe(text("regress/regress_result.json"));
    expect(outcomeJunit({ ...OUTCOME, grades: made })).toBe(text("regress/junit.xml"));
  });

  test("one that fails by its candidate", async () => {
    const path = "../run/second/runpack_run_metrics_s.zip";
    const candidate = { ...(await graded("run/second/runpack_run_metrics_s.zip")), path };
    const made = [...(await grades(METRICS, { candidate })), ...(await grades(ALPHA))];
    const json = outcomeJson({ ...OUTCOME, grades: made });
    expect(json).toBe(text("regress/regress_fail.json"));
    expect(outcomeJunit({ ...OUTCOME, grades: made })).toBe(text("regress/junit_fail.xml"));
    expect(regressResultValidator.fits(JSON.parse(json))).toBe(true);
  });
});

const reasons = (made: readonly Grade[], name: string) =>
  made.find((each) => each.name.endsWith(`/${name}`))?.reason_codes;

describe("reasons", () => {
  test("a fixture whose runpack was changed passes nothing", async () => {
    const bytes = later("proof/runpack_run_alpha.zip");
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    const own = await graded("x.zip", bytes);
    const made = await grades(ALPHA, { own, candidate: own });
    expect(made.map(({ status }) => status)).toEqual(["fail", "fail", "fail", "fail"]);
    expect(["diff", "expected_exit_code", "trajectory"].map((name) => reasons(made, name))).toEqual([
      ...[["diff_error"], ["replay_error"], ["grader_error"]],
    ]);
  });

  test("a runpack that lacks a file", async () => {
    const own = { ...(await graded("proof/runpack_run_alpha.zip")), run: undefined };
    const contents = {
      missingFiles: ["refs.json"],
      hashMismatches: [{ path: "run.json", expected: "a", actual: "b" }],
    };
    expect(reasons(await grades(ALPHA, { own: { ...own, contents } }), "schema_validation")).toEqual([
      "missing_files",
      "hash_mismatch",
    ]);
  });

  test("a candidate that can't be read, and one that does not verify", async () => {
    const fault = { path: "/x", fault: "candidate_path_invalid" } as const;
    const made = await grades(ALPHA, { candidate: fault });
    expect([reasons(made, "diff"), reasons(made, "trajectory")]).toEqual([[fault.fault], [fault.fault]]);
    const bad = { ...(await graded("proof/runpack_run_alpha.zip")), run: undefined };
    expect(reasons(await grades(ALPHA, { candidate: bad }), "diff")).toEqual(["candidate_runpack_invalid"]);
  });

  test("tools in another order, and fewer of them", async () => {
    for (const tools of [["fs.write"], ["fs.write", "fs.write", "x"], ["x", "fs.write"]])
      expect(reasons(await grades({ ...ALPHA, expected_tool_sequence: tools }), "trajectory")).toEqual([
        "unexpected_tool_sequence",
      ]);
    const { expected_tool_sequence: _, expected_verdict_sequence: __, ...none } = ALPHA;
    expect(reasons(await grades(none), "trajectory")).toEqual(["trajectory_not_required"]);
  });

  test("two results of one id can't be replayed", async () => {
    const own = await graded("proof/runpack_run_delta.zip");
    const codes = reasons(await grades(ALPHA, { own }), "expected_exit_code");
    expect(codes).toEqual(["replay_error"]);
  });

  describe("context", () => {
    const context = { isRequired: true, mayRuntimeDrift: false };
    const conform = async (
      candidate: string,
      change: Partial<Grading["context"]> = {},
      fixture: Partial<RegressFixture> = {},
    ) =>
      reasons(
        await grades(
          { ...ALPHA, ...fixture },
          { candidate: await graded(candidate), context: { ...context, ...change } },
          "context/rp_alpha/runpack_run_alpha.zip",
        ),
        "context_conformance",
      );
    test("each outcome", async () => {
      const [same, later_, changed] = ["rp_alpha", "rp_later_alpha", "rp_changed_alpha"].map(
        (folder) => `context/${folder}/runpack_run_alpha.zip`,
      );
      expect(await conform(same as string)).toEqual(["context_conformance_pass"]);
      expect(await conform(later_ as string)).toEqual(["context_runtime_drift_blocked"]);
      expect(await conform(later_ as string, { mayRuntimeDrift: true })).toEqual(["context_conformance_pass"]);
      expect(await conform(later_ as string, {}, { allow_context_runtime_drift: true })).toEqual([
        "context_conformance_pass",
      ]);
      expect(await conform(changed as string, { mayRuntimeDrift: true })).toEqual(["context_semantic_drift"]);
      expect(await conform(same as string, {}, { expected_context_set_digest: "0".repeat(64) })).toEqual([
        "context_semantic_drift",
      ]);
      expect(await conform("export/runpack_run_metrics_s.zip")).toEqual(["context_evidence_missing"]);
      expect(await conform(same as string, { isRequired: false })).toBeUndefined();
      expect(await conform(same as string, { isRequired: false }, { context_conformance: "required" })).toEqual([
        "context_conformance_pass",
      ]);
    });
  });
});

describe("files", () => {
  test("names", () => {
    expect(["Run_A", "_x y/Z.", "a--b"].map((id) => fixtureName(undefined, id))).toEqual(["run_a", "x-y-z", "a--b"]);
    for (const name of ["", "..", "A", "a/b", ".a", "a."]) expect(() => fixtureName(name, "r")).toThrow("no name");
    expect(() => fixtureName(undefined, "…")).toThrow("no name");
  });

  test("paths stay below", () => {
    expect(["a/b.zip", "a"].map(isBelow)).toEqual([true, true]);
    expect(["../a", "a/../b", "/a", "\\a", "C:/a", "a\\b", "a//b", ""].map(isBelow)).toEqual(Array(8).fill(false));
  });

  test("verdicts: the result's own, else its status, else error", () => {
    expect(verdictOfResult({ status: "ok", result: { verdict: " DENY " } })).toBe("block");
    expect(verdictOfResult({ status: "Success", result: { verdict: "unheard of" } })).toBe("allow");
    expect(verdictOfResult({ status: "simulated" })).toBe("dry_run");
    expect(verdictOfResult({ status: "" })).toBe("error");
  });

  const bytes = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));
  test("a set that is none is refused", () => {
    const [first] = CONFIG.fixtures;
    for (const value of [
      "fixtures: []",
      { ...CONFIG, zzz: 1 },
      { ...CONFIG, fixtures: [first, first] },
      { ...CONFIG, fixtures: [{ ...first, runpack: "../x.zip" }] },
      { ...CONFIG, fixtures: [{ ...first, name: "../x" }] },
    ])
      expect(() => readConfig(bytes(value), "gait.yaml")).toThrow("gait.yaml");
  });

  test("a fixture that is not what the set says is refused", () => {
    const named = { name: "run_alpha", run_id: "run_alpha", runpack: "fixtures/run_alpha/runpack.zip" };
    for (const change of [
      { name: "b" },
      { run_id: "b" },
      { runpack: "../x.zip" },
      { runpack: "other.zip" },
      { session_chain: "c" },
      { zzz: 1 },
    ])
      expect(() => readFixture(bytes({ ...ALPHA, ...change }), "fixture.json", named)).toThrow("fixture.json");
  });

  test("JUnit stays XML, whatever a name has in it", () => {
    const grade = { name: "a/b", status: "fail", reason_codes: ["<&\"'\u0000\n>"], details: {} } as const;
    expect(outcomeJunit({ ...OUTCOME, fixtureSet: "<s>", grades: [grade] })).toContain(
      'message="&lt;&amp;&#34;&#39;\ufffd&#xA;&gt;"',
    );
  });
});
