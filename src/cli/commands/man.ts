/** `gait man`: the manual page, built into the program. */

import type { ManOutput } from "../../schema/answer/program.ts";
import { BUILD } from "../command/build-info.ts";
import type { CommandSpec } from "../command/command.ts";
import { EXIT } from "../command/exit.ts";

/** @param all the table of commands, including this one */
export function manCommand(all: () => readonly CommandSpec[]): CommandSpec<ManOutput> {
  return {
    verb: "man",
    schemaId: "gait.man.output",
    failureSchemaId: "gait.error.output",
    summary: "Print the manual page, as roff",
    positionals: [],
    options: [],
    examples: [
      { command: "gait man | man -l -", note: "Read it" },
      { command: "gait man > ~/.local/share/man/man1/gait.1", note: "Install it, for man gait" },
    ],
    async run() {
      const { manualPage } = await import("../help/reference.ts");
      const page = manualPage(all(), BUILD.version);
      return { exit: EXIT.ok, json: { page }, text: page };
    },
  };
}
