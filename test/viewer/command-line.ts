/** What the command line answers, to hold the page against: its own frame, in this process, on the same file. */
import { dirname } from "node:path";
import { dispatch } from "../../src/cli/dispatch.ts";
import { QUIET_ENVIRONMENT } from "../cli/quiet-environment.ts";

/** The JSON line of `gait pack verify`, with the file's path as a browser knows it: its name alone. */
export async function commandLineAnswer(path: string, flags: readonly string[] = []): Promise<string> {
  const { stdout } = await dispatch(["pack", "verify", path, "--json", ...flags], QUIET_ENVIRONMENT);
  return stdout.replaceAll(new RegExp(`"(path|error)":"${RegExp.escape(dirname(path))}/`, "g"), '"$1":"');
}
