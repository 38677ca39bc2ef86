/** The history in a report as PDF: the calls of a run, the states and decisions of a job, controls, and the files. */
import { approversText, approverText } from "../../core/account/approvers.ts";
import { isFailure } from "../../core/account/call-outcome.ts";
import { uncheckedArchives } from "../../core/account/contents.ts";
import { decisionsText, namesText, rejectionsText, stepText } from "../../core/account/job.ts";
import { evidenceState, fileState, NO_EVIDENCE } from "../../core/account/state-text.ts";
import { totalsText } from "../../core/report/page/account-text.ts";
import { WORD_OF_OUTCOME } from "../../core/report/page/icons.ts";
import { countText, durationText, grouped, sizeText } from "../../core/text/quantities.ts";
import type { Account, EvidenceAccount } from "../../schema/account/account.ts";
import type { JobAccount } from "../../schema/account/job.ts";
import type { RunAccount, RunCall } from "../../schema/account/run.ts";
import { BAD, BODY, CODE, type Sheet, SMALL, STRONG } from "./sheet.ts";

/** Calls of one run that are listed; the artifact has all. */
const MOST_CALLS = 2000;
export const MOST_ROWS = 500;
/** Characters of a text of the evidence in a cell. */
const MOST_TEXT = 300;
const MOST_NAME = 60;

export function runPages(
  sheet: Sheet,
  { totals, calls, tools, references, stray_results: strays, events }: RunAccount,
): void {
  sheet.section("Calls");
  sheet.paragraph(`${totalsText(totals)}.`, BODY);
  sheet.skip(2);
  for (const { tool_name: tool, calls: count, failures } of tools.slice(0, 40)) {
    sheet.columns(
      [short(tool) || "(no name)", 0.4],
      [countText(count, "call"), 0.2],
      [failures === 0 ? "" : `${grouped(failures)} not ok`, 0.4, BAD],
    );
  }
  const bad = calls.filter(({ outcome }) => isFailure(outcome) || outcome === "open");
  if (bad.length > 0 || strays.length > 0) {
    sheet.section("Not ok");
    for (const call of bad.slice(0, MOST_ROWS)) callRow(sheet, call);
    rest(sheet, bad.length - MOST_ROWS);
    for (const { index, intent_id: id, status = "" } of strays.slice(0, MOST_ROWS))
      sheet.columns(
        [grouped(index), 0.06, SMALL],
        [short(id), 0.24, CODE],
        [`a result without a call ${status}`, 0.7, BAD],
      );
  }
  if (calls.length > 0) {
    sheet.section("All calls, as recorded");
    for (const call of calls.slice(0, MOST_CALLS)) callRow(sheet, call);
    rest(sheet, calls.length - MOST_CALLS);
  }
  if (events.length > 0) {
    sheet.section("Events");
    for (const { event, at, ref } of events.slice(0, MOST_ROWS))
      sheet.columns([at, 0.3, SMALL], [short(event), 0.4], [short(ref ?? ""), 0.3, CODE]);
    rest(sheet, events.length - MOST_ROWS);
  }
  if (references.length > 0) {
    sheet.section("What it read");
    for (const { ref_id: id, source_type: type, source_locator: locator, content_digest: digest } of references.slice(
      0,
      MOST_ROWS,
    )) {
      sheet.columns([short(id), 0.2, CODE], [short(type), 0.15], [cut(locator), 0.65]);
      sheet.columns(["", 0.2], [digest, 0.8, CODE]);
    }
    rest(sheet, references.length - MOST_ROWS);
  }
}

function callRow(sheet: Sheet, call: RunCall): void {
  const {
    index,
    intent_id: id,
    tool_name: tool = "",
    outcome,
    status,
    seconds,
    args_text: args,
    verdict,
    reason_codes: reasons,
    approved_by: approver,
  } = call;
  const word = WORD_OF_OUTCOME[outcome];
  const said =
    status === undefined || status.toLowerCase() === word.toLowerCase() ? word : `${word} (${cut(status, MOST_NAME)})`;
  const more = [
    verdict,
    reasons?.join(", "),
    approver === undefined ? undefined : `approved by ${approver}`,
    seconds === undefined ? undefined : `took ${durationText(seconds)}`,
    args,
  ]
    .filter((part) => part !== undefined && part !== "")
    .join("; ");
  sheet.columns(
    [grouped(index), 0.06, SMALL],
    [short(id) || "(no id)", 0.17, CODE],
    [short(tool), 0.2],
    [said, 0.17, isFailure(outcome) ? BAD : BODY],
    [cut(more), 0.4, SMALL],
  );
}

