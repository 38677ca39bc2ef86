/** What the command line answers, to hold the page against: its own frame, in this process, on the same file. */
import { dirname } from "node:path";
import type { Environment } from "../../src/cli/command.ts";
import { dispatch } from "../../src/cli/dispatch.ts";

const ENVIRONMENT: Environment = {
  env: {},
  cwd: "/",
  now: () => 0,
  stdin: () => new ReadableStream(),
  write: () => Promise.resolve(),
  flush: () => Promise.resolve(),
  showStatus: () => undefined,
  stdout: { isTerminal: false, color: false, columns: undefined },
  stderr: { isTerminal: false, color: false, columns: undefined },
};

/** The JSON line of `gait pack verify`, with the file's path as a browser knows it: its name alone. */
export async function commandLineAnswer(path: string, flags: readonly string[] = []): Promise<string> {
  const { stdout } = await dispatch(["pack", "verify", path, "--json", ...flags], ENVIRONMENT);
  return stdout.replaceAll(new RegExp(`"(path|error)":"${RegExp.escape(dirname(path))}/`, "g"), '"$1":"');
}
