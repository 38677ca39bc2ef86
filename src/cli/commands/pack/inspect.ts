/** The work of `gait pack inspect`. */
import { type Inspection, inspectArtifact } from "../../../core/inspect.ts";
import { type Verification, verifyArtifact } from "../../../core/verify.ts";
import type { InspectReport } from "../../../schema/pack-output.ts";
import type { Answer, Call, Terminal } from "../../command.ts";
import { exitOfVerdict } from "../../exit.ts";
import { paint, printable, rows } from "../../output.ts";
import { identityOf, UNKEYED, withArtifact } from "../artifact.ts";
import { controlLines } from "../controls.ts";
import { limitsOf } from "../limits.ts";
import { refusal } from "../refusal.ts";
import { findingLines, identityRows, toneOfStatus, unverifiedLine, verdictLine, warningLines } from "../report.ts";
import { jobLines } from "./job-lines.ts";

const SHOW_ANYWAY = "Show what can be read of it with --force.";

export async function inspectPack(call: Call): Promise<Answer> {
  const [path = ""] = call.positionals;
  const options = { ...UNKEYED, limits: limitsOf(call) };
  return withArtifact(path, async ({ source }) => {
    const verification = await verifyArtifact(source, options);
    const failed = verification.verdict === "failed";
    if (failed && !call.has("--force"))
      return refusal(call, "it failed verification", [{ path, verification }], SHOW_ANYWAY);
    const inspection = await inspectArtifact(source, verification, options);
    const { warnings, findings } = verification;
    const json = {
      path,
      ...identityOf(verification),
      inspect: inspectReport(verification, inspection),
      ...(warnings.length > 0 ? { warnings } : {}),
    };
    const text =
      verdictLine(path, verification, call.stdout) +
      (failed ? unverifiedLine(call.stdout) : "") +
      rows(identityRows(verification), call.stdout, "  ") +
      contentLines(verification, call.stdout) +
      evidenceLines(verification, inspection, call.stdout) +
      runLines(inspection, call.stdout) +
      jobLines(inspection, verification.pack?.job?.state, call.stdout);
    const notes = (failed ? findingLines(findings, call.stderr) : "") + warningLines(warnings, call.stderr);
    return { exit: exitOfVerdict(verification.verdict), json, text, notes };
  });
}

function inspectReport(verification: Verification, inspection: Inspection): InspectReport {
  const { runPayload, runLineage, jobPayload, jobLineage, runpackSummary, controls } = inspection;
  const { verdict, findings, legacyType, pack, evidencePack } = verification;
  const manifest = pack?.manifest ?? evidencePack?.manifest;
  return {
    ...identityOf(verification),
    verified: verdict !== "failed",
    verdict,
    ...(manifest === undefined ? {} : { manifest }),
    ...(runPayload === undefined ? {} : { run_payload: runPayload }),
    ...(runLineage === undefined ? {} : { run_lineage: runLineage }),
    ...(jobPayload === undefined ? {} : { job_payload: jobPayload }),
    ...(jobLineage === undefined ? {} : { job_lineage: jobLineage }),
    ...(runpackSummary === undefined ? {} : { runpack_summary: runpackSummary }),
    ...(controls === undefined ? {} : { controls }),
    ...(legacyType === undefined ? {} : { legacy_type: legacyType }),
    ...(findings.length > 0 ? { findings } : {}),
  };
}

function contentLines({ pack, runpack, evidencePack }: Verification, terminal: Terminal): string {
  const files = pack?.manifest?.contents ?? runpack?.manifest?.files ?? evidencePack?.manifest?.contents;
  if (files === undefined) return "";
  const width = Math.max(...files.map(({ path }) => path.length), 0);
  const lines = files.map(
    ({ path, sha256 }) => `  ${printable(path).padEnd(width)}  ${paint(sha256, "dim", terminal)}\n`,
  );
  return `${paint("contents", "strong", terminal)}\n${lines.join("")}`;
}

function evidenceLines({ evidencePack }: Verification, inspection: Inspection, terminal: Terminal): string {
  const manifest = evidencePack?.manifest;
  if (manifest === undefined) return "";
  const { incident_window: window } = manifest;
  const { runpackSummary: summary } = inspection;
  const head = rows(
    [
      ["case", manifest.case_id],
      ["template", manifest.template_id],
      ["recorded at", manifest.created_at],
      ["window", window === undefined ? undefined : `${window.from} to ${window.to}`],
      ["capture mode", summary?.capture_mode],
      ["intents", summary === undefined ? undefined : String(summary.intent_count)],
      ["results", summary === undefined ? undefined : String(summary.result_count)],
      ["references", summary === undefined ? undefined : String(summary.receipt_count)],
    ],
    terminal,
    "  ",
  );
  const title = paint("evidence", "strong", terminal);
  return `${title}\n${head}${controlLines(manifest.control_index ?? [], terminal)}`;
}

/** How many calls are listed before the rest is only counted: a screen is for a glance, `--json` has all. */
const SHOWN_CALLS = 50;
const WIDEST_ID = 40;

function runLines({ runPayload, runLineage }: Inspection, terminal: Terminal): string {
  if (runPayload === undefined) return "";
  const { created_at, capture_mode, intents_count, results_count, refs_count } = runPayload;
  const head = rows(
    [
      ["recorded at", created_at],
      ["capture mode", capture_mode],
      ["intents", String(intents_count)],
      ["results", String(results_count)],
      ["references", String(refs_count)],
      ["timeline", runLineage === undefined ? undefined : `${runLineage.timeline_events} events`],
    ],
    terminal,
    "  ",
  );
  const calls = runLineage?.intent_results ?? [];
  const shown = calls.slice(0, SHOWN_CALLS);
  const width = Math.min(WIDEST_ID, Math.max(0, ...shown.map(({ intent_id }) => intent_id.length)));
  const tools = Math.min(WIDEST_ID, Math.max(0, ...shown.map(({ tool_name }) => (tool_name ?? "").length)));
  const lines = shown.map(({ intent_id, tool_name, status }) => {
    const id = printable(intent_id).padEnd(width);
    return `  ${id}  ${printable(tool_name ?? "-").padEnd(tools)}  ${paint(status ?? "no result", toneOfStatus(status), terminal)}\n`;
  });
  const rest = calls.length > shown.length ? `  … and ${calls.length - shown.length} more: --json has all\n` : "";
  const title = calls.length > 0 ? `${paint("calls", "strong", terminal)}\n` : "";
  return `${paint("run", "strong", terminal)}\n${head}${title}${lines.join("")}${rest}`;
}