export function jobPages(sheet: Sheet, account: JobAccount, { approvers }: Account): void {
  sheet.section("Job");
  const { status, status_reason_code: because, stop_reason: stop, totals, approvals } = account;
  sheet.fact("Status", because === status ? status : `${status} (${because})`, STRONG);
  if (stop !== "none" && stop !== status) sheet.fact("Stopped by", stop);
  sheet.fact("Decisions", decisionsText(account));
  sheet.fact("Approvals", approvals.length === 0 ? "none" : cut(namesText(approvals)));
  const rejections = rejectionsText(account);
  if (rejections !== undefined) sheet.fact("Rejections", cut(rejections), BAD);
  if (totals.resumes > 0) sheet.fact("Resumed", countText(totals.resumes, "time"));
  const signed = approversText(approvers);
  if (signed !== undefined) sheet.fact("Signed as approver", signed, STRONG);
  sheet.section("States");
  for (const { status, from, seconds, actor, reason_code: reason } of account.states.slice(0, MOST_ROWS)) {
    const by = actor === undefined ? reason : `${reason}, by ${actor}`;
    sheet.columns(
      [from, 0.3, SMALL],
      [status, 0.2, STRONG],
      [seconds === undefined ? "" : durationText(seconds), 0.15],
      [cut(by), 0.35],
    );
  }
  rest(sheet, account.states.length - MOST_ROWS);
  if (account.checkpoints.length > 0) sheet.section("Checkpoints and decisions");
  for (const each of account.checkpoints.slice(0, MOST_ROWS)) {
    const { checkpoint_id: id, type, summary, required_action: asked, actor, decision, approval, rejection } = each;
    const answered = approval ?? rejection;
    const by =
      answered === undefined
        ? ""
        : ` by ${approverText(answered.actor, approvers)} at ${answered.at}: ${answered.reason}`;
    const added = actor === undefined ? summary : `${summary}, by ${actor}`;
    sheet.columns(
      [id, 0.14, CODE],
      [type, 0.2],
      [cut(asked === undefined ? added : `${added} (to decide: ${asked})`), 0.36],
      [cut(`${decision ?? ""}${by}`), 0.3, decision === "rejected" ? BAD : BODY],
    );
  }
  rest(sheet, account.checkpoints.length - MOST_ROWS);
  for (const { checkpoint_id: answers, actor, at, reason } of approvals.slice(0, MOST_ROWS)) {
    if (answers !== undefined) continue;
    const by = `by ${approverText(actor, approvers)} at ${at}: ${reason}`;
    sheet.columns(["", 0.14], ["approval", 0.2], ["ANSWERS NO DECISION", 0.36, BAD], [cut(by), 0.3]);
  }
  if (account.steps.length > 0) sheet.section("Events");
  for (const step of account.steps.slice(0, MOST_ROWS)) {
    const style = step.environment === undefined ? BODY : BAD;
    sheet.columns(
      [grouped(step.revision), 0.06, SMALL],
      [step.at, 0.3, SMALL],
      [step.type, 0.2],
      [cut(stepText(step)), 0.44, style],
    );
  }
  rest(sheet, account.steps.length - MOST_ROWS);
}

export function controlPages(
  sheet: Sheet,
  { controls: all, template_id: template }: EvidenceAccount,
  { approvers }: Account,
): void {
  sheet.section("Controls");
  sheet.fact("Template", template);
  const signed = approversText(approvers);
  if (signed !== undefined) sheet.fact("Signed as approver", signed, STRONG);
  for (const { control_id: id, title, evidence, has_evidence: hasEvidence } of all) {
    sheet.columns([id, 0.2, STRONG], [title, 0.8, STRONG]);
    if (!hasEvidence) sheet.paragraph(NO_EVIDENCE, BAD, 99);
    for (const each of evidence) {
      const state = evidenceState(each);
      sheet.paragraph(state === undefined ? each.path : `${each.path} (${state})`, CODE, 99);
    }
  }
}

export function contentPages(sheet: Sheet, { contents }: Account): void {
  const { files } = contents;
  sheet.section("Files and their SHA-256");
  const unchecked = uncheckedArchives(contents);
  for (const file of files.slice(0, MOST_ROWS)) {
    const { path, archive, size, sha256 = "" } = file;
    const where = archive === undefined ? path : `${archive}!/${path}`;
    const state = fileState(file, unchecked);
    const length = size === undefined ? "" : sizeText(size);
    const isSound = state === undefined || state.tone === "good";
    const row = [
      [where, 0.3, CODE],
      [length, 0.1, SMALL],
    ] as const;
    if (isSound) sheet.columns(...row, [sha256, 0.6, CODE]);
    else sheet.columns(...row, [state.text, 0.6, state.tone === "bad" ? BAD : BODY]);
    // Not what the file has.
    if (!isSound && sha256 !== "") sheet.columns(["", 0.3], ["declared", 0.1, SMALL], [sha256, 0.6, CODE]);
  }
  rest(sheet, files.length - MOST_ROWS);
}

export function rest(sheet: Sheet, count: number): void {
  if (count > 0) sheet.paragraph(`and ${grouped(count)} more, in the file itself`, SMALL);
}

function short(text: string): string {
  return cut(text, MOST_NAME);
}

export function cut(text: string, most = MOST_TEXT): string {
  return text.length <= most ? text : `${text.slice(0, most).replace(/[\ud800-\udbff]$/, "")}…`;
}
