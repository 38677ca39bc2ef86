/** The work of `gait verify chain`. */
import type { TraceCheck } from "../../../core/evidence/trace-signature.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { type Finding, finding } from "../../../core/finding/finding.ts";
import { textMember } from "../../../core/json/document.ts";
import { verifyReport } from "../../../core/verify/answer.ts";
import type { VerificationData } from "../../../core/verify/verified.ts";
import { assertLocated, locateArtifact } from "../../../host/job/locate.ts";
import { type FileOptions, withVerified } from "../../../host/packs/artifact-file.ts";
import { withUncheckedBeside } from "../../../host/packs/beside.ts";
import type { VerifyChainOutput } from "../../../schema/answer/chain/verify-chain.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { trustOf } from "../../flags/trust.ts";
import { findingLines, trustText, verdictLine, warningLines } from "../../show/verdict.ts";
import { readTrace, traceMembers, traceText } from "../trace/verify.ts";

interface Part {
  readonly path: string;
  readonly verification: VerificationData;
}

/** What holds a run, by `packType`. */
const OF_A_RUN: readonly string[] = ["run", "guard"];

export async function verifyChain(call: Call): Promise<Answer<VerifyChainOutput>> {
  const argument = call.option("--run");
  if (argument === undefined)
    throw new GaitError("invalid_input", "the run is missing", { hint: "Give it with --run ID|FILE." });
  const options = await trustOf(call);
  const tracePath = call.option("--trace");
  // First: without a key the call is wrong, whatever the evidence is like.
  const trace = tracePath === undefined ? undefined : await readTrace(tracePath, options.keys);
  const path = locateArtifact(argument, { cwd: call.cwd, home: call.env["HOME"] });
  const run = await verifiedPart(path, options, ["run"], "Give a runpack, or a pack of a run, with --run.");
  assertLocated(argument, path, run.verification);
  const packPath = call.option("--pack");
  const pack =
    packPath === undefined
      ? undefined
      : await verifiedPart(packPath, options, OF_A_RUN, "Give an evidence pack, or a pack of the run, with --pack.");
  const findings = [
    ...(trace === undefined ? [] : ofAnotherRun(run, tracePath ?? "", traceRun(trace))),
    ...(pack === undefined || isFailed(pack) ? [] : ofAnotherRun(run, pack.path, pack.verification.sourceRef)),
  ];
  return answerOf(call, { run, pack, trace, tracePath: tracePath ?? "", findings });
}

async function verifiedPart(path: string, options: FileOptions, kinds: readonly string[], hint: string): Promise<Part> {
  const verified = await withVerified(path, options, async (each) => each);
  const verification = withUncheckedBeside(path, verified);
  const { packType, verdict } = verification;
  if (verdict !== "failed" && !kinds.includes(packType))
    throw new GaitError("invalid_input", `${path} is a ${packType} pack`, { hint });
  return { path, verification };
}

function isFailed({ verification }: Part): boolean {
  return verification.verdict === "failed";
}

/** The run that a trace names; it need not name one, and what is not signed says nothing. */
function traceRun({ object, findings }: TraceCheck): string | undefined {
  return findings.length > 0 ? undefined : textMember(object, "run_id") || undefined;
}

function ofAnotherRun(run: Part, path: string, runId: string | undefined): Finding[] {
  const expected = run.verification.sourceRef;
  if (isFailed(run) || runId === undefined || runId === expected) return [];
  return [finding("chain_run_mismatch", { path, expected, actual: runId, message: "it is of another run" })];
}

interface Chain {
  readonly run: Part;
  readonly pack: Part | undefined;
  readonly trace: TraceCheck | undefined;
  readonly tracePath: string;
  readonly findings: readonly Finding[];
}

async function answerOf(
  call: Call,
  { run, pack, trace, tracePath, findings }: Chain,
): Promise<Answer<VerifyChainOutput>> {
  const parts = [run, ...(pack === undefined ? [] : [pack])];
  const isGood = findings.length === 0 && !parts.some(isFailed) && (trace === undefined || trace.findings.length === 0);
  const terminal = isGood ? call.stdout : call.stderr;
  const warnings = [
    ...parts.flatMap(({ path, verification }) => verification.warnings.map((each) => `${path}: ${each}`)),
    ...(trace?.findings.length === 0 && traceRun(trace) === undefined
      ? [`${tracePath}: it names no run, so that it may be of another`]
      : []),
  ];
  const lines: string[] = [];
  for (const { path, verification } of parts) {
    lines.push(verdictLine(path, verification, terminal), findingLines(verification.findings, terminal));
    lines.push(await trustText(verification, terminal));
  }
  if (trace !== undefined) lines.push(traceText(tracePath, trace, terminal));
  const text = lines.join("") + findingLines(findings, terminal);
  return {
    exit: isGood ? EXIT.ok : EXIT.failed,
    json: {
      run: partMembers(run),
      ...(trace === undefined ? {} : { trace: { ok: trace.findings.length === 0, ...traceMembers(tracePath, trace) } }),
      ...(pack === undefined ? {} : { pack: partMembers(pack) }),
      findings,
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    text: isGood ? text : "",
    notes: (isGood ? "" : text) + warningLines(warnings, call.stderr),
  };
}

function partMembers(part: Part) {
  return { ok: !isFailed(part), path: part.path, verify: verifyReport(part.verification) };
}
