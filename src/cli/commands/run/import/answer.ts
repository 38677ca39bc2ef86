/** What `gait run import` says: one line for each run, one for each kind of warning, and all of it as JSON. */
import { errorMembers, GaitError } from "../../../../core/finding/error.ts";
import { IMPORTER } from "../../../../core/import/format-name.ts";
import { printable } from "../../../../core/text/printable.ts";
import { countText, grouped } from "../../../../core/text/quantities.ts";
import { writeAtomically } from "../../../../host/files/output.ts";
import type { OwnMembers } from "../../../../schema/answer/answer.ts";
import type { RunFailure } from "../../../../schema/answer/run.ts";
import type { RunImportOutput } from "../../../../schema/answer/run-import.ts";
import { BUILD } from "../../../command/build-info.ts";
import type { Answer, Call } from "../../../command/command.ts";
import { EXIT, type Exit, exitOfError } from "../../../command/exit.ts";
import { warningLines } from "../../../show/verdict.ts";
import { rows } from "../../../terminal/rows.ts";
import { UNKEYED } from "../../artifact.ts";
import { writeReport } from "../../pack/report.ts";
import type { ImportOutcome } from "./outcome.ts";
import type { ImportSettings } from "./settings.ts";
import { type ImportTotals, totalsOf } from "./totals.ts";

type Members = OwnMembers<RunImportOutput>;

export async function importAnswer(
  call: Call,
  settings: ImportSettings,
  outcome: ImportOutcome,
  check?: Members["check"],
): Promise<Answer<RunImportOutput | RunFailure>> {
  const totals = totalsOf(outcome.sources);
  const refusal = refusalOf(settings, outcome, totals);
  const html = refusal === undefined ? await writeHtml(call, settings, outcome) : undefined;
  const members: Members = {
    importer: IMPORTER,
    gait_version: BUILD.version,
    imported_at: new Date(call.now()).toISOString(),
    ...(settings.dryRun ? { dry_run: true } : {}),
    ...(totals.format === undefined ? {} : { format: totals.format }),
    files: outcome.sources.flatMap(({ files }) => files),
    runs: outcome.sources.flatMap(({ runs }) => runs),
    counts: totals.counts,
    statuses: totals.statuses,
    warnings: totals.warnings,
    unknown_kinds: totals.unknownKinds,
    ...(settings.redact ? { redacted: totals.redacted } : {}),
    ...(settings.dryRun && !settings.redact && check === undefined ? { likely_secrets: totals.redacted } : {}),
    ...(outcome.leftOut.length > 0 ? { left_out: outcome.leftOut } : {}),
    ...(outcome.refused.length > 0 ? { refused: outcome.refused.map(({ path, reason }) => ({ path, reason })) } : {}),
    ...(settings.report === undefined ? {} : { report: settings.report }),
    ...(html === undefined ? {} : { html }),
    ...(check === undefined ? {} : { check }),
    ...(settings.signing.publicKey === undefined ? {} : { public_key: settings.signing.publicKey }),
    ...(settings.signing.warnings.length > 0 ? { notes: settings.signing.warnings } : {}),
  };
  const json: Members = refusal === undefined ? members : { ...errorMembers(refusal), ...members };
  if (settings.report !== undefined) await writeJson(call, settings.report, json);
  return {
    exit: refusal === undefined ? exitOf(check) : exitOfError(refusal),
    json,
    text: textOf(call, settings, members),
    notes: notesOf(call, members, refusal),
  };
}

function exitOf(check: Members["check"]): Exit {
  return check === undefined || check.same ? EXIT.ok : EXIT.failed;
}

function checkLine({ check }: Members): string {
  if (check === undefined) return "";
  const { same, pack, differences } = check;
  const what = same ? "gives the same runpack again" : `gives another runpack: ${differences.join(", ")}`;
  return `${same ? "same" : "DIFFERENT"}  ${printable(pack)}: its source ${printable(what)}\n`;
}

