/** Threads that read and write files at the same time as this one (`core/lane.ts`). They end with the process. */
import { type ErrorCode, GaitError } from "../core/error.ts";
import type { Lane, LaneExchange } from "../core/lane.ts";
import { Giver, type PieceMessage } from "./exchange.ts";

/** A `GaitError` does not survive the way between threads as one, so it travels as its members. */
export type LaneAnswer =
  | { readonly answer: unknown }
  | { readonly refused: { readonly code: ErrorCode; readonly message: string; readonly hint: string | undefined } }
  | { readonly broken: string };

/** What Bun's types leave out: a thread that is not referenced does not keep the process alive. */
interface Thread extends Worker {
  ref(): void;
  unref(): void;
}

/** In the executable all code lies in one folder, entry points below it. Never relative to the current folder. */
const WORKER = /[/\\](\$bunfs|~BUN)[/\\]/.test(import.meta.url) ? "./host/lane-worker.js" : "./lane-worker.ts";

const started: Lane[] = [];

/** At most one lane for each processor but this thread's, `most` at the most; they are started at first use and kept. */
export function lanes(most: number): readonly Lane[] {
  const count = Math.min(most, navigator.hardwareConcurrency - 1);
  while (started.length < count) started.push(startLane());
  return started.slice(0, Math.max(0, count));
}

/** `script` is a module beside this one. */
export function startLane(script: string = WORKER): Lane {
  const worker = new Worker(new URL(script, import.meta.url).href, { name: "gait-lane" }) as Thread;
  worker.unref();
  return {
    async ask(question, exchange = {}) {
      worker.ref();
      try {
        return await askOf(worker, question, exchange);
      } finally {
        worker.unref();
      }
    },
  };
}

async function askOf(worker: Thread, question: object, { give, take }: LaneExchange): Promise<unknown> {
  const giver = new Giver((message, transfer) => worker.postMessage(message, transfer));
  /** What went wrong on this side. The other one is heard to its end all the same: it has to be free afterwards. */
  let failure: { readonly error: unknown } | undefined;
  const answered = new Promise<LaneAnswer>((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<LaneAnswer | PieceMessage>) => {
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
  worker: Thread,
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

function answerOf(answer: LaneAnswer): unknown {
  if ("answer" in answer) return answer.answer;
  if ("broken" in answer) throw new Error(answer.broken);
  const { code, message, hint } = answer.refused;
  throw new GaitError(code, message, hint === undefined ? {} : { hint });
}
