/** The page's other thread: it verifies, so that the page stays quick. */
import { type FileResult, type Settings, type Task, verifyFile } from "./verify-file.ts";

export interface Question {
  readonly file: File;
  readonly settings: Settings;
  readonly task: Task;
}

export type Message =
  | { readonly kind: "read"; readonly bytes: number }
  | { readonly kind: "result"; readonly result: FileResult };

/** A screen shows 60 pictures a second, and nobody reads ten numbers in one. */
const BETWEEN_MS = 100;

/** Answers the questions that come, one after the other: the next is asked when the last is answered. */
export function serve(): void {
  const answer = (message: Message): void => globalThis.postMessage(message);
  globalThis.addEventListener("message", ({ data }: MessageEvent<Question>) => {
    const { file, settings, task } = data;
    const read = (bytes: number): void => answer({ kind: "read", bytes });
    void verifyFile(file, settings, task, seldom(read)).then((result) => answer({ kind: "result", result }));
  });
}

/** `tell`, now and then. */
export function seldom(tell: (bytes: number) => void): (bytes: number) => void {
  let last = performance.now();
  return (bytes) => {
    const now = performance.now();
    if (now - last < BETWEEN_MS) return;
    last = now;
    tell(bytes);
  };
}
