/** A file that has a temporary name until it is complete. */
import {
  closeSync,
  constants,
  fchmodSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmdirSync,
  unlinkSync,
  writeSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import { encodeHex } from "../../core/bytes/encoding.ts";
import { GaitError } from "../../core/finding/error.ts";
import { errnoOf, fileError, statOrNothing, withFileErrors } from "./errno.ts";

/** Receives the bytes of an output in order. The caller may reuse them once `write` has returned. */
export interface FileSink {
  write(bytes: Uint8Array): void;
}

/** A new file that still has a temporary name in its folder. */
export interface StagedFile {
  /** The temporary name. */
  readonly path: string;
  readonly sink: FileSink;
  /** Syncs everything to disk; no more writes are possible. */
  seal(): void;
  /**
   * Gives the sealed file its name, atomically.
   * @throws GaitError `already_exists` if the name is taken and `replace` is false, `write_failed`
   */
  publish(path: string, options: { replace: boolean }): void;
  /** Removes the file unless it already has its name. */
  discard(): void;
}

const BUFFER_BYTES = 256 * 1024;

/** Temporary files, and folders made for them, to remove when a signal ends the process. */
const temporaries = new Map<string, readonly string[]>();

/** Removes every temporary file of this process: for the handler of signals. Never throws. */
export function removeTemporaries(): void {
  for (const path of temporaries.keys()) discardTemporary(path);
}

/**
 * A temporary file with mode 0600 in `directory`, which is created (0750) if needed; `name` is its final name, if
 * known.
 */
export function stageFile(directory: string, name?: string): StagedFile {
  assertNameable(join(directory, name ?? ""));
  const folders = makeFolder(directory);
  const path = join(directory, temporaryName(name ?? "gait"));
  // For error messages: the temporary name means nothing to the caller.
  const meant = name === undefined ? `a file in ${directory}` : join(directory, name);
  const fd = withFileErrors("write", meant, () => createIn(directory, path));
  temporaries.set(path, folders);
  // The umask may have removed even the owner's bits.
  ignoring(["EPERM", "ENOTSUP"], () => fchmodSync(fd, 0o600));

  const buffer = new Uint8Array(BUFFER_BYTES);
  let used = 0;
  let open = true;
  function flush(): void {
    writeFully(fd, meant, buffer.subarray(0, used));
    used = 0;
  }
  function close(): void {
    if (open) closeSync(fd);
    open = false;
  }

  return {
    path,
    sink: {
      write(bytes) {
        if (!open) throw new GaitError("internal", `${meant} is written after it was sealed`);
        if (used + bytes.length > BUFFER_BYTES) flush();
        if (bytes.length > BUFFER_BYTES) return writeFully(fd, meant, bytes);
        buffer.set(bytes, used);
        used += bytes.length;
      },
    },
    seal() {
      flush();
      withFileErrors("write", meant, () => fsyncSync(fd));
      close();
    },
    publish(final, { replace }) {
      withFileErrors("write", final, () => (replace ? renameSync(path, final) : linkOrRename(path, final)));
      removeTemporary(path);
      withFileErrors("write", final, () => syncFolder(dirname(final)));
    },
    discard() {
      close();
      discardTemporary(path);
    },
  };
}

/** An argument that is not UTF-8 was decoded to a different name: the file would get the wrong name. */
function assertNameable(path: string): void {
  if (!path.includes("\u{fffd}")) return;
  throw new GaitError("invalid_input", `${path} is not the given name, which is not UTF-8`, {
    hint: "Give a path in UTF-8, without the replacement character.",
  });
}

/**
 * Names the file without replacing an existing one: `link` fails if the name is taken, `rename` would not. File systems
 * without hard links (exFAT, some network shares) get a check and a rename; two writers at once can collide there.
 */
function linkOrRename(path: string, final: string): void {
  try {
    linkSync(path, final);
  } catch (error) {
    if (!["EPERM", "ENOTSUP", "EOPNOTSUPP", "ENOSYS", "EMLINK"].includes(errnoOf(error) ?? "")) throw error;
    if (statOrNothing(() => lstatSync(final)) !== undefined) {
      throw new GaitError("already_exists", `${final} already exists`, {
        hint: "Give another path, or --force to replace it.",
      });
    }
    renameSync(path, final);
  }
}

function createIn(directory: string, path: string): number {
  const create = (): number => openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600);
  try {
    return create();
  } catch (error) {
    if (errnoOf(error) !== "ENOENT") throw error;
    // Another process that made the folder has just removed it again, because its own write failed.
    makeFolder(directory);
    return create();
  }
}

/** The newly created folders, innermost first. */
function makeFolder(directory: string): string[] {
  try {
    // As a full path: on Windows "." fails as already existing.
    const outermost = mkdirSync(resolve(directory), { recursive: true, mode: 0o750 });
    const made: string[] = [];
    for (let folder = resolve(directory); outermost !== undefined; folder = dirname(folder)) {
      made.push(folder);
      if (folder === resolve(outermost) || folder === dirname(folder)) break;
    }
    return made;
  } catch (error) {
    // A file where a folder must be is EEXIST here, which would read as "give --force".
    if (errnoOf(error) === "EEXIST") {
      throw new GaitError("write_failed", `${directory} is a file, but a folder is needed`, {
        hint: "Give another path.",
        cause: error,
      });
    }
    throw fileError(error, "write", directory);
  }
}

function temporaryName(name: string): string {
  // The additions must not make a name of 255 bytes too long.
  const stem = Buffer.byteLength(name) > 180 ? "gait" : name;
  return `.${stem}.tmp-${process.pid}-${encodeHex(crypto.getRandomValues(new Uint8Array(8)))}`;
}

function writeFully(fd: number, path: string, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; ) {
    done += withFileErrors("write", path, () => writeSync(fd, bytes, done, bytes.length - done));
  }
}

/** The name is only as durable as the folder that has it. Some file systems, and Windows, can't sync a folder. */
function syncFolder(directory: string): void {
  ignoring(["EACCES", "EBADF", "EINVAL", "EISDIR", "ENOTSUP", "EPERM"], () => {
    const fd = openSync(directory, constants.O_RDONLY);
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  });
}

function removeTemporary(path: string): void {
  if (!temporaries.delete(path)) return;
  ignoring(undefined, () => unlinkSync(path));
}

/** Also removes the folders made for this file, if they are empty. */
function discardTemporary(path: string): void {
  const folders = temporaries.get(path) ?? [];
  removeTemporary(path);
  for (const folder of folders) ignoring(undefined, () => rmdirSync(folder));
}

/** Runs `call` and ignores failures with these errnos (any, if not given). */
function ignoring(errnos: readonly string[] | undefined, call: () => void): void {
  try {
    call();
  } catch (error) {
    if (errnos !== undefined && !errnos.includes(errnoOf(error) ?? "")) throw error;
  }
}
