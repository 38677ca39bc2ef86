/** The work of `gait run inspect`. */
import { runAccount } from "../../../core/run-account.ts";
import { type RunEntries, runEntries } from "../../../core/run-entries.ts";
import { openArchive } from "../../../core/zip/reader.ts";
import { hostPlatform } from "../../../host/platform.ts";
import type { Answer, Call, Terminal } from "../../command.ts";
import { exitOfVerdict } from "../../exit.ts";
import { paint, printable, rows } from "../../output.ts";
import { findingLines, toneOfStatus, unverifiedLine, verdictLine, warningLines } from "../report.ts";
import { withRunpack } from "./runpack.ts";

export function inspectRun(call: Call): Promise<Answer> {
  return withRunpack(call, call.has("--force"), async ({ path, source, verification, runpack, limits }) => {
    const archive = await openArchive(source, hostPlatform, limits);
    const { runId, captureMode } = runpack;
    const { run, warnings: found } = await runAccount(archive, { runId, run: runpack.run, refs: runpack.refs });
    const { entries, unmatched_results } = runEntries(run);
    const { results } = run.totals;
    const warnings = [...verification.warnings, ...found];
    const { verdict, findings } = verification;
    const failed = verdict === "failed";
    const head = rows(
      [
        ["run", runId === "" ? undefined : runId],
        ["capture mode", captureMode === "" ? undefined : captureMode],
        ["intents", String(entries.length)],
        ["results", String(results)],
      ],
      call.stdout,
      "  ",
    );
    return {
      exit: exitOfVerdict(verdict),
      json: {
        artifact_type: "runpack",
        verified: !failed,
        verdict,
        ...(runId === "" ? {} : { run_id: runId }),
        path,
        ...(captureMode === "" ? {} : { capture_mode: captureMode }),
        intents_total: entries.length,
        results_total: results,
        entries,
        ...(unmatched_results === undefined ? {} : { unmatched_results }),
        ...(failed ? { findings } : {}),
        ...(warnings.length > 0 ? { warnings } : {}),
      },
      text:
        verdictLine(path, verification, call.stdout) +
        (failed ? unverifiedLine(call.stdout) : "") +
        head +
        entryLines(entries, call.stdout),
      notes: findingLines(findings, call.stderr) + warningLines(warnings, call.stderr),
    };
  });
}

const WIDEST_ID = 40;

function entryLines(entries: RunEntries["entries"], terminal: Terminal): string {
  // As they are shown: an escaped character takes more than one column.
  const names = entries.map(({ intent_id, tool_name }) => [printable(intent_id), printable(tool_name ?? "-")] as const);
  const ids = names.reduce((widest, [id]) => Math.max(widest, Math.min(id.length, WIDEST_ID)), 0);
  const tools = names.reduce((widest, [, tool]) => Math.max(widest, Math.min(tool.length, WIDEST_ID)), 0);
  return entries
    .map(({ index, status, verdict, reason_codes }, at) => {
      const [id = "", tool = ""] = names[at] ?? [];
      const judged = [verdict, ...(reason_codes ?? [])].filter((text) => text !== undefined).map(printable);
      const tail = judged.length > 0 ? `  ${judged.join(" ")}` : "";
      const words = `${String(index).padStart(4)}  ${id.padEnd(ids)}  ${tool.padEnd(tools)}`;
      return `${words}  ${paint(status ?? "no result", toneOfStatus(status), terminal)}${tail}\n`;
    })
    .join("");
}
