/** `gait capture otlp`: what OpenTelemetry's own exporters and the AI SDK send is on the disk, and what is wrong is refused. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { OTLPLogExporter } from "@opentelemetry/exporter-logs-otlp-proto";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { OTLPTraceExporter as JsonExporter } from "@opentelemetry/exporter-trace-otlp-http";
import { OTLPTraceExporter as ProtobufExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { LoggerProvider, SimpleLogRecordProcessor } from "@opentelemetry/sdk-logs";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { generateText, stepCountIs, tool } from "ai";
import { MockLanguageModelV3 } from "ai/test";
import { z } from "zod";
import { bash, GAIT } from "../gait.ts";
import { type Receiving, receive } from "./receiver.ts";

let root: string;
let folder: string;
let receiver: Receiving;
let ended: Promise<unknown> | undefined;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "gait-otlp-"));
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(async () => {
  folder = mkdtempSync(join(root, "log-"));
  ended = undefined;
  receiver = await receive(folder);
});
afterEach(async () => {
  await (ended ?? receiver.end());
});

/** Each once. */
function end(signal?: NodeJS.Signals) {
  const result = receiver.end(signal);
  ended = result;
  return result;
}

const TRACE = "0102030405060708090a0b0c0d0e0f10";
const span = (traceId = TRACE, more: object = {}) => ({
  resourceSpans: [
    { scopeSpans: [{ spans: [{ traceId, spanId: "0102030405060708", name: "execute_tool x", ...more }] }] },
  ],
});
const SPAN = JSON.stringify(span());

function imported(): { runs: { run_id: string; intents_count: number; results_count: number }[]; format: string } {
  const { stdout } = bash(`"$GAIT" run import . --capture-mode raw --out-dir ../out-${process.pid} --force --json`, {
    cwd: folder,
  });
  return JSON.parse(stdout) as ReturnType<typeof imported>;
}

describe("real exporters", () => {
  for (const [name, exporter] of [
    ["protobuf", (url: string) => new ProtobufExporter({ url: `${url}/v1/traces` })],
    ["JSON", (url: string) => new JsonExporter({ url: `${url}/v1/traces` })],
    // biome-ignore lint/suspicious/noExplicitAny: the enum of another package
    ["protobuf, gzip", (url: string) => new ProtobufExporter({ url: `${url}/v1/traces`, compression: "gzip" as any })],
  ] as const) {
    test(`spans in ${name}: the call with its arguments and result`, async () => {
      const provider = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter(receiver.url))] });
      const tracer = provider.getTracer("t");
      const started = tracer.startSpan("execute_tool search", {
        attributes: {
          "gen_ai.operation.name": "execute_tool",
          "gen_ai.tool.name": "search",
          "gen_ai.tool.call.id": "call_1",
          "gen_ai.tool.call.arguments": '{"q":"ä\u2028😀"}',
          "gen_ai.tool.call.result": '{"hits":3}',
          ratio: 0.5,
          many: [1, 2],
        },
      });
      started.end();
      await provider.shutdown();
      const { traceId, spanId } = started.spanContext();
      const [line] = receiver.lines();
      const sent = (line as ReturnType<typeof span>).resourceSpans[0]?.scopeSpans[0]?.spans[0] as unknown as {
        attributes: { key: string; value: unknown }[];
      };
      expect(sent).toMatchObject({ traceId, spanId, name: "execute_tool search" });
      expect(sent.attributes).toContainEqual({
        key: "gen_ai.tool.call.arguments",
        value: { stringValue: '{"q":"ä\u2028😀"}' },
      });
      expect(sent.attributes).toContainEqual({ key: "ratio", value: { doubleValue: 0.5 } });
      expect((await end()).answer).toMatchObject({ ok: true, spans: 1, refused: 0 });
      expect(imported()).toMatchObject({
        format: "otlp",
        runs: [{ run_id: `run_${traceId}`, intents_count: 1, results_count: 1 }],
      });
    });
  }

  test("log records and, as a partial success, metrics", async () => {
    const logs = new LoggerProvider({
      processors: [new SimpleLogRecordProcessor({ exporter: new OTLPLogExporter({ url: `${receiver.url}/v1/logs` }) })],
    });
    logs.getLogger("t").emit({ body: "claude_code.tool_result" });
    await logs.shutdown();
    const exporter = new OTLPMetricExporter({ url: `${receiver.url}/v1/metrics` });
    const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
    meters.getMeter("t").createCounter("c").add(1);
    await meters.shutdown();
    const { answer } = await end();
    expect(answer).toMatchObject({ requests: 2, log_records: 1, refused: 0, spans: 0 });
    expect(receiver.lines().map((line) => Object.keys(line))).toEqual([["resourceLogs"]]);
  });

  test("the AI SDK against a scripted model: its call of a tool is a call of the run", async () => {
    const provider = new BasicTracerProvider({
      spanProcessors: [new BatchSpanProcessor(new ProtobufExporter({ url: `${receiver.url}/v1/traces` }))],
    });
    await generateText({
      model: scripted(),
      prompt: "refund order 9",
      stopWhen: stepCountIs(3),
      experimental_telemetry: { isEnabled: true, tracer: provider.getTracer("ai") },
      tools: {
        refund: tool({ inputSchema: z.object({ order: z.number() }), execute: async ({ order }) => `rf_${order}` }),
      },
    });
    await provider.shutdown();
    await end();
    const { runs } = imported();
    expect(runs).toMatchObject([{ intents_count: 1, results_count: 1 }]);
    const { stdout } = bash(
      `unzip -p ../out-${process.pid}/runpack_${runs[0]?.run_id}.zip intents.jsonl results.jsonl`,
      {
        cwd: folder,
      },
    );
    expect(stdout).toContain('"args":{"order":9}');
    expect(stdout).toContain('"rf_9"');
  });
});

