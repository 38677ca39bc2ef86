/** `gait selftest`: checks that this program works on this machine. */

import type { SelftestOutput } from "../../../schema/answer/program.ts";
import type { CommandSpec } from "../../command/command.ts";

export const SELFTEST: CommandSpec<SelftestOutput> = {
  verb: "selftest",
  schemaId: "gait.selftest.output",
  failureSchemaId: "gait.error.output",
  summary: "Check this program on this machine with known-answer tests",
  description:
    "Checks everything that a verdict depends on against known answers: test vectors from the standards, a golden " +
    "pack,\n" +
    "tampered packs, and a pack built byte for byte. The data is inside the program; it needs no files and no " +
    "network.\n" +
    "It can't tell whether this is the published program: compare its SHA-256 for that.",
  positionals: [],
  options: [],
  examples: [
    { command: "gait selftest", note: "First thing on a new machine: exit 0, or 1 if a check failed" },
    { command: "gait selftest --json", note: "For programs" },
  ],
  async run(call) {
    const { runSelftest } = await import("./run.ts");
    return runSelftest(call);
  },
};
