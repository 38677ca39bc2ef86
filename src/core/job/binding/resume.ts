/** Policy and identity when a job resumes: whether it may, and what its event says (contract 4.8). */
import type { JobState } from "../../../schema/document/job.ts";
import type { JsonObject } from "../../../schema/document/primitives.ts";
import { quote } from "../../../schema/validate/issue.ts";
import { GaitError } from "../../finding/error.ts";
import { hasSafetyInvariants } from "./safety-invariants.ts";

/** What a command says of policy and identity. Texts are trimmed; blank texts count as absent. */
export interface PolicyAndIdentity {
  readonly policyDigest?: string | undefined;
  readonly policyRef?: string | undefined;
  readonly identity?: string | undefined;
}

export interface ResumeBinding extends PolicyAndIdentity {
  /** Who may no longer resume a job; absent: nobody was asked. */
  readonly revokedIdentities?: readonly string[] | undefined;
}

/**
 * Members of the event's payload; `undefined` for a job that knows of neither.
 * @throws GaitError `invalid_input` without the policy that the job needs, as somebody else, or as somebody revoked
 */
export function resumedBinding(state: JobState, command: ResumeBinding): JsonObject | undefined {
  const policy = policyMembers(state, textOf(command.policyDigest), textOf(command.policyRef));
  const identity = identityMembers(state, textOf(command.identity), command.revokedIdentities);
  const isBound = hasSafetyInvariants(state) || [state.policy_digest, state.policy_ref, state.identity].some(isGiven);
  const members = { ...policy, ...identity };
  return isBound || Object.keys(members).length > 0 ? members : undefined;
}

function policyMembers(state: JobState, given: string | undefined, givenRef: string | undefined): JsonObject {
  const { policy_digest: previous = "", policy_ref: previousRef = "" } = state;
  const isRequired = previous !== "" || previousRef !== "" || given !== undefined || givenRef !== undefined;
  if (!isRequired) return {};
  if (given === undefined) {
    throw new GaitError(
      "invalid_input",
      `job ${state.job_id} can't resume: the policy that it would run under is not given`,
      {
        hint:
          previous === ""
            ? "Give its digest with --policy-digest."
            : `Give it with --policy-digest; it was ${quote(previous)}.`,
      },
    );
  }
  const ref = givenRef ?? previousRef;
  return {
    policy_evaluation_required: true,
    previous_policy_digest: previous,
    current_policy_digest: given,
    policy_changed: previous !== "" && previous !== given,
    ...(ref === "" ? {} : { previous_policy_ref: previousRef, current_policy_ref: ref }),
  };
}

function identityMembers(
  state: JobState,
  given: string | undefined,
  revoked: readonly string[] | undefined,
): JsonObject {
  const { identity: bound } = state;
  const identity = bound ?? given;
  if (identity === undefined) {
    if (revoked === undefined) return {};
    throw new GaitError(
      "invalid_input",
      `job ${state.job_id} can't resume: nobody is named to look for among the revoked`,
      {
        hint: "Say who resumes it with --identity.",
      },
    );
  }
  if (given !== undefined && given !== identity) {
    throw new GaitError(
      "invalid_input",
      `job ${state.job_id} can't resume as ${quote(given)}: it runs as ${quote(identity)}`,
      {
        hint: "Leave --identity out, or submit a new job.",
      },
    );
  }
  if (revoked?.includes(identity) === true) {
    throw new GaitError("invalid_input", `job ${state.job_id} can't resume: ${quote(identity)} is revoked`, {
      hint: "Cancel the job, and submit a new one as somebody else.",
    });
  }
  return {
    identity,
    identity_validation_required: true,
    ...(revoked === undefined ? {} : { identity_validation_source: "revocation_list" }),
  };
}

function isGiven(text: string | undefined): boolean {
  return text !== undefined && text !== "";
}

/** Blank counts as absent. */
function textOf(text: string | undefined): string | undefined {
  const trimmed = text?.trim() ?? "";
  if (!trimmed.isWellFormed()) {
    throw new GaitError("invalid_input", "a policy or identity has a lone surrogate", {
      hint: "Give valid Unicode text.",
    });
  }
  return trimmed === "" ? undefined : trimmed;
}
