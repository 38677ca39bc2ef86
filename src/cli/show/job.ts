/** A job as text: its status, its states over time, its approvals, and each event. */
import { approversText, approverText } from "../../core/account/approvers.ts";
import { decisionsText, jobAccount, rejectionsText, stepText } from "../../core/account/job.ts";
import { openDecisions } from "../../core/job/job.ts";
import { countText, durationText, grouped, offsetText } from "../../core/text/quantities.ts";
import { secondsBetween } from "../../core/time/known-instant.ts";
import type { Account } from "../../schema/account/account.ts";
import type { JobAccount, JobCheckpointAccount } from "../../schema/account/job.ts";
import type { JobEvent, JobState } from "../../schema/document/job.ts";
import { type LabelledRow, rows } from "../terminal/rows.ts";
import { heading, type TableCell, table } from "../terminal/table.ts";
import type { AccountView } from "./head.ts";
import { styleOfStatus, waitingLabel } from "./job-state.ts";
import { MOMENT, rest } from "./run.ts";

const SHOWN = { states: 30, checkpoints: 20, events: 40 } as const;

export function jobLines(job: JobAccount, view: AccountView, signed?: Account["approvers"]): string {
  return jobSummary(job, view, signed) + jobHistory(job, view, signed);
}

/** Without the status, which the job's own state shows. */
export function jobHistory(job: JobAccount, view: AccountView, signed?: Account["approvers"]): string {
  return stateLines(job, view) + checkpointLines(job, view, signed) + stepLines(job, view);
}

function jobSummary(job: JobAccount, { terminal }: AccountView, signed: Account["approvers"]): string {
  const { totals, status, stop_reason, status_reason_code } = job;
  const reason = stop_reason === "none" || stop_reason === status ? "" : `, stopped: ${stop_reason}`;
  const open = job.checkpoints.filter(({ decision }) => decision === "open" || decision === "rejected");
  return (
    heading("job", terminal) +
    rows(
      [
        ["status", `${statusText(status, status_reason_code)}${reason}`, styleOfStatus(status)],
        ...open
          .slice(0, 5)
          .map(
            (each): LabelledRow => [
              waitingLabel(status),
              `${each.checkpoint_id}: ${each.required_action ?? each.summary}${refused(each)}`,
              "warn",
            ],
          ),
        ["lasted", lastedText(job)],
        ["events", grouped(totals.events)],
        ["checkpoints", `${grouped(totals.checkpoints)}: ${decisionsText(job)}`],
        ["approvals", approvers(job)],
        ["rejections", rejectionsText(job)],
        ["signed as approver", approversText(signed)],
        ["resumed", totals.resumes === 0 ? undefined : countText(totals.resumes, "time")],
      ],
      terminal,
      "  ",
    )
  );
}

function refused({ rejection }: JobCheckpointAccount): string {
  return rejection === undefined ? "" : ` (rejected by ${rejection.actor})`;
}

/** The reason, if it adds something to the status. */
export function statusText(status: string, reason: string): string {
  return reason === status ? status : `${status} (${reason})`;
}

function lastedText({ seconds, submitted_at, updated_at }: JobAccount): string | undefined {
  return seconds === undefined ? undefined : `${durationText(seconds)}: ${submitted_at} to ${updated_at}`;
}

function approvers({ approvals }: JobAccount): string {
  if (approvals.length === 0) return "none";
  const counts = new Map<string, number>();
  for (const { actor } of approvals) counts.set(actor, (counts.get(actor) ?? 0) + 1);
  const names = [...counts].slice(0, 10).map(([actor, count]) => (count === 1 ? actor : `${actor} (${count})`));
  return `${grouped(approvals.length)}, by ${names.join(", ")}${counts.size > 10 ? ` and ${counts.size - 10} others` : ""}`;
}

