/**
 * Runs commands for the tests and says what each cost. It is a small process of its own, because the most memory that a
 * process held is at least what its parent held when it was started.
 */

export interface MeasuredCommand {
  readonly id: number;
  readonly command: readonly string[];
  readonly cwd: string;
}

export interface Measured {
  readonly id: number;
  /** `null` where it was killed. */
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  readonly milliseconds: number;
  /** The most memory that it held, in bytes. */
  readonly peakBytes: number;
}

const KILLED_AFTER_MS = 30_000;

async function run({ id, command, cwd }: MeasuredCommand): Promise<Measured> {
  const started = performance.now();
  const child = Bun.spawn([...command], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent" },
    stdin: "ignore",
    stderr: "pipe",
    timeout: KILLED_AFTER_MS,
    killSignal: "SIGKILL",
  });
  const [stdout, stderr] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()]);
  await child.exited;
  const milliseconds = performance.now() - started;
  const peakBytes = child.resourceUsage()?.maxRSS ?? Number.POSITIVE_INFINITY;
  return { id, exit: child.exitCode, stdout, stderr, milliseconds, peakBytes };
}

if (import.meta.main) {
  process.on("message", async (command: MeasuredCommand) => {
    process.send?.(await run(command));
  });
}
