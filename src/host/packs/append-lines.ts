/** Lines added to a file that other programs add to, all of them or none (contract 7.4). */
import { fstatSync, lstatSync, mkdirSync, readSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import { durableFiles, writeFully } from "../files/durable.ts";
import { fileError, statOrNothing, withFileErrors } from "../files/errno.ts";
import { kindOf } from "../files/input.ts";
import { acquireLock } from "../job/lock.ts";
import { thisMachine } from "../job/process-identity.ts";

const LF = 0x0a;

/**
 * Takes turns with other processes by `PATH.lock`, as the Go implementation does. The lines are on the disk when this
 * returns. A line that another program left unfinished gets its end first, so that it spoils no more than itself.
 *
 * @param inputs files that must not be the one that is written
 * @throws GaitError `contention` where another holds the lock, `invalid_input`, `write_failed`
 */
export async function appendLines(path: string, lines: Uint8Array, inputs: readonly string[]): Promise<void> {
  assertAppendable(path, inputs);
  withFileErrors("write", path, () => mkdirSync(dirname(path), { recursive: true, mode: 0o750 }));
  const lock = await acquireLock(`${path}.lock`, { files: durableFiles, processes: thisMachine() });
  try {
    appendAll(path, lines);
  } catch (error) {
    throw fileError(error, "write", path);
  } finally {
    lock.release();
  }
}

function assertAppendable(path: string, inputs: readonly string[]): void {
  if (path === "") throw new GaitError("invalid_input", "the output path is empty", { hint: "Give a path." });
  withFileErrors("write", path, () => {
    const stats = statOrNothing(() => lstatSync(path));
    if (stats !== undefined && !stats.isFile()) {
      const what = stats.isSymbolicLink() ? "a symbolic link" : kindOf(stats);
      throw new GaitError("write_failed", `${path} is ${what}, but lines are added to a regular file`, {
        hint: "Give another path.",
      });
    }
    const placeOf = (file: string): string | undefined => {
      const found = statOrNothing(() => statSync(file, { bigint: true }));
      return found === undefined ? undefined : `${found.dev}:${found.ino}`;
    };
    const place = placeOf(path);
    if (place === undefined || !inputs.some((input) => placeOf(input) === place)) return;
    throw new GaitError("invalid_input", `the output ${path} is one of the inputs`, { hint: "Give another path." });
  });
}

function appendAll(path: string, lines: Uint8Array): void {
  const fd = durableFiles.append(path);
  try {
    const { size } = fstatSync(fd);
    try {
      if (!endsLine(fd, size)) writeFully(durableFiles, fd, Uint8Array.of(LF));
      writeFully(durableFiles, fd, lines);
      durableFiles.sync(fd);
    } catch (error) {
      // A full disk: no part of the lines stays.
      durableFiles.truncate(fd, size);
      throw error;
    }
  } finally {
    durableFiles.close(fd);
  }
  durableFiles.syncFolder(dirname(path));
}

function endsLine(fd: number, size: number): boolean {
  if (size === 0) return true;
  const last = new Uint8Array(1);
  return readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === LF;
}
