/** Writes `state.json` after an event, and the record that log and state match. */
import { join } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import type { JobState } from "../../schema/document/job.ts";
import { type DurableFiles, removeQuietly, writeNew } from "../files/durable.ts";
import { fileError } from "../files/errno.ts";
import { hostPlatform } from "../platform/bun.ts";
import { encodeCheckedLog } from "./checked-log.ts";
import type { JobFolder, LoadedJob } from "./folder.ts";
import type { Lock } from "./lock.ts";
import { encodeAfter } from "./state-text.ts";

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
  const pieces = encodeAfter(job, state, job.unknown);
  const failure = replaceFile(files, folder.statePath, folder.path, `.state.json.tmp-${lock.token}`, pieces, true);
  if (failure !== undefined) {
    return [`${failure.message}; the event is in the log, and the next command writes the state`];
  }
  job.bytes.update(appended);
  const record = encodeCheckedLog({
    jobId: folder.jobId,
    revision: state.revision,
    logBytes: job.logLength + appended.length,
    logSha256: job.bytes.hex(),
    stateSha256: sha256OfPieces(pieces),
  });
  // Not synced: where it is lost, or fails, the next command replays the log.
  replaceFile(files, folder.checkedPath, folder.path, `.events.jsonl.checked.tmp-${lock.token}`, [record], false);
  return [];
}

function sha256OfPieces(pieces: readonly Uint8Array[]): string {
  const digest = hostPlatform.sha256();
  for (const piece of pieces) digest.update(piece);
  return digest.hex();
}

/** Writes the file completely or not at all. */
function replaceFile(
  files: DurableFiles,
  path: string,
  directory: string,
  stagedName: string,
  pieces: readonly Uint8Array[],
  sync: boolean,
): GaitError | undefined {
  const staged = join(directory, stagedName);
  try {
    writeNew(files, staged, pieces, { sync });
    files.rename(staged, path);
    return undefined;
  } catch (error) {
    const failure = fileError(error, "write", path);
    if (!(failure instanceof GaitError)) throw error;
    removeQuietly(files, staged);
    return failure;
  }
}
