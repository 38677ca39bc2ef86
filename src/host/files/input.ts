/** Files as sources of bytes that must not change while they are read. */
import { type BigIntStats, closeSync, constants, fstatSync, openSync, readSync, type Stats, statSync } from "node:fs";
import type { ByteSource } from "../../core/bytes/source.ts";
import { GaitError } from "../../core/finding/error.ts";
import { yieldWhenDue } from "../threads/event-loop.ts";
import { errnoOf, fileError, withFileErrors } from "./errno.ts";
import { isPipe, pipeChunks } from "./pipe.ts";

/** Default limit of `readInput`, which reads into memory: 1 GiB. */
export const MAX_INPUT_BYTES = 1024 * 1024 * 1024;

/** A file up to this size is read in one call: a small pack would otherwise take a dozen system calls. */
const WHOLE_BYTES = 128 * 1024;

/** Reads up to this size share one buffer; larger ones get their own, so that it is freed. */
const SHARED_BUFFER_BYTES = 1024 * 1024;

export interface OpenedSource {
  readonly path: string;
  readonly source: ByteSource;
  /** Permission bits, such as 0o600. */
  readonly mode: number;
  /** Fills `target` with the bytes at `offset`, for content that is kept. @throws as reading the source */
  readInto(target: Uint8Array, offset: number): void;
  /**
   * Call it after reading: bytes read before and after a change don't belong to one file.
   * @throws GaitError `input_changed` if the file's size or time changed, or its path now names a different file
   */
  assertUnchanged(): void;
  close(): void;
}

/**
 * Opens a regular file for random access. A pipe or device is refused without blocking.
 * @throws GaitError `not_found`, `not_readable`, `invalid_input` (a path that can't be one)
 */
export async function openSource(path: string): Promise<OpenedSource> {
  const { fd, before } = openRegularFile(path);
  const size = Number(before.size);
  const shared = { buffer: new Uint8Array(0) };
  let whole: Uint8Array | undefined;
  let open = true;
  const assertReadable = (offset: number, length: number): void => {
    // The descriptor may now belong to a different file.
    if (!open) throw new GaitError("internal", `${path} is read after it was closed`);
    if (offset < 0 || length < 0 || offset + length > size) throw changed(path);
  };

  return {
    path,
    mode: Number(before.mode & 0o777n),
    source: {
      size,
      file: { path, identity: identityOf(before), offset: 0, length: size },
      read(offset, length) {
        const read = (): Uint8Array => {
          assertReadable(offset, length);
          if (size <= WHOLE_BYTES) {
            if (whole === undefined) {
              const bytes = new Uint8Array(size);
              fill(fd, path, bytes, 0);
              whole = bytes;
            }
            return whole.subarray(offset, offset + length);
          }
          const target = bufferOf(shared, length, size);
          fill(fd, path, target, offset);
          return target;
        };
        return yieldWhenDue()?.then(read) ?? read();
      },
    },
    readInto(target, offset) {
      assertReadable(offset, target.length);
      fill(fd, path, target, offset);
    },
    assertUnchanged() {
      const now = withFileErrors("read", path, () => fstatSync(fd, { bigint: true }));
      // The change time is ignored: hard links and chmod update it, and other gait processes make links.
      if (now.size !== before.size || now.mtimeNs !== before.mtimeNs) throw changed(path);
      if (!isSameFile(statAgain(path), before)) throw changed(path);
    },
    close() {
      if (open) closeSync(fd);
      open = false;
    },
  };
}

/**
 * All bytes of a file or pipe, or of the standard input for `-`.
 *
 * @param options.limit maximum bytes
 * @param options.standardInput gives the chunks of the standard input; without it `-` is refused
 * @throws GaitError as `openSource`, `input_changed`, and `invalid_input` for more than `limit` bytes
 */
export async function readInput(path: string, options: InputOptions = {}): Promise<Uint8Array> {
  const limit = options.limit ?? MAX_INPUT_BYTES;
  if (path === "-") return readStandardInput(options, limit);
  if (isPipe(path)) return collected(pipeChunks(path), path, limit, options.limitHint);
  const { source, readInto, assertUnchanged, close } = await openSource(path);
  try {
    if (source.size > limit) throw tooLarge(path, limit, options.limitHint);
    const bytes = new Uint8Array(source.size);
    for (let at = 0; at < bytes.length; at += SHARED_BUFFER_BYTES) {
      await yieldWhenDue();
      readInto(bytes.subarray(at, at + SHARED_BUFFER_BYTES), at);
    }
    assertUnchanged();
    return bytes;
  } finally {
    close();
  }
}

