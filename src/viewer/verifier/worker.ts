/** The worker: it verifies, so that the page stays responsive. */
import { type ChosenArtifact, type FileResult, type Settings, type Task, verifyFile } from "./verify-file.ts";

export interface Question {
  readonly given: ChosenArtifact;
  readonly settings: Settings;
  readonly task: Task;
}

export type Message =
  | { readonly kind: "read"; readonly bytes: number }
  | { readonly kind: "result"; readonly result: FileResult };

/** Ten progress updates a second are enough. */
const BETWEEN_MS = 100;

/** Answers questions one at a time: the next one is sent after the answer. */
export function serve(): void {
  const answer = (message: Message): void => globalThis.postMessage(message);
  globalThis.addEventListener("message", ({ data }: MessageEvent<Question>) => {
    const { given, settings, task } = data;
    const read = (bytes: number): void => answer({ kind: "read", bytes });
    void verifyFile(given, settings, task, seldom(read)).then((result) => answer({ kind: "result", result }));
  });
}

/** `tell`, throttled. */
export function seldom(tell: (bytes: number) => void): (bytes: number) => void {
  let last = performance.now();
  return (bytes) => {
    const now = performance.now();
    if (now - last < BETWEEN_MS) return;
    last = now;
    tell(bytes);
  };
}
