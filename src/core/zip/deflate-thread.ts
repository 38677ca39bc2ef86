/** Deflate on another thread, where there is one and enough to do: the bytes are the same, and the maker of them goes on. */

import type { Scratch } from "../bytes/scratch.ts";
import type { ByteSource } from "../bytes/source.ts";
import type { Platform } from "../platform/platform.ts";
import type { ThreadQuestion, WorkerThread } from "../platform/thread-task.ts";
import { deflateStreamIn, loadDeflater } from "./deflate.ts";

/** Content of more than this is worth another thread; it is collected until that is known. */
const LARGE_BYTES = 2 * 1024 * 1024;

/** To another thread: deflate what is given, and give what comes out; the answer is as `Deflater.deflateTo` returns it. */
export interface DeflateQuestion extends ThreadQuestion {
  readonly kind: "deflate";
}

/** As `Deflater.deflate`, for the entries of one archive. */
export type Deflate = (content: AsyncGenerator<Uint8Array>, scratch: Scratch) => Promise<ByteSource>;

export function createDeflate(platform: Pick<Platform, "threads">): Deflate {
  /** A codec has 18 MB for itself, and a collector that counts them lets as much again lie: so one is enough. */
  let isElsewhere = false;
  return async (content, scratch) => {
    const { all, isLarge } = isElsewhere ? { all: content, isLarge: true } : await look(content);
    const [thread] = isLarge ? (platform.threads?.(1) ?? []) : [];
    if (thread === undefined) return (await loadDeflater()).deflate(all, scratch);
    isElsewhere = true;
    return deflateStreamIn(scratch, await deflateAt(thread, all, scratch));
  };
}

async function look(
  content: AsyncGenerator<Uint8Array>,
): Promise<{ readonly all: AsyncGenerator<Uint8Array>; readonly isLarge: boolean }> {
  const first: Uint8Array[] = [];
  let size = 0;
  let next = await content.next();
  for (; next.done !== true && size + next.value.length <= LARGE_BYTES; next = await content.next()) {
    first.push(next.value.slice());
    size += next.value.length;
  }
  return { all: joined(first, next, content), isLarge: next.done !== true };
}

async function deflateAt(thread: WorkerThread, content: AsyncIterable<Uint8Array>, scratch: Scratch): Promise<number> {
  const take = (bytes: Uint8Array): void => scratch.write(bytes);
  const question: DeflateQuestion = { kind: "deflate" };
  return (await thread.ask(question, { give: content, take })) as number;
}

/** What was read of the content, the piece read last, and what is still to come. */
async function* joined(
  first: Uint8Array[],
  next: IteratorResult<Uint8Array>,
  rest: AsyncGenerator<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  for (let piece = first.shift(); piece !== undefined; piece = first.shift()) yield piece;
  if (next.done === true) return;
  yield next.value;
  yield* rest;
}
