/** How run time grows with size: the exponent of a power law, which separates n log n from n² on any machine. */

/** Below this a time is mostly noise. */
const LEAST_MILLISECONDS = 2;
const ROUNDS = 5;
const ATTEMPTS = 4;
/** Some kernels count a thread's processor time in steps of this size. */
const TICK_MILLISECONDS = 4;

/**
 * The exponent between two sizes, from the best of some rounds at each; measured again when it is above `limit`,
 * because a busy machine can only make it look worse. `prepare` makes the work for a size and is not timed.
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
 * The elapsed time, or this thread's processor time if that is less: other processes interrupt long work more often
 * than short work, which would look like growth.
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
