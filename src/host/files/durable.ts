/**
 * The file calls whose order decides what a crash leaves behind. Everything that the job store changes on the disk goes
 * through this interface, so that the tests can stop the world before and within each of the calls.
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

/** Failures are thrown as the operating system gives them. Files are 0600, folders 0750; no call follows a link. */
export interface DurableFiles {
  /** `false` when the folder is there already. */
  makeFolder(path: string): boolean;
  /** ENOTEMPTY (or EEXIST) when there is something in it. */
  removeFolder(path: string): void;
  /** A new file to write to; EEXIST when there is one. */
  create(path: string): number;
  /** The file to write at its end, made if there is none. */
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

/** Windows has neither; there a link needs a privilege that other users do not have. */
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

/** The folder with those that it is in, each synced but itself; those that were made are added to `made`, outermost first. */
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

/** What `makeFolders` made, as far as nobody has put anything there. */
export function removeFolders(files: DurableFiles, made: readonly string[]): void {
  for (const path of made.toReversed()) quietly(() => files.removeFolder(path));
}

export function writeFully(files: DurableFiles, fd: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) done += files.write(fd, bytes.subarray(done));
}

/** A new file with this content, synced. What was written of it is removed when that fails. */
export function writeNew(files: DurableFiles, path: string, bytes: Uint8Array, options: { sync: boolean }): void {
  const fd = files.create(path);
  try {
    writeFully(files, fd, bytes);
    if (options.sync) files.sync(fd);
  } catch (error) {
    files.close(fd);
    removeQuietly(files, path);
    throw error;
  }
  files.close(fd);
}

/** For what is litter if it stays. */
export function removeQuietly(files: DurableFiles, path: string): void {
  quietly(() => files.remove(path));
}

/** What the operating system answers changes nothing here. */
function quietly(call: () => void): void {
  try {
    call();
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
  }
}
