/** The worker side of a `Thread`: a separate entry point of the executable. */

import { sliceSource } from "../../core/bytes/source.ts";
import { type ContentQuestion, readContent } from "../../core/contents/read-entry.ts";
import type { LinesQuestion } from "../../core/contents/read-shared.ts";
import { GaitError } from "../../core/finding/error.ts";
import type { DigestQuestion } from "../../core/import/source/digest.ts";
import { GarbageCollection } from "../../core/platform/collect-garbage.ts";
import type { Platform } from "../../core/platform/platform.ts";
import type { VerificationData } from "../../core/verify/verified.ts";
import type { DeflateAnswer, DeflateQuestion } from "../../core/zip/deflate-thread.ts";
import { streamContent } from "../../core/zip/entry-content.ts";
import { Measure } from "../../core/zip/measure.ts";
import { openSource } from "../files/input.ts";
import { hostPlatform } from "../platform/bun.ts";
import { type PieceMessage, PieceReceiver, PieceSender, type Post } from "../threads/piece-stream.ts";
import { countIn, progress } from "../threads/progress.ts";
import { type Settled, settled } from "../threads/settled.ts";
import type { Numbered, QueuedAnswer, QueuedQuestion } from "../threads/thread.ts";
import { judgeFile } from "./artifact-file.ts";
import type { PacksAnswer, PacksQuestion } from "./question.ts";

declare const self: Worker;

// A thread is started for work that is worth the compiler's (see src/cli/main.ts).
Bun.unsafe.setJITPolicy(1);

/** The questions with streams that are being answered, by their numbers. */
const streams = new Map<number, PieceEnds>();

interface PieceEnds {
  readonly sender: PieceSender;
  readonly receiver: PieceReceiver;
}

/**
 * For a thread that has deflated: its codec's 18 MB count as the thread's memory, and with so much in use the collector
 * leaves at least as much uncollected.
 */
const garbage = new GarbageCollection(hostPlatform, 16 * 1024 * 1024);
let hasDeflated = false;

/** Threads of a thread would be more than anyone asked for. */
const platform: Platform = {
  ...hostPlatform,
  threads: () => [],
  progress: {
    ...progress,
    done(bytes) {
      if (hasDeflated) garbage.after(bytes);
      return progress.done(bytes);
    },
  },
};
/** Verifies archives one question at a time. */
let last: Promise<void> = Promise.resolve();

/** The tasks that use byte streams. */
type Question = ContentQuestion | DeflateQuestion | DigestQuestion | LinesQuestion;

type StreamMessage = Numbered & ({ question: Question } | PieceMessage);
type Message = StreamMessage | QueuedQuestion | { readonly count: SharedArrayBuffer };

self.onmessage = async ({ data }: MessageEvent<Message>) => {
  if ("count" in data) countIn(data.count);
  else if ("queued" in data) {
    const question = data.queued as PacksQuestion;
    last = last.then(async () => self.postMessage({ answered: await judge(question) } satisfies QueuedAnswer));
    await last;
  } else if ("question" in data) await answer(data.question, data.stream);
  else {
    const ends = streams.get(data.stream);
    if ("taken" in data) ends?.sender.taken(data.memory);
    else {
      if ("piece" in data) garbage.after(data.piece.length);
      ends?.receiver.receive(data);
    }
  }
};

async function answer(question: Question, stream: number): Promise<void> {
  const post: Post = (message, transfer) => self.postMessage({ ...message, stream }, transfer);
  const ends: PieceEnds = { sender: new PieceSender(post), receiver: new PieceReceiver(post) };
  streams.set(stream, ends);
  try {
    const answered = await settled(async () => {
      if (question.kind === "lines") return help(question);
      if (question.kind === "digest") return digest(question);
      return question.kind === "deflate" ? deflate(question, ends) : read(question, ends.sender);
    });
    self.postMessage({ ...answered, stream });
  } finally {
    streams.delete(stream);
  }
}

async function judge({ packs, trust, beside }: PacksQuestion): Promise<PacksAnswer> {
  const verdicts: Settled<VerificationData>[] = [];
  const milliseconds: number[] = [];
  for (const [at, pack] of packs.entries()) {
    const start = performance.now();
    if (typeof pack === "string") verdicts.push(await judgeFile(pack, { ...trust, platform, beside: beside?.[at] }));
    else verdicts.push(await (await import("./remote.ts")).judgeHeldPack(pack, { ...trust, platform }));
    milliseconds.push(performance.now() - start);
  }
  return { verdicts, milliseconds };
}

async function read({ archive, task, isForwarded }: ContentQuestion, sender: PieceSender): Promise<object> {
  const { source, assertUnchanged, close } = await openSource(archive.path);
  try {
    // A file that was put in its place and taken away again would pass by the thread that asks, and be half a verdict.
    if (source.file?.identity !== archive.identity) {
      throw new GaitError("input_changed", `${archive.path} changed while it was read`, {
        hint: "Try again when no process is writing to it.",
      });
    }
    const range = sliceSource(source, archive.offset, archive.length);
    const answer = isForwarded
      ? await streamContent(range, task.entry, platform, (chunk) => sender.give(chunk))
      : await readContent(range, task, platform);
    assertUnchanged();
    return answer;
  } finally {
    close();
  }
}

async function help(question: LinesQuestion): Promise<object> {
  const { helpWithLines } = await import("../../core/contents/read-shared.ts");
  return helpWithLines(question, platform);
}

async function digest(question: DigestQuestion): Promise<string> {
  const { digestOfRing } = await import("../../core/import/source/digest.ts");
  return digestOfRing(question, platform);
}

async function deflate({ isMeasured }: DeflateQuestion, { sender, receiver }: PieceEnds): Promise<DeflateAnswer> {
  hasDeflated = true;
  const { loadDeflater } = await import("../../core/zip/deflate.ts");
  const { deflateTo } = await loadDeflater();
  // Garbage is collected with each piece, and progress goes by what the thread that asks has read.
  const { sha256, crc32 } = hostPlatform;
  const measure = isMeasured ? new Measure({ sha256, crc32 }) : undefined;
  const size = await deflateTo(measure?.through(receiver) ?? receiver, (bytes) => sender.give(bytes));
  return { size, measured: measure?.end() };
}
