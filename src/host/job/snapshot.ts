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
 * Writes `state`, which the log of `job` comes to with `appended` at its end. The event is already recorded, so a
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
  const stateBytes = new TextEncoder().encode(encodeJobState(state, job.unknown));
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
