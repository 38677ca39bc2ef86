/**
 * A session's journal on disk (contract 15.4), one writer at a time. A line takes effect once it is written and synced; the state
 * beside it follows. Leftovers of a crash are repaired by the next writer, under the lock.
 *
 * The state says how long the journal was when a command last succeeded. So a line without its end that begins there, or behind,
 * was never acknowledged and is cut off; any other is a journal that lost its end, which is an error, as is a state that knows of
 * more events than the journal.
 */
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { indentedJson, journalLine } from "../../core/session/event.ts";
import { type Journal, MAX_JOURNAL_LINE, readJournal, stateOf } from "../../core/session/journal.ts";
import type {
  SessionCheckpoint,
  SessionEvent,
  SessionHeader,
  SessionState,
} from "../../schema/document/session/journal.ts";
import { type DurableFiles, durableFiles, makeFolders, removeFolders, writeFully } from "../files/durable.ts";
import { withFileErrors } from "../files/errno.ts";
import { readInput } from "../files/input.ts";
import { acquireLock, type Lock, type LockOptions } from "../job/lock.ts";
import { type Processes, thisMachine } from "../job/process-identity.ts";
import { hostPlatform } from "../platform/bun.ts";
import { isThere, lockPath, readState, replaceFile, stagedName, statePath, sweep, takeBack } from "./files.ts";

/** Largest journal, in bytes: it is held in memory. */
const MAX_JOURNAL_BYTES = 1024 * 1024 * 1024;
/** As the Go implementation has it. */
const STALE_MS = 5 * 60_000;

export interface SessionStore {
  readonly producerVersion: string;
  /** The current time as the formats write it. */
  readonly now: () => string;
  readonly lockWaitMs?: number | undefined;
  readonly lockStaleMs?: number | undefined;
  /** For tests. */
  readonly files?: DurableFiles;
  readonly processes?: Processes;
}

export interface LoadedSession {
  readonly journal: Journal;
  /** Absent where it is missing, unreadable, or of another session: it is only a cache. */
  readonly state: SessionState | undefined;
  readonly warnings: readonly string[];
}

/** A journal that is held by its lock. */
export interface OpenSession extends LoadedSession {
  /** The line is on the disk when this returns. @throws GaitError `contention`, `write_failed` (nothing happened) */
  append(record: { readonly event: SessionEvent } | { readonly checkpoint: SessionCheckpoint }): void;
  /** Puts `text` in the place of the whole journal. */
  replace(text: string): void;
  /** Writes the state; a failure is a warning, since the journal has everything. */
  saveState(): readonly string[];
}

/**
 * The session at `path`, without its lock.
 * @throws GaitError `invalid_input` with the line that is wrong, `not_found`, `not_readable`
 */
export async function readSession(path: string): Promise<LoadedSession> {
  // The state first: writers append first, so a journal read later can't be behind.
  const state = readState(path);
  const bytes = await readInput(path, {
    limit: MAX_JOURNAL_BYTES,
    limitHint: "Make a checkpoint and compact it: gait run session compact.",
  });
  const journal = readJournal(bytes, path, hostPlatform);
  const own =
    state?.session_id === journal.header.session_id && state.run_id === journal.header.run_id ? state : undefined;
  assertWhole(path, journal, own);
  const torn = `${path}: its last line has no end and was never acknowledged; the next command that writes cuts it off`;
  return { journal, state: own, warnings: journal.tornBytes > 0 ? [torn] : [] };
}

function assertWhole(path: string, journal: Journal, state: SessionState | undefined): void {
  const known = state?.last_sequence ?? 0;
  if (known > journal.lastSequence || (state?.last_checkpoint_index ?? 0) > journal.checkpoints.length) {
    throw new GaitError(
      "invalid_input",
      `${path} has ${journal.lastSequence} events and ${journal.checkpoints.length} checkpoints, and ` +
        `${path}.state.json knows of ${known} and ${state?.last_checkpoint_index}: lines were dropped from its end`,
      { hint: "Take the journal from a copy. If it is right as it is, remove the state: it is made again." },
    );
  }
  if (journal.tornBytes === 0 || (state !== undefined && state.journal_size_bytes <= journal.length)) return;
  throw new GaitError(
    "invalid_input",
    `${path}: the last line has no end (${journal.tornBytes} bytes), and nothing says that it was never acknowledged`,
    { hint: `Take the journal from a copy, or cut it after byte ${journal.length} if nothing else is lost.` },
  );
}

/** Takes the lock of the session at `path`, for as long as `use` takes. */
export async function withSession<T>(
  path: string,
  store: SessionStore,
  use: (session: OpenSession) => Promise<T>,
): Promise<T> {
  const { files = durableFiles } = store;
  if (!isThere(path)) {
    throw new GaitError("not_found", `there is no journal of a session at ${path}`, {
      hint: "Start one: gait run session start --journal FILE --session-id ID --run-id ID.",
    });
  }
  const lock = await acquireLock(lockPath(path), lockOptions(store));
  try {
    sweep(path, lock, lockOptions(store));
    return await use(new HeldSession(path, await readSession(path), lock, files, store));
  } finally {
    lock.release();
  }
}

/**
 * Starts a session; where there is one of the same ids already, it is that one.
 * @throws GaitError `invalid_input` where the journal is another session's, `contention`, `write_failed`
 */
