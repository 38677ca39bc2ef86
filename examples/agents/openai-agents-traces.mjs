// Writes the traces of the OpenAI Agents SDK to a file. node agents/openai-agents-traces.mjs, then gait run import traces.jsonl
import { appendFile } from "node:fs/promises";
import { Agent, BatchTraceProcessor, Runner, setTraceProcessors, tool, Usage } from "@openai/agents";
import { z } from "zod";

class FileExporter {
  async export(items) {
    await appendFile("traces.jsonl", items.map((item) => `${JSON.stringify(item.toJSON())}\n`).join(""));
  }
}

// Stands for a model: asks for a tool, then ends.
const answers = [
  { type: "function_call", callId: "call_1", name: "weather", status: "completed", arguments: '{"city":"Oslo"}' },
  {
    ...{ type: "message", role: "assistant", status: "completed" },
    content: [{ type: "output_text", text: "4 degrees" }],
  },
];
const scripted = { getResponse: async () => ({ usage: new Usage(), output: [answers.shift()] }) };

// Instead of the processor that sends traces away; addTraceProcessor keeps both.
const processor = new BatchTraceProcessor(new FileExporter());
setTraceProcessors([processor]);
const weather = tool({
  name: "weather",
  description: "the weather",
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) => `4 degrees in ${city}`,
});
const runner = new Runner({ modelProvider: { getModel: () => scripted } });
const { finalOutput } = await runner.run(new Agent({ name: "support", tools: [weather] }), "the weather in Oslo");
console.log(finalOutput);
await processor.shutdown();
