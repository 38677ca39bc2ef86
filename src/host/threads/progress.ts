/** The progress of this process, over all its threads. */
import type { Progress } from "../../core/platform/platform.ts";
import { neverYield, yieldWhenDue } from "./event-loop.ts";

/** Bytes of content: to be read, and read. */
export interface ProgressCount {
  readonly ahead: number;
  readonly done: number;
}

/** `ahead` and `done` of this thread, and of each other one, which writes them where this one can see them. */
let own: Float64Array = new Float64Array(2);
const others: Float64Array[] = [];

export const progress: Progress = {
  ahead(bytes) {
    own[0] = (own[0] ?? 0) + bytes;
  },
  done(bytes) {
    own[1] = (own[1] ?? 0) + bytes;
    return yieldWhenDue();
  },
};

/** For work whose bytes are counted elsewhere: its input, where that is what is known in advance. */
export const uncounted: Progress = { ahead: () => undefined, done: yieldWhenDue };

export function progressSoFar(): ProgressCount {
  const all = [own, ...others];
  return { ahead: sum(all, 0), done: sum(all, 1) };
}

/** Memory in which another thread counts. */
export function counterForThread(): SharedArrayBuffer {
  const buffer = new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT);
  others.push(new Float64Array(buffer));
  return buffer;
}

/** For another thread: it counts in `buffer` from now on. */
export function countIn(buffer: SharedArrayBuffer): void {
  own = new Float64Array(buffer);
  neverYield();
}

function sum(counters: readonly Float64Array[], at: 0 | 1): number {
  return counters.reduce((total, counter) => total + (counter[at] ?? 0), 0);
}
