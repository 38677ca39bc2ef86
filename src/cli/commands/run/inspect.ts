/** The work of `gait run inspect`. */
import { type RunEntries, runEntries } from "../../../core/run-entries.ts";
import { openArchive } from "../../../core/zip/reader.ts";
import { hostPlatform } from "../../../host/platform.ts";
import type { Answer, Call, Terminal } from "../../command.ts";
import { exitOfVerdict } from "../../exit.ts";
import { paint, printable, rows } from "../../output.ts";
import { findingLines, toneOfStatus, verdictLine, warningLines } from "../report.ts";
import { withRunpack } from "./runpack.ts";

export function inspectRun(call: Call): Promise<Answer> {
  return withRunpack(call, call.has("--force"), async ({ path, source, verification, runpack }) => {
    const archive = await openArchive(source, hostPlatform);
    const { entries, unmatched_results, results, warnings: found } = await runEntries(archive);
    const warnings = [...verification.warnings, ...found];
    const { runId, captureMode } = runpack;
    const head = rows(
      [
        ["run", runId],
        ["capture mode", captureMode],
        ["intents", String(entries.length)],
        ["results", String(results)],
      ],
      call.stdout,
      "  ",
    );
    return {
      exit: exitOfVerdict(verification.verdict),
      json: {
        artifact_type: "runpack",
        run_id: runId,
        path,
        capture_mode: captureMode,
        intents_total: entries.length,
        results_total: results,
        entries,
        ...(unmatched_results === undefined ? {} : { unmatched_results }),
        ...(warnings.length > 0 ? { warnings } : {}),
      },
      text: verdictLine(path, verification, call.stdout) + head + entryLines(entries, call.stdout),
      notes: findingLines(verification.findings, call.stderr) + warningLines(warnings, call.stderr),
    };
  });
}

const WIDEST_ID = 40;

function entryLines(entries: RunEntries["entries"], terminal: Terminal): string {
  const ids = Math.min(WIDEST_ID, Math.max(0, ...entries.map(({ intent_id }) => intent_id.length)));
  const tools = Math.min(WIDEST_ID, Math.max(0, ...entries.map(({ tool_name }) => (tool_name ?? "").length)));
  return entries
    .map(({ index, intent_id, tool_name, status, verdict, reason_codes }) => {
      const judged = [verdict, ...(reason_codes ?? [])].filter((text) => text !== undefined).map(printable);
      const tail = judged.length > 0 ? `  ${judged.join(" ")}` : "";
      const words = `${String(index).padStart(4)}  ${printable(intent_id).padEnd(ids)}  ${printable(tool_name ?? "-").padEnd(tools)}`;
      return `${words}  ${paint(status ?? "no result", toneOfStatus(status), terminal)}${tail}\n`;
    })
    .join("");
}
