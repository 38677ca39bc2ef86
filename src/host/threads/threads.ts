/**
 * Threads that work at the same time as this one: on parts of one archive (`core/platform/thread-task.ts`), or on whole archives
 * (`pack-pool.ts`). They end with the process.
 */
import type { Lane, LaneExchange } from "../../core/platform/thread-task.ts";
import type { Judged } from "../../core/verify/verify.ts";
import type { Trust } from "../packs/artifact-file.ts";
import { counterForThread } from "../progress.ts";
import { errorOf, type Told } from "../settled.ts";
import { Giver, type PieceMessage } from "./piece-stream.ts";

/** A question about whole archives. Several may be with a thread: it takes one after the other. */
export interface PacksQuestion {
  readonly packs: readonly string[];
  readonly trust: Trust;
}

export interface PacksAnswer {
  /** In the order of the question. */
  readonly verdicts: readonly Told<Judged>[];
  readonly milliseconds: number;
}

/** A lane that also takes whole archives, while it is asked nothing else. */
export interface Thread extends Lane {
  judge(question: PacksQuestion): Promise<PacksAnswer>;
  /** Questions that it has not answered yet. */
  readonly pending: number;
  /** It has ended, and answers nothing any more. */
  readonly dead: boolean;
}

/** What Bun's types leave out: a thread that is not referenced does not keep the process alive. */
interface LaneWorker extends Worker {
  ref(): void;
  unref(): void;
}

/** In the executable all code lies in one folder, entry points below it. Never relative to the current folder. */
const WORKER = /[/\\](\$bunfs|~BUN)[/\\]/.test(import.meta.url) ? "./host/packs/worker.js" : "../packs/worker.ts";

const started: Thread[] = [];

/** At most one lane for each processor but this thread's, `most` at the most; they are started at first use and kept. */
export function lanes(most: number): readonly Lane[] {
  return threads(Math.min(most, navigator.hardwareConcurrency - 1));
}

/** `count` threads, whatever the machine has; started at first use and kept. */
export function threads(count: number): readonly Thread[] {
  while (started.length < count) started.push(startLane());
  return started.slice(0, Math.max(0, count));
}

interface Waiting {
  resolve(answer: PacksAnswer): void;
  reject(error: Error): void;
}

/** `script` is a module beside this one. */
export function startLane(script: string = WORKER): Thread {
  const worker = new Worker(new URL(script, import.meta.url).href, { name: "gait-lane" }) as LaneWorker;
  const waiting: Waiting[] = [];
  let asked = 0;
  let end: Error | undefined;
  const fail = (error: Error): void => {
    end ??= error;
    for (const { reject } of waiting.splice(0)) reject(end);
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
  worker.addEventListener("message", ({ data }: MessageEvent<PacksAnswer | object>) => {
    if ("verdicts" in data) waiting.shift()?.resolve(data);
  });
  worker.addEventListener("error", ({ message }) => fail(new Error(`a thread broke: ${message}`)));
  // Without this, a thread that just ended would be waited for by nobody: the process would end without a verdict.
  worker.addEventListener("close", () => fail(new Error("a thread ended without an answer")));
  worker.postMessage({ count: counterForThread() });
  return {
    ask: (question, exchange = {}) => asking(() => askOf(worker, question, exchange)),
    judge: (question) =>
      asking(
        () =>
          new Promise((resolve, reject) => {
            waiting.push({ resolve, reject });
            worker.postMessage(question);
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

async function askOf(worker: LaneWorker, question: object, { give, take }: LaneExchange): Promise<unknown> {
  const giver = new Giver((message, transfer) => worker.postMessage(message, transfer));
  /** What went wrong on this side. The other one is heard to its end all the same: it has to be free afterwards. */
  let failure: { readonly error: unknown } | undefined;
  const answered = new Promise<Told<unknown>>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Told<unknown> | PieceMessage>) => {
      if ("taken" in data) giver.taken();
      else if ("piece" in data) {
        try {
          if (failure === undefined) take?.(data.piece);
        } catch (error) {
          failure = { error };
        }
        worker.postMessage({ taken: true });
      } else if (!("end" in data)) resolve(data);
    };
    worker.onerror = ({ message }) => reject(new Error(`a thread broke: ${message}`));
    // Without this, a thread that just ended would be waited for by nobody: the process would end without a verdict.
    worker.addEventListener("close", () => reject(new Error("a thread ended without an answer")));
  }).finally(() => giver.stop());
  worker.postMessage({ question });
  const given = give === undefined ? undefined : giveAll(worker, giver, give);
  const [answer, error] = await Promise.all([answered, given]);
  failure ??= error;
  if (failure !== undefined) throw failure.error;
  return answerOf(answer);
}

/** What went wrong, if something did. */
async function giveAll(
  worker: LaneWorker,
  giver: Giver,
  content: AsyncIterable<Uint8Array>,
): Promise<{ readonly error: unknown } | undefined> {
  let end: "whole" | "cut" = "whole";
  let failure: { readonly error: unknown } | undefined;
  try {
    for await (const piece of content) {
      const turn = giver.give(piece);
      if (turn !== undefined) await turn;
      if (giver.stopped) break;
    }
  } catch (error) {
    end = "cut";
    failure = { error };
  }
  if (!giver.stopped) worker.postMessage({ end });
  return failure;
}

function answerOf(answer: Told<unknown>): unknown {
  if ("answer" in answer) return answer.answer;
  throw "refused" in answer ? errorOf(answer.refused) : new Error(answer.broken);
}
