/** A job's event log compared with the state beside it. The log is the truth (contract 4.2, 4.6); a state document is a snapshot of it. */

import type { JobApproval, JobCheckpoint, JobEvent, JobState } from "../../schema/document/job.ts";
import { quote } from "../../schema/validate/issue.ts";
import { type Finding, finding } from "../finding/finding.ts";
import type { Hashing } from "../signature/digest.ts";
import { compareTimestamps } from "../time/timestamp.ts";
import { hasSafetyInvariants, safetyInvariantsOf } from "./binding/safety-invariants.ts";
import { sameApproval } from "./last-event.ts";
import { checkpointOrdinal, JobReplay, type LogProblem, MAX_LOG_FINDINGS } from "./replay.ts";

export interface AgreementOptions {
  /** The document names in findings; by default those in a pack. */
  readonly eventsPath?: string;
  readonly statePath?: string;
  /** Checks the chain of hashes (contract 4.7) when given. */
  readonly hashing?: Hashing | undefined;
  /** Called at most `MAX_LOG_FINDINGS` times for what only the Go implementation allows. */
  readonly remark?: (revision: number, message: string) => void;
}

/**
 * Compares a log, event by event, with the state beside it: revisions 1..n in order, times that never go back, and
 * every member of the state as the log tells it. Keeps nothing of the log but counts.
 */
export class JobAgreement {
  readonly #state: JobState;
  readonly #eventsPath: string;
  readonly #statePath: string;
  readonly #findings: Finding[] = [];
  readonly #log: JobReplay;
  readonly #remarked: AgreementOptions["remark"];
  readonly #hashing: Hashing | undefined;
  #unlisted = 0;
  #remarks = 0;
  #firstCreatedAt: string | undefined;
  /** How many of the state's approvals were found in the log. */
  #approvals = 0;

