/** Turns a command into an event, or refuses it with a reason. Pure: no file, clock or environment. */

import type { JobEvent, JobState } from "../../schema/document/job.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import { SCHEMA_VERSION } from "../../schema/document/primitives.ts";
import { quote } from "../../schema/validate/issue.ts";
import { GaitError } from "../finding/error.ts";
import { assertIdentifier } from "../text/identifier.ts";
import { compareTimestamps } from "../time/timestamp.ts";
import { resumedBinding } from "./binding/resume.ts";
import {
  ALLOWED_FROM,
  allowedOperations,
  CHECKPOINT_TYPES,
  checkpointId,
  checkpointReason,
  isTerminal,
  JOB_EVENT_SCHEMA_ID,
  type JobCommand,
  type JobEventType,
  type JobOperation,
  lacksApproval,
  MAX_SUMMARY_BYTES,
  openDecisions,
} from "./job.ts";

export interface DecideContext {
  /** The current time in the formats' notation; an event is never dated before the previous one. */
  readonly now: string;
  /** Opaque name of the environment that the command runs in. */
  readonly fingerprint: string;
  /** How many checkpoints the job has, where the state leaves some out that stop nothing. */
  readonly checkpointCount?: number;
}

/**
 * The event for `command` on the job in `state` (`undefined` if the job does not exist yet). Throws `GaitError`:
 * `not_found`, `already_exists`, `approval_required`, or `invalid_input` for a transition that is not allowed and for
 * bad values; the message names the transition and the state, the hint what is allowed.
 */
export function decide(state: JobState | undefined, command: JobCommand, context: DecideContext): JobEvent {
  if (command.operation === "submit") return submitted(state, command, context);
  if (state === undefined) {
    throw new GaitError("not_found", `there is no such job to ${command.operation}`, { hint: "Submit it first." });
  }
  if (!ALLOWED_FROM[command.operation].includes(state.status)) refuse(state, command.operation);
  const actor = optionalText(command.actor, "actor");

  switch (command.operation) {
    case "checkpoint add":
      return checkpointAdded(state, command, actor, context);
    case "pause":
      return eventAfter(state, context, "paused", actor, "paused", reasonOf(command));
    case "cancel":
      return eventAfter(state, context, "cancelled", actor, "cancelled", reasonOf(command));
    case "stop":
      return eventAfter(
        state,
        context,
        "emergency_stop_acknowledged",
        actor,
        "emergency_stop_preempted",
        reasonOf(command),
      );
    case "approve":
      return approved(state, command, actor, context);
    case "reject":
      return rejected(state, command, actor, context);
    case "resume":
      return resumed(state, command, actor, context);
  }
}

type Command<Name extends JobOperation> = Extract<JobCommand, { operation: Name }>;

function submitted(state: JobState | undefined, command: Command<"submit">, context: DecideContext): JobEvent {
  assertIdentifier(command.jobId, "job id");
  if (state !== undefined) {
    throw new GaitError(
      "already_exists",
      `job ${state.job_id} can't be submitted: it already exists and is ${state.status}`,
      {
        hint: `Use a different id. This job allows: ${allowedText(state)}.`,
      },
    );
  }
  const fingerprint = requiredText(context.fingerprint, "environment fingerprint");
  const actor = optionalText(command.actor, "actor");
  return jobEvent(command.jobId, 1, context.now, "submitted", actor, "submitted", {
    environment_fingerprint: fingerprint,
    ...bindingFor(command, actor),
  });
}

/** A job that is bound to a policy runs as whoever submits it, unless somebody else is named. */
function bindingFor(command: Command<"submit">, actor: string | undefined): JsonObject {
  const digest = optionalText(command.policyDigest, "policy digest");
  const ref = optionalText(command.policyRef, "policy reference");
  const named = optionalText(command.identity, "identity");
  if (digest === undefined && ref === undefined && named === undefined) return {};
  const identity = named ?? actor;
  return {
    ...(digest === undefined ? {} : { policy_digest: digest }),
    ...(ref === undefined ? {} : { policy_ref: ref }),
    ...(identity === undefined ? {} : { identity }),
  };
}

