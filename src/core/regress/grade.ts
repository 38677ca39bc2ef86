/** A run held against its fixture (contract 13.2): each question is a grader. */
import type { RegressFixture } from "../../schema/document/evidence-input.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { ContentsReport } from "../contents/contents.ts";
import { GaitError } from "../finding/error.ts";
import type { Finding } from "../finding/finding.ts";
import { compareRuns } from "../rerun/compare-runs.ts";
import { replay } from "../rerun/replay.ts";
import type { RunRead } from "../rerun/run-records.ts";
import { contextDrift } from "../run/context/drift.ts";
import type { Hashing } from "../signature/digest.ts";
import { compareUtf8 } from "../text/utf8-order.ts";
import { sequencesOf } from "./sequence.ts";

export interface Grade {
  /** `<fixture>/<grader>` */
  readonly name: string;
  readonly status: "pass" | "fail";
  readonly reason_codes: readonly string[];
  readonly details: JsonObject;
}

/** A runpack as it was verified; `run` only if it did not fail. */
export interface GradedRun {
  /** As shown. */
  readonly path: string;
  readonly findings: readonly Finding[];
  readonly contents: Pick<ContentsReport, "missingFiles" | "hashMismatches">;
  readonly intents: number;
  readonly results: number;
  readonly run: RunRead | undefined;
}

export interface Grading {
  readonly fixture: RegressFixture;
  readonly own: GradedRun;
  /** The same as `own` where the fixture names no other; why it can't be read. */
  readonly candidate: GradedRun | { readonly path: string; readonly fault: CandidateFault };
  /** What the call asks for, besides the fixture. */
  readonly context: { readonly isRequired: boolean; readonly mayRuntimeDrift: boolean };
  readonly hashing: Hashing;
}

export type CandidateFault = "candidate_path_invalid" | "candidate_runpack_invalid";

/** Sorted by name. */
export async function gradesOf(grading: Grading): Promise<Grade[]> {
  const { fixture, context } = grading;
  const wantsContext = context.isRequired || fixture.context_conformance === "required";
  const grades = [
    ...(wantsContext ? [contextGrade(grading)] : []),
    await diffGrade(grading),
    await exitGrade(grading),
    schemaGrade(grading),
    await trajectoryGrade(grading),
  ];
  return grades.sort((left, right) => compareUtf8(left.name, right.name));
}

function grade(
  { fixture }: Grading,
  name: string,
  failed: readonly string[],
  details: JsonObject,
  passed: string[] = [],
) {
  const isPass = failed.length === 0;
  const shown = { ...details, fixture: fixture.name, run_id: fixture.run_id };
  return {
    name: `${fixture.name}/${name}`,
    status: isPass ? ("pass" as const) : ("fail" as const),
    reason_codes: isPass ? passed : failed,
    details: shown,
  };
}

function schemaGrade(grading: Grading): Grade {
  const { own } = grading;
  const { missingFiles, hashMismatches } = own.contents;
  const failed = [
    ...(missingFiles.length > 0 ? ["missing_files"] : []),
    ...(hashMismatches.length > 0 ? ["hash_mismatch"] : []),
  ];
  if (failed.length === 0 && own.run === undefined) failed.push(invalidCode(own.findings));
  return grade(grading, "schema_validation", failed, {
    hash_mismatches: hashMismatches.length,
    intent_records: own.intents,
    // Go writes a nil list as null.
    missing_files: missingFiles.length === 0 ? null : [...missingFiles],
    reference_receipts: own.run?.refs.receipts.length ?? 0,
    result_records: own.results,
    ...(own.findings.length === 0 ? {} : { findings: own.findings.map(({ code }) => code) }),
  });
}

const DOCUMENTS = [
  ["manifest.json", "manifest_schema_invalid"],
  ["run.json", "run_schema_invalid"],
  ["refs.json", "refs_schema_invalid"],
  ["intents.jsonl", "intent_schema_invalid"],
  ["results.jsonl", "result_schema_invalid"],
] as const;

function invalidCode(findings: readonly Finding[]): string {
  const first = findings.find(({ code }) => code === "schema_invalid" || code === "record_invalid");
  return DOCUMENTS.find(([name]) => first?.path?.startsWith(name))?.[1] ?? "runpack_parse_error";
}

async function exitGrade(grading: Grading): Promise<Grade> {
  const { fixture, own, hashing } = grading;
  const name = "expected_exit_code";
  const expected = { expected_exit_code: fixture.expected_replay_exit_code };
  if (own.run === undefined) return grade(grading, name, ["replay_error"], expected);
  try {
    const { missing } = await replay(own.run, hashing);
    const actual = missing.length > 0 ? 2 : 0;
    const failed = actual === fixture.expected_replay_exit_code ? [] : ["unexpected_exit_code"];
    return grade(grading, name, failed, { actual_exit_code: actual, ...expected, missing_results: [...missing] });
  } catch (error) {
    if (!(error instanceof GaitError) || error.code !== "invalid_input") throw error;
    return grade(grading, name, ["replay_error"], { ...expected, error: error.message });
  }
}