export interface InputOptions {
  readonly limit?: number;
  /** What to do with a larger one. */
  readonly limitHint?: string;
  readonly standardInput?: (() => AsyncIterable<Uint8Array>) | undefined;
}

async function readStandardInput(options: InputOptions, limit: number): Promise<Uint8Array> {
  const open = options.standardInput;
  if (open === undefined) {
    throw new GaitError("invalid_input", "the standard input can't be read here", { hint: "Give the path of a file." });
  }
  return collected(open(), "the standard input", limit, options.limitHint);
}

async function collected(
  chunks: AsyncIterable<Uint8Array>,
  name: string,
  limit: number,
  limitHint: string | undefined,
): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  try {
    for await (const piece of chunks) {
      size += piece.length;
      if (size > limit) throw tooLarge(name, limit, limitHint);
      pieces.push(piece);
    }
  } catch (error) {
    throw fileError(error, "read", name);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece, at);
    at += piece.length;
  }
  return bytes;
}

function openRegularFile(path: string): { fd: number; before: BigIntStats } {
  if (path === "") throw new GaitError("invalid_input", "the path is empty", { hint: "Give the path of a file." });
  return withFileErrors("read", path, () => {
    // Before opening: opening a device may have side effects.
    assertRegularFile(statSync(path), path);
    // Non-blocking, in case it has become a pipe: opening one waits for a writer.
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const before = fstatSync(fd, { bigint: true });
      assertRegularFile(before, path);
      return { fd, before };
    } catch (error) {
      closeSync(fd);
      throw error;
    }
  });
}

function assertRegularFile(stats: Stats | BigIntStats, path: string): void {
  if (stats.isFile()) return;
  const hint = stats.isDirectory()
    ? "Give the path of a file in it; `gait pack verify --recursive` takes all the packs in a folder."
    : "It is read more than once: write it to a file first.";
  throw new GaitError("not_readable", `${path} is ${kindOf(stats)}, but a regular file is needed`, { hint });
}

/** The kind of a non-regular file, with its article. */
export function kindOf(stats: Stats | BigIntStats): string {
  if (stats.isDirectory()) return "a folder";
  if (stats.isFIFO()) return "a named pipe";
  if (stats.isSocket()) return "a socket";
  return "a device";
}

/** A buffer for a read: the source's shared one or a new one. */
export function bufferOf(shared: { buffer: Uint8Array }, length: number, size: number): Uint8Array {
  if (length > SHARED_BUFFER_BYTES) return new Uint8Array(length);
  if (shared.buffer.length < length) {
    shared.buffer = new Uint8Array(
      Math.min(SHARED_BUFFER_BYTES, size, Math.max(length, shared.buffer.length * 2, 64 * 1024)),
    );
  }
  return shared.buffer.subarray(0, length);
}

function fill(fd: number, path: string, target: Uint8Array, offset: number): void {
  for (let done = 0; done < target.length; ) {
    const count = withFileErrors("read", path, () => readSync(fd, target, done, target.length - done, offset + done));
    if (count === 0) throw changed(path);
    done += count;
  }
}

function statAgain(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    return undefined;
  }
}

function identityOf({ dev, ino, size, mtimeNs }: BigIntStats): string {
  return [dev, ino, size, mtimeNs].join(" ");
}

function isSameFile(left: BigIntStats | undefined, right: BigIntStats): boolean {
  return left !== undefined && left.dev === right.dev && left.ino === right.ino;
}

function changed(path: string): GaitError {
  return new GaitError("input_changed", `${path} changed while it was read`, {
    hint: "Try again when no process is writing to it.",
  });
}

function tooLarge(what: string, limit: number, hint = "Give a smaller input."): GaitError {
  return new GaitError("invalid_input", `${what} has more than ${limit} bytes, the limit for an input`, { hint });
}
