/**
 * `events.jsonl.checked`, next to a job's log: records that a log with exactly these bytes was replayed without
 * problems and gives a `state.json` with exactly these bytes (contract 4.2). It only saves the next command a replay:
 * if it is missing, old, truncated or foreign, or if either file changed by a byte, the log is replayed.
 *
 * It is not authenticated, so everything cheap is checked every time: the log's last event must have the right digest
 * of all lines before it (contract 4.7); there are as many lines as revisions; and status, approvals and decisions of
 * the state are those that the log has, which are read from it every time.
 */
import { GaitError } from "../../core/finding/error.ts";
import { checkpointId } from "../../core/job/job.ts";
import { agreesWithLast } from "../../core/job/last-event.ts";
import { LogChain, logDigestOf } from "../../core/job/log-chain.ts";
import { encodeJobEvent } from "../../core/job/state.ts";
import { agreesWithSteps } from "../../core/job/steps.ts";
import { sha256Hex } from "../../core/signature/digest.ts";
import type { JobState } from "../../schema/document/job.ts";
import { jobStateValidator } from "../../schema/validator/job.ts";
import { hostPlatform } from "../platform/bun.ts";
import { eventOrNothing, LF, type LogTail, MAX_EVENT_BYTES, openRegular, type ReadableFile } from "./events-file.ts";
import type { StoredState } from "./state-text.ts";

const SCHEMA_ID = "gait.job.checked";
const MAX_RECORD_BYTES = 4096;
const CHUNK_BYTES = 256 * 1024;
/** Matches a member, not text: inside a string the quotes would be escaped. No other type starts like this. */
const PLAN_OR_PROGRESS = Buffer.from('"checkpoint_type":"p');

export interface CheckedLog {
  readonly jobId: string;
  readonly revision: number;
  /** Length and SHA-256 of `events.jsonl`, and SHA-256 of `state.json`, as they are on the disk. */
  readonly logBytes: number;
  readonly logSha256: string;
  readonly stateSha256: string;
}

export function encodeCheckedLog({ jobId, revision, logBytes, logSha256, stateSha256 }: CheckedLog): Uint8Array {
  const record = {
    schema_id: SCHEMA_ID,
    schema_version: "1.0.0",
    job_id: jobId,
    revision,
    log_bytes: logBytes,
    log_sha256: logSha256,
    state_sha256: stateSha256,
  };
  return new TextEncoder().encode(`${JSON.stringify(record)}\n`);
}

/** What the file says; `undefined` unless it is a complete record of this version. */
export function readCheckedLog(path: string): CheckedLog | undefined {
  let file: ReadableFile | undefined;
  try {
    file = openRegular(path);
    if (file === undefined) return undefined;
    if (file.size > MAX_RECORD_BYTES) return undefined;
    const bytes = file.read(0, file.size);
    const record = JSON.parse(new TextDecoder().decode(bytes)) ?? {};
    const { job_id: jobId, revision, log_bytes: logBytes, log_sha256: logSha256, state_sha256: stateSha256 } = record;
    const read = { jobId, revision, logBytes, logSha256, stateSha256 };
    return Buffer.from(encodeCheckedLog(read)).equals(bytes) ? read : undefined;
  } catch (error) {
    // An unreadable record counts as missing.
    if (error instanceof SyntaxError || error instanceof GaitError) return undefined;
    throw error;
  } finally {
    file?.close();
  }
}

export interface TrustedSnapshot extends StoredState {
  readonly chain: LogChain;
  /** How many checkpoints the log has, and the state. */
  readonly checkpointCount: number;
  /** `state.json`, as this program wrote it. */
  readonly bytes: Uint8Array;
}

/**
 * The stored state, if `record` and all cheap checks confirm that it matches the log. `read` may leave out checkpoints that
 * stop nothing, but not the last one.
 */