function checkpointAdded(
  state: JobState,
  command: Command<"checkpoint add">,
  actor: string | undefined,
  context: DecideContext,
): JobEvent {
  const type = CHECKPOINT_TYPES.find((known) => known === command.type.trim());
  if (type === undefined) {
    throw new GaitError("invalid_input", `${quote(command.type)} is not a checkpoint type`, {
      hint: `The types are ${CHECKPOINT_TYPES.join(", ")}.`,
    });
  }
  if (state.status === "emergency_stopped" && type !== "plan" && type !== "progress") {
    throw new GaitError(
      "invalid_input",
      `job ${state.job_id} is emergency_stopped: checkpoint add of type ${type} would change that`,
      {
        hint: "After an emergency stop only plan and progress are noted; gait job cancel ends the job.",
      },
    );
  }
  const summary = requiredText(command.summary, "summary");
  assertSummary(summary);
  const isDecision = type === "decision-needed";
  const action = isDecision
    ? requiredText(
        command.requiredAction ?? "",
        "required action of a decision",
        "Say what is to be decided: --required-action TEXT.",
      )
    : "";
  // The Go implementation sorts the payload's members by name, and writes `required_action` even if empty. `summary` is
  // our addition (contract 4.2): with it, the state can be rebuilt from the log alone.
  return eventAfter(state, context, "checkpoint_added", actor, checkpointReason(type), {
    checkpoint_id: nextCheckpointId(state, context),
    checkpoint_type: type,
    required_action: action,
    summary,
  });
}

function nextCheckpointId(state: JobState, { checkpointCount }: DecideContext): string {
  return checkpointId((checkpointCount ?? state.checkpoints.length) + 1);
}

function assertSummary(summary: string): void {
  const length = new TextEncoder().encode(summary).length;
  if (length <= MAX_SUMMARY_BYTES) return;
  throw new GaitError("invalid_input", `the summary has ${length} bytes`, {
    hint: `A summary has at most ${MAX_SUMMARY_BYTES} bytes of UTF-8. Keep the detail in a file and name it here.`,
  });
}

function approved(
  state: JobState,
  command: Command<"approve">,
  actor: string | undefined,
  context: DecideContext,
): JobEvent {
  if (actor === undefined) {
    throw new GaitError("invalid_input", "an approval needs an actor", { hint: "Say who approves, with --actor." });
  }
  if (openDecisions(state).length === 0) {
    throw new GaitError(
      "invalid_input",
      `there is nothing to approve: job ${state.job_id} is ${state.status} and has no open decision`,
      {
        hint: `An approval answers a decision-needed checkpoint. This job allows: ${allowedText(state)}.`,
      },
    );
  }
  const reason = optionalText(command.reason, "reason") ?? "approved";
  return eventAfter(state, context, "approved", actor, "approval_recorded", { reason });
}

/**
 * A decision that is answered by no: a `blocked` checkpoint, which every reader knows, and in its payload the decision that
 * it answers. The decision stays open: the job can't resume until somebody approves it after all.
 */
function rejected(
  state: JobState,
  command: Command<"reject">,
  actor: string | undefined,
  context: DecideContext,
): JobEvent {
  if (actor === undefined) {
    throw new GaitError("invalid_input", "a rejection needs an actor", { hint: "Say who rejects, with --actor." });
  }
  const [oldest] = openDecisions(state);
  if (oldest === undefined) {
    throw new GaitError(
      "invalid_input",
      `there is nothing to reject: job ${state.job_id} is ${state.status} and has no open decision`,
      {
        hint: `A rejection answers a decision-needed checkpoint. This job allows: ${allowedText(state)}.`,
      },
    );
  }
  const reason = optionalText(command.reason, "reason");
  const summary = `rejected ${oldest.checkpoint_id}${reason === undefined ? "" : `: ${reason}`}`;
  assertSummary(summary);
  return eventAfter(state, context, "checkpoint_added", actor, checkpointReason("blocked"), {
    checkpoint_id: nextCheckpointId(state, context),
    checkpoint_type: "blocked",
    ...(reason === undefined ? {} : { reason }),
    rejects: oldest.checkpoint_id,
    required_action: "",
    summary,
  });
}

function reasonOf({ reason }: { readonly reason?: string | undefined }): JobEvent["payload"] {
  const text = optionalText(reason, "reason");
  return text === undefined ? undefined : { reason: text };
}

/** A blocked job may wait for a decision that was answered by no, which the state alone does not tell. */
function orEnd({ status }: JobState): string {
  return status === "blocked" ? " If the answer was no, gait job cancel ends the job." : "";
}

