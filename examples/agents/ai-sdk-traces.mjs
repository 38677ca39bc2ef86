// The Vercel AI SDK tells OpenTelemetry of its tools. gait run exec -- node agents/ai-sdk-traces.mjs
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { generateText, stepCountIs, tool } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { z } from "zod";

// Sends to OTEL_EXPORTER_OTLP_ENDPOINT, which gait run exec sets.
const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())] });

// Stands for a model: asks for a tool, then ends.
const usage = {
  inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 1, text: 1, reasoning: 0 },
};
const answers = [
  { type: "tool-call", toolCallId: "call_1", toolName: "weather", input: '{"city":"Oslo"}' },
  { type: "text", text: "4 degrees" },
];
const scripted = new MockLanguageModelV3({
  doGenerate: async () => {
    const content = [answers.shift()];
    const finishReason = { unified: answers.length === 0 ? "stop" : "tool-calls", raw: undefined };
    return { content, finishReason, usage, warnings: [] };
  },
});

const { text } = await generateText({
  model: scripted,
  prompt: "the weather in Oslo",
  stopWhen: stepCountIs(2),
  experimental_telemetry: { isEnabled: true, tracer: provider.getTracer("ai") },
  tools: {
    weather: tool({ inputSchema: z.object({ city: z.string() }), execute: async ({ city }) => `4 degrees in ${city}` }),
  },
});
console.log(text);
await provider.shutdown();