/** Asks for the tool once, then says that it is done. */
function scripted(): MockLanguageModelV3 {
  const usage = {
    inputTokens: { total: 1, noCache: 1, cacheRead: 0, cacheWrite: 0 },
    outputTokens: { total: 1, text: 1, reasoning: 0 },
  };
  let turn = 0;
  return new MockLanguageModelV3({
    doGenerate: async () => {
      turn += 1;
      const isFirst = turn === 1;
      return {
        content: isFirst
          ? [{ type: "tool-call", toolCallId: "call_1", toolName: "refund", input: '{"order":9}' }]
          : [{ type: "text", text: "done" }],
        finishReason: isFirst ? { unified: "tool-calls", raw: undefined } : { unified: "stop", raw: undefined },
        usage,
        warnings: [],
      };
    },
  });
}

describe("answers", () => {
  const json = { "content-type": "application/json" };
  const refusals: Record<
    string,
    [status: number, path: string, body: string | Uint8Array, headers: Record<string, string>]
  > = {
    "another content type": [415, "/v1/traces", SPAN, { "content-type": "text/plain" }],
    "another packing": [415, "/v1/traces", SPAN, { ...json, "content-encoding": "br" }],
    "no gzip": [400, "/v1/traces", SPAN, { ...json, "content-encoding": "gzip" }],
    "gzip cut off": [400, "/v1/traces", gzipSync(SPAN).subarray(0, 40), { ...json, "content-encoding": "gzip" }],
    "no JSON": [400, "/v1/traces", '{"resourceSpans":', json],
    "a member twice": [400, "/v1/traces", '{"resourceSpans":[],"resourceSpans":[]}', json],
    "no list": [400, "/v1/traces", '{"resourceSpans":{}}', json],
    "a span that is none": [400, "/v1/traces", '{"resourceSpans":[{"scopeSpans":[{"spans":[1]}]}]}', json],
    "no protobuf": [400, "/v1/traces", "\u0001junk", { "content-type": "application/x-protobuf" }],
    "another path": [404, "/v1/profiles", SPAN, json],
    "a page of the web": [403, "/v1/traces", SPAN, { ...json, origin: "https://evil.example" }],
    "a name that leads here": [403, "/v1/traces", SPAN, { ...json, host: "evil.example" }],
  };
  test("of each refusal: its status, why, and nothing written", async () => {
    for (const [name, [status, path, body, headers]] of Object.entries(refusals)) {
      const answer = await receiver.post(path, body, headers);
      expect([name, answer.status]).toEqual([name, status]);
      const isProtobuf = headers["content-type"] === "application/x-protobuf";
      expect(answer.headers.get("content-type")).toBe(isProtobuf ? "application/x-protobuf" : "application/json");
      if (!isProtobuf)
        expect(await answer.json()).toMatchObject({ code: expect.any(Number), message: expect.any(String) });
    }
    expect((await fetch(`${receiver.url}/v1/traces`)).status).toBe(405);
    const { answer, exit } = await end();
    expect(exit).toBe(0);
    expect(answer).toMatchObject({ spans: 0, refused: Object.keys(refusals).length + 1 });
    // A log without a line goes away.
    expect(readdirSync(folder)).toEqual([]);
  });

  test("full success says nothing more; ids that are none are kept and told, as a partial success", async () => {
    expect(await (await receiver.post("/v1/traces", SPAN)).text()).toBe("{}");
    const warned = await receiver.post("/v1/traces", JSON.stringify(span("00")));
    expect(warned.status).toBe(200);
    expect(await warned.json()).toEqual({
      partialSuccess: { errorMessage: "1 spans have no valid traceId or spanId, and are kept as they are" },
    });
    const metrics = {
      resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: "m", sum: { dataPoints: [{}, {}] } }] }] }],
    };
    expect(await (await receiver.post("/v1/metrics", JSON.stringify(metrics))).json()).toEqual({
      partialSuccess: { rejectedDataPoints: "2", errorMessage: "metrics are not captured: traces and logs are" },
    });
    expect(receiver.lines().length).toBe(2);
  });

  test("JSON over several lines, with numbers that no double holds, is one line with the same tokens", async () => {
    const text = '{"resourceSpans":[\r\n{"scopeSpans":[{"spans":[{"traceId":"00","n":9007199254740993}]}]}]}\n';
    expect((await receiver.post("/v1/traces", text)).status).toBe(200);
    const { stdout } = bash("cat *.jsonl", { cwd: folder });
    expect(stdout).toBe(`${text.replace(/[\r\n]/g, " ")}\n`);
  });
});

