/** Reads many entries, on several threads if that pays. */
import type { ByteSource, FileRange } from "../bytes/source.ts";
import type { Platform } from "../platform/platform.ts";
import type { WorkerThread } from "../platform/thread-task.ts";
import {
  type ContentAnswer,
  type ContentQuestion,
  type ContentRequest,
  type RecordsTask,
  readContent,
  readForwarded,
} from "./read-entry.ts";

/** Minimum entry size for another thread: starting one takes as long as reading some of these bytes. */
const LARGE_BYTES = 8 * 1024 * 1024;

/** Threads that help with one entry: one hashes, and the proof of lines is not much more work than inflating them. */
const MOST_HELPING = 3;

/** Answers `requests` in order, on several threads if that pays. */
export async function readContents(
  archive: { readonly source: ByteSource },
  requests: readonly ContentRequest[],
  platform: Platform,
): Promise<ContentAnswer[]> {
  const { source } = archive;
  const { file } = source;
  const least = platform.sharedBytes ?? LARGE_BYTES;
  const answers = new Array<ContentAnswer>(requests.length);
  platform.progress?.ahead(requests.reduce((sum, { entry }) => sum + entry.uncompressedSize, 0));
  const shared = requests.flatMap((request, at) => (isShareable(request, least) ? [at] : []));
  const helpers = (): readonly WorkerThread[] => platform.threads?.(MOST_HELPING) ?? [];
  const here = async (at: number): Promise<void> => {
    const request = requests[at] as ContentRequest;
    const helping = isOfLines(request, least) ? helpers() : [];
    if (helping.length > 0 && isOfLines(request, least)) {
      // Loaded for large files only.
      const { readShared } = await import("./read-shared.ts");
      answers[at] = await readShared(helping, source, request, platform);
      return;
    }
    const [thread] = file !== undefined && isForAnother(requests, request, least) ? (platform.threads?.(1) ?? []) : [];
    answers[at] =
      thread === undefined
        ? await readContent(source, request, platform)
        : await readForwarded(thread, file as FileRange, request, platform);
  };
  // In the order of the file, which is what a source that hashes what is read of it needs.
  shared.sort((left, right) => offsetOf(requests, left) - offsetOf(requests, right));
  const small = requests.flatMap((request, at) => (isShareable(request, least) ? [] : [at]));
  // Asked only where there is something for them: asking starts them.
  if (file !== undefined && shared.length > 0 && helpers().length > 0) {
    // Records first, one entry after the other, each by all threads: their sizes may be anything.
    for (const at of shared.filter((at) => isOfLines(requests[at] as ContentRequest, least))) await here(at);
    const left = shared.filter((at) => answers[at] === undefined);
    // The largest first, to balance the threads.
    shared.splice(0, shared.length, ...left.sort((a, b) => sizeOf(requests, b) - sizeOf(requests, a)));
  }
  const threads = file === undefined || shared.length < 2 ? [] : (platform.threads?.(shared.length - 1) ?? []);
  const elsewhere = threads.map(async (thread) => {
    for (let at = shared.shift(); at !== undefined; at = shared.shift()) {
      const { entry, records } = requests[at] as ContentRequest;
      const task = { entry, records };
      const question: ContentQuestion = { kind: "content", archive: file as FileRange, task, isForwarded: false };
      answers[at] = (await thread.ask(question)) as ContentAnswer;
    }
  });
  const own = (async () => {
    for (const at of small) await here(at);
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
function isForAnother(requests: readonly ContentRequest[], request: ContentRequest, least: number): boolean {
  if (request.records === undefined && request.see === undefined) return false;
  if (request.entry.uncompressedSize < least) return false;
  return requests.every((other) => other === request || !isShareable(other, least));
}

function isShareable({ entry, see, visitor }: ContentRequest, least: number): boolean {
  return see === undefined && visitor === undefined && entry.uncompressedSize >= least;
}

/** Whether several threads check its lines. */
function isOfLines(
  request: ContentRequest,
  least: number,
): request is ContentRequest & { readonly records: RecordsTask } {
  return request.records !== undefined && isShareable(request, least);
}

function offsetOf(requests: readonly ContentRequest[], at: number): number {
  return requests[at]?.entry.dataOffset ?? 0;
}

function sizeOf(requests: readonly ContentRequest[], at: number): number {
  return requests[at]?.entry.uncompressedSize ?? 0;
}
