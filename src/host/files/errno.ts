/** System errors as messages and hints. */
import { existsSync } from "node:fs";
import { type ErrorCode, GaitError } from "../../core/finding/error.ts";
import { isIdentifier } from "../../core/text/identifier.ts";

type Refusal = readonly [code: ErrorCode, what: string, hint?: string];

/** By errno, for reading. */
const READING: Readonly<Record<string, Refusal>> = {
  ENOENT: ["not_found", "does not exist", "Check the path."],
  ENOTDIR: ["not_found", "does not exist: a part of the path is a file, not a folder", "Check the path."],
  EACCES: ["not_readable", "may not be read by this user", "Change its permissions, or run as a user who may read it."],
  EPERM: ["not_readable", "may not be read by this user", "Change its permissions, or run as a user who may read it."],
  EISDIR: ["not_readable", "is a folder, but a file is needed", "Give the path of a file in it."],
  ELOOP: [
    "not_readable",
    "is a circular symbolic link, or a chain of links that is too long",
    "Give the path of the file itself.",
  ],
  ENAMETOOLONG: [
    "not_readable",
    "has a name too long for this file system",
    "Check the path; a file name may have 255 bytes.",
  ],
  EMFILE: [
    "not_readable",
    "can't be opened: this process has too many files open",
    "Raise the limit with `ulimit -n`.",
  ],
  ENFILE: [
    "not_readable",
    "can't be opened: the whole machine has too many files open",
    "Close other programs and try again.",
  ],
  ENXIO: [
    "not_readable",
    "is a socket or a device, but a regular file is needed",
    "Write its content to a file first.",
  ],
  EIO: ["not_readable", "can't be read: the disk reports an error", "Check the disk; take the file from a copy."],
};

/** By errno, for writing. */
const WRITING: Readonly<Record<string, Refusal>> = {
  ENOSPC: [
    "write_failed",
    "can't be written: the disk is full",
    "Free some space, or write to another disk. Nothing was left behind.",
  ],
  EDQUOT: [
    "write_failed",
    "can't be written: this user's disk quota is used up",
    "Free some space, or write to another disk.",
  ],
  EFBIG: [
    "write_failed",
    "can't be written: it would be larger than the limit for a file",
    "Check `ulimit -f` and the file system.",
  ],
  EROFS: ["write_failed", "can't be written: the file system is read-only", "Write to another folder."],
  EACCES: [
    "write_failed",
    "can't be written: this user may not write to the folder",
    "Change its permissions, or write to another folder.",
  ],
  EPERM: [
    "write_failed",
    "can't be written: this user may not write to the folder",
    "Change its permissions, or write to another folder.",
  ],
  ENOENT: ["write_failed", "can't be written: its folder does not exist", "Check the path and try again."],
  ENOTDIR: ["write_failed", "can't be written: a part of the path is a file, not a folder", "Check the path."],
  EISDIR: ["write_failed", "can't be written: it is a folder", "Give the path of a file."],
  EEXIST: ["already_exists", "already exists", "Give another path, or --force to replace it."],
  ELOOP: ["write_failed", "can't be written: the path has a circular symbolic link", "Check the path."],
  ENAMETOOLONG: [
    "write_failed",
    "can't be written: the name is too long for this file system",
    "Give a shorter name; a file name may have 255 bytes.",
  ],
  EMFILE: [
    "write_failed",
    "can't be written: this process has too many files open",
    "Raise the limit with `ulimit -n`.",
  ],
  ENFILE: [
    "write_failed",
    "can't be written: the whole machine has too many files open",
    "Close other programs and try again.",
  ],
  EIO: ["write_failed", "can't be written: the disk reports an error", "Check the disk, or write to another one."],
};

/** The errno name of a thrown system error, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/**
 * Converts a system error to a `GaitError` with `path` and a hint. A `GaitError` is returned unchanged, and so is
 * anything that is not a system error: that is a defect.
 */
export function fileError(error: unknown, doing: "read" | "write", path: string): unknown {
  const errno = errnoOf(error);
  if (error instanceof GaitError || errno === undefined) return error;
  if (errno === "ERR_INVALID_ARG_VALUE") {
    return new GaitError("invalid_input", "the path has a NUL character in it", {
      hint: "Check the path.",
      cause: error,
    });
  }
  const fallback: Refusal =
    doing === "read" ? ["not_readable", `can't be read (${errno})`] : ["write_failed", `can't be written (${errno})`];
  const [code, what, usual] = (doing === "read" ? READING : WRITING)[errno] ?? fallback;
  const hint = doing === "read" && errno === "ENOENT" ? (runHint(path) ?? usual) : usual;
  return new GaitError(code, `${path} ${what}`, { cause: error, ...(hint === undefined ? {} : { hint }) });
}

/** What to give instead of the id of a run, or of an object in a bucket, where a file was asked for. */
function runHint(path: string): string | undefined {
  if (path.startsWith("s3://"))
    return "Packs in a bucket are verified by `gait store verify`, and fetched by `gait store get`.";
  if (!isIdentifier(path)) return undefined;
  const runpack = `gait-out/runpack_${path}.zip`;
  return existsSync(runpack) ? `For the run with this id, give its runpack: ${runpack}` : undefined;
}

/** Runs `call` and converts its errors with `fileError`. */
export function withFileErrors<T>(doing: "read" | "write", path: string, call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw fileError(error, doing, path);
  }
}

/** The result of `stat`; `undefined` if the path does not exist. Other errors are thrown unchanged. */
export function statOrNothing<T>(stat: () => T): T | undefined {
  try {
    return stat();
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === "ENOENT" || errno === "ENOTDIR") return undefined;
    throw error;
  }
}
