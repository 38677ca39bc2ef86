/**
 * Replays a job's event log from its first event: derives the state and reports impossible steps. Works one event at a
 * time in constant memory; callers that need the lists collect what `take` returns.
 *
 * A step is possible if either implementation writes it (contract 4.6): the Go one adds checkpoints after the end and
 * accepts approvals before a decision. Such steps get a remark, not an error.
 */

import type { JobEvent, JobStatus } from "../../schema/document/job.ts";
import { quote } from "../../schema/validate/issue.ts";
import type { Hashing } from "../signature/digest.ts";
import { compareTimestamps } from "../time/timestamp.ts";
import { bindingOf, type JobBinding } from "./binding/safety-invariants.ts";
import { checkpointId, checkpointReason, isTerminal, MAX_SUMMARY_BYTES } from "./job.ts";
import { LOG_SHA256, LogChain, logDigestOf } from "./log-chain.ts";
import {
  advance,
  checkpointTypeOf,
  ENV_OVERRIDES,
  effectOf,
  type JobEffect,
  type JobHead,
  POLICY_TRANSITIONS,
  payloadText,
} from "./state.ts";

/** Maximum findings about one log. */
export const MAX_LOG_FINDINGS = 100;

/** Something in the log that no implementation writes. */
export interface LogProblem {
  /** The revision in the event, right or wrong. */
  readonly revision: number;
  readonly message: string;
  readonly expected?: string;
  readonly actual?: string;
}

export interface ReplayOptions {
  /** The expected job id; by default the first event's. */
  readonly jobId?: string | undefined;
  /** Written to the head; the log does not have it. */
  readonly producerVersion: string;
  /** With it the chain of hashes is checked (contract 4.7). */
  readonly hashing?: Hashing | undefined;
  readonly problem: (problem: LogProblem) => void;
  /** Called for what only the Go implementation allows. */
  readonly remark?: (revision: number, message: string) => void;
}

const REASON_CODES: Readonly<Record<Exclude<JobEvent["type"], "checkpoint_added">, readonly string[]>> = {
  submitted: ["submitted"],
  paused: ["paused"],
  approved: ["approval_recorded"],
  resumed: ["resumed", ...new Set([...ENV_OVERRIDES, ...POLICY_TRANSITIONS])],
  cancelled: ["cancelled"],
  emergency_stop_acknowledged: ["emergency_stop_preempted"],
  dispatch_blocked: ["emergency_stop_preempted"],
};

const POSSIBLE_FROM: Readonly<Partial<Record<JobEvent["type"], readonly JobStatus[]>>> = {
  paused: ["running", "decision_needed"],
  resumed: ["paused", "decision_needed", "blocked"],
  cancelled: ["running", "paused", "decision_needed", "blocked", "emergency_stopped"],
  emergency_stop_acknowledged: ["running", "paused", "decision_needed", "blocked"],
  dispatch_blocked: ["emergency_stopped"],
};

export class JobReplay {
  readonly #options: ReplayOptions;
  #head: JobHead | undefined;
  #highestRevision = 0;
  #checkpoints = 0;
  #decisions = 0;
  #approvals = 0;
  /** Ids of the decisions that no approval has answered, oldest first. */
  readonly #open: string[] = [];
  #statusRevision = 0;
  #submittedWith: JobBinding = {};
  readonly #chain: LogChain | undefined;
  #isLinked = false;
  #isBroken = false;

  constructor(options: ReplayOptions) {
    this.#options = options;
    this.#chain = options.hashing === undefined ? undefined : new LogChain(options.hashing);
  }

  /** The chain behind the last event; `undefined` where it is not checked. */
  get chain(): LogChain | undefined {
    return this.#chain;
  }

  /** The state so far without its lists; `undefined` before the first event. */
  get head(): JobHead | undefined {
    return this.#head;
  }

  /** The number in the last checkpoint's id. */
  get checkpoints(): number {
    return this.#checkpoints;
  }

  /** Policy and identity of the submission. */
  get submittedWith(): JobBinding {
    return this.#submittedWith;
  }

  get approvals(): number {
    return this.#approvals;
  }

  /** The revision of the event that set the current status. */
  get statusRevision(): number {
    return this.#statusRevision;
  }

  /** Takes the next event, which matches its schema; reports problems and returns what it adds to the state. */
  take(event: JobEvent): JobEffect {
    const inOrder = this.#checkPlace(event);
    // After a gap the state is unknown, so transitions can't be checked.
    if (inOrder) this.#checkTransition(event);
    this.#checkContent(event);
    this.#checkLink(event);
    const effect = effectOf(event);
    if (effect.checkpoint !== undefined) this.#count(event, effect.checkpoint.checkpoint_id);
    if (effect.checkpoint?.type === "decision-needed") {
      this.#decisions += 1;
      this.#open.push(effect.checkpoint.checkpoint_id);
    }
    if (effect.approval !== undefined) {
      this.#approvals += 1;
      this.#open.shift();
    }
    if (effect.set.status_reason_code !== undefined) this.#statusRevision = event.revision;
    this.#head = advance(this.#head, event, effect, this.#options.producerVersion);
    this.#highestRevision = Math.max(this.#highestRevision, event.revision);
    return effect;
  }

