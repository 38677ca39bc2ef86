/**
 * The file operations whose order determines what a crash leaves behind. The job store writes only through this
 * interface, so that tests can simulate a crash before and within each operation.
 */
import {
  closeSync,
  constants,
  fsyncSync,
  ftruncateSync,
  linkSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { errnoOf } from "./errno.ts";

/** System errors are thrown unchanged. Files are 0600, folders 0750; no call follows a link. */
export interface DurableFiles {
  /** `false` if the folder already exists. */
  makeFolder(path: string): boolean;
  /** ENOTEMPTY (or EEXIST) if it is not empty. */
  removeFolder(path: string): void;
  /** A new file to write to; EEXIST when there is one. */
  create(path: string): number;
  /** The file to append to, created if missing. */
  append(path: string): number;
  /** Bytes written, which may be fewer than given. */
  write(fd: number, bytes: Uint8Array): number;
  truncate(fd: number, length: number): void;
  sync(fd: number): void;
  close(fd: number): void;
  /** A second name for the file; EEXIST when it is taken. */
  link(from: string, to: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  /** A name is only as durable as the folder that has it. */
  syncFolder(path: string): void;
}

/** Windows has neither; creating a link there needs a privilege. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const FOLDER = constants.O_DIRECTORY ?? 0;

export const durableFiles: DurableFiles = {
  makeFolder(path) {
    try {
      mkdirSync(path, { mode: 0o750 });
      return true;
    } catch (error) {
      if (errnoOf(error) === "EEXIST") return false;
      throw error;
    }
  },
  removeFolder(path) {
    rmdirSync(path);
  },
  create(path) {
    return openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW, 0o600);
  },
  append(path) {
    return openSync(path, constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | NO_FOLLOW, 0o600);
  },
  write(fd, bytes) {
    return writeSync(fd, bytes);
  },
  truncate(fd, length) {
    ftruncateSync(fd, length);
  },
  sync(fd) {
    fsyncSync(fd);
  },
  close(fd) {
    closeSync(fd);
  },
  link(from, to) {
    linkSync(from, to);
  },
  rename(from, to) {
    renameSync(from, to);
  },
  remove(path) {
    unlinkSync(path);
  },
  syncFolder(path) {
    try {
      const fd = openSync(path, constants.O_RDONLY | FOLDER);
      try {
        fsyncSync(fd);
      } finally {
        closeSync(fd);
      }
    } catch (error) {
      // Some file systems, and Windows, can't sync a folder.
      if (!["EACCES", "EBADF", "EINVAL", "EISDIR", "ENOTSUP", "EPERM"].includes(errnoOf(error) ?? "")) throw error;
    }
  },
};

/** Makes the folder and its parents, and syncs the parents; new ones are added to `made`, outermost first. */
export function makeFolders(files: DurableFiles, path: string, made: string[]): void {
  const parent = join(path, "..");
  try {
    if (!files.makeFolder(path)) return;
  } catch (error) {
    if (errnoOf(error) !== "ENOENT" || parent === path) throw error;
    makeFolders(files, parent, made);
    if (!files.makeFolder(path)) return;
  }
  made.push(path);
  files.syncFolder(parent);
}

/** Removes what `makeFolders` made, if still empty. */
export function removeFolders(files: DurableFiles, made: readonly string[]): void {
  for (const path of made.toReversed()) quietly(() => files.removeFolder(path));
}

export function writeFully(files: DurableFiles, fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += files.write(fd, bytes.subarray(done));
}

/** Writes a new file of `pieces` and syncs it; on failure, removes it. */
export function writeNew(
  files: DurableFiles,
  path: string,
  pieces: readonly Uint8Array[],
  options: { sync: boolean },
): void {
  const fd = files.create(path);
  try {
    for (const piece of pieces) writeFully(files, fd, piece);
    if (options.sync) files.sync(fd);
  } catch (error) {
    files.close(fd);
    removeQuietly(files, path);
    throw error;
  }
  files.close(fd);
}

/** For cleanup of leftovers. */
export function removeQuietly(files: DurableFiles, path: string): void {
  quietly(() => files.remove(path));
}

/** System errors are ignored. */
function quietly(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}
