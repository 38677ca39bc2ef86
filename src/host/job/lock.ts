/**
 * A lock file with an owner (contract 4.4). It appears atomically with its content (a link to a finished file), is
 * never taken from a running process, and is taken over from a dead one. A lock whose owner can't be checked (an empty
 * one of the Go implementation, one of another machine) is respected until it is 30 seconds old.
 *
 * Two processes that both find a dead lock must not both remove it: the second would remove a new live one. So a
 * remover first takes a claim, a lock named after the dead lock's token. Only the holder of the claim may remove that
 * lock, and tokens are never reused: if the lock file still has the token, it is safe to remove. A claim of a dead
 * process is broken the same way.
 */
import { closeSync, constants, fstatSync, openSync, readdirSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { encodeHex } from "../../core/bytes/encoding.ts";
import { GaitError } from "../../core/finding/error.ts";
import { type DurableFiles, removeQuietly, writeNew } from "../files/durable.ts";
import { errnoOf, fileError } from "../files/errno.ts";
import { isProcessId, type Processes, type ProcessIdentity } from "./process-identity.ts";

/** How long a lock without a checkable owner is respected, in ms. */
export const STALE_LOCK_MS = 30_000;
/** How long to wait for a lock that is held, in ms. */
export const LOCK_WAIT_MS = 2_000;
/** Longest pause between two attempts, in ms; randomized, so that waiters don't synchronize. */
const RETRY_MS = 10;
const MAX_LOCK_BYTES = 4096;

export interface LockOptions {
  readonly files: DurableFiles;
  readonly processes: Processes;
  /** In ms; `LOCK_WAIT_MS` unless given. */
  readonly waitMs?: number | undefined;
  /** In ms; `STALE_LOCK_MS` unless given. */
  readonly staleMs?: number | undefined;
  /** What the lock file holds besides its owner, for other programs that read it. */
  readonly members?: Readonly<Record<string, string>> | undefined;
}

export interface Lock {
  /** 32 hex digits, unique per lock. */
  readonly token: string;
  /** @throws GaitError `contention` if the lock was taken by a program that breaks old locks of live processes. */
  assertHeld(): void;
  release(): void;
}

/**
 * Acquires the lock at `path`, waiting if needed.
 * @throws GaitError `contention` if it stays locked, `write_failed`
 */
export async function acquireLock(path: string, options: LockOptions): Promise<Lock> {
  const token = newToken();
  const staged = beside(path, `tmp-${token}`);
  const deadline = performance.now() + (options.waitMs ?? LOCK_WAIT_MS);
  try {
    stage(staged, token, options);
    for (;;) {
      if (tryLink(staged, path, token, options.files)) return heldLock(path, token, options.files);
      const holder = inspect(path);
      const gone =
        holder === undefined || (isAbandoned(holder, options) && removeAbandoned(path, path, holder, options));
      if (holder !== undefined && performance.now() >= deadline) throw contention(path, holder);
      if (!gone) await Bun.sleep(1 + Math.random() * RETRY_MS);
    }
  } catch (error) {
    throw fileError(error, "write", path);
  } finally {
    removeQuietly(options.files, staged);
  }
}

/**
 * Removes leftovers of dead processes at `path`. Only the lock's holder may: claims on older locks no longer matter
 * then.
 */
export function sweepLockLitter(path: string, lock: Lock, options: LockOptions): void {
  const prefix = `.${basename(path)}.`;
  const mine = `${prefix}claim-${lock.token}`;
  for (const name of readdirSync(dirname(path))) {
    if (!name.startsWith(prefix) || name === mine) continue;
    const litter = join(dirname(path), name);
    const found = inspect(litter);
    if (found !== undefined && isAbandoned(found, options)) removeQuietly(options.files, litter);
  }
}

interface FoundLock {
  /** The owner's token; for a lock without one, an identity of the file. */
  readonly token: string;
  readonly owner: ProcessIdentity | undefined;
  readonly writtenAt: number;
}

function stage(staged: string, token: string, { files, processes, members }: LockOptions): void {
  const content = `${JSON.stringify({ ...members, ...processes.self, token })}\n`;
  writeNew(files, staged, [new TextEncoder().encode(content)], { sync: false });
}

function tryLink(staged: string, path: string, token: string, files: DurableFiles): boolean {
  try {
    files.link(staged, path);
    return true;
  } catch (error) {
    const errno = errnoOf(error) ?? "";
    // A file server may report EEXIST after success, if its first answer was lost.
    if (errno === "EEXIST") return inspect(path)?.token === token;
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(errno)) throw error;
  }
  // No hard links here (exFAT, some network shares): the lock is empty for a moment, and so counts as one without owner.
  try {
    writeNew(files, path, [readFileSync(staged)], { sync: false });
    return true;
  } catch (error) {
    if (errnoOf(error) !== "EEXIST") throw error;
    return false;
  }
}

