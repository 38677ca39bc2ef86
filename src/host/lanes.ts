/** Threads that read files at the same time as this one (`core/content-task.ts`). They end with the process. */
import type { ContentAnswer } from "../core/content-task.ts";
import { type ErrorCode, GaitError } from "../core/error.ts";
import type { Lane } from "../core/platform.ts";

/** A `GaitError` does not survive the way between threads as one, so it travels as its members. */
export type LaneAnswer =
  | { readonly answer: ContentAnswer }
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
    ask: (question) =>
      new Promise((resolve, reject) => {
        worker.ref();
        const settle = (end: () => void): void => {
          worker.unref();
          end();
        };
        worker.onmessage = ({ data }: MessageEvent<LaneAnswer>) => settle(() => settleWith(data, resolve, reject));
        worker.onerror = ({ message }) => settle(() => reject(new Error(`a thread broke: ${message}`)));
        // Without this, a thread that just ended would be waited for by nobody: the process would end without a verdict.
        worker.addEventListener("close", () => settle(() => reject(new Error("a thread ended without an answer"))));
        worker.postMessage(question);
      }),
  };
}

function settleWith(data: LaneAnswer, resolve: (answer: ContentAnswer) => void, reject: (error: Error) => void): void {
  if ("answer" in data) resolve(data.answer);
  else if ("broken" in data) reject(new Error(data.broken));
  else {
    const { code, message, hint } = data.refused;
    reject(new GaitError(code, message, hint === undefined ? {} : { hint }));
  }
}
