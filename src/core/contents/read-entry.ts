/** The reading of one entry, on this thread or another: a task and its answer are plain data (`thread-task.ts`). */
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

export interface ContentRequest extends ContentTask {
  /** Sees the bytes on this thread, so that this one must read them. */
  readonly see?: ((chunk: Uint8Array) => void) | undefined;
  /** Sees the records, on this thread too. */
  readonly visitor?: RecordVisitor | undefined;
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

/** Inflated and hashed there, looked into here: of one large file, these two are what there is to divide. */
export async function readForwarded(
  thread: WorkerThread,
  archive: FileRange,
  request: ContentRequest,
): Promise<ContentAnswer> {
  const looking = look(request);
  const { entry } = request;
  const question: ContentQuestion = { kind: "content", archive, task: { entry }, isForwarded: true };
  return looking.answer((await thread.ask(question, { take: looking.see })) as EntryContent);
}
