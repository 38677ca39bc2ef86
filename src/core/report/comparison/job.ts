/** What differs between two jobs. */
import type { JobDifference } from "../../../schema/account/difference.ts";
import type { MarkupElement } from "../../text/markup.ts";
import { grouped } from "../../text/quantities.ts";
import { timeOf } from "../page/account-text.ts";
import { type Cell, code, codeOf, type View } from "../page/view.ts";
import { changeList, listed, type Names, part, sideWord, wordsOf } from "./sides.ts";

const SIDES = ["removed", "added"] as const;

export function jobComparison(view: View, job: JobDifference, names: Names): (MarkupElement | undefined)[] {
  return [
    part(view, "The job", memberTable(view, job, names)),
    part(view, "Approvals", approvalTable(view, job, names)),
    part(view, "Checkpoints", checkpointTable(view, job, names)),
    part(view, "States", stateTable(view, job, names)),
    part(view, "Log", stepTable(view, job, names)),
  ];
}

function memberTable(view: View, { changes }: JobDifference, names: Names): MarkupElement | undefined {
  const rows = changes.map(({ member, left, right }) => (): Cell[] => [
    wordsOf(view, member),
    codeOf(view, left),
    codeOf(view, right),
  ]);
  return listed("members", "The job itself", ["What", ...names], rows);
}

function approvalTable(view: View, { approvals }: JobDifference, names: Names): MarkupElement | undefined {
  const rows = SIDES.flatMap((change) =>
    approvals[change].map(({ actor, at, reason, checkpoint_id }) => (): Cell[] => [
      view.show(actor, 200),
      sideWord(change, names),
      timeOf(view, at),
      view.show(reason),
      codeOf(view, checkpoint_id, 120),
    ]),
  );
  return listed("approval-changes", "Approvals on one side only", ["By", "Side", "At", "Reason", "Answers"], rows);
}

function checkpointTable(view: View, { checkpoints }: JobDifference, names: Names): MarkupElement | undefined {
  const changed = checkpoints.changed.map(({ checkpoint_id, changes }) => (): Cell[] => [
    code(view.show(checkpoint_id, 120)),
    sideWord("changed", names),
    changeList(view, changes),
  ]);
  const only = SIDES.flatMap((change) =>
    checkpoints[change].map(({ checkpoint_id, type, summary }) => (): Cell[] => [
      code(view.show(checkpoint_id, 120)),
      sideWord(change, names),
      `${view.show(type, 60)}: ${view.show(summary)}`,
    ]),
  );
  return listed(
    "checkpoint-changes",
    "Checkpoints that differ",
    ["Checkpoint", "Change", "What"],
    [...changed, ...only],
  );
}

function stateTable(view: View, { states }: JobDifference, names: Names): MarkupElement | undefined {
  const rows = SIDES.flatMap((change) =>
    states[change].map(({ status, from, reason_code, actor }) => (): Cell[] => [
      wordsOf(view, status),
      sideWord(change, names),
      timeOf(view, from),
      codeOf(view, reason_code, 120),
      actor === undefined ? undefined : view.show(actor, 120),
    ]),
  );
  return listed(
    "state-changes",
    `States on one side only, after ${grouped(states.common)} in common`,
    ["State", "Side", "From", "Reason", "By"],
    rows,
  );
}

function stepTable(view: View, { steps }: JobDifference, names: Names): MarkupElement | undefined {
  const rows = SIDES.flatMap((change) =>
    steps[change].map(({ revision, type, at, status, actor }) => (): Cell[] => [
      `${revision}. ${wordsOf(view, type)}`,
      sideWord(change, names),
      timeOf(view, at),
      wordsOf(view, status),
      actor === undefined ? undefined : view.show(actor, 120),
    ]),
  );
  return listed(
    "step-changes",
    `Events on one side only, after ${grouped(steps.common)} in common`,
    ["Event", "Side", "At", "State after it", "By"],
    rows,
  );
}
