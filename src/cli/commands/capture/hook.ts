/** The work of `gait capture hook`. It throws what it likes: `neverFails` of the command makes it a line on stderr. */
import { spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { captureHook } from "../../../host/capture/hook.ts";
import type { CaptureHookOutput } from "../../../schema/answer/capture.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";

export function runHook(call: Call): Answer<CaptureHookOutput> {
  const { event, path } = captureHook(call.env);
  if (event === "SessionEnd" && call.option("--on-end") === "import") importDetached(call, path);
  return { exit: EXIT.ok, json: undefined, text: "", written: true };
}

/** Goes on when the agent and this process are gone; what it says is beside the log. */
function importDetached(call: Call, log: string): void {
  const outDir = call.option("--out-dir");
  const key = call.option("--private-key");
  const [program = "", ...words] = call.program;
  const args = [
    ...[...words, "run", "import", log, "--pack", "--force", "--quiet"],
    ...(outDir === undefined ? [] : ["--out-dir", outDir]),
    ...(key === undefined ? [] : ["--private-key", key]),
  ];
  const said = openSync(`${log}.import.txt`, "w", 0o600);
  try {
    spawn(program, args, { detached: true, cwd: call.cwd, stdio: ["ignore", said, said], windowsHide: true }).unref();
  } finally {
    closeSync(said);
  }
}
