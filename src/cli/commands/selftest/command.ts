/** `gait selftest`: whether this program works on this machine. */

import type { SelftestOutput } from "../../../schema/answer/program.ts";
import type { CommandSpec } from "../../command/command.ts";

export const SELFTEST: CommandSpec<SelftestOutput> = {
  verb: "selftest",
  schemaId: "gait.selftest.output",
  failureSchemaId: "gait.error.output",
  summary: "Check that this program works on this machine, by known answers",
  description:
    "Everything that a verdict rests on is asked for answers that are known: from the standards, and for a golden pack,\n" +
    "tampered packs, and a pack built to the byte. The data is inside the program; no file and no network is needed.\n" +
    "It can't tell whether this is the program that was published: compare its SHA-256 for that.",
  positionals: [],
  options: [],
  examples: [
    { command: "gait selftest", note: "On a new machine, before anything else: exit 0, or 1 if a check failed" },
    { command: "gait selftest --json", note: "For a program" },
  ],
  async run(call) {
    const { runSelftest } = await import("./run.ts");
    return runSelftest(call);
  },
};
