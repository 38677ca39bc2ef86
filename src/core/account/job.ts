/** Describes a job from its log: its states over time and its approvals. */

import type {
  JobAccount,
  JobApprovalAccount,
  JobCheckpointAccount,
  JobInterval,
  JobStep,
} from "../../schema/account/job.ts";
import type { JobEvent, JobState } from "../../schema/document/job.ts";
import type { Frozen } from "../../schema/document/primitives.ts";
import { readJobEvents } from "../job/event-lines.ts";
import { JOB_EVENTS } from "../job/pack-files.ts";
import { effectOf, payloadText } from "../job/state.ts";
import type { JobEvidence } from "../pack/job-evidence.ts";
import { countText, grouped } from "../text/quantities.ts";
import { secondsBetween } from "../time/known-instant.ts";
import type { Archive } from "../zip/reader.ts";

type Changeable<T> = { -readonly [Name in keyof T]: T[Name] };

/**
 * Takes a log event by event. An approval answers the oldest decision open at the time; an approval before any decision
 * answers nothing, because the approver had not seen the question (same as `openDecisions`).
 */
export class JobAccountBuilder {
  readonly #states: Changeable<JobInterval>[] = [];
  readonly #steps: Changeable<JobStep>[] = [];
  readonly #checkpoints: Changeable<JobCheckpointAccount>[] = [];
  readonly #approvals: Changeable<JobApprovalAccount>[] = [];
  readonly #decisions: Changeable<JobCheckpointAccount>[] = [];
  #answered = 0;
  readonly #summaries: ReadonlyMap<string, string>;

  /** A log of the Go implementation lacks checkpoint summaries; the state has them. */
  constructor(state: JobState | undefined) {
    this.#summaries = new Map(state?.checkpoints.map(({ checkpoint_id, summary }) => [checkpoint_id, summary]));
  }

  take(event: JobEvent): void {
    const { revision, created_at: at, type, actor, reason_code } = event;
    const { set, checkpoint, approval } = effectOf(event);
    const by = actor ? { actor } : {};
    if (set.status !== undefined && set.status !== this.#states.at(-1)?.status) {
      this.#end(at);
      this.#states.push({ status: set.status, reason_code: set.status_reason_code ?? "", from: at, revision, ...by });
    }
    const status = this.#states.at(-1)?.status ?? "";
    const reason = payloadText(event, "reason");
    const step: Changeable<JobStep> = {
      ...{ revision, at, type, status, ...by },
      ...(reason_code ? { reason_code } : {}),
      ...(reason === "" ? {} : { reason }),
      ...environmentOf(event),
    };
    this.#steps.push(step);
    if (checkpoint !== undefined) {
      step.checkpoint_id = checkpoint.checkpoint_id;
      this.#checkpoint(revision, checkpoint);
      this.#reject(event);
    }
    if (approval !== undefined) {
      const answered = this.#answer(at, approval.actor, approval.reason);
      if (answered !== undefined) step.checkpoint_id = answered;
      const answers = answered === undefined ? {} : { checkpoint_id: answered };
      this.#approvals.push({ revision, at, actor: approval.actor, reason: approval.reason, ...answers });
    }
  }

  /** The result of the log. `state` supplies what the log lacks, or everything if the log can't be read. */
  finish(jobId: string, state: Frozen<JobState> | undefined): JobAccount {
    const first = this.#steps[0];
    const last = this.#steps.at(-1);
    const submitted = first?.at ?? state?.created_at ?? "";
    const updated = last?.at ?? state?.updated_at ?? "";
    const seconds = secondsBetween(submitted, updated);
    const current = this.#states.at(-1);
    return {
      job_id: jobId,
      status: state?.status ?? current?.status ?? "",
      stop_reason: state?.stop_reason ?? "",
      status_reason_code: state?.status_reason_code ?? current?.reason_code ?? "",
      submitted_at: submitted,
      updated_at: updated,
      ...(seconds === undefined || seconds < 0 ? {} : { seconds }),
      totals: {
        events: this.#steps.length,
        checkpoints: this.#checkpoints.length,
        decisions: this.#decisions.length,
        open_decisions: this.#decisions.length - this.#answered,
        approvals: this.#approvals.length,
        resumes: this.#steps.filter(({ type }) => type === "resumed").length,
      },
      states: this.#states,
      steps: this.#steps,
      checkpoints: this.#checkpoints,
      approvals: this.#approvals,
    };
  }

