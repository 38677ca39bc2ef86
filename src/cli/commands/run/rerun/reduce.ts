/** The work of `gait run reduce`. */
import { dirname, join, resolve } from "node:path";
import { GaitError } from "../../../../core/finding/error.ts";
import { type Reduced, reduceRun } from "../../../../core/rerun/reduce.ts";
import { recordRun } from "../../../../core/run/record-run.ts";
import { writeAtomically } from "../../../../host/files/output.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import { machineInGoNaming } from "../../../../host/platform/machine.ts";
import type { RunReduceOutput } from "../../../../schema/answer/rerun.ts";
import type { RunFailure } from "../../../../schema/answer/run.ts";
import type { ReducePredicate } from "../../../../schema/document/rerun/run.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT } from "../../../command/exit.ts";
import { warningLines } from "../../../show/verdict.ts";
import { rows } from "../../../terminal/rows.ts";
import { assertVerifies, UNKEYED } from "../../artifact.ts";
import { runArgument } from "../runpack.ts";
import { type OpenedRun, withRun } from "./opened-run.ts";

export function reduceToFailure(call: Call): Promise<Answer<RunReduceOutput | RunFailure>> {
  return withRun<RunReduceOutput>(call, runArgument(call), (run) => reduce(call, run));
}

async function reduce(call: Call, opened: OpenedRun): Promise<Answer<RunReduceOutput>> {
  const { path, read } = opened;
  const predicate = (call.option("--predicate") ?? "missing_result") as ReducePredicate;
  const { parts, report } = await reduceRun(read, predicate, hostPlatform);
  const out = call.option("--out") ?? join(dirname(path), `runpack_${report.reduced_run_id}.zip`);
  const reportOut = call.option("--report-out") ?? `${out.replace(/\.zip$/i, "")}_report.json`;
  if (resolve(out) === resolve(reportOut)) {
    throw new GaitError("invalid_input", "--out and --report-out name the same file", { hint: "Give two files." });
  }
  const options = { force: call.has("--force"), inputs: [...call.inputs, path] };
  const { value } = await writeAtomically(out, (sink) => record(sink, parts, report.reduced_run_id, opened), {
    ...options,
    verify: (output) => assertVerifies(output, UNKEYED),
  });
  const bytes = new TextEncoder().encode(JSON.stringify(report));
  await writeAtomically(reportOut, async (sink) => sink.write(bytes), options);
  const warnings = [...opened.warnings, ...value.warnings];
  const counted = (before: number, after: number): string => `${after} of ${before}`;
  return {
    exit: EXIT.ok,
    json: {
      input: path,
      output: out,
      report_path: reportOut,
      run_id: report.run_id,
      reduced_run_id: report.reduced_run_id,
      manifest_digest: value.manifestDigest,
      predicate,
      report,
      ...(warnings.length > 0 ? { warnings } : {}),
    },
    text: `reduced  ${out}\n${rows(
      [
        ["run", report.reduced_run_id],
        ["call", report.selected_intent_id],
        ["intents", counted(report.original_intent_count, report.reduced_intent_count)],
        ["results", counted(report.original_result_count, report.reduced_result_count)],
        ["references", counted(report.original_ref_count, report.reduced_ref_count)],
        ["report", reportOut],
      ],
      call.stdout,
      "  ",
    )}`,
    notes: warningLines(warnings, call.stderr),
  };
}

async function record(
  sink: Parameters<typeof recordRun>[1],
  parts: Reduced["parts"],
  runId: string,
  { read, assertUnchanged }: OpenedRun,
) {
  const recorded = await recordRun(parts, sink, {
    platform: hostPlatform,
    runId,
    now: () => read.run.created_at,
    machine: machineInGoNaming(),
  });
  assertUnchanged();
  return recorded;
}