async function diffGrade(grading: Grading): Promise<Grade> {
  const { fixture, own, candidate, hashing } = grading;
  const allowed = [...(fixture.diff_allow_changed_files ?? [])].sort(compareUtf8);
  const shown = { allowed_files: allowed, candidate_runpack: candidate.path };
  if ("fault" in candidate) return grade(grading, "diff", [candidate.fault], shown);
  if (candidate.run === undefined && own.run !== undefined)
    return grade(grading, "diff", ["candidate_runpack_invalid"], shown);
  if (own.run === undefined || candidate.run === undefined) return grade(grading, "diff", ["diff_error"], shown);
  const summary = await compareRuns(own.run, candidate.run, "full", hashing);
  const changed = [
    ...(summary.manifest_changed ? ["manifest.json"] : []),
    ...(summary.intents_changed ? ["intents.jsonl"] : []),
    ...(summary.results_changed ? ["results.jsonl"] : []),
    ...(summary.refs_changed ? ["refs.json"] : []),
    ...(summary.files_changed ?? []),
  ];
  const files = [...new Set(changed)].sort(compareUtf8);
  const unexpected = files.filter((file) => !allowed.includes(file));
  return grade(grading, "diff", unexpected.length > 0 ? ["unexpected_diff"] : [], {
    ...shown,
    changed_files: files,
    ...(unexpected.length > 0 ? { unexpected_files: unexpected } : {}),
  });
}

async function trajectoryGrade(grading: Grading): Promise<Grade> {
  const { fixture, candidate } = grading;
  const { expected_tool_sequence: tools, expected_verdict_sequence: verdicts } = fixture;
  const shown = { candidate_runpack: candidate.path };
  if ("fault" in candidate) return grade(grading, "trajectory", [candidate.fault], shown);
  if (candidate.run === undefined) return grade(grading, "trajectory", ["grader_error"], shown);
  const isRequired = (tools?.length ?? 0) + (verdicts?.length ?? 0) > 0;
  const actual = await sequencesOf(candidate.run);
  const details = {
    actual_tool_sequence: [...actual.tools],
    actual_verdict_sequence: [...actual.verdicts],
    expected_tool_sequence: tools ?? [],
    expected_verdict_sequence: verdicts ?? [],
    ...shown,
  };
  const [tool, verdict] = [mismatch("tool", tools, actual.tools), mismatch("verdict", verdicts, actual.verdicts)];
  const failed = [
    ...(tool === undefined ? [] : ["unexpected_tool_sequence"]),
    ...(verdict === undefined ? [] : ["unexpected_verdict_sequence"]),
  ];
  const passed = [isRequired ? "trajectory_match" : "trajectory_not_required"];
  return grade(grading, "trajectory", failed, { ...details, ...tool, ...verdict }, passed);
}

/** The first place where they differ; an end is an empty word. */
function mismatch(what: string, expected: readonly string[] | undefined, actual: readonly string[]) {
  if (expected === undefined || expected.length === 0) return undefined;
  const length = Math.max(expected.length, actual.length);
  const index = Array.from({ length }, (_, at) => at).find((at) => expected[at] !== actual[at]);
  if (index === undefined) return undefined;
  return {
    [`${what}_sequence_actual_at_mismatch`]: actual[index] ?? "",
    [`${what}_sequence_expected_at_mismatch`]: expected[index] ?? "",
    [`${what}_sequence_mismatch_index`]: index,
  };
}

const BLANK = { run_id: "", producer_version: "", created_at: "0001-01-01T00:00:00Z" };

function contextGrade(grading: Grading): Grade {
  const { fixture, own, candidate, context } = grading;
  const name = "context_conformance";
  const shown = { candidate_runpack: candidate.path };
  if ("fault" in candidate) return grade(grading, name, [candidate.fault], shown);
  if (own.run === undefined || candidate.run === undefined) return grade(grading, name, ["grader_error"], shown);
  const [from, to] = [own.run.refs, candidate.run.refs];
  const digest = to.context_set_digest ?? "";
  if (digest === "") return grade(grading, name, ["context_evidence_missing"], shown);
  const drift = contextDrift({ ...from, ...BLANK }, { ...to, ...BLANK });
  const expected = fixture.expected_context_set_digest?.trim().toLowerCase() ?? "";
  const details = { ...shown, context_drift_classification: drift, context_set_digest: digest };
  const mayDrift = context.mayRuntimeDrift || fixture.allow_context_runtime_drift === true;
  // Another time of retrieval changes the digest: then it can't be the expected one.
  const isOther = expected !== "" && expected !== digest.trim().toLowerCase() && drift !== "runtime_only";
  if (drift === "semantic" || isOther) return grade(grading, name, ["context_semantic_drift"], details);
  if (drift === "runtime_only" && !mayDrift) return grade(grading, name, ["context_runtime_drift_blocked"], details);
  return grade(grading, name, [], details, ["context_conformance_pass"]);
}