/** Why the whole fails: what `--strict` refuses, or a source that could not be imported. */
function refusalOf(
  settings: ImportSettings,
  { refused, sources }: ImportOutcome,
  { counts }: ImportTotals,
): GaitError | undefined {
  const [first] = refused;
  if (first !== undefined) return new GaitError(first.error.code, `${first.path}: ${first.reason}`);
  if (!settings.strict || sources.every(({ notUnderstood }) => notUnderstood === 0)) return undefined;
  const what = `${countText(counts.unknown, "record")} of unknown kinds, ${counts.malformed} malformed`;
  return new GaitError("invalid_input", `not all of the source was understood: ${what}`, {
    hint: "Without --strict the rest is imported, and these are named.",
  });
}

/** The packs where they were built, else the runpacks. */
async function writeHtml(
  call: Call,
  { html, dryRun, force }: ImportSettings,
  { sources }: ImportOutcome,
): Promise<string | undefined> {
  if (html === undefined || dryRun) return undefined;
  const paths = sources.flatMap(({ runs }) => runs.flatMap(({ pack, bundle }) => pack ?? bundle ?? []));
  if (paths.length === 0) return undefined;
  return writeReport({ paths, out: html, options: UNKEYED, force, inputs: call.inputs }, () => html);
}

async function writeJson(call: Call, path: string, json: object): Promise<void> {
  const bytes = new TextEncoder().encode(`${JSON.stringify(json, undefined, 2)}\n`);
  // A report says when it was made, so that it is never the same: it replaces the one before.
  await writeAtomically(path, async (sink) => sink.write(bytes), { force: true, inputs: call.inputs });
}

function textOf(call: Call, settings: ImportSettings, members: Members): string {
  const { runs, counts, statuses } = members;
  const lines = runs.map((run) => {
    const what = settings.dryRun ? "would record" : "imported";
    const where = run.pack ?? run.bundle ?? run.run_id;
    return `${what}  ${printable(where)}  ${countText(run.intents_count, "call")}, ${countText(run.results_count, "result")}\n`;
  });
  const fates = ["mapped", "context", "duplicate", "unknown", "malformed"] as const;
  const told = fates.flatMap((fate) => (counts[fate] > 0 ? [`${grouped(counts[fate])} ${fate}`] : []));
  const facts = rows(
    [
      ["format", members.format],
      [
        "read",
        `${countText(members.files.length, "file")}, ${countText(counts.records, "record")}: ${told.join(", ")}`,
      ],
      ["results", inWords(statuses) || undefined],
      ["redacted", members.redacted && (inWords(members.redacted) || "nothing")],
      ["likely secrets", members.likely_secrets && (inWords(members.likely_secrets) || "none")],
      ["unknown kinds", inWords(members.unknown_kinds) || undefined],
      ["left out", leftOutText(members)],
      ["report", members.report],
      ["HTML report", members.html],
      ["signed with", runs.find((run) => run.signature_key_id !== undefined)?.signature_key_id],
      ["public key", members.public_key],
    ],
    call.stdout,
    "  ",
  );
  return checkLine(members) + lines.join("") + facts;
}

function inWords(counts: { readonly [name: string]: number }): string {
  return Object.entries(counts)
    .map(([name, count]) => `${grouped(count)} ${name}`)
    .join(", ");
}

function leftOutText({ left_out: leftOut = [] }: Members): string | undefined {
  const before = leftOut.filter(({ reason }) => reason === "imported before").length;
  const parts = [
    before > 0 ? `${countText(before, "file")} imported before` : "",
    leftOut.length > before ? `${countText(leftOut.length - before, "file")} of other kinds` : "",
  ];
  return parts.filter((part) => part !== "").join(", ") || undefined;
}

function notesOf(call: Call, members: Members, refusal: GaitError | undefined): string {
  const byCode = Object.entries(members.warnings).map(([code, { count, places }]) => {
    const more = count > 1 ? `, ${count} in all` : "";
    return `${code}: ${places[0] ?? ""}${more}`;
  });
  const ofRuns = members.runs.flatMap(({ run_id, warnings = [] }) =>
    warnings.length === 0
      ? []
      : [`${run_id}: ${warnings[0]}${warnings.length > 1 ? `, and ${warnings.length - 1} more` : ""}`],
  );
  const refused = refusal === undefined ? "" : `error: ${printable(refusal.message)}\n`;
  return warningLines([...(members.notes ?? []), ...byCode, ...ofRuns], call.stderr) + refused;
}
