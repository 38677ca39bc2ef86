/**
 * The job store: `<root>/<job_id>/{events.jsonl,state.json}` (contract 4.2), one writer at a time. An event takes
 * effect once it is written to the log and synced; `state.json` follows as an atomic snapshot. The next writer repairs
 * leftovers of a crash, under the lock.
 *
 * The Go implementation can work on the same folder. It takes the same lock for everything but `submit`, and removes
 * any lock older than 30 seconds: so the lock is checked again right before the event is written.
 */
import { lstatSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { decide } from "../../core/job/decide.ts";
import type { JobCommand } from "../../core/job/job.ts";
import { linked } from "../../core/job/log-signature.ts";
import { apply, encodeJobEvent, withSafetyInvariants } from "../../core/job/state.ts";
import type { Signer } from "../../core/signature/signature.ts";
import type { JobEvent, JobState } from "../../schema/document/job.ts";
import {
  type DurableFiles,
  durableFiles,
  makeFolders,
  removeFolders,
  removeQuietly,
  writeFully,
} from "../files/durable.ts";
import { errnoOf, statOrNothing, withFileErrors } from "../files/errno.ts";
import { hostPlatform } from "../platform/bun.ts";
import { MAX_EVENT_BYTES } from "./events-file.ts";
import { type JobFolder, jobFolder, type LoadedJob, loadJob } from "./folder.ts";
import { acquireLock, type Lock, type LockOptions, sweepLockLitter } from "./lock.ts";
import { type Processes, thisMachine } from "./process-identity.ts";
import { writeSnapshot } from "./snapshot.ts";

export interface JobStore {
  /** The folder with one subfolder per job. */
  readonly root: string;
  /** Goes into the state of a job that is submitted here. */
  readonly producerVersion: string;
  /** The current time as the formats write it. */
  readonly now: () => string;
  /** Signs the log with each event that is written. */
  readonly signer?: Signer | undefined;
  /** Whether a change gives an outline of the state, which takes half the time for a job of many checkpoints. */
  readonly outline?: boolean;
  /** For tests. */
  readonly files?: DurableFiles;
  readonly processes?: Processes;
  readonly lockWaitMs?: number;
}

export interface JobChange {
  /** As an outline, where that was asked for: it leaves out checkpoints that stop nothing, but not the last one. */
  readonly state: JobState;
  readonly checkpointCount: number;
  readonly event: JobEvent;
  readonly warnings: readonly string[];
}

/**
 * Applies `command` to the job, or refuses it. When this returns, the event is on disk. `fingerprint` names the
 * environment that the command runs in.
 * @throws GaitError as `decide`, and `contention`, `write_failed` (nothing happened), `not_readable`
 */
export async function changeJob(
  store: JobStore,
  jobId: string,
  command: JobCommand,
  fingerprint: string,
): Promise<JobChange> {
  const files = store.files ?? durableFiles;
  const folder = jobFolder(store.root, jobId);
  const options = { files, processes: store.processes ?? thisMachine(), waitMs: store.lockWaitMs };
  if (command.operation !== "submit") {
    if (!isThere(folder.path)) throw noSuchJob(folder);
    return await changeUnder(await acquireLock(folder.lockPath, options), store, folder, command, fingerprint, options);
  }
  decide(undefined, command, { now: store.now(), fingerprint });
  // Leave no empty folder after a refusal or a failure.
  const made: string[] = [];
  try {
    const lock = await lockNewFolder(folder, made, options);
    return await changeUnder(lock, store, folder, command, fingerprint, options);
  } catch (error) {
    removeFolders(files, made);
    throw error;
  }
}

/** `made` gets the folders that were not there, outermost first. */
async function lockNewFolder(folder: JobFolder, made: string[], options: LockOptions): Promise<Lock> {
  const make = () => withFileErrors("write", folder.path, () => makeFolders(options.files, folder.path, made));
  make();
  try {
    return await acquireLock(folder.lockPath, options);
  } catch (error) {
    if (!(error instanceof GaitError) || isThere(folder.path)) throw error;
    // Another process that made the folder has just removed it again, because its own job failed.
    make();
    return await acquireLock(folder.lockPath, options);
  }
}

/** Releases `lock` when it is done. */
async function changeUnder(
  lock: Lock,
  store: JobStore,
  folder: JobFolder,
  command: JobCommand,
  fingerprint: string,
  options: LockOptions,
): Promise<JobChange> {
  const { files } = options;
  try {
    sweep(folder, lock, options);
    const job = loadJob(folder, store.producerVersion, { outline: store.outline === true });
    if (job.damage !== undefined) throw job.damage;
    if (job.state === undefined && command.operation !== "submit") throw noSuchJob(folder);
    const decided = decide(job.state, command, {
      now: store.now(),
      fingerprint,
      checkpointCount: job.checkpointCount,
    });
    const event = await linked(decided, job.chain, store.signer, hostPlatform);
    lock.assertHeld();
    forgetPending(files, folder);
    const line = appendEvent(files, folder, job, event);
    const applied = apply(job.state, event, store.producerVersion);
    const state = event.type === "submitted" ? withSafetyInvariants(applied, hostPlatform) : applied;
    const written = writeSnapshot(files, folder, lock, state, job, line);
    const added = state.checkpoints.length - (job.state?.checkpoints.length ?? 0);
    return { state, checkpointCount: job.checkpointCount + added, event, warnings: [...job.warnings, ...written] };
  } finally {
    lock.release();
  }
}

/** Only the lock's holder writes these, so all existing ones are leftovers. */
function sweep(folder: JobFolder, lock: Lock, options: LockOptions): void {
  sweepLockLitter(folder.lockPath, lock, options);
  for (const name of readdirSync(folder.path)) {
    if (/^\.(state\.json|events\.jsonl\.checked)\.tmp-[0-9a-f]{32}$/.test(name))
      removeQuietly(options.files, join(folder.path, name));
  }
}

/**
 * What version 1.4 of the Go implementation left when it was stopped. The log has decided by now whether its event counts;
 * later that program would take an event of this one, with the same revision, for its own.
 */
function forgetPending(files: DurableFiles, folder: JobFolder): void {
  if (!isThere(folder.pendingPath)) return;
  withFileErrors("write", folder.pendingPath, () => {
    files.remove(folder.pendingPath);
    files.syncFolder(folder.path);
  });
}

/** The bytes that were appended. */
function appendEvent(files: DurableFiles, folder: JobFolder, job: LoadedJob, event: JobEvent): Uint8Array {
  const line = new TextEncoder().encode(`${job.unended ? "\n" : ""}${encodeJobEvent(event)}`);
  if (line.length > MAX_EVENT_BYTES) {
    throw new GaitError("invalid_input", `the event has ${line.length} bytes, but the limit is ${MAX_EVENT_BYTES}`, {
      hint: "Give shorter texts; keep the detail in a file and name it here.",
    });
  }
  withFileErrors("write", folder.eventsPath, () => {
    const fd = files.append(folder.eventsPath);
    try {
      if (job.tornBytes > 0) files.truncate(fd, job.logLength);
      writeFully(files, fd, line);
      files.sync(fd);
      if (job.state === undefined) {
        files.syncFolder(folder.path);
        files.syncFolder(folder.root);
      }
    } catch (error) {
      takeBack(files, fd, folder, job.logLength, error);
    } finally {
      files.close(fd);
    }
  });
  return line;
}

/** The caller will report that nothing happened, so no part of the event may remain. */
function takeBack(files: DurableFiles, fd: number, folder: JobFolder, length: number, reason: unknown): never {
  try {
    files.truncate(fd, length);
    files.sync(fd);
    // Of a job that there was none of, not even an empty log.
    if (length === 0) removeQuietly(files, folder.eventsPath);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    throw new GaitError(
      "write_failed",
      `${folder.eventsPath} can't be written, and the partial write can't be undone`,
      {
        hint: "The event may or may not have been recorded: check the job's status before you try again.",
        cause: reason,
      },
    );
  }
  throw reason;
}

export function isThere(path: string): boolean {
  return withFileErrors("read", path, () => statOrNothing(() => lstatSync(path))) !== undefined;
}

export function noSuchJob(folder: JobFolder): GaitError {
  return new GaitError("not_found", `there is no job ${folder.jobId} in ${folder.root}`, {
    hint: "`gait job list` shows the jobs there; --root names another place.",
  });
}
