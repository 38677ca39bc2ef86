/**
 * Yields to the event loop, so that signals, timers and the messages of other threads are served. Reading that never
 * waits for the system leaves no room for them: promises that are already resolved run before all of these.
 */

/** Yielding costs 3 µs. This is how long a signal waits, and another thread that is done and needs its next task. */
const INTERVAL_MS = 4;

let lastYield = 0;
/** Only the main thread handles signals and shows progress. */
let mayYield = true;

/** A promise to await, if the last yield was a while ago. */
export function yieldWhenDue(): Promise<void> | undefined {
  if (!mayYield) return undefined;
  const now = performance.now();
  if (now - lastYield < INTERVAL_MS) return undefined;
  return new Promise((resolve) => {
    setImmediate(() => {
      lastYield = performance.now();
      resolve();
    });
  });
}

/** For other threads, which have nothing else to serve. */
export function neverYield(): void {
  mayYield = false;
}

const LONGEST_MS = 2 ** 31 - 1;

/**
 * For the main thread, until the process ends. While a program awaits what nothing of the event loop is held by, as a step
 * of another thread in shared memory, the runtime asks for it again and again, and takes a processor for that. With a
 * timer it sleeps.
 */
export function sleepWhileWaiting(): void {
  setInterval(() => undefined, LONGEST_MS);
}
