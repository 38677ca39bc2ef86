/** The flags of every long-running command. */
import type { OptionSpec } from "../command/command.ts";

export const PROGRESS_FLAGS: readonly OptionSpec[] = [
  {
    flag: "--progress",
    value: "HOW",
    choices: ["auto", "ndjson"],
    default: "auto",
    description: "auto: a line on a terminal; ndjson: records on stderr, for programs",
  },
  { flag: "--quiet", description: "Show no progress" },
];
