/**
 * Runs commands for the tests and measures the cost of each. It is a small separate process, because a process's peak
 * memory is at least that of its parent when it was started.
 */

export interface MeasuredCommand {
  readonly id: number;
  readonly command: readonly string[];
  readonly cwd: string;
}

export interface Measured {
  readonly id: number;
  /** `null` if it was killed. */
  readonly exit: number | null;
  readonly stdout: string;
  readonly stderr: string;
  /** On all processors together, in user and system mode. */
  readonly cpuMs: number;
  /** Its peak memory, in bytes. */
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
