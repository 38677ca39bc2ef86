/**
 * Reads a job's folder: `events.jsonl`, which is authoritative, and `state.json`, a snapshot derived from it (contract
 * 4.2). Nothing here writes; repairs for a writer are part of the result.
 *
 * What a crash can leave behind, and how it is handled:
 * - The log's last line has no newline, or has NULs in it, which are blocks of the disk that were never written: the
 *   event was never acknowledged. It is ignored.
 * - `state.json` is missing, truncated, or behind the log: the log is used.
 * - `state.json` is one revision ahead of the log: the Go implementation writes it first, and was stopped before the
 *   event was in the log. It was never acknowledged, so the log is used.
 *
 * No crash leaves `state.json` further ahead: events were lost, which is an error. So is any other complete line that
 * is not an event, and an unknown term in the log or in `state.json`: a later version may have written it.
 */

import { lstatSync } from "node:fs";
import { join } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { LogChain } from "../../core/job/log-chain.ts";
import { replay } from "../../core/job/log-state.ts";
import type { LogProblem } from "../../core/job/replay.ts";
import { encodeJobState } from "../../core/job/state.ts";
import { isObject, textIssues } from "../../core/json/document.ts";
import { JsonError } from "../../core/json/error.ts";
import { type ParsedText, parseJsonText } from "../../core/json/parse.ts";
import type { Sha256 } from "../../core/platform/platform.ts";
import { assertIdentifier } from "../../core/text/identifier.ts";
import { bytesText } from "../../core/text/quantities.ts";
import type { JobEvent, JobState } from "../../schema/document/job.ts";
import { JobStateSchema } from "../../schema/document/job.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import type { SchemaIssue } from "../../schema/validate/issue.ts";
import { jobStateValidator } from "../../schema/validator/job.ts";
import { statOrNothing, withFileErrors } from "../files/errno.ts";
import { hostPlatform } from "../platform/bun.ts";
import { readCheckedLog, type TrustedSnapshot, trustedSnapshot } from "./checked-log.ts";
import { eventsIn, type LogTail, openRegular, type ReadableFile, readTail, splitMembers } from "./events-file.ts";
import { outlinedState, wholeState } from "./state-text.ts";

/** The paths of a job's files, which may not exist. */
export interface JobFolder {
  readonly jobId: string;
  readonly root: string;
  readonly path: string;
  readonly eventsPath: string;
  readonly statePath: string;
  readonly checkedPath: string;
  readonly lockPath: string;
  /** Of version 1.4 of the Go implementation, while it changes a job (contract 4.8). */
  readonly pendingPath: string;
}

export interface LoadedJob {
  /**
   * `undefined`: no event says that there is such a job. Of a damaged log, what `state.json` says. Read as an outline, it may
   * leave out checkpoints that stop nothing, but not the last one.
   */
  readonly state: JobState | undefined;
  /** How many checkpoints the job has. */
  readonly checkpointCount: number;
  /** The content of `state.json`, if it differs from the log. */
  readonly disagreeing: JobState | undefined;
  /** Unknown members of `state.json` from a later version; a writer keeps them. */
  readonly unknown: JsonObject;
  /** `state.json`, where it is, byte for byte, what this program would write for `state`. */
  readonly stateBytes: Uint8Array | undefined;
  /** The chain of hashes behind the last event that counts. */
  readonly chain: LogChain;
  /** SHA-256 of the bytes that count, to go on with. */
  readonly bytes: Sha256;
  /** Bytes of the log that count; a writer cuts off what follows. */
  readonly logLength: number;
  readonly tornBytes: number;
  /** The last event lacks its newline. */
  readonly unended: boolean;
  readonly last: JobEvent | undefined;
  /** Why this log must not be appended to. */
  readonly damage: GaitError | undefined;
  /** Warnings. No acknowledged event is lost. */
  readonly warnings: readonly string[];
}

/**
 * The places of a job under `root`.
 * @throws GaitError `invalid_input` for an invalid id, and for a folder that is a link
 */
