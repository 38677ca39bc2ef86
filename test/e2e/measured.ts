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
  /** Of all processors together, in the program and for it. */
  readonly cpuMs: number;
  /** The most memory that it held, in bytes. */
  readonly peakBytes: number;
}

const KILLED_AFTER_MS = 100_000;

async function run({ id, command, cwd }: MeasuredCommand): Promise<Measured> {
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
  const used = child.resourceUsage();
  const cpuMs = Number(used?.cpuTime.total ?? Number.POSITIVE_INFINITY) / 1000;
  const peakBytes = used?.maxRSS ?? Number.POSITIVE_INFINITY;
  return { id, exit: child.exitCode, stdout, stderr, cpuMs, peakBytes };
}

if (import.meta.main) {
  process.on("message", async (command: MeasuredCommand) => {
    process.send?.(await run(command));
  });
}
