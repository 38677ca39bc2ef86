/** The frame's environment for tests that run it in-process: no terminal, no variables and nothing to read. */
import type { Environment } from "../../src/cli/command/command.ts";

const NO_TERMINAL = { isTerminal: false, color: false, columns: undefined };

export const QUIET_ENVIRONMENT: Environment = {
  env: {},
  cwd: "/",
  program: ["gait"],
  now: () => 0,
  stdin: () => new ReadableStream(),
  write: () => Promise.resolve(),
  flush: () => Promise.resolve(),
  warn: () => undefined,
  showStatus: () => undefined,
  stdout: NO_TERMINAL,
  stderr: NO_TERMINAL,
};
