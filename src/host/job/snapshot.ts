/** Writes `state.json` after an event, and the record that log and state match. */
import { join } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { encodeJobState } from "../../core/job/state.ts";
import { sha256Hex } from "../../core/signature/digest.ts";
import type { JobState } from "../../schema/document/job.ts";
import { type DurableFiles, removeQuietly, writeNew } from "../files/durable.ts";
import { fileError } from "../files/errno.ts";
import { hostPlatform } from "../platform/bun.ts";
import { encodeCheckedLog } from "./checked-log.ts";
import type { JobFolder, LoadedJob } from "./folder.ts";
import type { Lock } from "./lock.ts";

/**
 * Writes `state`, the state of `job`'s log with `appended` at its end. The event is already recorded, so a
 * failure here does not fail the command: it becomes a warning.
 */
export function writeSnapshot(
  files: DurableFiles,
  folder: JobFolder,
  lock: Lock,
  state: JobState,
  job: LoadedJob,
  appended: Uint8Array,
): string[] {
  const stateBytes = encodeAfter(job, state);
  const failure = replaceFile(files, folder.statePath, folder.path, `.state.json.tmp-${lock.token}`, stateBytes, true);
  if (failure !== undefined) {
    return [`${failure.message}; the event is in the log, and the next command writes the state`];
  }
  job.bytes.update(appended);
  const record = encodeCheckedLog({
    jobId: folder.jobId,
    revision: state.revision,
    logBytes: job.logLength + appended.length,
    logSha256: job.bytes.hex(),
    stateSha256: sha256Hex(hostPlatform, stateBytes),
  });
  // Not synced: where it is lost, or fails, the next command replays the log.
  replaceFile(files, folder.checkedPath, folder.path, `.events.jsonl.checked.tmp-${lock.token}`, record, false);
  return [];
}

const LIST = '"checkpoints": [';
/** The end of the list: a text in it can't have a newline, and what is in the list is indented further. */
const LIST_END = "\n  ]";

/**
 * `state.json` with `state`, which adds to what `job` found. A list of checkpoints that is on the disk as it would be
 * written is copied: rewriting it is most of the work for a job that has many.
 */
export function encodeAfter({ state: before, stateBytes, unknown }: LoadedJob, state: JobState): Uint8Array {
  const known = before?.checkpoints.length ?? 0;
  if (stateBytes === undefined || known === 0) return new TextEncoder().encode(encodeJobState(state, unknown));
  const old = Buffer.from(stateBytes.buffer, stateBytes.byteOffset, stateBytes.length);
  const first = old.indexOf(LIST) + LIST.length;
  const list = old.subarray(first, old.indexOf(LIST_END, first));
  const added = state.checkpoints.slice(known);
  const text = encodeJobState({ ...state, checkpoints: added }, unknown);
  const at = text.indexOf(LIST) + LIST.length;
  return Buffer.concat([
    Buffer.from(text.slice(0, at)),
    list,
    Buffer.from(added.length === 0 ? LIST_END : ","),
    Buffer.from(text.slice(at)).subarray(added.length === 0 ? 1 : 0),
  ]);
}

/** Writes the file completely or not at all. */
function replaceFile(
  files: DurableFiles,
  path: string,
  directory: string,
  stagedName: string,
  bytes: Uint8Array,
  sync: boolean,
): GaitError | undefined {
  const staged = join(directory, stagedName);
  try {
    writeNew(files, staged, bytes, { sync });
    files.rename(staged, path);
    return undefined;
  } catch (error) {
    const failure = fileError(error, "write", path);
    if (!(failure instanceof GaitError)) throw error;
    removeQuietly(files, staged);
    return failure;
  }
}
