/** The work of `gait capture mcp`. */
import { basename, join } from "node:path";
import { GaitError } from "../../../core/finding/error.ts";
import { printable } from "../../../core/text/printable.ts";
import { captureFolder, makeCaptureFolder } from "../../../host/capture/folder.ts";
import { tapServer } from "../../../host/capture/tap.ts";
import { errnoOf } from "../../../host/files/errno.ts";
import type { CaptureMcpOutput } from "../../../schema/answer/capture.ts";
import type { Answer, Call } from "../../command/command.ts";
import type { Exit } from "../../command/exit.ts";

/** @throws GaitError `invalid_input` if the server can't be started: what it needs is then on stderr, as without a tap */
export async function tapMcp(call: Call): Promise<Answer<CaptureMcpOutput>> {
  const [command = "", ...args] = call.positionals;
  const name = call.option("--name") ?? basename(command);
  const log = call.option("--out") ?? defaultLog(call, name);
  let trouble = "";
  try {
    const exit = await tapServer({
      ...{ command, args, log, name },
      onTrouble: (error) => {
        trouble ||= `gait capture mcp: ${printable(log)} can't be written, and the messages still pass: ${printable(String(error))}\n`;
        call.warn(trouble);
      },
    });
    // Any number: it is the server's.
    return { exit: exit as Exit, json: undefined, text: "", written: true };
  } catch (error) {
    if (errnoOf(error) === undefined) throw error;
    throw new GaitError("invalid_input", `${command} can't be started: ${errnoOf(error)}`, {
      hint: "Behind -- comes the command as you would type it.",
    });
  }
}

function defaultLog(call: Call, name: string): string {
  const folder = captureFolder(call.env);
  try {
    makeCaptureFolder(folder);
  } catch {
    // Opening the log says what is wrong.
  }
  const time = new Date(call.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  return join(folder, `mcp_${name.replace(/[^A-Za-z0-9_-]/gu, "_")}_${time}_${process.pid}.jsonl`);
}
