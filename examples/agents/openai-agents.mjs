// Records the tools and handoffs of the OpenAI Agents SDK: a trace processor. node agents/openai-agents.mjs
import { Agent, Runner, setTraceProcessors, tool, Usage } from "@openai/agents";
import { Recorder } from "gait";
import { z } from "zod";
import { writePack } from "./write-pack.mjs";

class RecordSpans {
  #run;

  constructor(run) {
    this.#run = run;
  }

  // A span has its input only when it has ended.
  async onSpanEnd({ spanId, spanData, error, startedAt, endedAt }) {
    if (spanData.type === "handoff") {
      this.#run.event("handoff", { ref: spanData.to_agent, time: startedAt });
      return;
    }
    if (spanData.type !== "function") return;
    const call = this.#run.intent(spanData.name, parsed(spanData.input), { id: spanId, time: startedAt });
    if (error) call.error(error, { time: endedAt });
    else call.completed(spanData.output, { time: endedAt });
  }

  onSpanStart = async () => undefined;
  onTraceStart = async () => undefined;
  onTraceEnd = async () => undefined;
  shutdown = async () => undefined;
  forceFlush = async () => undefined;
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

// Stands for a model: asks for two tools, then ends.
const call = (name, callId, input) => ({
  type: "function_call",
  callId,
  name,
  status: "completed",
  arguments: JSON.stringify(input),
});
const said = { type: "output_text", text: "4 degrees, and no refund" };
const answers = [
  [call("weather", "call_1", { city: "Oslo" }), call("refund", "call_2", { order: 9 })],
  [{ type: "message", role: "assistant", status: "completed", content: [said] }],
];
const scripted = {
  getResponse: async () => ({ usage: new Usage(), output: answers.shift() }),
  getStreamedResponse: () => {
    throw new Error("not scripted");
  },
};

const run = new Recorder({ runId: "run_openai_agents", producerVersion: "1.0", captureMode: "raw" });
// Instead of the processor that sends traces away. The SDK traces nothing where NODE_ENV is test.
setTraceProcessors([new RecordSpans(run)]);
const weather = tool({
  name: "weather",
  description: "the weather",
  parameters: z.object({ city: z.string() }),
  execute: async ({ city }) => `4 degrees in ${city}`,
});
const refund = tool({
  name: "refund",
  description: "a refund",
  parameters: z.object({ order: z.number() }),
  execute: () => Promise.reject(new Error("no such order")),
});
const agent = new Agent({ name: "support", instructions: "help", tools: [weather, refund] });
const runner = new Runner({ modelProvider: { getModel: () => scripted } });
await runner.run(agent, "the weather in Oslo, and my money back");
await writePack(run);
