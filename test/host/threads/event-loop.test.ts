/** Waiting for another thread does not take a processor: the runtime's own way of waiting does. */
import { expect, test } from "bun:test";

const MODULE = JSON.stringify(`${import.meta.dir}/../../../src/host/threads/event-loop.ts`);

/** Processor time of a program that awaits a step in shared memory for half a second, as a part of that time. */
function partTaken(before: string): number {
  const code = `
    import { sleepWhileWaiting } from ${MODULE};
    ${before}
    const words = new Int32Array(new SharedArrayBuffer(4));
    const begun = performance.now();
    const used = process.cpuUsage();
    while (performance.now() - begun < 500) await Atomics.waitAsync(words, 0, 0, 5).value;
    const { user, system } = process.cpuUsage(used);
    console.log((user + system) / 1000 / (performance.now() - begun));
    process.exit(0);
  `;
  const { stdout, stderr } = Bun.spawnSync([process.execPath, "-e", code], { env: { ...process.env } });
  expect(stderr.toString()).toBe("");
  return Number(stdout.toString());
}

test("the main thread sleeps while it waits for a step of another one", () => {
  const sleeping = partTaken("sleepWhileWaiting();");
  expect(sleeping).toBeGreaterThan(0);
  // Of two processors with much other work, one that only asks gets a third and more.
  expect(sleeping).toBeLessThan(partTaken("") / 2);
});
