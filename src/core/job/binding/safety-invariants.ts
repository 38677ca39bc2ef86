/**
 * What a job was bound to when it was submitted, as version 1.4 of the Go implementation keeps it in the state (contract
 * 4.8): three fixed values, and the policy and identity of the submission. A later change of policy leaves them as they are.
 */
import type { JobEvent, JobState } from "../../../schema/document/job.ts";
import { type Hashing, sha256OfText } from "../../signature/digest.ts";
import { compareUtf8 } from "../../text/utf8-order.ts";

/** The members of a state that hold them. */
export type SafetyInvariants = Required<
  Pick<JobState, "safety_invariant_version" | "safety_invariant_hash" | "safety_invariants">
>;

/** Policy and identity, as a submission or a state names them. */
export type JobBinding = Pick<JobState, "policy_digest" | "policy_ref" | "identity">;

const FIXED = ["control_boundary=runtime_go", "default_privacy=reference_receipts", "fail_closed=true"];
const BOUND = ["identity", "policy_digest", "policy_ref"] as const;

/** Of a job that was submitted with `binding`. */
export function safetyInvariantsOf(binding: JobBinding, hashing: Hashing): SafetyInvariants {
  const bound = BOUND.flatMap((name) => (binding[name] === undefined ? [] : [`${name}=${binding[name]}`]));
  const values = [...FIXED, ...bound].sort(compareUtf8);
  return {
    safety_invariant_version: "1",
    safety_invariant_hash: sha256OfText(hashing, values.map((value) => value.trim()).join("|")),
    safety_invariants: values,
  };
}

/** Whether a job's documents have any of them. */
export function hasSafetyInvariants(document: Partial<SafetyInvariants>): boolean {
  const { safety_invariant_version: version, safety_invariant_hash: hash, safety_invariants: values } = document;
  return version !== undefined || hash !== undefined || values !== undefined;
}

/** The policy and identity that the payload of a submission names; blank ones count as absent. */
export function bindingOf({ payload }: JobEvent): JobBinding {
  return textMembers(payload, { policy_digest: "policy_digest", policy_ref: "policy_ref", identity: "identity" });
}

/** The policy and identity that a job has after it was resumed; absent ones stay. */
export function resumedBindingOf({ payload }: JobEvent): JobBinding {
  const names = { policy_digest: "current_policy_digest", policy_ref: "current_policy_ref", identity: "identity" };
  return textMembers(payload, names);
}

function textMembers(
  payload: JobEvent["payload"],
  names: Readonly<Record<(typeof BOUND)[number], string>>,
): JobBinding {
  const found: JobBinding = {};
  for (const member of BOUND) {
    const name = names[member];
    const value = payload !== undefined && Object.hasOwn(payload, name) ? payload[name] : undefined;
    if (typeof value === "string" && value.trim() !== "") found[member] = value;
  }
  return found;
}
