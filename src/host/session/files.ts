/** The files of a session: its journal, the state and the lock beside it, and how each is written whole or not at all. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import type { SessionState } from "../../schema/document/session/journal.ts";
import { sessionStateValidator } from "../../schema/validator/journal.ts";
import { type DurableFiles, removeQuietly, writeNew } from "../files/durable.ts";
import { errnoOf, fileError, statOrNothing, withFileErrors } from "../files/errno.ts";
import { type Lock, type LockOptions, sweepLockLitter } from "../job/lock.ts";

/** The caller will report that nothing happened, so no part of the line may remain. */
export function takeBack(files: DurableFiles, fd: number, path: string, length: number, reason: unknown): never {
  try {
    files.truncate(fd, length);
    files.sync(fd);
    if (length === 0) removeQuietly(files, path);
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    throw new GaitError("write_failed", `${path} can't be written, and the partial write can't be undone`, {
      hint: "The line may or may not have been recorded: look with `gait run session status` before you try again.",
      cause: reason,
    });
  }
  throw reason;
}

/** Completely or not at all. */
export function replaceFile(
  files: DurableFiles,
  path: string,
  staged: string,
  bytes: Uint8Array,
): GaitError | undefined {
  try {
    writeNew(files, staged, [bytes], { sync: true });
    files.rename(staged, path);
    files.syncFolder(dirname(path));
    return undefined;
  } catch (error) {
    const failure = fileError(error, "write", path);
    if (!(failure instanceof GaitError)) throw error;
    removeQuietly(files, staged);
    return failure;
  }
}

/** Only the lock's holder writes these, so all existing ones are leftovers. */
export function sweep(path: string, lock: Lock, options: LockOptions): void {
  const { files } = options;
  sweepLockLitter(lockPath(path), lock, options);
  const staged = [basename(path), basename(statePath(path))].map((name) => `.${name}.tmp-`);
  for (const name of readdirSync(dirname(path)))
    if (staged.some((start) => name.startsWith(start) && /^[0-9a-f]{32}$/.test(name.slice(start.length))))
      removeQuietly(files, join(dirname(path), name));
}

export function readState(path: string): SessionState | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(statePath(path), "utf8"));
    return sessionStateValidator.fits(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) !== undefined) return undefined;
    throw error;
  }
}

export function isThere(path: string): boolean {
  return withFileErrors("read", path, () => statOrNothing(() => statSync(path))) !== undefined;
}

export function stagedName(path: string, { token }: Lock): string {
  return join(dirname(path), `.${basename(path)}.tmp-${token}`);
}

export function statePath(journal: string): string {
  return `${journal}.state.json`;
}

export function lockPath(journal: string): string {
  return `${journal}.lock`;
}
