/**
 * How far the work of this process has come, over all of its threads, and turns for whoever else waits on this one. What
 * reads without waiting hears no signal and no timer: promises that are kept already leave no room for either.
 */
import type { Progress } from "../../core/platform/platform.ts";

/** Bytes of content: found to be read, and read. */
export interface ProgressCount {
  readonly ahead: number;
  readonly done: number;
}

/** A turn costs 3 µs. This much time is what a signal waits, and another thread that has done its part and gets the next. */
const TURN_MS = 4;

/** `ahead` and `done` of this thread, and of each other one, which writes them where this one can see them. */
let own: Float64Array = new Float64Array(2);
const others: Float64Array[] = [];
let lastTurn = 0;
/** Only the first thread hears signals and shows progress. */
let takesTurns = true;

export const progress: Progress = {
  ahead(bytes) {
    own[0] = (own[0] ?? 0) + bytes;
  },
  done(bytes) {
    own[1] = (own[1] ?? 0) + bytes;
    return turn();
  },
};

/** For work whose bytes are counted elsewhere: its input, where that is what is known in advance. */
export const uncounted: Progress = { ahead: () => undefined, done: turn };

/** A promise that others run before, when they have not for a while. */
export function turn(): Promise<void> | undefined {
  if (!takesTurns) return undefined;
  const now = performance.now();
  if (now - lastTurn < TURN_MS) return undefined;
  return new Promise((resolve) => {
    setImmediate(() => {
      lastTurn = performance.now();
      resolve();
    });
  });
}

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

/** In another thread: from here on it counts in `buffer`. */
export function countIn(buffer: SharedArrayBuffer): void {
  own = new Float64Array(buffer);
  takesTurns = false;
}

function sum(counters: readonly Float64Array[], at: 0 | 1): number {
  return counters.reduce((total, counter) => total + (counter[at] ?? 0), 0);
}