describe("what was answered is there", () => {
  test("a hundred at once, and kill -9: each one that got 200", async () => {
    const numbers = Array.from({ length: 200 }, (_, at) => String(at).padStart(16, "0"));
    let done = 0;
    const answers = numbers.map(async (spanId) => {
      const response = await receiver
        .post("/v1/traces", JSON.stringify(span(TRACE, { spanId })))
        .catch(() => undefined);
      if (response?.status !== 200) return [];
      done += 1;
      if (done === 100) process.kill(receiver.pid, "SIGKILL");
      return [spanId];
    });
    const acknowledged = (await Promise.all(answers)).flat();
    await end("SIGKILL");
    expect(acknowledged.length).toBeGreaterThanOrEqual(100);
    const there = JSON.stringify(receiver.lines());
    for (const spanId of acknowledged) expect(there).toContain(`"${spanId}"`);
  });

  test("SIGINT too ends it well: exit 0 and what came", async () => {
    await receiver.post("/v1/traces", SPAN);
    const { exit, answer } = await end("SIGINT");
    expect([exit, answer["spans"], answer["log"]]).toEqual([0, 1, expect.stringContaining(folder)]);
  });

  test("a full disk: 503, whole lines only, and told once", async () => {
    await end();
    const full = mkdtempSync(join(root, "full-"));
    const script = join(root, "limited.sh");
    // A limit for the size of files, in KiB.
    writeFileSync(script, `trap '' XFSZ; ulimit -f 8; exec "${GAIT}" "$@"`);
    const limited = await receive(full, ["bash", script]);
    const big = JSON.stringify(span(TRACE, { name: "x".repeat(3000) }));
    const statuses: number[] = [];
    for (let at = 0; at < 5; at += 1) {
      const answer = await limited.post("/v1/traces", big);
      statuses.push(answer.status);
      if (answer.status === 503) expect(answer.headers.get("retry-after")).toBe("1");
    }
    expect(statuses).toEqual([200, 200, 503, 503, 503]);
    expect(limited.lines().length).toBe(2);
    const { exit, answer, said } = await limited.end();
    expect([exit, answer["spans"], answer["refused"]]).toEqual([0, 2, 3]);
    expect(said.trimEnd().split("\n").length).toBe(2);
  });
});

describe("where it listens", () => {
  const refused = (address: string) => bash(`"$GAIT" capture otlp --listen ${address} --out no`, { cwd: root });
  for (const address of ["0.0.0.0:0", "192.0.2.1:4318", "example.org:1", "[::]:0"]) {
    test(`${address} only if forced`, () => {
      const { exit, stderr } = refused(address);
      expect(exit).toBe(6);
      expect(stderr).toContain("--allow-remote");
      expect(readdirSync(root)).not.toContain("no");
    });
  }
  test("what is no address: 6", () => {
    for (const address of ["4318", "127.0.0.1", "127.0.0.1:99999", "http://127.0.0.1:1"])
      expect(refused(address).exit).toBe(6);
  });
  test("a port that is taken: 6, and no log is left", () => {
    const { exit, stderr } = bash(`"$GAIT" capture otlp --listen ${new URL(receiver.url).host} --out taken`, {
      cwd: root,
    });
    expect(exit).toBe(6);
    expect(stderr).toContain("EADDRINUSE");
    expect(readdirSync(join(root, "taken"))).toEqual([]);
  });
});
