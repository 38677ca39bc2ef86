/** The state that a job's whole event log gives (contract 4.2). */
import type { JobApproval, JobCheckpoint, JobEvent, JobState } from "../../schema/document/job.ts";
import type { Hashing } from "../signature/digest.ts";
import { hasSafetyInvariants, safetyInvariantsOf } from "./binding/safety-invariants.ts";
import type { LogChain } from "./log-chain.ts";
import { checkpointOrdinal, JobReplay, type LogProblem, MAX_LOG_FINDINGS } from "./replay.ts";
import { type JobHead, joinState } from "./state.ts";

export interface Replayed {
  /** `undefined` for a log without events. */
  readonly state: JobState | undefined;
  /** What is wrong with the log, at most `MAX_LOG_FINDINGS`; empty for a valid one. */
  readonly problems: readonly LogProblem[];
  /** The chain of hashes after the last event; `undefined` unless it was checked. */
  readonly chain: LogChain | undefined;
  readonly last: JobEvent | undefined;
}

/**
 * The state derived from `events` alone. Checkpoint summaries, which logs of the Go implementation lack, and
 * `producer_version`, which no log has, come from `snapshot` where it has the same checkpoints.
 */
export function replay(
  events: Iterable<JobEvent>,
  options: { jobId?: string; producerVersion: string; snapshot?: JobState | undefined; hashing?: Hashing },
): Replayed {
  const { snapshot } = options;
  const problems: LogProblem[] = [];
  const checkpoints: JobCheckpoint[] = [];
  const approvals: JobApproval[] = [];
  const log = new JobReplay({
    jobId: options.jobId,
    producerVersion: snapshot?.producer_version ?? options.producerVersion,
    hashing: options.hashing,
    problem: (problem) => {
      if (problems.length < MAX_LOG_FINDINGS) problems.push(problem);
    },
  });
  let last: JobEvent | undefined;
  for (const event of events) {
    last = event;
    const { checkpoint, approval } = log.take(event);
    if (checkpoint !== undefined) checkpoints.push(withSummary(checkpoint, snapshot));
    if (approval !== undefined) approvals.push(approval);
  }
  const state =
    log.head === undefined ? undefined : joinState(withInvariants(log, log.head, options), checkpoints, approvals);
  return { state, problems, chain: log.chain, last };
}

/** A job that is bound to something has them, and so has any job that version 1.4 of the Go implementation wrote. */
function withInvariants(
  { submittedWith }: JobReplay,
  head: JobHead,
  { snapshot, hashing }: { readonly snapshot?: JobState | undefined; readonly hashing?: Hashing },
): JobHead {
  const isBound = Object.keys(submittedWith).length > 0;
  const isWanted = isBound || (snapshot !== undefined && hasSafetyInvariants(snapshot));
  return isWanted && hashing !== undefined ? { ...head, ...safetyInvariantsOf(submittedWith, hashing) } : head;
}

function withSummary(checkpoint: JobCheckpoint, snapshot: JobState | undefined): JobCheckpoint {
  if (checkpoint.summary !== "") return checkpoint;
  const known = snapshot?.checkpoints[(checkpointOrdinal(checkpoint.checkpoint_id) ?? 0) - 1];
  if (known === undefined || known.checkpoint_id !== checkpoint.checkpoint_id) return checkpoint;
  if (known.type !== checkpoint.type || known.created_at !== checkpoint.created_at) return checkpoint;
  return { ...checkpoint, summary: known.summary };
}
