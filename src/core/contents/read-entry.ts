/** Reads one entry, on this thread or another: a task and its answer are plain data (`thread-task.ts`). */
import { intentValidator, resultValidator } from "../../schema/validator/runpack.ts";
import type { ByteSource, FileRange } from "../bytes/source.ts";
import type { Platform } from "../platform/platform.ts";
import type { ThreadQuestion, WorkerThread } from "../platform/thread-task.ts";
import { type EntryContent, streamContent } from "../zip/entry-content.ts";
import type { ZipEntry } from "../zip/layout.ts";
import { DIGESTED, PayloadDigests } from "./payload-digest.ts";
import { createRecordChecker, type RecordsReport, type RecordVisitor } from "./record-lines.ts";

/** The kind of lines in a JSONL file. */
export interface RecordsTask {
  readonly kind: "intent" | "result";
  /** The run that they should name; otherwise there is a warning. */
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
  /** Sees the bytes; the entry must then be read on this thread. */
  readonly see?: ((chunk: Uint8Array) => void) | undefined;
  /** Sees the records, also on this thread. */
  readonly visitor?: RecordVisitor | undefined;
}

/** Task for another thread: read an entry; the answer is a `ContentAnswer`. */
export interface ContentQuestion extends ThreadQuestion {
  readonly kind: "content";
  /** The location of the entry's archive. */
  readonly archive: FileRange;
  readonly task: ContentTask;
  /**
   * The bytes are passed to the asking thread, which checks them; the other thread only inflates, hashes and measures.
   */
  readonly isForwarded: boolean;
}

/** By the kind of record. */
export const VALIDATORS = { intent: intentValidator, result: resultValidator } as const;

/** `archive` is the archive of `task.entry`. @throws what reading it throws; bad content gives findings */
export async function readContent(
  archive: ByteSource,
  request: ContentRequest,
  platform: Platform,
): Promise<ContentAnswer> {
  const looking = await look(request, platform);
  const { entry } = request;
  return looking.answer(await streamContent(archive, entry, platform, looking.see));
}

/** From this size on a proof is faster than the scanner: its code runs slowly until the runtime has compiled it well. */
const PROVEN_BYTES = 1024 * 1024;

/** What sees the bytes of an entry, and what that adds to the answer. */
interface Look {
  see(chunk: Uint8Array): void;
  answer(content: EntryContent): ContentAnswer;
}

async function look({ entry, records, visitor, see }: ContentRequest, platform: Platform): Promise<Look> {
  if (records === undefined) return { see: see ?? ((): void => undefined), answer: (content) => content };
  const { kind, runId } = records;
  const payloads = new PayloadDigests(DIGESTED[kind], platform);
  const proof = entry.uncompressedSize < PROVEN_BYTES ? undefined : await platform.textProof?.();
  const checker = createRecordChecker(VALIDATORS[kind], entry.name, runId, visitor, payloads, proof);
  return { see: checker.observer, answer: (content) => ({ ...content, records: checker.end() }) };
}

/** Inflates and hashes on the other thread, checks lines on this one: this is how one large file is divided. */
export async function readForwarded(
  thread: WorkerThread,
  archive: FileRange,
  request: ContentRequest,
  platform: Platform,
): Promise<ContentAnswer> {
  const looking = await look(request, platform);
  const { entry } = request;
  const question: ContentQuestion = { kind: "content", archive, task: { entry }, isForwarded: true };
  return looking.answer((await thread.ask(question, { take: looking.see })) as EntryContent);
}
