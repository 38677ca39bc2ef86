/** `gait viewer`: the verifier page in a browser. */

import type { ViewerWrittenOutput } from "../../../schema/answer/program.ts";
import type { CommandSpec } from "../../command/command.ts";
import { FORCE_FLAG } from "../../flags/keys.ts";

export const VIEWER: CommandSpec<ViewerWrittenOutput> = {
  verb: "viewer",
  schemaId: "gait.viewer.output",
  summary: "Write the page that verifies packs in a browser, offline",
  description:
    "One HTML file that loads nothing and sends nothing: open it from the disk and drop packs on it. It gives the\n" +
    "verdicts and findings of gait pack verify, with the same code. The same gait always writes the same bytes.",
  positionals: [],
  options: [{ flag: "--out", value: "FILE", output: true, description: "The page to write" }, FORCE_FLAG],
  examples: [
    { command: "gait viewer --out verify.html", note: "For people who have only a browser" },
    { command: "gait viewer --out verify.html --json", note: "With its SHA-256, for programs" },
  ],
  async run(call) {
    const { writeViewer } = await import("./write.ts");
    return writeViewer(call);
  },
};
