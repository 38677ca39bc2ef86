/** Pipes as inputs: `<(command)` of a shell, /dev/stdin, a named pipe. They can be read once, and have no size. */
import { closeSync, constants, openSync, readSync, statSync } from "node:fs";
import { setTimeout as wait } from "node:timers/promises";
import { GaitError } from "../../core/finding/error.ts";
import { errnoOf, fileError } from "./errno.ts";

const CHUNK_BYTES = 64 * 1024;
const WAIT_MS = 2;

export function isPipe(path: string): boolean {
  if (path === "" || path.includes("\0")) return false;
  try {
    return statSync(path).isFIFO();
  } catch {
    // Opening it says why.
    return false;
  }
}

/** @throws GaitError `not_readable`, also for a pipe that nothing is written to: waiting for a writer has no end */
export async function* pipeChunks(path: string): AsyncGenerator<Uint8Array> {
  let fd: number | undefined;
  try {
    // Not blocking: signals are served while the writer is slow, and a pipe without a writer ends at once.
    fd = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    let any = false;
    for (;;) {
      const chunk = nextChunk(fd);
      if (chunk === undefined) await wait(WAIT_MS);
      else if (chunk.length > 0) yield chunk;
      else break;
      any ||= chunk !== undefined;
    }
    if (any) return;
    throw new GaitError("not_readable", `${path} is a pipe, and nothing is written to it`, {
      hint: "Start the program that writes to it first, or give a file.",
    });
  } catch (error) {
    throw fileError(error, "read", path);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** No bytes: every writer has closed it. `undefined`: there is a writer, and nothing to read yet. */
function nextChunk(fd: number): Uint8Array | undefined {
  const chunk = new Uint8Array(CHUNK_BYTES);
  try {
    return chunk.subarray(0, readSync(fd, chunk));
  } catch (error) {
    if (errnoOf(error) === "EAGAIN") return undefined;
    throw error;
  }
}
