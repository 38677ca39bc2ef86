/** The history of a job: its states over time and its approvals. */

import type { Account } from "../../schema/account/account.ts";
import type { JobAccount } from "../../schema/account/job.ts";
import { approverText } from "../account/approvers.ts";
import { rejectionsText } from "../account/job.ts";
import { el, type MarkupElement } from "../text/markup.ts";
import { durationText } from "../text/quantities.ts";
import { timeOf } from "./page/account-text.ts";
import { type Cell, codeOf, factList, note, scrolling, section, table, type View } from "./page/view.ts";
import { jobPicture } from "./picture/job.ts";
import { signedNote } from "./trust-section.ts";

export function jobSections(view: View, job: JobAccount, signed: Account["approvers"]): (MarkupElement | undefined)[] {
  return [
    stateSection(view, job),
    approvalSection(view, job, signed),
    checkpointSection(view, job),
    logSection(view, job),
  ];
}

function stateSection(view: View, job: JobAccount): MarkupElement {
  const drawn = jobPicture(view, job);
  const rows = job.states.map(({ status, reason_code, from, to, seconds, actor }) => (): Cell[] => [
    status === "" ? "no status" : view.show(status, 60).replaceAll("_", " "),
    timeOf(view, from),
    timeOf(view, to) ?? "the end of the log",
    seconds === undefined ? undefined : durationText(seconds),
    codeOf(view, reason_code, 120),
    actor === undefined ? undefined : view.show(actor, 120),
  ]);
  return section(
    view,
    "timeline",
    "States over time",
    factList([
      ["Status", view.show(job.status, 60).replaceAll("_", " ")],
      ["Reason", codeOf(view, job.status_reason_code, 120)],
      ["Stopped by", codeOf(view, job.stop_reason, 120)],
    ]),
    drawn === undefined ? undefined : scrolling("Picture of the job", drawn),
    rows.length === 0
      ? undefined
      : table("states", "States, in log order", ["State", "From", "To", "For", "Reason", "By"], rows),
  );
}

function unapprovedText(open: number, rejected: number): string {
  const told: string[] = [];
  if (open > 0) told.push(open === 1 ? "One decision is still open." : `${open} decisions are still open.`);
  if (rejected > 0) told.push(rejected === 1 ? "One decision was rejected." : `${rejected} decisions were rejected.`);
  return told.join(" ");
}

function approvalSection(
  view: View,
  { approvals, checkpoints }: JobAccount,
  signed: Account["approvers"],
): MarkupElement {
  const open = checkpoints.filter(({ decision }) => decision === "open").length;
  const rejected = checkpoints.filter(({ decision }) => decision === "rejected").length;
  const said = rejectionsText({ checkpoints });
  const rows = approvals.map(({ at, actor, reason, checkpoint_id }) => (): Cell[] => [
    view.show(approverText(actor, signed), 220),
    timeOf(view, at),
    view.show(reason),
    codeOf(view, checkpoint_id, 120) ?? "nothing: no decision was open",
  ]);
  return section(
    view,
    "approvals",
    "Approvals",
    open + rejected === 0 ? undefined : el("p", { class: "alarm" }, unapprovedText(open, rejected)),
    said === undefined ? undefined : el("p", {}, `Rejections: ${view.show(said, 400)}.`),
    signedNote(view, signed),
    rows.length === 0
      ? note("There are no approvals.")
      : table("approvals", "Approvals, in log order", ["By", "At", "Reason", "Answers"], rows),
  );
}

function checkpointSection(view: View, { checkpoints }: JobAccount): MarkupElement | undefined {
  if (checkpoints.length === 0) return undefined;
  const rows = checkpoints.map(
    ({ checkpoint_id, type, at, summary, required_action, actor, decision, approval, rejection }) =>
      (): Cell[] => [
        codeOf(view, checkpoint_id, 120) ?? "no id",
        view.show(type, 60),
        timeOf(view, at),
        view.show(summary),
        required_action === undefined ? undefined : view.show(required_action),
        actor === undefined ? undefined : view.show(actor, 120),
        decision === undefined ? undefined : decisionText(view, decision, (approval ?? rejection)?.actor),
      ],
  );
  const heads = ["Checkpoint", "Type", "At", "Summary", "To decide", "By", "Decision"];
  return section(view, "checkpoints", "Checkpoints", table("checkpoints", "Checkpoints, in log order", heads, rows));
}

function decisionText(
  view: View,
  decision: "open" | "approved" | "rejected",
  actor: string | undefined,
): MarkupElement {
  const text = decision === "open" ? "open" : `${decision} by ${view.show(actor ?? "", 120)}`;
  return el("span", { class: `decision ${decision}` }, text);
}

function logSection(view: View, { steps }: JobAccount): MarkupElement | undefined {
  if (steps.length === 0) return undefined;
  const rows = steps.map(({ revision, type, at, status, actor, reason_code, reason, environment }) => (): Cell[] => [
    String(revision),
    view.show(type, 60).replaceAll("_", " "),
    timeOf(view, at),
    view.show(status, 60).replaceAll("_", " "),
    actor === undefined ? undefined : view.show(actor, 120),
    reasonText(view, reason_code, reason, environment),
  ]);
  const heads = ["Revision", "Event", "At", "State after it", "By", "Reason"];
  return section(view, "log", "Log", table("log", "Every event of the job", heads, rows));
}

function reasonText(
  view: View,
  reasonCode: string | undefined,
  reason: string | undefined,
  environment: JobAccount["steps"][number]["environment"],
): string | undefined {
  const texts = [
    reasonCode === undefined ? undefined : view.show(reasonCode, 120),
    reason === undefined ? undefined : view.show(reason),
    environment === undefined
      ? undefined
      : `in a different environment: ${view.show(environment.actual, 120)} instead of ${view.show(environment.expected, 120)}`,
  ].filter((text) => text !== undefined);
  return texts.length === 0 ? undefined : texts.join("; ");
}
