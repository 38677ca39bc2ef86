/** Verifies one file at a time, on a worker thread if possible, and can cancel. */
import { type ChosenArtifact, type FileResult, type Settings, type Task, verifyFile } from "./verify-file.ts";
import { type Message, type Question, seldom } from "./worker.ts";

export interface Verifier {
  /** `undefined` when it was cancelled. One at a time. */
  verify(
    given: ChosenArtifact,
    settings: Settings,
    task: Task,
    read: (bytes: number) => void,
  ): Promise<FileResult | undefined>;
  /** Cancels the current work. */
  cancel(): void;
}

/** @param script the text of this script, which the worker also runs */
export function createVerifier(script: string): Verifier {
  let worker: Worker | undefined;
  let stop: (() => void) | undefined;
  const drop = (): void => {
    worker?.terminate();
    worker = undefined;
  };
  return {
    async verify(given, settings, task, read) {
      let stopped = false;
      const cancelled = new Promise<undefined>((resolve) => {
        stop = () => {
          stopped = true;
          drop();
          resolve(undefined);
        };
      });
      // Without a worker, a verification can only be stopped at its next read.
      const here = (): Promise<FileResult> =>
        verifyFile(given, settings, task, (bytes) => {
          if (stopped) throw new Error("cancelled");
          tell(bytes);
        });
      const tell = seldom(read);
      worker ??= startWorker(script);
      const elsewhere = worker === undefined ? Promise.reject() : ask(worker, { given, settings, task }, read);
      const answer = elsewhere.catch(() => {
        drop();
        return here();
      });
      const result = await Promise.race([answer, cancelled]);
      stop = undefined;
      return result;
    },
    cancel: () => stop?.(),
  };
}

/** `undefined` if the browser allows no workers for pages opened from disk. */
function startWorker(script: string): Worker | undefined {
  const url = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  try {
    return new Worker(trustedUrl(url));
  } catch {
    return undefined;
  } finally {
    // The worker has its script by then, or never will.
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
  }
}

let policy: { createScriptURL(url: string): unknown } | undefined;

/** The only script URL that the page's policy allows. */
function trustedUrl(url: string): string {
  const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): typeof policy } })
    .trustedTypes;
  policy ??= types?.createPolicy("gait-worker", { createScriptURL: (own: string) => own });
  return (policy?.createScriptURL(url) ?? url) as string;
}

/** Rejects if the worker crashed or never started: out of memory, or not allowed for pages opened from disk. */
function ask(worker: Worker, question: Question, read: (bytes: number) => void): Promise<FileResult> {
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }: MessageEvent<Message>) => {
      if (data.kind === "read") read(data.bytes);
      else resolve(data.result);
    };
    worker.onerror = (event) => {
      event.preventDefault();
      reject(new Error(event.message));
    };
    worker.postMessage(question);
  });
}
