/** The work of `gait regress run`. */
import { existsSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { GaitError } from "../../../core/finding/error.ts";
import { readConfig, readFixture } from "../../../core/regress/fixture.ts";
import { type CandidateFault, type Grade, type GradedRun, gradesOf } from "../../../core/regress/grade.ts";
import { failedOf, type Outcome, outcomeJson, outcomeJunit } from "../../../core/regress/outcome.ts";
import { runIn } from "../../../core/rerun/run-records.ts";
import { PACK_EPOCH, toUtcWherePossible } from "../../../core/time/timestamp.ts";
import { runpackOf, type Verified } from "../../../core/verify/verified.ts";
import { readInput } from "../../../host/files/input.ts";
import { writeAtomically } from "../../../host/files/output.ts";
import { withVerified } from "../../../host/packs/artifact-file.ts";
import { hostPlatform } from "../../../host/platform/bun.ts";
import type { RegressRunOutput } from "../../../schema/answer/regress.ts";
import type { RegressConfig, RegressFixture } from "../../../schema/document/evidence-input.ts";
import { BUILD } from "../../command/build-info.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { limitsOf } from "../../flags/limits.ts";
import { UNKEYED } from "../artifact.ts";

const MAX_CONFIG_BYTES = 16 * 1024 * 1024;

export async function runFixtures(call: Call): Promise<Answer<RegressRunOutput>> {
  const configPath = call.option("--config") ?? "gait.yaml";
  const output = call.option("--out") ?? "regress_result.json";
  const junit = call.option("--junit");
  if (junit !== undefined && resolve(junit) === resolve(output))
    throw new GaitError("invalid_input", "--out and --junit name the same file", { hint: "Give two files." });
  if (!call.has("--config") && !existsSync(configPath)) {
    throw new GaitError("not_found", `${configPath} does not exist: there is no set of fixtures here`, {
      hint: "Make one of a good run: gait regress init --from ID|FILE.",
    });
  }
  const config = readConfig(await readInput(configPath, { limit: MAX_CONFIG_BYTES }), configPath);
  if (config.fixtures.length === 0)
    throw new GaitError("invalid_input", `${configPath} has no fixtures`, { hint: "Add one: gait regress add." });
  const grades: Grade[] = [];
  const read: string[] = [configPath];
  let createdAt: string | undefined;
  for (const named of config.fixtures) {
    const graded = await gradeFixture(call, configPath, named);
    grades.push(...graded.grades);
    read.push(...graded.read);
    createdAt ??= graded.createdAt;
  }
  const outcome: Outcome = {
    fixtureSet: config.fixture_set,
    createdAt: createdAt ?? PACK_EPOCH,
    producerVersion: BUILD.version,
    grades,
  };
  const encoder = new TextEncoder();
  // Made anew each time, but never in the place of what was read.
  const write = (path: string, text: string) =>
    writeAtomically(path, async (sink) => sink.write(encoder.encode(text)), { force: true, inputs: read });
  await write(output, outcomeJson(outcome));
  if (junit !== undefined) await write(junit, outcomeJunit(outcome));
  return answerOf(outcome, output, junit);
}

interface FixtureGraded {
  readonly grades: readonly Grade[];
  /** Paths of what was read. */
  readonly read: readonly string[];
  readonly createdAt: string | undefined;
}

async function gradeFixture(
  call: Call,
  configPath: string,
  named: RegressConfig["fixtures"][number],
): Promise<FixtureGraded> {
  const path = join(dirname(configPath), named.runpack);
  const fixturePath = join(dirname(path), "fixture.json");
  const fixture = readFixture(await readInput(fixturePath, { limit: MAX_CONFIG_BYTES }), fixturePath, named);
  const options = { ...UNKEYED, limits: limitsOf(call) };
  const context = {
    isRequired: call.has("--context-conformance"),
    mayRuntimeDrift: call.has("--allow-context-runtime-drift"),
  };
  return withVerified(path, options, async (verified) => {
    const own = await gradedRun(path, verified);
    if (own.run !== undefined && own.run.manifest.run_id !== fixture.run_id) {
      const found = JSON.stringify(own.run.manifest.run_id);
      throw new GaitError("invalid_input", `${path} is of the run ${found}, and the fixture of ${fixture.run_id}`, {
        hint: "Make the fixture again: gait regress add --force.",
      });
    }
    const createdAt = own.run === undefined ? undefined : toUtcWherePossible(own.run.run.created_at);
    const graded = (candidate: Parameters<typeof gradesOf>[0]["candidate"], read: string[]) =>
      gradesOf({ fixture, own, candidate, context, hashing: hostPlatform }).then(
        (grades): FixtureGraded => ({ grades, read: [path, fixturePath, ...read], createdAt }),
      );
    const candidate = candidateOf(fixture, path);
    if (candidate === undefined) return graded(own, []);
    if ("fault" in candidate) return graded(candidate, []);
    const { path: other } = candidate;
    try {
      return await withVerified(other, options, async (found) => graded(await gradedRun(other, found), [other]));
    } catch (error) {
      if (!(error instanceof GaitError) || !UNREADABLE.has(error.code)) throw error;
      return graded({ path: other, fault: "candidate_runpack_invalid" }, []);
    }
  });
}

const UNREADABLE: ReadonlySet<string> = new Set(["not_found", "not_readable", "not_an_archive"]);

function candidateOf(
  { candidate_runpack: given }: RegressFixture,
  runpack: string,
): { readonly path: string } | { readonly path: string; readonly fault: CandidateFault } | undefined {
  if (given === undefined || given.trim() === "") return undefined;
  if (isAbsolute(given) || given.includes("\0")) return { path: given, fault: "candidate_path_invalid" };
  return { path: join(dirname(runpack), given) };
}

async function gradedRun(path: string, verified: Verified): Promise<GradedRun> {
  const runpack = runpackOf(verified);
  const { contents, findings, verdict } = verified;
  return {
    path,
    findings,
    contents,
    intents: runpack?.intents ?? 0,
    results: runpack?.results ?? 0,
    run: verdict === "failed" ? undefined : await runIn(path, verified),
  };
}

function answerOf(outcome: Outcome, output: string, junit: string | undefined): Answer<RegressRunOutput> {
  const failed = failedOf(outcome);
  const [first] = failed;
  const lines = outcome.grades.map(
    ({ name, status, reason_codes }) =>
      `  ${status}  ${name}${status === "fail" ? `: ${reason_codes.join(", ")}` : ""}\n`,
  );
  return {
    exit: first === undefined ? EXIT.ok : EXIT.regressFailed,
    json: {
      fixture_set: outcome.fixtureSet,
      status: first === undefined ? "pass" : "fail",
      graders: outcome.grades.length,
      failed: failed.length,
      output,
      ...(junit === undefined ? {} : { junit }),
      ...(first === undefined
        ? {}
        : { top_failure_reason: first.reason_codes[0] ?? "", next_command: "gait regress run --json" }),
      artifact_paths: [output, ...(junit === undefined ? [] : [junit])],
    },
    text: `${first === undefined ? "pass" : "fail"}  ${outcome.fixtureSet}: ${failed.length} of ${outcome.grades.length} failed\n${lines.join("")}`,
  };
}
