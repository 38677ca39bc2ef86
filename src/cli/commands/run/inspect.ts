/** The work of `gait run inspect`. */
import { accountOf } from "../../../core/account/account.ts";
import { runEntries } from "../../../core/account/inspect.ts";
import type { RunFailure, RunInspectOutput } from "../../../schema/answer/run.ts";
import type { Answer, Call } from "../../command/command.ts";
import { exitOfVerdict } from "../../command/exit.ts";
import { callRecordLines } from "../../show/call.ts";
import { headLines } from "../../show/head.ts";
import { failureLines, summaryLines, timelineLines } from "../../show/run.ts";
import { findingLines, warningLines } from "../../show/verdict.ts";
import { askedCall } from "../asked-call.ts";
import { withRunpack } from "./runpack.ts";

export function inspectRun(call: Call): Promise<Answer<RunInspectOutput | RunFailure>> {
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