export async function startSession(
  path: string,
  header: SessionHeader,
  store: SessionStore,
): Promise<LoadedSession & { readonly isNew: boolean }> {
  const { files = durableFiles } = store;
  const made: string[] = [];
  try {
    withFileErrors("write", path, () => makeFolders(files, dirname(path), made));
    const lock = await acquireLock(lockPath(path), lockOptions(store));
    try {
      sweep(path, lock, lockOptions(store));
      if (!isThere(path) || isUnbegun(path)) return { ...begin(path, header, lock, store), isNew: true };
      const found = await readSession(path);
      const { session_id: session, run_id: run } = found.journal.header;
      if (session !== header.session_id || run !== header.run_id) {
        throw new GaitError("invalid_input", `${path} is the journal of the session ${session} of the run ${run}`, {
          hint: "Give another journal, or the ids of this one.",
        });
      }
      return { ...found, isNew: false };
    } finally {
      lock.release();
    }
  } catch (error) {
    removeFolders(files, made);
    throw error;
  }
}

/** A header that was being written when its program was stopped: it has no end, and no state says that it was acknowledged. */
function isUnbegun(path: string): boolean {
  if (isThere(statePath(path))) return false;
  const bytes = withFileErrors("read", path, () => readFileSync(path));
  return (
    bytes.length < 64 * 1024 && !bytes.includes(0x0a) && (bytes.length === 0 || bytes[0] === 0x7b) && !isJson(bytes)
  );
}

function isJson(bytes: Uint8Array): boolean {
  try {
    JSON.parse(new TextDecoder().decode(bytes));
    return true;
  } catch {
    return false;
  }
}

function begin(path: string, header: SessionHeader, lock: Lock, store: SessionStore): LoadedSession {
  const journal: Journal = {
    header,
    events: [],
    checkpoints: [],
    lastSequence: 0,
    length: 0,
    tornBytes: isThere(path) ? 1 : 0,
    isUnended: false,
  };
  const session = new HeldSession(
    path,
    { journal, state: undefined, warnings: [] },
    lock,
    store.files ?? durableFiles,
    store,
  );
  session.begin();
  return { journal: session.journal, state: undefined, warnings: session.saveState() };
}

class HeldSession implements OpenSession {
  journal: Journal;
  readonly state: SessionState | undefined;
  readonly warnings: readonly string[];
  readonly #path: string;
  readonly #lock: Lock;
  readonly #files: DurableFiles;
  readonly #store: SessionStore;

  constructor(
    path: string,
    { journal, state, warnings }: LoadedSession,
    lock: Lock,
    files: DurableFiles,
    store: SessionStore,
  ) {
    this.#path = path;
    this.journal = journal;
    this.state = state;
    this.warnings = warnings;
    this.#lock = lock;
    this.#files = files;
    this.#store = store;
  }

  begin(): void {
    this.#write(journalLine({ header: this.journal.header }), true);
  }

  append(record: { readonly event: SessionEvent } | { readonly checkpoint: SessionCheckpoint }): void {
    this.#write(journalLine(record), false);
    const { events, checkpoints } = this.journal;
    this.journal =
      "event" in record
        ? { ...this.journal, events: [...events, record.event], lastSequence: record.event.sequence }
        : { ...this.journal, checkpoints: [...checkpoints, record.checkpoint] };
  }

  #write(text: string, isNew: boolean): void {
    const { length, tornBytes, isUnended } = this.journal;
    const line = new TextEncoder().encode(`${isUnended ? "\n" : ""}${text}`);
    if (line.length > MAX_JOURNAL_LINE) {
      throw new GaitError("invalid_input", `the line has ${line.length} bytes, and the limit is ${MAX_JOURNAL_LINE}`, {
        hint: "Give shorter texts; keep the detail in a file and name it here.",
      });
    }
    this.#lock.assertHeld();
    const [path, files] = [this.#path, this.#files];
    withFileErrors("write", path, () => {
      const fd = files.append(path);
      try {
        if (tornBytes > 0) files.truncate(fd, length);
        writeFully(files, fd, line);
        files.sync(fd);
        if (isNew) files.syncFolder(dirname(path));
      } catch (error) {
        takeBack(files, fd, path, length, error);
      } finally {
        files.close(fd);
      }
    });
    this.journal = { ...this.journal, length: length + line.length, tornBytes: 0, isUnended: false };
  }

  replace(text: string): void {
    const [path, files] = [this.#path, this.#files];
    const bytes = new TextEncoder().encode(text);
    this.#lock.assertHeld();
    const failure = replaceFile(files, path, stagedName(path, this.#lock), bytes);
    if (failure !== undefined) throw failure;
    this.journal = readJournal(bytes, path, hostPlatform);
  }

  saveState(): readonly string[] {
    const state = stateOf(this.journal, {
      now: this.#store.now(),
      producerVersion: this.#store.producerVersion,
      size: this.journal.length,
    });
    const bytes = new TextEncoder().encode(indentedJson(state));
    const path = statePath(this.#path);
    const failure = replaceFile(this.#files, path, stagedName(path, this.#lock), bytes);
    if (failure === undefined) return [];
    return [`${failure.message}; the journal has everything, and the next command writes the state`];
  }
}

function lockOptions({ files = durableFiles, processes = thisMachine(), ...store }: SessionStore): LockOptions {
  return {
    files,
    processes,
    waitMs: store.lockWaitMs,
    staleMs: store.lockStaleMs ?? STALE_MS,
    // The Go implementation takes over a lock that says since when it is held, after five minutes; any other, never.
    members: {
      created_at: store.now().replace(/\.\d+Z$/, "Z"),
      schema_id: "gait.runpack.session_lock",
      schema_version: "1.0.0",
    },
  };
}
