/** The work of `gait run inspect`. */

import { accountOf } from "../../../core/account/account.ts";
import { runEntries } from "../../../core/account/inspect.ts";
import { printable } from "../../../core/text/printable.ts";
import { chainFindings, checkChain, isChainPath } from "../../../host/session/chain.ts";
import type { RunFailure, RunInspectOutput } from "../../../schema/answer/run.ts";
import type { SessionInspectOutput } from "../../../schema/answer/session.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT, exitOfVerdict } from "../../command/exit.ts";
import { limitsOf } from "../../flags/limits.ts";
import { callRecordLines } from "../../show/call.ts";
import { headLines } from "../../show/head.ts";
import { refusal } from "../../show/refusal.ts";
import { failureLines, summaryLines, timelineLines } from "../../show/run.ts";
import { findingLines, warningLines } from "../../show/verdict.ts";
import { rows } from "../../terminal/rows.ts";
import { UNKEYED } from "../artifact.ts";
import { askedCall } from "../asked-call.ts";
import { runArgument, withRunpack } from "./runpack.ts";

export function inspectRun(call: Call): Promise<Answer<RunInspectOutput | SessionInspectOutput | RunFailure>> {
  const argument = runArgument(call);
  if (isChainPath(argument)) return inspectChain(call, argument);
  const wanted = { force: call.has("--force"), withArguments: call.has("--with-arguments") };
  return withRunpack(call, wanted, async ({ path, verified, records }) => {
    const account = await accountOf(verified, records);
    const record = await askedCall(call, verified, account);
    const { run, warnings } = account;
    const { runId, captureMode } = verified.runpack;
    const { verdict, findings } = verified;
    const view = { terminal: call.stdout, all: call.has("--timeline") };
    const lines = run === undefined ? [] : [summaryLines, failureLines, timelineLines].map((part) => part(run, view));
    const parts = record === undefined ? lines : [callRecordLines(record, call.stdout)];
    return {
      exit: exitOfVerdict(verdict),
      json: {
        artifact_type: "runpack",
        verified: verdict !== "failed",
        verdict,
        ...(runId === "" ? {} : { run_id: runId }),
        path,
        ...(captureMode === "" ? {} : { capture_mode: captureMode }),
        intents_total: run?.totals.calls ?? 0,
        results_total: run?.totals.results ?? 0,
        ...(run === undefined ? { entries: [] } : runEntries(run)),
        ...(record === undefined ? {} : { call: record }),
        ...(verdict === "failed" ? { findings } : {}),
        ...(warnings.length > 0 ? { warnings } : {}),
      },
      text: call.json ? "" : headLines(path, verified, account, call.stdout) + parts.join(""),
      notes: findingLines(findings, call.stderr) + warningLines(warnings, call.stderr),
    };
  });
}

async function inspectChain(call: Call, path: string): Promise<Answer<SessionInspectOutput | RunFailure>> {
  const checked = await checkChain(path, { ...UNKEYED, limits: limitsOf(call) });
  const findings = chainFindings(checked);
  if (findings.length > 0) {
    const verification = { verdict: "failed", reason: findings[0]?.message ?? "", findings } as const;
    return refusal(call, "the chain failed verification", [{ path, verification }]) as Answer<RunFailure>;
  }
  const { chain, checkpoints } = checked;
  const lines = rows(
    [
      ["session", chain.session_id],
      ["run", chain.run_id],
      ...chain.checkpoints.map(
        (each) =>
          [
            `checkpoint ${each.checkpoint_index}`,
            `events ${each.sequence_start} to ${each.sequence_end}: ${each.runpack_path}`,
          ] as const,
      ),
    ],
    call.stdout,
    "  ",
  );
  return {
    exit: EXIT.ok,
    json: {
      artifact_type: "session_chain",
      verified: true,
      session_id: chain.session_id,
      run_id: chain.run_id,
      path,
      checkpoint_count: checkpoints.length,
      checkpoints: chain.checkpoints.map((each) => ({
        checkpoint_index: each.checkpoint_index,
        sequence_start: each.sequence_start,
        sequence_end: each.sequence_end,
        runpack_path: each.runpack_path,
        checkpoint_digest: each.checkpoint_digest,
        ...(each.prev_checkpoint_digest === undefined ? {} : { prev_checkpoint_digest: each.prev_checkpoint_digest }),
      })),
    },
    text: `session chain  ${printable(path)}\n${lines}`,
    notes: "",
  };
}
