/** `gait completion …`: shell completion for commands, flags and values. */

import type { CandidatesOutput, ScriptOutput } from "../../../schema/answer/program.ts";
import type { CommandSpec } from "../../command/command.ts";
import { SHELLS } from "./shell.ts";

const noun = "completion";
const schemaId = "gait.completion.output";

function completionOf([shell, line]: (typeof SHELLS)[number]): CommandSpec<ScriptOutput> {
  return {
    noun,
    verb: shell,
    schemaId,
    summary: `Print the completion script for ${shell}`,
    description: "On Tab, the script asks the gait on the PATH for candidates; it never runs the program being typed.",
    positionals: [],
    options: [],
    examples: [{ command: line, note: "For every shell started from now on" }],
    async run() {
      const { printScript } = await import("./script.ts");
      return printScript(shell);
    },
  };
}

function candidatesOf(all: () => readonly CommandSpec[]): CommandSpec<CandidatesOutput> {
  return {
    noun,
    verb: "candidates",
    hidden: true,
    schemaId,
    summary: "Print completion candidates for a command line; used by the scripts",
    description:
      "The words are those of the line behind gait, the last one, which is being typed and may be empty, with a " +
      "dot behind\n" +
      "it. The first line says file or folder where those fit as well; a candidate and its description have a " +
      "space between.",
    positionals: [{ name: "word", kind: "text", required: false, repeatable: true }],
    options: [],
    examples: [{ command: "gait completion candidates -- pack ver.", note: "What completes gait pack ver" }],
    async run(call) {
      const { printCandidates } = await import("./candidates.ts");
      return printCandidates(call, all());
    },
  };
}

/** @param all the table of commands, including these */
export function completionCommands(all: () => readonly CommandSpec[]): readonly CommandSpec[] {
  return [...SHELLS.map(completionOf), candidatesOf(all)];
}
