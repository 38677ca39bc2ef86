/** Reads many entries, on several threads if that pays. */
import type { ByteSource, FileRange } from "../bytes/source.ts";
import type { Platform } from "../platform/platform.ts";
import {
  type ContentAnswer,
  type ContentQuestion,
  type ContentRequest,
  readContent,
  readForwarded,
} from "./read-entry.ts";

/** Minimum entry size for another thread: starting one takes as long as reading some of these bytes. */
const LARGE_BYTES = 8 * 1024 * 1024;

/** Answers `requests` in order, on several threads if that pays. */
export async function readContents(
  archive: { readonly source: ByteSource },
  requests: readonly ContentRequest[],
  platform: Platform,
): Promise<ContentAnswer[]> {
  const { source } = archive;
  const { file } = source;
  const answers = new Array<ContentAnswer>(requests.length);
  platform.progress?.ahead(requests.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0));
  const shared = requests.flatMap((request, at) => (isShareable(request) ? [at] : []));
  // The largest first, to balance the threads.
  shared.sort((left, right) => sizeOf(requests, right) - sizeOf(requests, left));
  const here = async (at: number): Promise<void> => {
    const request = requests[at] as ContentRequest;
    const [thread] = file !== undefined && isForAnother(requests, request) ? (platform.threads?.(1) ?? []) : [];
    answers[at] =
      thread === undefined
        ? await readContent(source, request, platform)
        : await readForwarded(thread, file as FileRange, request, platform);
  };
  const threads = file === undefined || shared.length < 2 ? [] : (platform.threads?.(shared.length - 1) ?? []);
  const elsewhere = threads.map(async (thread) => {
    for (let at = shared.shift(); at !== undefined; at = shared.shift()) {
      const { entry, records } = requests[at] as ContentRequest;
      const task = { entry, records };
      const question: ContentQuestion = { kind: "content", archive: file as FileRange, task, isForwarded: false };
      answers[at] = (await thread.ask(question)) as ContentAnswer;
    }
  });
  // Without another thread, in the order of the file, which is what a source that hashes what is read of it needs.
  if (threads.length === 0) shared.sort((left, right) => offsetOf(requests, left) - offsetOf(requests, right));
  const own = (async () => {
    for (let at = 0; at < requests.length; at += 1) if (!isShareable(requests[at] as ContentRequest)) await here(at);
    for (let at = shared.shift(); at !== undefined; at = shared.shift()) await here(at);
  })();
  // Waits for all even if one fails: the caller may then close the file, and a thread takes one task at a time.
  const ends = await Promise.allSettled(
    [own, ...elsewhere].map((reading) =>
      reading.catch((error: unknown) => {
        shared.length = 0;
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === "rejected") throw end.reason;
  return answers;
}

/** Whether it is a large file whose lines are checked, and no other large file could go to a thread instead. */
function isForAnother(requests: readonly ContentRequest[], request: ContentRequest): boolean {
  if (request.records === undefined && request.see === undefined) return false;
  if (request.entry.uncompressedSize < LARGE_BYTES) return false;
  return requests.every((other) => other === request || !isShareable(other));
}

function isShareable({ entry, see, visitor }: ContentRequest): boolean {
  return see === undefined && visitor === undefined && entry.uncompressedSize >= LARGE_BYTES;
}

function offsetOf(requests: readonly ContentRequest[], at: number): number {
  return requests[at]?.entry.dataOffset ?? 0;
}

function sizeOf(requests: readonly ContentRequest[], at: number): number {
  return requests[at]?.entry.uncompressedSize ?? 0;
}