export function jobFolder(root: string, jobId: string): JobFolder {
  assertIdentifier(jobId, "job id");
  const path = join(root, jobId);
  const stats = withFileErrors("read", path, () => statOrNothing(() => lstatSync(path)));
  if (stats !== undefined && !stats.isDirectory()) {
    const [what, hint] = stats.isSymbolicLink()
      ? ["a symbolic link", "gait stays inside the job root: move the job's folder there."]
      : ["not a folder", "Give the folder that has the job's events.jsonl and state.json."];
    throw new GaitError("invalid_input", `${path} is ${what}, but a job is a folder`, { hint });
  }
  return {
    jobId,
    root,
    path,
    eventsPath: join(path, "events.jsonl"),
    statePath: join(path, "state.json"),
    checkedPath: join(path, "events.jsonl.checked"),
    lockPath: join(path, "state.json.lock"),
    pendingPath: join(path, "pending_mutation.json"),
  };
}

/**
 * The job according to its log, regardless of `state.json`. The log is replayed from its first event, unless the record
 * of the last replay matches these bytes (`checked-log.ts`); `whole` always replays. `outline`: the caller needs no
 * checkpoint that stops nothing. `producerVersion` is for a state that must be rebuilt.
 * @throws GaitError `not_readable` if events were lost, for unknown content, and for an impossible log without
 * `state.json`
 */
export function loadJob(
  folder: JobFolder,
  producerVersion: string,
  options: { whole?: boolean; outline?: boolean } = {},
): LoadedJob {
  // The snapshot first: writers update the log first, so a log read later can't be behind.
  const stateBytes = readWhole(folder.statePath);
  const record = options.whole === true ? undefined : readCheckedLog(folder.checkedPath);
  const log = openRegular(folder.eventsPath);
  try {
    const tail = log === undefined ? undefined : readTail(log);
    if (record !== undefined && log !== undefined && tail !== undefined && stateBytes !== undefined) {
      const read = options.outline === true ? outlinedState : wholeState;
      const trusted = trustedSnapshot(record, folder.jobId, log, tail, stateBytes, read);
      if (trusted !== undefined) return untouched(trusted, log.size, tail);
    }
    const snapshot = newerOf(readSnapshot(folder, stateBytes), readPending(folder));
    return replayed(folder, producerVersion, snapshot, log, tail);
  } finally {
    log?.close();
  }
}

function untouched({ bytes, ...trusted }: TrustedSnapshot, logLength: number, tail: LogTail): LoadedJob {
  const clean = { disagreeing: undefined, tornBytes: 0, unended: false, damage: undefined, warnings: [] };
  return { ...trusted, bytes: trusted.chain.lines(), logLength, last: tail.event, stateBytes: bytes, ...clean };
}

/** The events of the log's first `length` bytes, in order, in constant memory. */
export function* jobEvents(folder: JobFolder, length: number): Generator<JobEvent> {
  const log = openRegular(folder.eventsPath);
  if (log === undefined) return;
  try {
    yield* eventsIn(log, length);
  } finally {
    log.close();
  }
}

interface Snapshot {
  readonly state: JobState | undefined;
  readonly unknown: JsonObject;
  /** Why there is no state, though there is a file. */
  readonly problem?: string;
}

function replayed(
  folder: JobFolder,
  producerVersion: string,
  { state: snapshot, unknown, problem }: Snapshot,
  log: ReadableFile | undefined,
  tail: LogTail | undefined,
): LoadedJob {
  const known = snapshot?.revision ?? 0;
  // The snapshot knows this event and only its newline is missing: an editor removed it.
  const unended = tail?.restEvent !== undefined && tail.restEvent.revision <= known;
  const unwritten = tail?.unwritten === true && tail.rest === 0;
  const lines = (unwritten ? tail.start : tail?.end) ?? 0;
  const size = (tail?.end ?? 0) + (tail?.rest ?? 0);
  const logLength = unended ? size : lines;
  const tornBytes = size - logLength;

  const bytes = hostPlatform.sha256();
  const events = log === undefined ? [] : eventsIn(log, logLength, (chunk) => bytes.update(chunk));
  const found = replay(events, { jobId: folder.jobId, producerVersion, snapshot, hashing: hostPlatform });
  const { chain = new LogChain(hostPlatform), last } = found;
  const damage = damageOf(folder, found.problems);
  const revision = found.state?.revision ?? 0;
  if (damage !== undefined && snapshot === undefined) throw damage;
  if (known > revision + 1 || (unwritten && known > revision)) throw lostEvents(folder, revision, known);

  const warnings: string[] = [];
  if (tornBytes > 0) {
    warnings.push(`the log ends with ${bytesText(tornBytes)} of an unfinished event, which is ignored`);
  }
  if (damage !== undefined) warnings.push(`${damage.message}. This is from state.json and not confirmed by the log`);
  const disagreeing = damage === undefined ? disagreement(snapshot, found.state) : snapshot;
  if (known > revision) {
    warnings.push(
      `state.json is at revision ${known}, but the log ends at ${revision}: that change was never finished`,
    );
  } else if (damage === undefined && disagreeing !== undefined) {
    warnings.push(`state.json disagrees with the log about revision ${known}; the log is used`);
  }
  if (problem !== undefined) warnings.push(`state.json can't be read (${problem}); the log is used`);
  const silent = found.state?.checkpoints.find((checkpoint) => checkpoint.summary === "");
  if (silent !== undefined) {
    warnings.push(`the summary of ${silent.checkpoint_id} is lost: neither the log nor state.json has it`);
  }
  const state = damage === undefined ? found.state : snapshot;
  return {
    state,
    checkpointCount: state?.checkpoints.length ?? 0,
    stateBytes: undefined,
    disagreeing,
    unknown,
    chain,
    bytes,
    logLength,
    tornBytes,
    unended,
    last,
    damage,
    warnings,
  };
}

