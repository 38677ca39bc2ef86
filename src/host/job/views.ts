/** Reads jobs without waiting for a writer. Nothing here writes. */
import { readdirSync } from "node:fs";
import { GaitError } from "../../core/finding/error.ts";
import { type Finding, finding } from "../../core/finding/finding.ts";
import { disagreementsWith } from "../../core/job/log-agreement.ts";
import { logDigestOf } from "../../core/job/log-chain.ts";
import { checkLogSignature, type LogSignature } from "../../core/job/log-signature.ts";
import type { PublicKey } from "../../core/signature/signature.ts";
import { isIdentifier } from "../../core/text/identifier.ts";
import type { JobEvent, JobState } from "../../schema/document/job.ts";
import { statOrNothing, withFileErrors } from "../files/errno.ts";
import { hostPlatform } from "../platform/bun.ts";
import { type JobFolder, jobEvents, jobFolder, type LoadedJob, loadJob } from "./folder.ts";
import { isThere, type JobStore, noSuchJob } from "./store.ts";

/** What the last event says of the log as a whole (contract 4.7). */
export interface LogHead extends Pick<LogSignature, "status" | "keyId"> {
  /** Absent where the last event has none: it is the Go implementation's. */
  readonly sha256?: string;
}

export interface JobView {
  readonly state: JobState;
  readonly log: LogHead;
  /** The newest event; absent where the log can't be read. */
  readonly last?: JobEvent;
  /** Where keys were given, why the log can't be trusted. */
  readonly findings: readonly Finding[];
  readonly warnings: readonly string[];
}

/**
 * The job as it is now. With keys, its log must be signed to the end by one of them.
 * @throws GaitError `not_found`, `not_readable`, `invalid_input`
 */
export async function readJob(store: JobStore, jobId: string, keys: readonly PublicKey[] = []): Promise<JobView> {
  const job = await load(store, jobFolder(store.root, jobId), { whole: keys.length > 0 });
  const { log, findings } = await headOf(job, keys);
  const damage = keys.length === 0 ? undefined : job.damage;
  const found =
    damage === undefined ? [] : [finding("job_log_invalid", { path: "events.jsonl", message: damage.message })];
  const last = job.last === undefined ? {} : { last: job.last };
  return { state: job.state, log, ...last, findings: [...found, ...findings], warnings: job.warnings };
}

export interface JobInspection extends JobView {
  readonly events: readonly JobEvent[];
}

/** The job with its whole log, compared with the state beside it; disagreements become findings. */
export async function inspectJob(
  store: JobStore,
  jobId: string,
  keys: readonly PublicKey[] = [],
): Promise<JobInspection> {
  const folder = jobFolder(store.root, jobId);
  const job = await load(store, folder, { whole: true });
  const { state, disagreeing, logLength, unended, warnings } = job;
  const events = [...jobEvents(folder, logLength)];
  const remarks: string[] = [];
  const disagreements = disagreementsWith(disagreeing ?? state, events, {
    eventsPath: "events.jsonl",
    statePath: "state.json",
    hashing: hostPlatform,
    remark: (revision, message) => remarks.push(`revision ${revision}: ${message}`),
  });
  const newline = unended ? ["the log's last newline is missing; the next change adds it"] : [];
  const { log, findings } = await headOf(job, keys);
  return {
    state,
    events,
    log,
    findings: [...disagreements, ...findings],
    warnings: [...warnings, ...newline, ...remarks],
  };
}

async function headOf(
  { last, damage }: LoadedJob,
  keys: readonly PublicKey[],
): Promise<{ log: LogHead; findings: readonly Finding[] }> {
  if (last === undefined) return { log: { status: "unsigned" }, findings: [] };
  const { finding: found, ...signature } = await checkLogSignature(last, keys, "events.jsonl", hostPlatform);
  const sha256 = logDigestOf(last);
  // A signature does not help if the log was changed.
  const status = damage !== undefined && signature.status === "verified" ? "failed" : signature.status;
  const log = { ...signature, status, ...(sha256 === undefined ? {} : { sha256 }) };
  return { log, findings: found === undefined ? [] : [found] };
}

export interface JobListing {
  readonly jobId: string;
  /** Absent when the job can't be read; `problem` says why. */
  readonly state?: JobState;
  readonly problem?: string;
}

/** The jobs under the root by id; an absent root has none. */
export function listJobs(store: JobStore): JobListing[] {
  const found = withFileErrors("read", store.root, () =>
    statOrNothing(() => readdirSync(store.root, { withFileTypes: true })),
  );
  const ids = (found ?? []).filter((entry) => entry.isDirectory() && isIdentifier(entry.name)).map(({ name }) => name);
  return ids.sort().flatMap((jobId): JobListing[] => {
    try {
      const { state, damage } = loadJob(jobFolder(store.root, jobId), store.producerVersion);
      if (damage !== undefined) return [{ jobId, problem: damage.message }];
      return state === undefined ? [] : [{ jobId, state }];
    } catch (error) {
      if (error instanceof GaitError) return [{ jobId, problem: error.message }];
      throw error;
    }
  });
}

/** How often a reader retries during a write, and its delay in ms. */
const LOOKS = 3;
const LOOK_PAUSE_MS = 5;

async function load(
  store: JobStore,
  folder: JobFolder,
  options: { whole: boolean },
): Promise<LoadedJob & { readonly state: JobState }> {
  for (let look = 1; ; look += 1) {
    const job = loadJob(folder, store.producerVersion, options);
    // An event that is being written looks like an unfinished one.
    if (job.warnings.length === 0 || look === LOOKS || !isThere(folder.lockPath)) {
      if (job.state === undefined) throw noSuchJob(folder);
      return { ...job, state: job.state };
    }
    await Bun.sleep(LOOK_PAUSE_MS);
  }
}
