/** `gait version`: version, commit and target of this program. */

import type { VersionOutput } from "../../schema/answer/answer.ts";
import { BUILD } from "../command/build-info.ts";
import type { CommandSpec } from "../command/command.ts";
import { EXIT } from "../command/exit.ts";
import { rows } from "../terminal/rows.ts";

export const VERSION: CommandSpec<VersionOutput> = {
  verb: "version",
  schemaId: "gait.version.output",
  failureSchemaId: "gait.error.output",
  summary: "Show version, commit, Bun and target of this program",
  positionals: [],
  options: [],
  examples: [
    { command: "gait version", note: "For people" },
    { command: "gait version --json", note: "For programs" },
  ],
  async run(call) {
    const { version, commit, bun, target } = BUILD;
    return {
      exit: EXIT.ok,
      json: { version, commit, bun, target },
      text: `gait ${version}\n${rows(
        [
          ["commit", commit],
          ["bun", bun],
          ["target", target],
        ],
        call.stdout,
        "  ",
      )}`,
    };
  },
};
