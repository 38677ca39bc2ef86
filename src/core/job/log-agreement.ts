/**
 * A job's event log as a whole: the state that it comes to, and whether a state beside it says the same. The log is the
 * truth (contract 4.2, 4.6); a state document is a snapshot of it.
 */

import type { JobApproval, JobCheckpoint, JobEvent, JobState } from "../../schema/document/job.ts";
import { quote } from "../../schema/validate/issue.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { compareTimestamps } from "../time/timestamp.ts";
import { checkpointOrdinal, JobReplay, type LogProblem } from "./replay.ts";
import { effectOf, joinState } from "./state.ts";

/** More findings than this about one log say no more than these do. */
export const MAX_LOG_FINDINGS = 100;

export interface Replayed {
  /** `undefined` for a log without events. */
  readonly state: JobState | undefined;
  /** Why the log can't be right, at most `MAX_LOG_FINDINGS`; empty for a sound one. */
  readonly problems: readonly LogProblem[];
}

/**
 * The state that `events` come to, from the log alone. What a log of the Go implementation lacks (the summaries of the
 * checkpoints) and what none has (`producer_version`) comes from `snapshot`, as far as it is about the same checkpoints.
 */
export function replay(
  events: Iterable<JobEvent>,
  options: { jobId?: string; producerVersion: string; snapshot?: JobState | undefined },
): Replayed {
  const { snapshot } = options;
  const problems: LogProblem[] = [];
  const checkpoints: JobCheckpoint[] = [];
  const approvals: JobApproval[] = [];
  const log = new JobReplay({
    jobId: options.jobId,
    producerVersion: snapshot?.producer_version ?? options.producerVersion,
    problem: (problem) => {
      if (problems.length < MAX_LOG_FINDINGS) problems.push(problem);
    },
  });
  for (const event of events) {
    const { checkpoint, approval } = log.take(event);
    if (checkpoint !== undefined) checkpoints.push(withSummary(checkpoint, snapshot));
    if (approval !== undefined) approvals.push(approval);
  }
  const state = log.head === undefined ? undefined : joinState(log.head, checkpoints, approvals);
  return { state, problems };
}

function withSummary(checkpoint: JobCheckpoint, snapshot: JobState | undefined): JobCheckpoint {
  if (checkpoint.summary !== "") return checkpoint;
  const known = snapshot?.checkpoints[(checkpointOrdinal(checkpoint.checkpoint_id) ?? 0) - 1];
  if (known === undefined || known.checkpoint_id !== checkpoint.checkpoint_id) return checkpoint;
  if (known.type !== checkpoint.type || known.created_at !== checkpoint.created_at) return checkpoint;
  return { ...checkpoint, summary: known.summary };
}

/**
 * Whether `state` can be what the log that ends with `event` comes to, by all that this event says. The log before it is
 * not asked: this is how a snapshot is trusted without reading everything.
 */
export function agreesWithLast(state: JobState, event: JobEvent): boolean {
  const { set, checkpoint, approval } = effectOf(event);
  if (state.job_id !== event.job_id || state.revision !== event.revision) return false;
  if (state.updated_at !== event.created_at) return false;
  for (const name of ["status", "stop_reason", "status_reason_code"] as const) {
    if (set[name] !== undefined && set[name] !== state[name]) return false;
  }
  const last = state.checkpoints.at(-1);
  if (checkpoint !== undefined && (last === undefined || !sameCheckpoint(checkpoint, last))) return false;
  const given = state.approvals?.at(-1);
  return approval === undefined || (given !== undefined && sameApproval(approval, given));
}

export interface AgreementOptions {
  /** How the findings name the documents; the names in a pack unless given. */
  readonly eventsPath?: string;
  readonly statePath?: string;
  /** Called for what the Go implementation allows and this one does not, `MAX_LOG_FINDINGS` times at most. */
  readonly remark?: (revision: number, message: string) => void;
}

/**
 * Holds a log, event by event, against the state beside it: revisions 1..n in order, times that never go back, and
 * every member of the state as the log tells it. Keeps nothing of the log but counts.
 */
export class JobAgreement {
  readonly #state: JobState;
  readonly #eventsPath: string;
  readonly #statePath: string;
  readonly #findings: Finding[] = [];
  readonly #log: JobReplay;
  readonly #remarked: AgreementOptions["remark"];
  #unlisted = 0;
  #remarks = 0;
  #firstCreatedAt: string | undefined;
  /** How many of the state's approvals the log has accounted for. */
  #approvals = 0;

  constructor(state: JobState, options: AgreementOptions = {}) {
    this.#state = state;
    this.#remarked = options.remark;
    this.#eventsPath = options.eventsPath ?? "job_events.jsonl";
    this.#statePath = options.statePath ?? "job_state.json";
    this.#log = new JobReplay({
      jobId: state.job_id,
      producerVersion: state.producer_version,
      problem: (problem) => this.#invalid(problem),
      remark: (revision, message) => this.#remark(revision, message),
    });
  }

  take(event: JobEvent): void {
    this.#firstCreatedAt ??= event.created_at;
    const { checkpoint, approval } = this.#log.take(event);
    if (checkpoint !== undefined) this.#holdCheckpoint(event.revision, checkpoint);
    if (approval !== undefined) this.#holdApproval(event.revision, approval);
  }

  /** Call it once, after the last event: everything that was found, in the order of the log, then of the state's members. */
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
    this.#countOf("checkpoints", last, this.#log.checkpoints, state.checkpoints.length);
    this.#countOf("approvals", last, this.#approvals, state.approvals?.length ?? 0);
    return this.#all();
  }

  #holdCheckpoint(revision: number, logged: JobCheckpoint): void {
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
    // "" is a log of the Go implementation, which does not tell it.
    if (logged.summary !== "") this.#text(`${place}.summary`, revision, logged.summary, stored.summary);
    this.#text(`${place}.required_action`, revision, logged.required_action ?? "", stored.required_action ?? "");
    this.#text(`${place}.reason_code`, revision, logged.reason_code, stored.reason_code);
    this.#text(`${place}.actor`, revision, logged.actor ?? "", stored.actor ?? "");
  }

  /** Approvals have no number. One that the log lost must not make all behind it look wrong too. */
  #holdApproval(revision: number, logged: JobApproval): void {
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
    // More in the log than in the state was said of each already.
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
    const message = `the state's ${member} is not what revision ${revision} of the log makes it`;
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

/** All disagreements between a state and its log; for a log that is at hand as a whole. */
export function holdAgainst(state: JobState, events: Iterable<JobEvent>, options: AgreementOptions = {}): Finding[] {
  const agreement = new JobAgreement(state, options);
  for (const event of events) agreement.take(event);
  return agreement.finish();
}

function sameCheckpoint(logged: JobCheckpoint, stored: JobCheckpoint): boolean {
  return (
    logged.checkpoint_id === stored.checkpoint_id &&
    logged.type === stored.type &&
    (logged.summary === "" || logged.summary === stored.summary) &&
    (logged.required_action ?? "") === (stored.required_action ?? "") &&
    (logged.actor ?? "") === (stored.actor ?? "")
  );
}

function sameApproval(left: JobApproval, right: JobApproval): boolean {
  return (
    left.actor === right.actor &&
    left.reason === right.reason &&
    compareTimestamps(left.created_at, right.created_at) === 0
  );
}
