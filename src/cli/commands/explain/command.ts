/** `gait explain`: what a finding, an error, a verdict or an exit code means, and what to do. */

import type { ExplainListOutput, ExplainTopicOutput } from "../../../schema/answer/program.ts";
import type { CommandSpec } from "../../command/command.ts";

export const EXPLAIN: CommandSpec<ExplainListOutput | ExplainTopicOutput> = {
  verb: "explain",
  schemaId: "gait.explain.output",
  summary: "Explain a finding, an error, a verdict or an exit; without one, list them all",
  description:
    "The topic is a finding's code, a verdict (authentic, intact, failed), a word as it is\nprinted (BLOCKED, NO EVIDENCE), " +
    "an error code, or an exit code such as exit-2.",
  positionals: [
    {
      name: "topic",
      required: false,
      repeatable: true,
      suggestions: async () => (await import("./topics.ts")).TOPICS.map(({ topic }) => topic),
    },
  ],
  options: [],
  examples: [
    { command: "gait explain file_hash_mismatch", note: "What a finding means and what to do about it" },
    { command: "gait explain intact", note: "What a verdict does and does not say" },
    { command: "gait explain exit-6", note: "Why a command exited with this code" },
    { command: "gait explain", note: "Everything that can be explained" },
  ],
  async run(call) {
    const { explain } = await import("./topics.ts");
    return explain(call);
  },
};
