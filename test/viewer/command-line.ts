/** The command line's answer, to compare the page with: its own frame, in this process, on the same file. */
import { dirname } from "node:path";
import { dispatch } from "../../src/cli/dispatch.ts";
import { QUIET_ENVIRONMENT } from "../cli/quiet-environment.ts";

/** The JSON line of `gait pack verify`, with only the file's name as path, as in a browser. */
export async function commandLineAnswer(
  path: string,
  flags: readonly string[] = [],
  now = QUIET_ENVIRONMENT.now,
): Promise<string> {
  const { stdout } = await dispatch(["pack", "verify", path, "--json", ...flags], { ...QUIET_ENVIRONMENT, now });
  return stdout.replaceAll(new RegExp(`"(path|error)":"${RegExp.escape(dirname(path))}/`, "g"), '"$1":"');
}
