/**
 * A job's folder as it is found: `events.jsonl`, which is the truth, and `state.json`, a snapshot of what it comes to
 * (contract 4.2). Nothing here writes; what a writer has to mend is part of the answer.
 *
 * What a crash can leave behind, and what is made of it:
 * - The log's last line is cut or garbled: nobody was told that this event happened. It does not count.
 * - `state.json` is missing, cut, or behind the log: the log counts.
 * - `state.json` is one revision ahead of the log: the Go implementation writes it first, and was stopped before the
 *   event was in the log. Nobody was told either, so the log counts.
 *
 * No crash leaves `state.json` further ahead, or garbles a line that it knows of: events were lost, and that is refused.
 */
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { agreesWithLast } from "../../core/job/last-event.ts";
import { replay } from "../../core/job/log-state.ts";
import { JsonError } from "../../core/json/error.ts";
import { parseJson } from "../../core/json/parse.ts";
import { assertIdentifier } from "../../core/text/identifier.ts";
import type { JobEvent, JobState } from "../../schema/document/job.ts";
import { JobStateSchema } from "../../schema/document/job.ts";
import type { JsonObject } from "../../schema/document/primitives.ts";
import { jobStateValidator } from "../../schema/validator/job.ts";
import { statOrNothing, withFileErrors } from "../files/errno.ts";
import { eventsIn, openRegular, type ReadableFile, readTail, splitMembers } from "./events-file.ts";

/** Where a job's files are; whether they are there is another question. */
export interface JobFolder {
  readonly jobId: string;
  readonly root: string;
  readonly path: string;
  readonly eventsPath: string;
  readonly statePath: string;
  readonly lockPath: string;
}

export interface LoadedJob {
  /** `undefined`: no event says that there is such a job. */
  readonly state: JobState | undefined;
  /** Members of `state.json` that only a later version knows; a writer keeps them. */
  readonly unknown: JsonObject;
  /** Bytes of the log that count; a writer cuts off what follows. */
  readonly logLength: number;
  readonly tornBytes: number;
  /** The last event lacks its newline. */
  readonly unended: boolean;
  /** What a person should know. Nothing that was acknowledged is lost. */
  readonly warnings: readonly string[];
}

/**
 * The places of a job under `root`.
 * @throws GaitError `invalid_input` for an id that is none, and for a folder that leads elsewhere
 */
export function jobFolder(root: string, jobId: string): JobFolder {
  assertIdentifier(jobId, "job id");
  const path = join(root, jobId);
  const stats = withFileErrors("read", path, () => statOrNothing(() => lstatSync(path)));
  if (stats !== undefined && !stats.isDirectory()) {
    const [what, hint] = stats.isSymbolicLink()
      ? ["a symbolic link", "Nothing is read or written outside of the job root: move the job's folder there."]
      : ["no folder", "Name the folder that has the job's events.jsonl and state.json."];
    throw new GaitError("invalid_input", `${path} is ${what}, and a job is a folder`, { hint });
  }
  return {
    jobId,
    root,
    path,
    eventsPath: join(path, "events.jsonl"),
    statePath: join(path, "state.json"),
    lockPath: join(path, "state.json.lock"),
  };
}

/**
 * The job as its log tells it. `producerVersion` is for a state that has to be made anew.
 * @throws GaitError `not_readable` when events were lost, or when the log can't be right
 */
export function loadJob(folder: JobFolder, producerVersion: string): LoadedJob {
  // The snapshot first: the log is written before it, so that the log read after it can't be behind.
  const snapshot = readSnapshot(folder);
  const log = openRegular(folder.eventsPath);
  try {
    return held(folder, producerVersion, snapshot, log);
  } finally {
    log?.close();
  }
}

/** The events of the log's first `length` bytes, in order, in memory that does not grow with it. */
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
}

/** The snapshot held against the log's last event; the log is read as a whole only where they disagree. */
function held(
  folder: JobFolder,
  producerVersion: string,
  { state: snapshot, unknown }: Snapshot,
  log: ReadableFile | undefined,
): LoadedJob {
  const known = snapshot?.revision ?? 0;
  const tail = log === undefined ? undefined : readTail(log);
  // Only the newline is missing, of an event that the snapshot knows: it was whole once, so an editor took it.
  const unended = tail?.restEvent !== undefined && tail.restEvent.revision <= known;
  const garbled = tail !== undefined && tail.end > 0 && tail.event === undefined && tail.rest === 0;
  const lines = (garbled ? tail.start : tail?.end) ?? 0;
  const size = (tail?.end ?? 0) + (tail?.rest ?? 0);
  const logLength = unended ? size : lines;
  const last = unended ? tail.restEvent : tail?.event;
  const tornBytes = size - logLength;

  const warnings: string[] = [];
  if (tornBytes > 0) {
    warnings.push(`the last ${tornBytes} bytes of the log are an event that was never finished; it does not count`);
  }
  const found = { unknown, logLength, tornBytes, unended, warnings };
  if (last !== undefined && snapshot !== undefined && agreesWithLast(snapshot, last))
    return { ...found, state: snapshot };

  const state = log === undefined ? undefined : rebuild(folder, log, logLength, snapshot, producerVersion);
  const revision = state?.revision ?? 0;
  if (known > revision + 1 || (garbled && known > revision)) throw lostEvents(folder, revision, known);
  if (known > revision) {
    warnings.push(
      `state.json is at revision ${known}, and the log ends at ${revision}: that change was never finished`,
    );
  } else if (known === revision && known > 0) {
    warnings.push(`state.json disagrees with the log about revision ${known}; the log counts`);
  }
  const silent = state?.checkpoints.find((checkpoint) => checkpoint.summary === "");
  if (silent !== undefined) {
    warnings.push(`the summary of ${silent.checkpoint_id} is lost: the log does not have it, nor does state.json`);
  }
  return { ...found, state };
}

function rebuild(
  folder: JobFolder,
  log: ReadableFile,
  length: number,
  snapshot: JobState | undefined,
  producerVersion: string,
): JobState | undefined {
  const { state, problems } = replay(eventsIn(log, length), { jobId: folder.jobId, producerVersion, snapshot });
  const [first] = problems;
  if (first === undefined) return state;
  throw new GaitError("not_readable", `${folder.eventsPath} can't be right: ${first.message}`, {
    hint: "No program writes such a log. Restore the job's folder from a copy.",
  });
}

function lostEvents(folder: JobFolder, revision: number, known: number): GaitError {
  const message = `${folder.eventsPath} ends at revision ${revision}, and state.json is at ${known}: events were lost`;
  return new GaitError("not_readable", message, {
    hint: "No crash does that. Restore the job's folder from a copy.",
  });
}

/** An unreadable snapshot is as good as none: it is made from the log again. */
function readSnapshot(folder: JobFolder): Snapshot {
  const none = { state: undefined, unknown: {} };
  const file = openRegular(folder.statePath);
  if (file === undefined) return none;
  try {
    const { known, unknown } = splitMembers(parseJson(file.read(0, file.size)), JobStateSchema.properties);
    return jobStateValidator.fits(known) && known.job_id === folder.jobId ? { state: known, unknown } : none;
  } catch (error) {
    if (error instanceof JsonError) return none;
    throw error;
  } finally {
    file.close();
  }
}