function heldLock(path: string, token: string, files: DurableFiles): Lock {
  return {
    token,
    assertHeld() {
      if (inspect(path)?.token === token) return;
      throw new GaitError("contention", `${path} was taken from this process`, { hint: "Try again." });
    },
    release() {
      if (inspect(path)?.token === token) removeQuietly(files, path);
    },
  };
}

/** Removes the dead lock `target`: the one at `path`, or a claim on it. `false` if another process is doing it. */
function removeAbandoned(path: string, target: string, dead: FoundLock, options: LockOptions): boolean {
  const { files } = options;
  const claim = beside(path, `claim-${dead.token}`);
  const token = newToken();
  const staged = beside(path, `tmp-${token}`);
  stage(staged, token, options);
  try {
    if (!tryLink(staged, claim, token, files)) {
      const rival = inspect(claim);
      if (rival !== undefined && isAbandoned(rival, options)) removeAbandoned(path, claim, rival, options);
      return false;
    }
  } finally {
    removeQuietly(files, staged);
  }
  try {
    if (inspect(target)?.token === dead.token) files.remove(target);
    return true;
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return true;
    throw error;
  } finally {
    removeQuietly(files, claim);
  }
}

function isAbandoned(found: FoundLock, { processes, staleMs = STALE_LOCK_MS }: LockOptions): boolean {
  const liveness = found.owner === undefined ? "unknown" : processes.liveness(found.owner, found.writtenAt);
  if (liveness === "unknown") return Date.now() - found.writtenAt > staleMs;
  return liveness === "dead";
}

/** The current lock file, with time and content of the same file; `undefined` when there is none. */
function inspect(path: string): FoundLock | undefined {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0));
  } catch (error) {
    if (errnoOf(error) === "ENOENT") return undefined;
    throw fileError(error, "read", path);
  }
  try {
    const stats = fstatSync(fd, { bigint: true });
    const unowned = { token: `${stats.ino.toString(16)}-${stats.mtimeNs.toString(16)}`, owner: undefined };
    const small = stats.isFile() && stats.size > 0n && stats.size <= MAX_LOCK_BYTES;
    const owned = small ? parseOwner(readFileSync(fd, "utf8")) : undefined;
    return { ...(owned ?? unowned), writtenAt: Number(stats.mtimeMs) };
  } finally {
    closeSync(fd);
  }
}

/** The name of a file that belongs to the lock at `path`. */
function beside(path: string, what: string): string {
  return join(dirname(path), `.${basename(path)}.${what}`);
}

function parseOwner(text: string): { token: string; owner: ProcessIdentity } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { token, pid, host, start_time, boot_id, pid_namespace } = value as Record<string, unknown>;
  // The token becomes part of a file name.
  if (typeof token !== "string" || !/^[0-9a-f]{32}$/.test(token)) return undefined;
  if (!isProcessId(pid) || typeof host !== "string") return undefined;
  const optional = { start_time, boot_id, pid_namespace };
  const known = Object.fromEntries(Object.entries(optional).filter(([, text]) => typeof text === "string"));
  return { token, owner: { pid, host, ...known } };
}

function contention(path: string, { owner, writtenAt }: FoundLock): GaitError {
  const age = Math.max(0, Math.round((Date.now() - writtenAt) / 1000));
  const who =
    owner === undefined ? "by an unidentified program" : `by process ${owner.pid} on ${JSON.stringify(owner.host)}`;
  return new GaitError("contention", `${path} is held ${who}, for ${age} s now`, {
    hint: "Try again. If that process is stuck, end it; if there is none, remove the file.",
  });
}

function newToken(): string {
  return encodeHex(crypto.getRandomValues(new Uint8Array(16)));
}