  constructor(state: JobState, options: AgreementOptions = {}) {
    this.#state = state;
    this.#remarked = options.remark;
    this.#eventsPath = options.eventsPath ?? "job_events.jsonl";
    this.#hashing = options.hashing;
    this.#statePath = options.statePath ?? "job_state.json";
    this.#log = new JobReplay({
      jobId: state.job_id,
      producerVersion: state.producer_version,
      hashing: options.hashing,
      problem: (problem) => this.#invalid(problem),
      remark: (revision, message) => this.#remark(revision, message),
    });
  }

  take(event: JobEvent): void {
    this.#firstCreatedAt ??= event.created_at;
    const { checkpoint, approval } = this.#log.take(event);
    if (checkpoint !== undefined) this.#compareCheckpoint(event.revision, checkpoint);
    if (approval !== undefined) this.#compareApproval(event.revision, approval);
  }

  /** All findings, in log order, then in the order of the state's members. Call once, after the last event. */
  finish(): Finding[] {
    const head = this.#log.head;
    const state = this.#state;
    if (head === undefined) {
      const message = "the log has no event: revision 1 (submitted) is missing";
      this.#invalid({ revision: 1, message, expected: `revisions 1 to ${state.revision}`, actual: "none" });
      return this.#all();
    }
    const last = head.revision;
    if (this.#remarks > MAX_LOG_FINDINGS) this.#remarked?.(last, `${this.#remarks - MAX_LOG_FINDINGS} more like these`);
    if (last < state.revision) {
      const message = `the log ends at revision ${last}: revision ${last + 1} is missing`;
      this.#invalid({
        revision: last + 1,
        message,
        expected: `revision ${state.revision}`,
        actual: `revision ${last}`,
      });
    } else {
      this.#member("revision", last, String(last), String(state.revision));
    }
    this.#time("created_at", 1, this.#firstCreatedAt ?? head.created_at, state.created_at);
    this.#time("updated_at", last, head.updated_at, state.updated_at);
    const set = this.#log.statusRevision;
    this.#text("status", set, head.status, state.status);
    this.#text("stop_reason", set, head.stop_reason, state.stop_reason);
    this.#text("status_reason_code", set, head.status_reason_code, state.status_reason_code);
    this.#text("environment_fingerprint", 1, head.environment_fingerprint, state.environment_fingerprint);
    for (const name of ["policy_digest", "policy_ref", "identity"] as const)
      this.#text(name, last, head[name] ?? "", state[name] ?? "");
    this.#invariants();
    this.#countOf("checkpoints", last, this.#log.checkpoints, state.checkpoints.length);
    this.#countOf("approvals", last, this.#approvals, state.approvals?.length ?? 0);
    return this.#all();
  }

  /** They are those of the submission, whatever came after it (contract 4.8). */
  #invariants(): void {
    const state = this.#state;
    if (this.#hashing === undefined || !hasSafetyInvariants(state)) return;
    const made = safetyInvariantsOf(this.#log.submittedWith, this.#hashing);
    this.#text("safety_invariant_version", 1, made.safety_invariant_version, state.safety_invariant_version ?? "");
    this.#text("safety_invariant_hash", 1, made.safety_invariant_hash, state.safety_invariant_hash ?? "");
    this.#text("safety_invariants", 1, made.safety_invariants.join(", "), (state.safety_invariants ?? []).join(", "));
  }

  #compareCheckpoint(revision: number, logged: JobCheckpoint): void {
    const index = (checkpointOrdinal(logged.checkpoint_id) ?? this.#log.checkpoints) - 1;
    const place = `checkpoints[${index}]`;
    const stored = this.#state.checkpoints[index];
    if (stored === undefined) {
      this.#member(place, revision, logged.checkpoint_id, "no such checkpoint");
      return;
    }
    this.#text(`${place}.checkpoint_id`, revision, logged.checkpoint_id, stored.checkpoint_id);
    this.#time(`${place}.created_at`, revision, logged.created_at, stored.created_at);
    this.#text(`${place}.type`, revision, logged.type, stored.type);
    // "" means a log of the Go implementation, which lacks it.
    if (logged.summary !== "") this.#text(`${place}.summary`, revision, logged.summary, stored.summary);
    this.#text(`${place}.required_action`, revision, logged.required_action ?? "", stored.required_action ?? "");
    this.#text(`${place}.reason_code`, revision, logged.reason_code, stored.reason_code);
    this.#text(`${place}.actor`, revision, logged.actor ?? "", stored.actor ?? "");
  }

  /** Approvals have no number. One missing from the log must not make all later ones look wrong. */
  #compareApproval(revision: number, logged: JobApproval): void {
    const approvals = this.#state.approvals ?? [];
    const index = this.#approvals;
    const stored = approvals[index];
    const next = approvals[index + 1];
    if (stored !== undefined && next !== undefined && !sameApproval(logged, stored) && sameApproval(logged, next)) {
      const lacking = `one by ${quote(stored.actor)} that the log lacks`;
      this.#member(`approvals[${index}]`, revision, "the approval after this one", lacking);
      this.#approvals = index + 2;
      return;
    }
    this.#approvals = index + 1;
    const place = `approvals[${index}]`;
    if (stored === undefined) {
      this.#member(place, revision, `an approval by ${quote(logged.actor)}`, "no such approval");
      return;
    }
    this.#time(`${place}.created_at`, revision, logged.created_at, stored.created_at);
    this.#text(`${place}.actor`, revision, logged.actor, stored.actor);
    this.#text(`${place}.reason`, revision, logged.reason, stored.reason);
  }

  #countOf(name: "checkpoints" | "approvals", revision: number, logged: number, stored: number): void {
    // Each surplus one in the log already has a finding.
    if (logged < stored) this.#member(name, revision, `${logged} of them`, `${stored} of them`);
  }

  #time(member: string, revision: number, logged: string, stored: string): void {
    if (compareTimestamps(logged, stored) !== 0) this.#member(member, revision, logged, stored);
  }

  #text(member: string, revision: number, logged: string, stored: string): void {
    if (logged !== stored) this.#member(member, revision, quote(logged), quote(stored));
  }

  #member(member: string, revision: number, logged: string, stored: string): void {
    if (logged === stored) return;
    const message = `the state's ${member} differs from revision ${revision} of the log`;
    const path = `${this.#statePath}#$.${member}`;
    this.#add(finding("job_state_mismatch", { path, message, expected: logged, actual: stored }));
  }

  #invalid({ revision, message, expected, actual }: LogProblem): void {
    this.#add(
      finding("job_log_invalid", { path: `${this.#eventsPath}#revision ${revision}`, message, expected, actual }),
    );
  }

  #add(found: Finding): void {
    if (this.#findings.length < MAX_LOG_FINDINGS) this.#findings.push(found);
    else this.#unlisted += 1;
  }

  #remark(revision: number, message: string): void {
    this.#remarks += 1;
    if (this.#remarks <= MAX_LOG_FINDINGS) this.#remarked?.(revision, message);
  }

  #all(): Finding[] {
    if (this.#unlisted === 0) return this.#findings;
    const message = `${this.#unlisted} more disagreements between the log and the state`;
    return [...this.#findings, finding("job_log_invalid", { path: this.#eventsPath, message })];
  }
}

/** All disagreements between a state and its log, for a log in memory. */
export function disagreementsWith(
  state: JobState,
  events: Iterable<JobEvent>,
  options: AgreementOptions = {},
): Finding[] {
  const agreement = new JobAgreement(state, options);
  for (const event of events) agreement.take(event);
  return agreement.finish();
}