export function trustedSnapshot(
  record: CheckedLog,
  jobId: string,
  log: ReadableFile,
  tail: LogTail,
  stateBytes: Uint8Array,
  read: (bytes: Uint8Array) => StoredState | undefined,
): TrustedSnapshot | undefined {
  const last = tail.event;
  if (record.jobId !== jobId || record.logBytes !== log.size || tail.end !== log.size || last === undefined) {
    return undefined;
  }
  if (last.revision !== record.revision || record.stateSha256 !== sha256Hex(hostPlatform, stateBytes)) return undefined;
  const prefix = readPrefix(log, tail.start);
  if (prefix === undefined) return undefined;
  const { chain, lines, notes, steps } = prefix;
  if (lines + 1 !== last.revision || logDigestOf(last) !== chain.digestOf(last)) return undefined;
  chain.add(last);
  // Of the last line the digest is of what this program would write, so the bytes must be that.
  const line = log.read(tail.start, tail.end - tail.start);
  if (chain.lines().hex() !== record.logSha256 || !Buffer.from(encodeJobEvent(last)).equals(line)) return undefined;

  const stored = read(stateBytes);
  if (stored === undefined || !isShaped(stored.state) || !agreesWithLast(stored.state, last)) return undefined;
  const events = steps.map(eventOrNothing);
  const whole = events.filter((event) => event !== undefined);
  if (whole.length < events.length || !agreesWithSteps(stored.state, [...whole, last])) return undefined;
  const checkpointCount = notes + [...whole, last].filter(({ type }) => type === "checkpoint_added").length;
  const newest = stored.state.checkpoints.at(-1)?.checkpoint_id;
  const isLast = checkpointCount === 0 ? newest === undefined : newest === checkpointId(checkpointCount);
  return isLast && stored.count === checkpointCount
    ? { ...stored, chain, checkpointCount, bytes: stateBytes }
    : undefined;
}

interface Prefix {
  readonly chain: LogChain;
  readonly lines: number;
  /** How many of them are plan or progress. */
  readonly notes: number;
  /** The others, whole. */
  readonly steps: readonly Uint8Array[];
}

/**
 * The lines before `end`, of which most are not parsed; `undefined` where one is too long. They are looked for in the
 * bytes, by native searches: text that is made of them costs as much as their digest.
 */
function readPrefix(log: ReadableFile, end: number): Prefix | undefined {
  const chain = new LogChain(hostPlatform);
  const steps: Uint8Array[] = [];
  let lines = 0;
  let notes = 0;
  let buffer = Buffer.allocUnsafeSlow(Math.min(CHUNK_BYTES, end));
  /** Bytes of a line of which the rest is yet to be read. */
  let begun = 0;
  for (let offset = 0; offset < end; ) {
    if (begun === buffer.length) {
      if (begun > MAX_EVENT_BYTES) return undefined;
      buffer = Buffer.concat([buffer], 2 * begun);
    }
    const count = log.readInto(buffer.subarray(begun, begun + end - offset), offset);
    if (count === 0) return undefined;
    offset += count;
    const bytes = buffer.subarray(0, begun + count);
    chain.addLines(bytes.subarray(begun));
    let start = 0;
    let note = bytes.indexOf(PLAN_OR_PROGRESS);
    for (let next = bytes.indexOf(LF) + 1; next > 0; next = bytes.indexOf(LF, start) + 1) {
      lines += 1;
      if (note >= 0 && note < next) {
        notes += 1;
        note = bytes.indexOf(PLAN_OR_PROGRESS, next);
      } else steps.push(new Uint8Array(bytes.subarray(start, next)));
      start = next;
    }
    buffer.copyWithin(0, start, bytes.length);
    begun = bytes.length - start;
  }
  return { chain, lines, notes, steps };
}

/** All of a state but its lists, of which the ends are enough here: its digest says that this program wrote it. */
function isShaped(state: JobState): boolean {
  const { checkpoints, approvals } = state;
  if (!Array.isArray(checkpoints) || (approvals !== undefined && !Array.isArray(approvals))) return false;
  const short = { ...state, checkpoints: checkpoints.slice(-1) };
  return jobStateValidator.fits(approvals === undefined ? short : { ...short, approvals: approvals.slice(-1) });
}
