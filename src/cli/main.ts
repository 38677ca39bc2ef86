/** The process: its environment, signals and exit. */
import { fstatSync, readFileSync, type Stats, statSync } from "node:fs";
import { sleepWhileWaiting } from "../host/threads/event-loop.ts";
import type { Environment, Terminal } from "./command/command.ts";
import { EXIT } from "./command/exit.ts";
import { type CommandResult, dispatch, strayFailure } from "./dispatch.ts";
import { clearStatus, createWriter, print, showStatus } from "./terminal/output.ts";
import { hasColor } from "./terminal/style.ts";

const argv = process.argv.slice(2);
const environment: Environment = {
  env: process.env,
  cwd: process.cwd(),
  program: programWords(),
  now: () => Date.now(),
  stdin: () => Bun.stdin.stream(),
  ...createWriter(),
  warn: (line) => print({ stdout: "", stderr: line }),
  showStatus,
  stdout: await terminal(1),
  stderr: await terminal(2),
};

const COMPILED_AFTER_MS = 40;

/** 128 and the signal's number, as shells count. */
const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

const ignored = ignoredSignals();
for (const [signal, exit] of Object.entries(SIGNALS)) {
  // `nohup`, or a shell that runs this in the background, ignores the signal.
  if (!ignored.has(exit - 128)) process.on(signal, () => void endBySignal(exit));
}
process.on("uncaughtException", (error) => void end(strayFailure(error, argv, environment)));
process.on("unhandledRejection", (error) => void end(strayFailure(error, argv, environment)));

// The executable starts with the JIT compiler delayed (scripts/bundle.ts): work longer than a small verification is
// worth compiling.
setTimeout(() => Bun.unsafe.setJITPolicy(1), COMPILED_AFTER_MS).unref();

sleepWhileWaiting();
await end(await dispatch(argv, environment, process.execArgv));

async function end(outcome: CommandResult): Promise<never> {
  // All temporary files are gone by now, so a signal may end a print that is not being read.
  for (const signal of Object.keys(SIGNALS)) {
    process.removeAllListeners(signal);
  }
  process.exit(printed(outcome));
}

/** In the executable the script is in a file system of its own. */
function programWords(): readonly string[] {
  const [, script = ""] = process.argv;
  return /^([/\\]\$bunfs|[A-Z]:[/\\]~BUN)[/\\]/.test(script) ? [process.execPath] : [process.execPath, script];
}

/** The outcome's exit, or a failure if everything succeeded but the answer could not be written. */
function printed(outcome: CommandResult): number {
  try {
    print(outcome);
    return outcome.exit;
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    print({ stdout: "", stderr: `gait: the answer could not be written to the standard output: ${reason}\n` });
    return outcome.exit === EXIT.ok ? EXIT.invalidInput : outcome.exit;
  }
}

/** The signals that this process ignored when it was started; none if the system can't tell. */
function ignoredSignals(): ReadonlySet<number> {
  try {
    const mask = /^SigIgn:\s*([0-9a-f]+)$/m.exec(readFileSync("/proc/self/status", "latin1"))?.[1];
    const bits = BigInt(`0x${mask ?? "0"}`);
    return new Set(
      Object.values(SIGNALS)
        .map((exit) => exit - 128)
        .filter((signal) => (bits >> BigInt(signal - 1)) & 1n),
    );
  } catch {
    return new Set();
  }
}

async function endBySignal(exit: number): Promise<never> {
  const { removeTemporaries } = await import("../host/files/staged.ts");
  removeTemporaries();
  clearStatus();
  process.exit(exit);
}

async function terminal(fd: 1 | 2): Promise<Terminal> {
  const isTerminal = await isTerminalAt(fd);
  return {
    isTerminal,
    color: hasColor(isTerminal, process.env),
    // Loaded lazily: the stream costs 3 ms.
    get columns() {
      // A terminal that does not know its width says 0.
      return isTerminal ? (fd === 1 ? process.stdout : process.stderr).columns || 80 : undefined;
    },
  };
}

/** `node:tty` costs 3 ms: only used for what may be a terminal, a character device other than /dev/null. */
async function isTerminalAt(fd: number): Promise<boolean> {
  try {
    const device = fstatSync(fd);
    return device.isCharacterDevice() && !isNull(device) && (await import("node:tty")).isatty(fd);
  } catch {
    // The stream is closed.
    return false;
  }
}

function isNull({ rdev }: Stats): boolean {
  return process.platform !== "win32" && statSync("/dev/null", { throwIfNoEntry: false })?.rdev === rdev;
}
