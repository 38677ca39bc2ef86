/** The executable under test, and functions to run it. `npm test` builds it and sets `GAIT_BINARY`. */
import { existsSync } from "node:fs";
import { join } from "node:path";

export const GAIT = process.env["GAIT_BINARY"] ?? join(import.meta.dir, "../../dist/gait");

if (!existsSync(GAIT)) {
  throw new Error(`${GAIT} is missing: run the tests with \`npm test\`, which builds it`);
}

/** A minimal environment, without the variables of the person who runs the tests. */
const ENVIRONMENT = { PATH: process.env["PATH"] ?? "", HOME: "/nonexistent" };

export interface Ran {
  exit: number | null;
  stdout: string;
  stderr: string;
}

/** Runs it to its end; a run over 20 s is killed, and its exit is null. */
export function gait(args: readonly string[], options: { cwd?: string; env?: Record<string, string> } = {}): Ran {
  return spawn([GAIT, ...args], options);
}

/** Runs it while this process goes on, which may serve what it asks for. */
export async function gaitMeanwhile(
  args: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): Promise<Ran> {
  const child = Bun.spawn([GAIT, ...args], {
    cwd: options.cwd ?? process.cwd(),
    env: { ...ENVIRONMENT, ...options.env },
    ...{ stdin: "ignore", stdout: "pipe", stderr: "pipe" },
  });
  const [stdout, stderr, exit] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { exit, stdout, stderr };
}

/** Runs a line of bash in which `"$GAIT"` is the executable. */
export function bash(script: string, options: { cwd?: string; env?: Record<string, string> } = {}): Ran {
  return spawn(["bash", "-c", script], { ...options, env: { GAIT, ...options.env } });
}

function spawn(command: string[], options: { cwd?: string; env?: Record<string, string> }): Ran {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, {
    cwd: options.cwd ?? process.cwd(),
    env: { ...ENVIRONMENT, ...options.env },
    stdin: "ignore",
    timeout: 20_000,
  });
  return { exit: exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}