  /** Checks the job id, revision and time. Returns whether the event is in the right place. */
  #checkPlace(event: JobEvent): boolean {
    const jobId = this.#options.jobId ?? this.#head?.job_id ?? event.job_id;
    if (event.job_id !== jobId) this.#problem(event, "belongs to another job", quote(jobId), quote(event.job_id));
    const previous = this.#head;
    if (previous !== undefined && compareTimestamps(event.created_at, previous.updated_at) < 0) {
      this.#problem(event, "is older than the event before it", `${previous.updated_at} or later`, event.created_at);
    }
    const expected = this.#highestRevision + 1;
    if (event.revision === expected) return true;
    const what =
      event.revision > expected ? `revision ${expected} is missing before it` : "it is repeated or out of order";
    this.#problem(event, `is not the next one: ${what}`, String(expected), String(event.revision));
    return false;
  }

  #checkTransition(event: JobEvent): void {
    const head = this.#head;
    if ((event.type === "submitted") !== (head === undefined)) {
      const message = head === undefined ? "comes before the job was submitted" : "submits a job that already exists";
      this.#problem(event, message, head === undefined ? "submitted" : "another event", event.type);
    }
    if (head === undefined) return;
    const from = POSSIBLE_FROM[event.type];
    if (from !== undefined && !from.includes(head.status)) {
      this.#problem(event, `can't follow: the job was ${head.status}`, `a job that is ${from.join(", ")}`, head.status);
    } else if (event.type === "resumed" && this.#decisions > this.#approvals) {
      const message = "resumes a job with an open decision";
      this.#problem(event, message, `${this.#decisions} approvals`, `${this.#approvals} approvals`);
    } else if (isTerminal(head.status) || isAfterStop(head.status, event)) {
      this.#options.remark?.(event.revision, `${event.type} after the job was ${head.status}`);
    } else if (event.type === "approved" && this.#open.length === 0) {
      this.#options.remark?.(event.revision, "an approval when no decision was open");
    } else if (event.type === "resumed" && this.#open.length > 0) {
      // The Go implementation counts an approval that came before its decision.
      this.#options.remark?.(event.revision, `it resumed the job while ${this.#open.join(", ")} was open`);
    }
  }

  /** The digest of the log in the event's payload. Behind one that does not fit none does: the first is named. */
  #checkLink(event: JobEvent): void {
    const chain = this.#chain;
    if (chain === undefined) return;
    const stored = logDigestOf(event);
    if (stored === undefined && this.#isLinked) {
      const message = `it has no ${LOG_SHA256}, and the event before it has: another program wrote it, or it was taken out`;
      this.#options.remark?.(event.revision, message);
    }
    this.#isLinked = stored !== undefined;
    if (stored !== undefined && !this.#isBroken) {
      const expected = chain.digestOf(event);
      if (stored !== expected) {
        this.#isBroken = true;
        const message = `does not fit its ${LOG_SHA256}: it, or an event before it, was changed after it was written`;
        this.#problem(event, message, expected, quote(stored));
      }
    }
    chain.add(event);
  }

  /** The reason code and the payload that go with the type. */
  #checkContent(event: JobEvent): void {
    if (event.type === "checkpoint_added") this.#checkCheckpoint(event);
    else this.#checkReason(event, REASON_CODES[event.type]);
    if (event.type === "submitted") this.#checkPresent(event, "environment_fingerprint");
    if (event.type === "approved") {
      this.#checkPresent(event, "reason");
      if ((event.actor ?? "").trim() === "")
        this.#problem(event, "is an approval without an actor", "an actor", "none");
    }
    if (event.type === "submitted") this.#submittedWith = bindingOf(event);
    if (event.type === "resumed") {
      this.#checkFingerprints(event);
      this.#checkBinding(event);
    }
    if (event.type === "dispatch_blocked") this.#checkPresent(event, "dispatch_path");
  }

  #checkCheckpoint(event: JobEvent): void {
    const type = checkpointTypeOf(event);
    if (type === undefined) {
      const actual = quote(payloadText(event, "checkpoint_type"));
      this.#problem(event, "adds a checkpoint of an unknown type", "a checkpoint type", actual);
      return;
    }
    this.#checkReason(event, [checkpointReason(type)]);
    const action = payloadText(event, "required_action");
    if (type === "decision-needed") this.#checkPresent(event, "required_action");
    else if (action !== "")
      this.#problem(event, `has a required action in a ${type} checkpoint`, "none", quote(action));
    // The Go implementation's logs have no summary.
    if (event.payload === undefined || !Object.hasOwn(event.payload, "summary")) return;
    this.#checkPresent(event, "summary");
    const length = new TextEncoder().encode(payloadText(event, "summary")).length;
    if (length > MAX_SUMMARY_BYTES) {
      this.#problem(event, "has a summary that is too long", `at most ${MAX_SUMMARY_BYTES} bytes`, `${length} bytes`);
    }
  }

  #checkReason(event: JobEvent, expected: readonly string[]): void {
    const actual = event.reason_code ?? "";
    if (!expected.includes(actual)) {
      this.#problem(event, "has a reason code that does not go with its type", expected.join(" or "), quote(actual));
    }
  }

  #checkPresent(event: JobEvent, name: string): void {
    if (payloadText(event, name).trim() !== "") return;
    this.#problem(event, `has no ${name} in its payload`, `${name} as non-blank text`, "none");
  }

  #checkFingerprints(event: JobEvent): void {
    const stored = this.#head?.environment_fingerprint ?? "";
    const expected = payloadText(event, "expected_fingerprint");
    const actual = payloadText(event, "actual_fingerprint");
    if (!ENV_OVERRIDES.includes(event.reason_code ?? "")) {
      // Version 1.4 of the Go implementation always names both, which then equal the job's.
      const named = expected !== "" || actual !== "";
      const message = "names a different environment, but is not an override";
      if (named && (expected !== stored || actual !== stored)) {
        this.#problem(event, message, "no other fingerprint", quote(actual));
      }
      return;
    }
    if (expected !== stored) {
      this.#problem(event, "overrides a fingerprint that is not the job's", quote(stored), quote(expected));
    }
    if (actual === "" || actual === expected) {
      this.#problem(event, "overrides the fingerprint with none, or with the same", "a different one", quote(actual));
    }
  }

  /** What a resumption says of policy and identity fits what the job had (contract 4.8). */
  #checkBinding(event: JobEvent): void {
    const head = this.#head;
    if (head === undefined) return;
    const previous = payloadText(event, "previous_policy_digest");
    const current = payloadText(event, "current_policy_digest");
    const names = event.payload !== undefined && Object.hasOwn(event.payload, "current_policy_digest");
    if (names && previous !== (head.policy_digest ?? ""))
      this.#problem(event, "follows a policy that is not the job's", quote(head.policy_digest ?? ""), quote(previous));
    const isChanged = names && previous !== "" && previous !== current;
    const stated = event.payload?.["policy_changed"];
    if (names && stated !== isChanged)
      this.#problem(event, "says wrongly whether the policy changed", String(isChanged), quote(String(stated)));
    if (POLICY_TRANSITIONS.includes(event.reason_code ?? "") !== isChanged)
      this.#problem(
        event,
        "has a reason code that does not go with its policy",
        isChanged ? "a policy transition" : "no policy transition",
        quote(event.reason_code ?? ""),
      );
    const ref = payloadText(event, "previous_policy_ref");
    const namesRef = event.payload !== undefined && Object.hasOwn(event.payload, "previous_policy_ref");
    if (namesRef && ref !== (head.policy_ref ?? ""))
      this.#problem(event, "follows a policy from another place", quote(head.policy_ref ?? ""), quote(ref));
    const identity = payloadText(event, "identity");
    if (identity !== "" && head.identity !== undefined && identity !== head.identity)
      this.#problem(event, "resumes the job as somebody else", quote(head.identity), quote(identity));
  }

  /** Checkpoints are numbered in order; a gap is reported once, and counting continues after it. */
  #count(event: JobEvent, id: string): void {
    const expected = checkpointId(this.#checkpoints + 1);
    const ordinal = checkpointOrdinal(id);
    if (id !== expected) this.#problem(event, "adds a checkpoint out of sequence", expected, quote(id));
    this.#checkpoints = Math.max(this.#checkpoints, ordinal ?? this.#checkpoints + 1);
  }

  #problem(event: JobEvent, what: string, expected: string, actual: string): void {
    const message = `revision ${event.revision} (${event.type}) ${what}`;
    this.#options.problem({ revision: event.revision, message, expected, actual });
  }
}

/** After an emergency stop only notes, a cancellation and refused dispatches follow; the Go implementation allows more. */
function isAfterStop(status: JobStatus, event: JobEvent): boolean {
  if (status !== "emergency_stopped" || event.type === "cancelled" || event.type === "dispatch_blocked") return false;
  const type = event.type === "checkpoint_added" ? checkpointTypeOf(event) : undefined;
  return type !== "plan" && type !== "progress";
}

/** 3 of `cp_0003`; `undefined` if it is not a checkpoint id. */
export function checkpointOrdinal(id: string): number | undefined {
  const digits = /^cp_([0-9]{4,15})$/.exec(id)?.[1];
  if (digits === undefined) return undefined;
  const ordinal = Number(digits);
  return checkpointId(ordinal) === id && ordinal > 0 ? ordinal : undefined;
}
