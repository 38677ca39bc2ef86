/** The difference between two jobs, or between one job at two times, when one log is a prefix of the other. */
import type { JobDifference } from "../../schema/account/difference.ts";
import type { JobAccount, JobCheckpointAccount } from "../../schema/account/job.ts";
import { afterCommon, changesOf, matched } from "./match.ts";

export function jobDifference(left: JobAccount, right: JobAccount): JobDifference {
  const checkpoints = matched(left.checkpoints, right.checkpoints, ({ checkpoint_id }) => checkpoint_id);
  const approvals = matched(left.approvals, right.approvals, (approval) => JSON.stringify(approval));
  return {
    changes: changesOf([
      ["status", left.status, right.status],
      ["status_reason_code", left.status_reason_code, right.status_reason_code],
      ["stop_reason", left.stop_reason, right.stop_reason],
    ]),
    steps: afterCommon(left.steps, right.steps, (step) => JSON.stringify(step)),
    // Without end times: the last state of a log ends only in a longer log.
    states: afterCommon(left.states, right.states, ({ status, reason_code, from }) =>
      JSON.stringify([status, reason_code, from]),
    ),
    checkpoints: {
      added: checkpoints.added.map(brief),
      removed: checkpoints.removed.map(brief),
      changed: checkpoints.pairs
        .map(([from, to]) => ({ checkpoint_id: from.checkpoint_id, changes: checkpointChanges(from, to) }))
        .filter(({ changes }) => changes.length > 0),
    },
    approvals: { added: approvals.added, removed: approvals.removed },
  };
}

function checkpointChanges(left: JobCheckpointAccount, right: JobCheckpointAccount) {
  return changesOf([
    ["type", left.type, right.type],
    ["summary", left.summary, right.summary],
    ["required_action", left.required_action, right.required_action],
    ["actor", left.actor, right.actor],
    ["decision", left.decision, right.decision],
    ["approved_by", left.approval?.actor, right.approval?.actor],
    ["approval_reason", left.approval?.reason, right.approval?.reason],
  ]);
}

function brief({ checkpoint_id, type, summary, decision, approval }: JobCheckpointAccount) {
  return {
    checkpoint_id,
    type,
    summary,
    ...(decision === undefined ? {} : { decision }),
    ...(approval === undefined ? {} : { approved_by: approval.actor }),
  };
}