/** The snapshot, if it has the same revision as the log but differs. */
function disagreement(snapshot: JobState | undefined, state: JobState | undefined): JobState | undefined {
  if (snapshot === undefined || state === undefined || snapshot.revision !== state.revision) return undefined;
  return encodeJobState(snapshot) === encodeJobState(state) ? undefined : snapshot;
}

function damageOf(folder: JobFolder, [first]: readonly LogProblem[]): GaitError | undefined {
  if (first === undefined) return undefined;
  return new GaitError("not_readable", `${folder.eventsPath} can't be right: ${first.message}`, {
    hint: "No program writes such a log. Restore the job's folder from a copy.",
  });
}

function lostEvents(folder: JobFolder, revision: number, known: number): GaitError {
  const message = `${folder.eventsPath} ends at revision ${revision}, but state.json is at ${known}: events were lost`;
  return new GaitError("not_readable", message, {
    hint: "No crash does that. Restore the job's folder from a copy.",
  });
}

function readWhole(path: string): Uint8Array | undefined {
  const file = openRegular(path);
  try {
    return file?.read(0, file.size);
  } finally {
    file?.close();
  }
}

/**
 * A snapshot that is not JSON, or belongs to another job, is rebuilt from the log. One that is JSON with unknown
 * content comes from a later version and must not be ignored.
 */
function readSnapshot(folder: JobFolder, bytes: Uint8Array | undefined): Snapshot {
  const none = { state: undefined, unknown: {} };
  if (bytes === undefined) return none;
  let text: ParsedText;
  try {
    text = parseJsonText(bytes);
  } catch (error) {
    if (error instanceof JsonError) return { ...none, problem: error.message };
    throw error;
  }
  if (!isObject(text.value)) return { ...none, problem: "it is not an object" };
  const { known, unknown } = splitMembers(text.value, JobStateSchema.properties);
  const [issue] = textIssues({ ...text, value: known }, bytes, jobStateValidator);
  if (issue !== undefined) throw notUnderstood(folder, issue);
  const state = known as unknown as JobState;
  return state.job_id === folder.jobId ? { state, unknown } : { ...none, problem: "it belongs to another job" };
}

/** The state that a change would have made, in the marker of one that was stopped; the log decides whether it did. */
function readPending(folder: JobFolder): Snapshot {
  const bytes = readWhole(folder.pendingPath);
  if (bytes === undefined) return { state: undefined, unknown: {} };
  try {
    const { value } = parseJsonText(bytes);
    const updated = isObject(value) ? value["updated_state"] : undefined;
    if (updated === undefined || !isObject(updated)) return { state: undefined, unknown: {} };
    return readSnapshot(folder, new TextEncoder().encode(JSON.stringify(updated)));
  } catch (error) {
    if (error instanceof JsonError || error instanceof GaitError) return { state: undefined, unknown: {} };
    throw error;
  }
}

/** The snapshot of a stopped change counts only where it is newer; where it is damaged, it is as if it were not there. */
function newerOf(snapshot: Snapshot, pending: Snapshot): Snapshot {
  const revision = snapshot.state?.revision ?? 0;
  return pending.state !== undefined && pending.state.revision > revision ? pending : snapshot;
}

function notUnderstood(folder: JobFolder, { path, message }: SchemaIssue): GaitError {
  return new GaitError("not_readable", `${folder.statePath} is not understood: ${path} ${message}`, {
    hint: "A later version of gait may have written it. Use that version, or restore the job's folder from a copy.",
  });
}
