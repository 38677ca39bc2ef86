/** A pool of threads, started at first use and kept until the process ends. */
import type { WorkerThread } from "../../core/platform/thread-task.ts";
import { startThread, type Thread } from "./thread.ts";

const started: Thread[] = [];

/** At most one for each processor but this thread's, `most` at the most. */
export function otherThreads(most: number): readonly WorkerThread[] {
  return threads(Math.min(most, navigator.hardwareConcurrency - 1));
}

/** `count` threads, whatever the machine has. */
export function threads(count: number): readonly Thread[] {
  while (started.length < count) started.push(startThread());
  return started.slice(0, Math.max(0, count));
}
