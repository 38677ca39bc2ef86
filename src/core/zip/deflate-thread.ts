/** Deflates on another thread if there is one and enough data: the bytes are the same, and the caller can continue. */

import type { Scratch } from "../bytes/scratch.ts";
import type { ByteSource } from "../bytes/source.ts";
import type { Platform } from "../platform/platform.ts";
import type { ThreadQuestion, WorkerThread } from "../platform/thread-task.ts";
import { deflateStreamIn, loadDeflater } from "./deflate.ts";
import type { Measurements } from "./measure.ts";

/** Minimum content for another thread; content is buffered up to this size first. */
export const LARGE_BYTES = 2 * 1024 * 1024;

/** Task for another thread: deflate the input. */
export interface DeflateQuestion extends ThreadQuestion {
  readonly kind: "deflate";
  /** Whether the input is measured there too. */
  readonly isMeasured: boolean;
}

export interface DeflateAnswer {
  /** Of the stream, as `Deflater.deflateTo` gives it. */
  readonly size: number;
  /** Of the input. */
  readonly measured: Measurements | undefined;
}

/** For the entries of one archive. */
export interface EntryDeflater {
  /** Like `Deflater.deflate`. */
  deflate(content: AsyncGenerator<Uint8Array>, scratch: Scratch): Promise<ByteSource>;
  /** An entry was deflated on the other thread: it has a codec, and all that follow go there. */
  isElsewhere(): void;
}

export function createDeflate(platform: Pick<Platform, "threads">): EntryDeflater {
  /** A codec takes 18 MB, and the garbage collector then tolerates as much garbage again: so only one is used. */
  let isElsewhere = false;
  return {
    async deflate(content, scratch) {
      const { all, isLarge } = isElsewhere ? { all: content, isLarge: true } : await look(content);
      const [thread] = isLarge ? (platform.threads?.(1) ?? []) : [];
      if (thread === undefined) return (await loadDeflater()).deflate(all, scratch);
      isElsewhere = true;
      return deflateStreamIn(scratch, (await deflateAt(thread, all, scratch, false)).size);
    },
    isElsewhere: () => {
      isElsewhere = true;
    },
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

export async function deflateAt(
  thread: WorkerThread,
  content: AsyncIterable<Uint8Array>,
  scratch: Scratch,
  isMeasured: boolean,
): Promise<DeflateAnswer> {
  const take = (bytes: Uint8Array): void => scratch.write(bytes);
  const question: DeflateQuestion = { kind: "deflate", isMeasured };
  return (await thread.ask(question, { give: content, take })) as DeflateAnswer;
}

/** The buffered content, the last piece, and the rest. */
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
