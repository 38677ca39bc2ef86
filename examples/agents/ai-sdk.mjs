// Records the tools of the Vercel AI SDK: a middleware of the model. node agents/ai-sdk.mjs
import { generateText, stepCountIs, tool, wrapLanguageModel } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { Recorder } from "gait";
import { z } from "zod";
import { writePack } from "./write-pack.mjs";

/** A call stands in what the model answers, and its result in what the model is asked next. */
function recordTools(run) {
  const answered = new Set();
  const takeCall = ({ type, toolCallId, toolName, input }) => {
    if (type === "tool-call") run.intent(toolName, parsed(input), { id: toolCallId });
  };
  return {
    specificationVersion: "v3",
    transformParams: async ({ params }) => {
      for (const { role, content } of params.prompt)
        for (const part of role === "tool" ? content : []) {
          if (part.type !== "tool-result" || answered.has(part.toolCallId)) continue;
          answered.add(part.toolCallId);
          run.result(part.toolCallId, statusOf(part.output.type), part.output.value ?? part.output);
        }
      return params;
    },
    wrapGenerate: async ({ doGenerate }) => {
      const result = await doGenerate();
      for (const part of result.content) takeCall(part);
      return result;
    },
    wrapStream: async ({ doStream }) => {
      const { stream, ...rest } = await doStream();
      const taken = new TransformStream({
        transform(part, controller) {
          takeCall(part);
          controller.enqueue(part);
        },
      });
      return { stream: stream.pipeThrough(taken), ...rest };
    },
  };
}

function statusOf(type) {
  if (type === "execution-denied") return "denied";
  return type.startsWith("error") ? "error" : "completed";
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

// Stands for a model: asks for two tools, then ends.
const call = (toolName, id, input) => ({ type: "tool-call", toolCallId: id, toolName, input: JSON.stringify(input) });
const answers = [
  [call("weather", "call_1", { city: "Oslo" }), call("refund", "call_2", { order: 9 })],
  [{ type: "text", text: "4 degrees, and no refund" }],
];
const scripted = new MockLanguageModelV3({
  doGenerate: async () => {
    const content = answers.shift();
    const finishReason = { unified: answers.length === 0 ? "stop" : "tool-calls", raw: undefined };
    const usage = {
      inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 1, text: 1, reasoning: 0 },
    };
    return { content, finishReason, usage, warnings: [] };
  },
});

const run = new Recorder({ runId: "run_ai_sdk", producerVersion: "1.0", captureMode: "raw" });
await generateText({
  model: wrapLanguageModel({ model: scripted, middleware: recordTools(run) }),
  prompt: "the weather in Oslo, and my money back",
  stopWhen: stepCountIs(3),
  tools: {
    weather: tool({ inputSchema: z.object({ city: z.string() }), execute: async ({ city }) => `4 degrees in ${city}` }),
    refund: tool({
      inputSchema: z.object({ order: z.number() }),
      execute: () => Promise.reject(new Error("no such order")),
    }),
  },
});
await writePack(run);
