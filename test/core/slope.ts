/** How run time grows with size: the exponent of a power law, which tells n log n from n² whatever the machine does. */

/** Below this a time is mostly noise. */
const LEAST_MILLISECONDS = 2;
const ROUNDS = 5;
const ATTEMPTS = 4;
/** Some kernels count the processor time of a thread in steps of so much. */
const TICK_MILLISECONDS = 4;

/**
 * The exponent between two sizes, by the best of some rounds at each; measured again when it comes out above `limit`,
 * as a busy machine can only make it look worse. `prepare` makes the work for a size and is not timed.
 */
export function growth(
  sizes: readonly [number, number],
  limit: number,
  prepare: (size: number) => () => unknown,
): number {
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS && least > limit; attempt++) {
    const [small, large] = sizes.map((size) => best(prepare(size))) as [number, number];
    least = Math.min(least, Math.log(large / small) / Math.log(sizes[1] / sizes[0]));
  }
  return least;
}

function best(work: () => unknown): number {
  let repeats = 1;
  let time = run(work, repeats);
  while (time < LEAST_MILLISECONDS) {
    repeats *= 2;
    time = run(work, repeats);
  }
  for (let round = 1; round < ROUNDS; round++) time = Math.min(time, run(work, repeats));
  return time / repeats;
}

/**
 * The time that went by, or what this thread had of a processor if that is less: long work is interrupted more often by
 * others than short work, which would look like growth.
 */
function run(work: () => unknown, repeats: number): number {
  const start = performance.now();
  const startOwn = ownMilliseconds();
  for (let i = 0; i < repeats; i++) work();
  return Math.min(performance.now() - start, ownMilliseconds() - startOwn + TICK_MILLISECONDS);
}

function ownMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