  #checkpoint(revision: number, added: JobState["checkpoints"][number]): void {
    const { checkpoint_id, type, created_at: at, summary, required_action, actor } = added;
    const checkpoint: Changeable<JobCheckpointAccount> = {
      ...{ checkpoint_id, type, at, revision },
      summary: summary === "" ? (this.#summaries.get(checkpoint_id) ?? "") : summary,
      ...(required_action ? { required_action } : {}),
      ...(actor ? { actor } : {}),
    };
    this.#checkpoints.push(checkpoint);
    if (type !== "decision-needed") return;
    checkpoint.decision = "open";
    this.#decisions.push(checkpoint);
  }

  /** The id of the decision that an approval answers. */
  #answer(at: string, actor: string, reason: string): string | undefined {
    const decision = this.#decisions[this.#answered];
    if (decision === undefined) return undefined;
    this.#answered += 1;
    decision.decision = "approved";
    decision.approval = { at, actor, reason };
    return decision.checkpoint_id;
  }

  /** A checkpoint that answers an open decision by no; what names any other decision is only a checkpoint. */
  #reject(event: JobEvent): void {
    const rejects = payloadText(event, "rejects");
    if (rejects === "" || !event.actor) return;
    const decision = this.#decisions.slice(this.#answered).find(({ checkpoint_id }) => checkpoint_id === rejects);
    if (decision === undefined) return;
    decision.decision = "rejected";
    decision.rejection = { at: event.created_at, actor: event.actor, reason: payloadText(event, "reason") };
  }

  #end(at: string): void {
    const interval = this.#states.at(-1);
    if (interval === undefined) return;
    interval.to = at;
    const seconds = secondsBetween(interval.from, at);
    if (seconds !== undefined && seconds >= 0) interval.seconds = seconds;
  }
}

/** For a job pack; its findings are already known. */
export async function readJobAccount(archive: Archive, jobId: string, { state }: JobEvidence): Promise<JobAccount> {
  const builder = new JobAccountBuilder(state);
  if (archive.has(JOB_EVENTS)) await readJobEvents(archive, (event) => builder.take(event));
  return builder.finish(jobId, state);
}

export function jobAccount(events: Iterable<JobEvent>, state: JobState): JobAccount {
  const builder = new JobAccountBuilder(state);
  for (const event of events) builder.take(event);
  return builder.finish(state.job_id, state);
}

/** `2 decisions asked, 1 open`, and how many were rejected: those are open too until one of them is approved. */
export function decisionsText({ totals, checkpoints }: Pick<JobAccount, "totals" | "checkpoints">): string {
  const rejected = checkpoints.filter(({ decision }) => decision === "rejected").length;
  const open = grouped(totals.open_decisions - rejected);
  const more = rejected === 0 ? "" : `, ${grouped(rejected)} rejected`;
  return `${countText(totals.decisions, "decision")} asked, ${open} open${more}`;
}

/** `3, by boss, dana`: each name once. */
export function namesText(all: readonly { readonly actor?: string | undefined }[]): string {
  const names = [...new Set(all.flatMap(({ actor }) => actor ?? []))];
  const more = names.length > 10 ? ` and ${names.length - 10} others` : "";
  return `${all.length}${names.length === 0 ? "" : `, by ${names.slice(0, 10).join(", ")}${more}`}`;
}

/** Decisions that were answered by no, also those that were approved after all: their checkpoints say so first. */
export function rejectionsText({
  checkpoints,
}: {
  readonly checkpoints: readonly Pick<JobCheckpointAccount, "checkpoint_id" | "type" | "summary" | "actor">[];
}): string | undefined {
  const asked = new Set(checkpoints.flatMap(({ type, checkpoint_id: id }) => (type === "decision-needed" ? id : [])));
  const rejections = checkpoints.filter(({ type, summary }) => {
    const [, id = ""] = /^rejected ([^\s:]+)/.exec(summary) ?? [];
    return type === "blocked" && asked.has(id);
  });
  return rejections.length === 0 ? undefined : namesText(rejections);
}

/** What an event of a job says besides its type: who, which checkpoint, and why. */
export function stepText({ actor, checkpoint_id, reason, reason_code, type, environment }: JobStep): string {
  return [
    actor === undefined ? undefined : `by ${actor}`,
    checkpoint_id,
    reason_code === undefined || reason_code === type || reason_code === "approval_recorded" ? undefined : reason_code,
    reason === undefined ? undefined : `"${reason}"`,
    environment === undefined
      ? undefined
      : `IN A DIFFERENT ENVIRONMENT: ${environment.actual}, not ${environment.expected}`,
  ]
    .filter((part) => part !== undefined)
    .join(", ");
}

function environmentOf(event: JobEvent): Pick<JobStep, "environment"> {
  const expected = payloadText(event, "expected_fingerprint");
  const actual = payloadText(event, "actual_fingerprint");
  // Version 1.4 of the Go implementation names both in every resume.
  return expected === actual ? {} : { environment: { expected, actual } };
}
