/**
 * The log of a recorder as a file, in Node and in Bun: `import { createLog, openLog } from "gait/log"`. Each line is one write
 * at the end of the file, so that it outlives the program as soon as it is recorded; it is synced in the background, and
 * `flush` waits for that.
 */
import { closeSync, constants, fstatSync, fsync, fsyncSync, openSync, readSync, type Stats, writeSync } from "node:fs";
import { dirname } from "node:path";
import { GaitError } from "../../core/finding/error.ts";
import type { RecorderLog } from "../../core/recorder/log.ts";
import { errnoOf, withFileErrors } from "../files/errno.ts";

const LF = 0x0a;
const PIECE = 256 * 1024;
/** Windows has none. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;

/**
 * The log of a new run, a file with mode 0600.
 * @throws GaitError `already_exists` if there is one: `openLog` is for that; `write_failed`
 */
export function createLog(path: string): RecorderLog {
  const { O_RDWR, O_APPEND, O_CREAT, O_EXCL } = constants;
  const fd = withFileErrors("write", path, () => {
    try {
      return openSync(path, O_RDWR | O_APPEND | O_CREAT | O_EXCL | NO_FOLLOW, 0o600);
    } catch (error) {
      if (errnoOf(error) !== "EEXIST") throw error;
      throw new GaitError("already_exists", `${path} already exists`, {
        hint: "Recover the run in it: recoverRun(openLog(path)). Or give another path.",
      });
    }
  });
  syncFolder(dirname(path));
  return new FileLog(path, fd);
}

/**
 * A log that is there, of a program that ended: for `recoverRun`. One program at a time writes to it.
 * @throws GaitError `not_found`, `not_readable`, `write_failed`
 */
export function openLog(path: string): RecorderLog {
  const { O_RDWR, O_APPEND, O_NONBLOCK = 0 } = constants;
  const fd = withFileErrors("read", path, () => openSync(path, O_RDWR | O_APPEND | O_NONBLOCK | NO_FOLLOW));
  if (!fstatSync(fd).isFile()) {
    closeSync(fd);
    throw new GaitError("not_readable", `${path} is no file`, { hint: "Give the log of a recorder." });
  }
  return new FileLog(path, fd);
}

class FileLog implements RecorderLog {
  readonly #path: string;
  readonly #identity: string;
  #fd: number | undefined;
  /** Where the next line goes. */
  #size: number;
  /** What a crash cut off stays a line of its own. */
  #isCut: boolean;
  /** The sync under way; `#isBehind` says that there was a line after it began. */
  #syncing: Promise<void> | undefined;
  #isBehind = false;
  #failed: unknown;

  constructor(path: string, fd: number) {
    const stats = fstatSync(fd);
    this.#path = path;
    this.#fd = fd;
    this.#size = stats.size;
    this.#isCut = !endsWithLine(fd, stats.size);
    this.#identity = identityOf(stats);
  }

  append(line: Uint8Array): void {
    const fd = this.#opened();
    if (this.#failed !== undefined) throw this.#failed;
    const { size } = fstatSync(fd);
    if (size !== this.#size) {
      throw new GaitError("input_changed", `${this.#path} was written to by another program`, {
        hint: "One program at a time records to a log.",
      });
    }
    const bytes = this.#isCut ? Buffer.concat([Uint8Array.of(LF), line]) : line;
    const written = withFileErrors("write", this.#path, () => writeSync(fd, bytes));
    this.#size += written;
    this.#isCut = written !== bytes.length;
    if (written !== bytes.length) {
      throw new GaitError("write_failed", `${this.#path} took ${written} of ${bytes.length} bytes: is the disk full?`);
    }
    this.#isBehind = true;
    void this.#sync();
  }

  *read(): Generator<Uint8Array> {
    // By its path, so that a log that was closed can be read too.
    const fd = withFileErrors("read", this.#path, () => openSync(this.#path, constants.O_RDONLY | NO_FOLLOW));
    try {
      if (identityOf(fstatSync(fd)) !== this.#identity) {
        throw new GaitError("input_changed", `${this.#path} was replaced by another file`);
      }
      const buffer = new Uint8Array(PIECE);
      for (;;) {
        const count = withFileErrors("read", this.#path, () => readSync(fd, buffer, 0, PIECE, null));
        if (count === 0) return;
        yield buffer.slice(0, count);
      }
    } finally {
      closeSync(fd);
    }
  }

  async flush(): Promise<void> {
    await this.#sync();
    if (this.#failed !== undefined) throw this.#failed;
  }

  close(): void {
    const fd = this.#fd;
    this.#fd = undefined;
    if (fd === undefined) return;
    // A sync that is under way needs it.
    if (this.#syncing === undefined) closeSync(fd);
    else void this.#syncing.then(() => closeSync(fd));
  }

  /** Resolves, and never rejects, when every line of before is on the disk, or one could not be brought there. */
  #sync(): Promise<void> {
    const fd = this.#fd;
    if (this.#syncing !== undefined) return this.#syncing;
    if (fd === undefined || !this.#isBehind) return Promise.resolve();
    this.#syncing = new Promise((resolve) => {
      const next = (): void => {
        this.#isBehind = false;
        fsync(fd, (error) => {
          if (error !== null) this.#failed ??= error;
          if (error === null && this.#isBehind) return next();
          this.#syncing = undefined;
          resolve();
        });
      };
      next();
    });
    return this.#syncing;
  }

  #opened(): number {
    if (this.#fd !== undefined) return this.#fd;
    throw new GaitError("write_failed", `${this.#path} is closed`);
  }
}

function endsWithLine(fd: number, size: number): boolean {
  if (size === 0) return true;
  const last = new Uint8Array(1);
  return readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === LF;
}

function identityOf({ dev, ino }: Stats): string {
  return `${dev}:${ino}`;
}

/** A new file must be found again, too. */
function syncFolder(folder: string): void {
  try {
    const fd = openSync(folder, constants.O_RDONLY);
    try {
      fsyncSync(fd);
    } finally {
      closeSync(fd);
    }
  } catch {
    // Windows can't, and needs not.
  }
}
