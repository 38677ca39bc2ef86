/** The reading of entries, on as many threads as there are: a task and its answer are plain data (`thread-task.ts`). */
import { intentValidator, resultValidator } from "../../schema/validator/runpack.ts";
import type { ByteSource, FileRange } from "../bytes/source.ts";
import type { Platform } from "../platform/platform.ts";
import type { ThreadQuestion, WorkerThread } from "../platform/thread-task.ts";
import { type EntryContent, streamContent } from "../zip/entry-content.ts";
import type { ZipEntry } from "../zip/layout.ts";
import { createRecordChecker, type RecordsReport, type RecordVisitor } from "./record-lines.ts";

/** What the lines of a JSONL file must be. */
export interface RecordsTask {
  readonly kind: "intent" | "result";
  /** The run that they should name; another one is a warning. */
  readonly runId: string;
}

export interface ContentTask {
  readonly entry: ZipEntry;
  readonly records?: RecordsTask | undefined;
}

export interface ContentAnswer extends EntryContent {
  readonly records?: RecordsReport;
}

/** To another thread: read an entry; the answer is a `ContentAnswer`. */
export interface ContentQuestion extends ThreadQuestion {
  readonly kind: "content";
  /** Where the archive is that the entry was found in. */
  readonly archive: FileRange;
  readonly task: ContentTask;
  /** The bytes are given to the thread that asks, which looks into them: the other one only inflates, hashes and measures. */
  readonly isForwarded: boolean;
}

const VALIDATORS = { intent: intentValidator, result: resultValidator } as const;

/** `archive` is the one that `task.entry` was found in. @throws what reading it throws; bad content is findings */
export async function readContent(
  archive: ByteSource,
  request: ContentRequest,
  platform: Platform,
): Promise<ContentAnswer> {
  const looking = look(request);
  const { entry } = request;
  return looking.answer(await streamContent(archive, entry, platform, looking.see));
}

/** What sees the bytes of an entry, and what that adds to the answer. */
function look({ entry, records, visitor, see }: ContentRequest): {
  see(chunk: Uint8Array): void;
  answer(content: EntryContent): ContentAnswer;
} {
  if (records === undefined) return { see: see ?? ((): void => undefined), answer: (content) => content };
  const checker = createRecordChecker(VALIDATORS[records.kind], entry.name, records.runId, visitor);
  return { see: checker.observer, answer: (content) => ({ ...content, records: checker.end() }) };
}

/** Entries of this size and more are worth another thread: starting one takes as long as reading some of these bytes. */
const LARGE_BYTES = 8 * 1024 * 1024;

export interface ContentRequest extends ContentTask {
  /** Sees the bytes on this thread, so that this one must read them. */
  readonly see?: ((chunk: Uint8Array) => void) | undefined;
  /** Sees the records, on this thread too. */
  readonly visitor?: RecordVisitor | undefined;
}

/** The answers to `requests`, in their order, read on as many threads as there are and as are worth it. */
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
  // The largest first, so that no thread is left with much to do when the others are done.
  shared.sort((left, right) => sizeOf(requests, right) - sizeOf(requests, left));
  const here = async (at: number): Promise<void> => {
    const request = requests[at] as ContentRequest;
    const [thread] = file !== undefined && isForAnother(requests, request) ? (platform.threads?.(1) ?? []) : [];
    answers[at] =
      thread === undefined
        ? await readContent(source, request, platform)
        : await readForwarded(thread, file as FileRange, request);
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
  const own = (async () => {
    for (let at = 0; at < requests.length; at += 1) if (!isShareable(requests[at] as ContentRequest)) await here(at);
    for (let at = shared.shift(); at !== undefined; at = shared.shift()) await here(at);
  })();
  // Waits for all of them when one fails, too: the caller may close the file then, and a thread takes one task at a time.
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

/** Inflated and hashed there, looked into here: of one large file, these two are what there is to divide. */
async function readForwarded(
  thread: WorkerThread,
  archive: FileRange,
  request: ContentRequest,
): Promise<ContentAnswer> {
  const looking = look(request);
  const { entry } = request;
  const question: ContentQuestion = { kind: "content", archive, task: { entry }, isForwarded: true };
  return looking.answer((await thread.ask(question, { take: looking.see })) as EntryContent);
}

/** Whether it is a large file that is looked into, and no thread has another one to read. */
function isForAnother(requests: readonly ContentRequest[], request: ContentRequest): boolean {
  if (request.records === undefined && request.see === undefined) return false;
  if (request.entry.uncompressedSize < LARGE_BYTES) return false;
  return requests.every((other) => other === request || !isShareable(other));
}

function isShareable({ entry, see, visitor }: ContentRequest): boolean {
  return see === undefined && visitor === undefined && entry.uncompressedSize >= LARGE_BYTES;
}

function sizeOf(requests: readonly ContentRequest[], at: number): number {
  return requests[at]?.entry.uncompressedSize ?? 0;
}
