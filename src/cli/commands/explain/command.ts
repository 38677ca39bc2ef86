/** `gait explain`: what a finding, an error, a verdict or an exit means, and what to do. */

import type { ExplainListOutput, ExplainTopicOutput } from "../../../schema/answer/program.ts";
import type { CommandSpec } from "../../command/command.ts";

export const EXPLAIN: CommandSpec<ExplainListOutput | ExplainTopicOutput> = {
  verb: "explain",
  schemaId: "gait.explain.output",
  summary: "Explain a finding, an error, a verdict or an exit; without one, list them all",
  description: "The topic is the code in front of a finding, authentic, intact or failed, or exit-2 and the like.",
  positionals: [
    {
      name: "topic",
      required: false,
      suggestions: async () => (await import("./topics.ts")).TOPICS.map(({ topic }) => topic),
    },
  ],
  options: [],
  examples: [
    { command: "gait explain file_hash_mismatch", note: "What a finding means, and what to do about it" },
    { command: "gait explain intact", note: "What a verdict says, and what it does not" },
    { command: "gait explain exit-6", note: "Why a command ended like this" },
    { command: "gait explain", note: "Everything that can be explained" },
  ],
  async run(call) {
    const { explain } = await import("./topics.ts");
    return explain(call);
  },
};
