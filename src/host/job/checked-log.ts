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
import { agreesWithLast } from "../../core/job/last-event.ts";
import { LogChain, logDigestOf } from "../../core/job/log-chain.ts";
import { encodeJobEvent } from "../../core/job/state.ts";
import { agreesWithSteps } from "../../core/job/steps.ts";
import { sha256Hex } from "../../core/signature/digest.ts";
import type { JobState } from "../../schema/document/job.ts";
import { JobStateSchema } from "../../schema/document/job.ts";
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import { jobStateValidator } from "../../schema/validator/job.ts";
import { hostPlatform } from "../platform/bun.ts";
import { eventOrNothing, type LogTail, openRegular, type ReadableFile, splitMembers } from "./events-file.ts";

const SCHEMA_ID = "gait.job.checked";
const MAX_RECORD_BYTES = 4096;
const CHUNK_BYTES = 256 * 1024;
/** Matches a member, not text: inside a string the quotes would be escaped. No other type starts like this. */
const PLAN_OR_PROGRESS = '"checkpoint_type":"p';

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

export interface TrustedSnapshot {
  readonly state: JobState;
  readonly unknown: JsonObject;
  readonly chain: LogChain;
  /** `state.json`, as this program wrote it. */
  readonly bytes: Uint8Array;
}

/** The stored state, if `record` and all cheap checks confirm that it matches the log. */
export function trustedSnapshot(
  record: CheckedLog,
  jobId: string,
  log: ReadableFile,
  tail: LogTail,
  stateBytes: Uint8Array,
): TrustedSnapshot | undefined {
  const last = tail.event;
  if (record.jobId !== jobId || record.logBytes !== log.size || tail.end !== log.size || last === undefined) {
    return undefined;
  }
  if (last.revision !== record.revision || record.stateSha256 !== sha256Hex(hostPlatform, stateBytes)) return undefined;
  const { chain, lines, steps } = readPrefix(log, tail.start);
  if (lines + 1 !== last.revision || logDigestOf(last) !== chain.digestOf(last)) return undefined;
  chain.add(last);
  // Of the last line the digest is of what this program would write, so the bytes must be that.
  const line = log.read(tail.start, tail.end - tail.start);
  if (chain.lines().hex() !== record.logSha256 || !Buffer.from(encodeJobEvent(last)).equals(line)) return undefined;

  const { known, unknown } = splitMembers(stateValue(stateBytes), JobStateSchema.properties);
  const state = known as unknown as JobState;
  if (!isShaped(state) || !agreesWithLast(state, last)) return undefined;
  const events = steps.map((line) => eventOrNothing(Buffer.from(line, "latin1")));
  const whole = events.filter((event) => event !== undefined);
  return whole.length === events.length && agreesWithSteps(state, [...whole, last])
    ? { state, unknown, chain, bytes: stateBytes }
    : undefined;
}

/** If the record is right, this program wrote the bytes, so the native parser is enough. */
function stateValue(bytes: Uint8Array): JsonValue {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

interface Prefix {
  readonly chain: LogChain;
  readonly lines: number;
  /** Whole lines that are more than plan or progress. */
  readonly steps: readonly string[];
}

/** The lines before `end`, of which most are not parsed. Text is Latin-1, so that it has a character for each byte. */
function readPrefix(log: ReadableFile, end: number): Prefix {
  const chain = new LogChain(hostPlatform);
  const steps: string[] = [];
  let lines = 0;
  let text = "";
  for (let offset = 0; offset < end; offset += CHUNK_BYTES) {
    const chunk = log.read(offset, Math.min(CHUNK_BYTES, end - offset));
    chain.addLines(chunk);
    text += Buffer.from(chunk.buffer, chunk.byteOffset, chunk.length).toString("latin1");
    let start = 0;
    let passed = text.indexOf(PLAN_OR_PROGRESS);
    for (let next = text.indexOf("\n") + 1; next > 0; next = text.indexOf("\n", start) + 1) {
      lines += 1;
      if (passed >= 0 && passed < next) passed = text.indexOf(PLAN_OR_PROGRESS, next);
      else steps.push(text.slice(start, next));
      start = next;
    }
    text = text.slice(start);
  }
  return { chain, lines, steps };
}

/** All of a state but its lists, of which the ends are enough here: its digest says that this program wrote it. */
function isShaped(state: JobState): boolean {
  const { checkpoints, approvals } = state;
  if (!Array.isArray(checkpoints) || (approvals !== undefined && !Array.isArray(approvals))) return false;
  const short = { ...state, checkpoints: checkpoints.slice(-1) };
  return jobStateValidator.fits(approvals === undefined ? short : { ...short, approvals: approvals.slice(-1) });
}