/** A decision that nobody has answered may be answered by no too. */
function orReject({ status }: JobState): string {
  return status === "decision_needed" ? " (gait job reject says no)" : "";
}

function resumed(
  state: JobState,
  command: Command<"resume">,
  actor: string | undefined,
  context: DecideContext,
): JobEvent {
  if (lacksApproval(state)) {
    const [oldest] = openDecisions(state);
    const waits = oldest === undefined ? "an approval" : `the approval of ${oldest.checkpoint_id}`;
    throw new GaitError(
      "approval_required",
      `job ${state.job_id} is ${state.status} and can't resume: it waits for ${waits}`,
      {
        hint: `Approve it first, with gait job approve${orReject(state)}${oldest?.required_action === undefined ? "." : `: ${quote(oldest.required_action)}.`}${orEnd(state)}`,
      },
    );
  }
  const reason = optionalText(command.reason, "reason") ?? "resume";
  const binding = resumedBinding(state, command);
  const expected = state.environment_fingerprint;
  const actual = requiredText(context.fingerprint, "environment fingerprint");
  const isSame = expected === "" || expected === actual;
  if (!isSame && command.allowEnvMismatch !== true) {
    throw new GaitError(
      "invalid_input",
      `job ${state.job_id} can't resume here: it was submitted in ${quote(expected)}, but this is ${quote(actual)}`,
      {
        hint: "Resume it in its own environment, or allow this one with --allow-env-mismatch.",
      },
    );
  }
  const changed = binding?.["policy_changed"] === true ? "policy_transition" : undefined;
  const ways = [isSame ? undefined : "env_override", changed].filter((way) => way !== undefined);
  const code = ways.length === 0 ? "resumed" : `resumed_with_${ways.join("_")}`;
  // Without policy, identity or invariants the event is as versions before 1.4 of the Go implementation write it.
  const fingerprints =
    isSame && binding === undefined
      ? {}
      : { actual_fingerprint: actual, ...(expected === "" ? {} : { expected_fingerprint: expected }) };
  return eventAfter(state, context, "resumed", actor, code, { ...fingerprints, ...binding, reason });
}

function eventAfter(
  state: JobState,
  context: DecideContext,
  type: JobEventType,
  actor: string | undefined,
  reasonCode: string,
  payload?: JobEvent["payload"],
): JobEvent {
  // If the clock was set back, the log's times must still not go back.
  const now = compareTimestamps(context.now, state.updated_at) < 0 ? state.updated_at : context.now;
  return jobEvent(state.job_id, state.revision + 1, now, type, actor, reasonCode, payload);
}

function jobEvent(
  jobId: string,
  revision: number,
  createdAt: string,
  type: JobEventType,
  actor: string | undefined,
  reasonCode: string,
  payload: JobEvent["payload"],
): JobEvent {
  return {
    schema_id: JOB_EVENT_SCHEMA_ID,
    schema_version: SCHEMA_VERSION,
    created_at: createdAt,
    job_id: jobId,
    revision,
    type,
    ...(actor === undefined ? {} : { actor }),
    reason_code: reasonCode,
    ...(payload === undefined ? {} : { payload }),
  };
}

function refuse(state: JobState, operation: Exclude<JobOperation, "submit">): never {
  const from = ALLOWED_FROM[operation].join(", ");
  const message = `job ${state.job_id} is ${state.status}, but ${operation} is allowed only from ${from}`;
  throw new GaitError("invalid_input", message, {
    hint: isTerminal(state.status)
      ? `${state.status} is final: submit a new job.`
      : `It allows: ${allowedText(state)}.`,
  });
}

function allowedText(state: JobState): string {
  return allowedOperations(state).join(", ") || "nothing";
}

function requiredText(value: string, what: string, hint = "Give a non-blank text."): string {
  const text = optionalText(value, what);
  if (text !== undefined) return text;
  throw new GaitError("invalid_input", `the ${what} is missing or blank`, { hint });
}

function optionalText(value: string | undefined, what: string): string | undefined {
  const text = value?.trim() ?? "";
  // A lone surrogate has no UTF-8 form: a different character would be written.
  if (!text.isWellFormed()) {
    throw new GaitError("invalid_input", `the ${what} has a lone surrogate`, { hint: "Give valid Unicode text." });
  }
  return text === "" ? undefined : text;
}