function stateLines(job: JobAccount, { terminal, all }: AccountView): string {
  if (job.states.length === 0) return "";
  const shown = job.states.slice(0, all ? undefined : SHOWN.states);
  const lines = shown.map(({ status, from, to, seconds, reason_code, actor }): TableCell[] => {
    const length = seconds === undefined ? "" : durationText(seconds);
    return [
      since(job, from),
      [status, styleOfStatus(status) ?? "strong"],
      to === undefined ? "until the end of the log" : length,
      `${reason_code}${actor === undefined ? "" : `, by ${actor}`}`,
    ];
  });
  const columns = [MOMENT, { least: 15 }, {}, {}];
  return (
    heading(`states, from ${job.submitted_at}`, terminal) +
    table(columns, lines, terminal) +
    rest(job.states.length - shown.length, "--timeline", terminal)
  );
}

function checkpointLines(
  { checkpoints, approvals }: JobAccount,
  { terminal, all }: AccountView,
  signed: Account["approvers"],
): string {
  if (checkpoints.length === 0 && approvals.length === 0) return "";
  const early = approvals.filter(({ checkpoint_id }) => checkpoint_id === undefined);
  const shown = checkpoints.slice(0, all ? undefined : SHOWN.checkpoints);
  const lines = shown.map((checkpoint): TableCell[] => [
    checkpoint.checkpoint_id,
    checkpoint.type,
    decisionCell(checkpoint),
    checkpointText(checkpoint, signed),
  ]);
  const strays = early
    .slice(0, SHOWN.checkpoints)
    .map(({ actor, at, reason }): TableCell[] => [
      "(none)",
      "approval",
      ["ANSWERS NO DECISION", "warn"],
      `by ${approverText(actor, signed)} at ${at}: ${reason}`,
    ]);
  const columns = [{}, { least: 15 }, { least: 8 }, {}];
  return (
    heading("checkpoints and approvals", terminal) +
    table(columns, [...lines, ...strays], terminal) +
    rest(checkpoints.length - shown.length, "--timeline", terminal)
  );
}

function decisionCell({ decision }: JobCheckpointAccount): TableCell {
  if (decision === undefined) return "";
  if (decision === "rejected") return ["REJECTED", "bad"];
  return decision === "approved" ? ["APPROVED", "good"] : ["OPEN", "warn"];
}

function checkpointText(
  { summary, required_action, actor, decision, approval, rejection }: JobCheckpointAccount,
  signed: Account["approvers"],
): string {
  // One that says no to a decision that was approved later is all that says who said no.
  if (decision === undefined && actor !== undefined) return `${summary} — by ${actor}`;
  const asked = required_action === undefined ? summary : `${summary} (to decide: ${required_action})`;
  if (approval === undefined && rejection !== undefined) {
    const { actor, at, reason } = rejection;
    return `${asked} — rejected by ${actor} at ${at}${reason === "" ? "" : `: ${reason}`}`;
  }
  return approval === undefined
    ? asked
    : `${asked} — ${approverText(approval.actor, signed)} at ${approval.at}: ${approval.reason}`;
}

function stepLines(job: JobAccount, { terminal, all }: AccountView): string {
  if (job.steps.length === 0) return "";
  // The last ones explain the current status.
  const shown = all ? job.steps : job.steps.slice(-SHOWN.events);
  const lines = shown.map((step) => [String(step.revision), since(job, step.at), step.type, stepText(step)]);
  const columns = [{ right: true, least: 1 }, MOMENT, { least: 16 }, {}];
  const earlier = rest(job.steps.length - shown.length, "--timeline", terminal);
  return heading("events", terminal) + earlier + table(columns, lines, terminal);
}

/** What the newest event says of the job's state: who, and why; undefined where it says neither. */
export function lastEvent(event: JobEvent | undefined, state: JobState): string | undefined {
  const [step] = event === undefined ? [] : jobAccount([event], state).steps;
  if (step === undefined || (step.actor === undefined && step.reason === undefined)) return undefined;
  const rejects = event?.payload?.["rejects"];
  const rejected = openDecisions(state).find(({ checkpoint_id: id }) => id === rejects);
  if (rejected === undefined || step.actor === undefined) return `${step.type} ${stepText(step)}`;
  return `rejected ${rejected.checkpoint_id} ${stepText({ ...step, reason_code: step.type })}`;
}

function since({ submitted_at }: JobAccount, at: string): string {
  const seconds = secondsBetween(submitted_at, at);
  return seconds === undefined ? at : offsetText(seconds);
}
