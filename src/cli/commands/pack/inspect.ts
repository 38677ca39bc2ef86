/** The work of `gait pack inspect`. */
import { accountOf } from "../../../core/account.ts";
import { inspectReport } from "../../../core/inspect.ts";
import { type Verification, verifyArtifact } from "../../../core/verify.ts";
import type { Account } from "../../../schema/account.ts";
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
    const account = await accountOf(source, verification, options);
    const { findings } = verification;
    const { warnings } = account;
    const json = {
      path,
      ...identityOf(verification),
      inspect: inspectReport(verification, account),
      account,
      ...(warnings.length > 0 ? { warnings } : {}),
    };
    const text =
      verdictLine(path, verification, call.stdout) +
      (failed ? unverifiedLine(call.stdout) : "") +
      rows(identityRows(verification), call.stdout, "  ") +
      contentLines(verification, call.stdout) +
      evidenceLines(verification, call.stdout) +
      runLines(account, call.stdout) +
      jobLines(account, call.stdout);
    const notes = (failed ? findingLines(findings, call.stderr) : "") + warningLines(warnings, call.stderr);
    return { exit: exitOfVerdict(verification.verdict), json, text, notes };
  });
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

function evidenceLines({ evidencePack }: Verification, terminal: Terminal): string {
  const manifest = evidencePack?.manifest;
  if (manifest === undefined) return "";
  const { incident_window: window } = manifest;
  const summary = evidencePack?.runpackSummary;
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

function runLines({ run, provenance }: Account, terminal: Terminal): string {
  if (run === undefined) return "";
  const { totals } = run;
  const head = rows(
    [
      ["recorded at", provenance.recorded_at],
      ["capture mode", provenance.capture_mode],
      ["intents", String(totals.calls)],
      ["results", String(totals.results)],
      ["references", String(totals.references)],
      ["timeline", `${totals.events} events`],
    ],
    terminal,
    "  ",
  );
  const shown = run.calls.slice(0, SHOWN_CALLS);
  const width = Math.min(WIDEST_ID, Math.max(0, ...shown.map(({ intent_id }) => intent_id.length)));
  const tools = Math.min(WIDEST_ID, Math.max(0, ...shown.map(({ tool_name }) => (tool_name ?? "").length)));
  const lines = shown.map(({ intent_id, tool_name, status }) => {
    const id = printable(intent_id).padEnd(width);
    return `  ${id}  ${printable(tool_name ?? "-").padEnd(tools)}  ${paint(status ?? "no result", toneOfStatus(status), terminal)}\n`;
  });
  const more = run.calls.length - shown.length;
  const rest = more > 0 ? `  … and ${more} more: --json has all\n` : "";
  const title = run.calls.length > 0 ? `${paint("calls", "strong", terminal)}\n` : "";
  return `${paint("run", "strong", terminal)}\n${head}${title}${lines.join("")}${rest}`;
}
