/**
 * One other thread. It can be asked questions with streams of bytes, each with a number that its messages carry
 * (`core/platform/thread-task.ts`), or be given a queue of questions without streams, which it answers in their order.
 */
import type { PieceStreams, ThreadQuestion, WorkerThread } from "../../core/platform/thread-task.ts";
import { type PieceMessage, PieceSender, type Post } from "./piece-stream.ts";
import { counterForThread } from "./progress.ts";
import { errorOf, type Settled } from "./settled.ts";

/** A question that waits its turn; the answer to it is declared where it is asked. */
export interface QueuedQuestion {
  readonly queued: object;
}

export interface QueuedAnswer {
  readonly answered: object;
}

/** What a message of a question with streams has besides: the number of the question. */
export interface Numbered {
  readonly stream: number;
}

export interface Thread extends WorkerThread {
  /** Queues a question. Not allowed while `ask` is running. */
  enqueue(question: object): Promise<object>;
  /** Questions that it has not answered yet. */
  readonly pending: number;
  /** It has ended and answers no more questions. */
  readonly dead: boolean;
}

/** What Bun's types leave out: a thread that is not referenced does not keep the process alive. */
interface ReferencedWorker extends Worker {
  ref(): void;
  unref(): void;
}

/** In the executable all code is in one folder, entry points below it. Never relative to the current folder. */
const WORKER = /[/\\](\$bunfs|~BUN)[/\\]/.test(import.meta.url) ? "./host/packs/worker.js" : "../packs/worker.ts";

interface Waiting {
  resolve(answer: object): void;
  reject(error: Error): void;
}

/** `script` is a module beside this one. */
export function startThread(script: string = WORKER): Thread {
  const worker = new Worker(new URL(script, import.meta.url).href, { name: "gait-worker" }) as ReferencedWorker;
  const waiting: Waiting[] = [];
  const streams = new Map<number, StreamEnd>();
  let asked = 0;
  let numbered = 0;
  let end: Error | undefined;
  const fail = (error: Error): void => {
    end ??= error;
    for (const { reject } of waiting.splice(0)) reject(end);
    for (const { reject } of streams.values()) reject(end);
  };
  const asking = async <T>(answer: () => Promise<T>): Promise<T> => {
    if (end !== undefined) throw end;
    asked += 1;
    worker.ref();
    try {
      return await answer();
    } finally {
      asked -= 1;
      if (asked === 0) worker.unref();
    }
  };
  worker.unref();
  worker.addEventListener("message", ({ data }: MessageEvent<QueuedAnswer | (StreamMessage & Numbered)>) => {
    if ("answered" in data) waiting.shift()?.resolve(data.answered);
    else if (typeof data.stream === "number") streams.get(data.stream)?.receive(data);
    else fail(new Error("a thread broke: it answered what it was not asked"));
  });
  worker.addEventListener("error", ({ message }) => fail(new Error(`a thread broke: ${message}`)));
  // Without this, a thread that just ended would leave the process to end without a verdict.
  worker.addEventListener("close", () => fail(new Error("a thread ended without an answer")));
  worker.postMessage({ count: counterForThread() });
  return {
    ask: (question, given = {}) =>
      asking(async () => {
        numbered += 1;
        const number = numbered;
        try {
          return await askOf(worker, streams, number, question, given);
        } finally {
          streams.delete(number);
        }
      }),
    enqueue: (question) =>
      asking(
        () =>
          new Promise((resolve, reject) => {
            waiting.push({ resolve, reject });
            worker.postMessage({ queued: question } satisfies QueuedQuestion);
          }),
      ),
    get pending() {
      return asked;
    },
    get dead() {
      return end !== undefined;
    },
  };
}

/** What a thread sends about a question with streams. */
type StreamMessage = Settled<unknown> | PieceMessage;

/** This side of a question with streams. */
interface StreamEnd {
  receive(message: StreamMessage): void;
  reject(error: Error): void;
}

async function askOf(
  worker: ReferencedWorker,
  streams: Map<number, StreamEnd>,
  stream: number,
  question: ThreadQuestion,
  { give, take }: PieceStreams,
): Promise<unknown> {
  const post: Post = (message, transfer) => worker.postMessage({ ...message, stream }, transfer);
  const sender = new PieceSender(post);
  /** The error on this side. The other side is still awaited, so that it is free afterwards. */
  let failure: { readonly error: unknown } | undefined;
  const answered = new Promise<Settled<unknown>>((resolve, reject) => {
    const receive = (data: StreamMessage): void => {
      if ("taken" in data) sender.taken(data.memory);
      else if ("piece" in data) {
        try {
          if (failure === undefined) take?.(data.piece);
        } catch (error) {
          failure = { error };
        }
        post({ taken: true }, []);
      } else if (!("end" in data)) resolve(data);
    };
    streams.set(stream, { receive, reject });
  }).finally(() => sender.stop());
  worker.postMessage({ question, stream });
  const given = give === undefined ? undefined : giveAll(post, sender, give);
  const [answer, error] = await Promise.all([answered, given]);
  failure ??= error;
  if (failure !== undefined) throw failure.error;
  return answerOf(answer);
}

/** What went wrong, if something did. */
async function giveAll(
  post: Post,
  sender: PieceSender,
  content: AsyncIterable<Uint8Array>,
): Promise<{ readonly error: unknown } | undefined> {
  let end: "whole" | "cut" = "whole";
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const piece of content) {
      const turn = sender.give(piece);
      if (turn !== undefined) await turn;
      if (sender.stopped) break;
    }
  } catch (error) {
    end = "cut";
    failure = { error };
  }
  if (!sender.stopped) post({ end }, []);
  return failure;
}

function answerOf(answer: Settled<unknown>): unknown {
  if ("answer" in answer) return answer.answer;
  throw "refused" in answer ? errorOf(answer.refused) : new Error(answer.broken);
}
