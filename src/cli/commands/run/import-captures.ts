/** `gait capture import`: `gait run import` of the folder of captures. */
import { captureFolder } from "../../../host/capture/folder.ts";
import type { RunFailure } from "../../../schema/answer/run.ts";
import type { RunImportOutput } from "../../../schema/answer/run-import.ts";
import type { CommandSpec, Flag } from "../../command/command.ts";
import { IMPORT } from "./command.ts";

/** What names one source or one run: here there are many. */
const OF_ONE: ReadonlySet<Flag> = new Set<Flag>(["--format", "--run", "--run-id", "--check"]);

export const CAPTURE_IMPORT: CommandSpec<RunImportOutput, RunFailure> = {
  noun: "capture",
  verb: "import",
  schemaId: "gait.run.output",
  summary: "Make runpacks of all that was captured and is new",
  description:
    "As gait run import of the folder of captures. The logs stay where they are. A session that has gone on since it was\n" +
    "imported is new, and --force replaces its runpack.",
  positionals: [],
  options: IMPORT.options.filter(({ flag }) => !OF_ONE.has(flag)),
  examples: [
    {
      command: "gait capture import --pack --private-key keys/gait_private.key",
      note: "A signed pack of each session",
    },
    { command: "gait capture import --since 7d --dry-run", note: "What would be recorded of a week" },
  ],
  async run(call) {
    const { importRuns } = await import("./import/many.ts");
    const folder = captureFolder(call.env);
    return importRuns({
      ...call,
      positionals: [folder],
      inputs: [folder, ...call.inputs],
      option: (flag) => (OF_ONE.has(flag) ? undefined : call.option(flag)),
    });
  },
};
