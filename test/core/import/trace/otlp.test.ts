/** OTLP: ids, times, runs and which spans are the same call. `otlp-tool-spans.test.ts` has what a tool's span says. */
import { describe, expect, test } from "bun:test";
import { fateSum, type Told, toldByLines, toldByText } from "../stated.ts";
import { attributes, body, call, span, TRACE } from "./otlp-span.ts";

interface Row {
  readonly name: string;
  readonly spans: readonly object[];
  readonly stated: Partial<Told>;
}

async function checkSpans({ spans, stated }: Row): Promise<void> {
  const result = await toldByLines(body(spans));
  expect(result).toMatchObject(stated as object);
  expect(fateSum(result)).toBe(spans.length);
}

describe("ids and times", () => {
  const rows: readonly Row[] = [
    {
      name: "hex of any case",
      spans: [call("A", { traceId: TRACE.toUpperCase(), spanId: "00000000000000AB" }, {})],
      stated: { runs: [`run_${TRACE}`], calls: ["00000000000000ab f {}"] },
    },
    {
      name: "base64 of protobuf's JSON",
      spans: [call("", { traceId: "W47/95gDgQPSabYzgT/GDA==", spanId: "7uGbfsPBsXQ=" }, {})],
      stated: { runs: ["run_5b8efff798038103d269b633813fc60c"], calls: ["eee19b7ec3c1b174 f {}"] },
    },
    {
      name: "both forms of an id are one span",
      spans: [
        call("", { traceId: "W47/95gDgQPSabYzgT/GDA==", spanId: "7uGbfsPBsXQ=" }, {}),
        call("", { traceId: "5B8EFFF798038103D269B633813FC60C", spanId: "EEE19B7EC3C1B174" }, {}),
      ],
      stated: { counts: { mapped: 1, duplicate: 1 } },
    },
    {
      name: "nanoseconds as text and as number, that no double holds too",
      spans: [
        call("a", { startTimeUnixNano: "1793000001000000001", endTimeUnixNano: "1793000002000000000" }),
        call("b", { startTimeUnixNano: "1793000001000000002", endTimeUnixNano: 1793000002000000000 }),
      ],
      stated: {
        times: [
          "2026-10-26T07:33:21.000000001Z",
          "2026-10-26T07:33:21.000000002Z",
          "2026-10-26T07:33:22Z",
          "2026-10-26T07:33:22Z",
        ],
      },
    },
    {
      name: "no end in any form: no result, even where it failed",
      spans: ["0", 0, null, undefined].map((endTimeUnixNano, index) =>
        call(`c${index}`, { endTimeUnixNano, status: { code: 2 } }),
      ),
      stated: { results: [], counts: { intents: 4, unresolved: 4 }, warnings: { unresolved: 4 } },
    },
    {
      name: "times that can't be read",
      spans: [
        call("a", { startTimeUnixNano: "soon", endTimeUnixNano: "-5" }),
        span("chat", { startTimeUnixNano: 1.5 }),
      ],
      stated: { times: [null, null], warnings: { time_unreadable: 3, time_absent: 2 } },
    },
    {
      name: "calls by start, those without one first, and then as stated",
      spans: [
        call("d", { startTimeUnixNano: "3000000000" }),
        call("b", { startTimeUnixNano: "2000000000" }),
        call("c", { startTimeUnixNano: "2000000000" }),
        call("a", { startTimeUnixNano: "0" }),
      ],
      stated: { calls: ["a f {}", "b f {}", "c f {}", "d f {}"], results: ["a ok", "b ok", "c ok", "d ok"] },
    },
  ];
  for (const row of rows) test(row.name, () => checkSpans(row));

  test("a number of nanoseconds that no double holds", async () => {
    const text = JSON.stringify(body([call("a", { startTimeUnixNano: "@" })])).replace('"@"', "1793000001000000001");
    expect((await toldByText(text)).times[0]).toBe("2026-10-26T07:33:21.000000001Z");
  });
});

describe("the same call", () => {
  const mcp = { "mcp.method.name": "tools/call", "gen_ai.tool.name": "f" };
  const rows: readonly Row[] = [
    {
      name: "below another with the same call id, at any depth, whichever comes first",
      spans: [
        call("x", { spanId: "0000000000000003", parentSpanId: "0000000000000002" }),
        span("chat", { spanId: "0000000000000002", parentSpanId: "0000000000000001" }),
        call("x", { spanId: "0000000000000001" }),
      ],
      stated: { calls: ["x f {}"], counts: { mapped: 1, context: 1, duplicate: 1 }, warnings: {} },
    },
    {
      name: "below one that is below another",
      spans: [
        call("x", { spanId: "0000000000000001" }),
        call("y", { spanId: "0000000000000002", parentSpanId: "0000000000000001" }),
        call("x", { spanId: "0000000000000003", parentSpanId: "0000000000000002" }),
      ],
      stated: { calls: ["x f {}", "y f {}"], counts: { duplicate: 1 } },
    },
    {
      name: "not below: another try, `#2`",
      spans: [
        call("x", { spanId: "0000000000000001", parentSpanId: "0000000000000009" }),
        call("x", { spanId: "0000000000000002", parentSpanId: "0000000000000009" }),
      ],
      stated: { calls: ["x f {}", "x#2 f {}"], counts: { duplicate: 0 }, warnings: { id_reused: 1 } },
    },
    {
      name: "below in another trace is not below",
      spans: [
        call("x", { spanId: "0000000000000001" }),
        call("x", { spanId: "0000000000000002", parentSpanId: "0000000000000001", traceId: "f".repeat(32) }),
      ],
      stated: { counts: { intents: 2, duplicate: 0 } },
    },
    {
      name: "a span of MCP below one of the same tool, also with the attributes of the GenAI conventions",
      spans: [
        call("x", { spanId: "0000000000000001" }),
        span("tools/call f", { spanId: "0000000000000002", parentSpanId: "0000000000000001" }, mcp),
        span(
          "tools/call f",
          { spanId: "0000000000000003", parentSpanId: "0000000000000002" },
          { ...mcp, "gen_ai.operation.name": "execute_tool" },
        ),
        span(
          "tools/call g",
          { spanId: "0000000000000004", parentSpanId: "0000000000000001" },
          { ...mcp, "gen_ai.tool.name": "g" },
        ),
      ],
      stated: { calls: ["x f {}", "0000000000000004 g"], counts: { mapped: 2, duplicate: 2 } },
    },
    {
      name: "another tool of the same name below a call, which is no span of MCP, is another call",
      spans: [
        call("x", { spanId: "0000000000000001" }),
        call("y", { spanId: "0000000000000002", parentSpanId: "0000000000000001" }),
      ],
      stated: { calls: ["x f {}", "y f {}"], counts: { duplicate: 0 } },
    },
    {
      name: "spans that are their own ancestors",
      spans: [
        call("x", { spanId: "0000000000000001", parentSpanId: "0000000000000001" }),
        call("x", { spanId: "0000000000000002", parentSpanId: "0000000000000003" }),
        call("x", { spanId: "0000000000000003", parentSpanId: "0000000000000002" }),
        span("chat", { spanId: "0000000000000004", parentSpanId: "0000000000000005" }),
        span("chat", { spanId: "0000000000000005", parentSpanId: "0000000000000004" }),
        call("z", { spanId: "0000000000000006", parentSpanId: "0000000000000005" }),
      ],
      stated: { calls: ["x f {}", "x#2 f {}", "x#3 f {}", "z f {}"], counts: { context: 2 } },
    },
    {
      name: "the same trace and span id again; one that has ended replaces one that has not",
      spans: [
        span("execute_tool f", { spanId: "0000000000000001", endTimeUnixNano: "0" }),
        call("x", { spanId: "0000000000000001" }),
        call("y", { spanId: "0000000000000001" }),
        span("chat", { spanId: "0000000000000002", endTimeUnixNano: "0" }),
        call("z", { spanId: "0000000000000002" }),
      ],
      stated: {
        calls: ["x f {}", "z f {}"],
        counts: { mapped: 2, duplicate: 3, context: 0 },
        warnings: { result_absent: 2 },
      },
    },
  ];
  for (const row of rows) test(row.name, () => checkSpans(row));

  test("a chain of ten thousand spans", async () => {
    const id = (number: number): string => number.toString(16).padStart(16, "0");
    const spans = Array.from({ length: 10_000 }, (_, index) =>
      call(`c${index % 5000}`, { spanId: id(index + 1), parentSpanId: id(index) }),
    );
    expect((await toldByLines(body(spans))).counts).toMatchObject({ mapped: 5000, duplicate: 5000 });
  });
});

describe("runs", () => {
  test("a trace is a run, in the order of their first spans; what gives nothing is none", async () => {
    const [a, b, c] = ["a", "b", "c"].map((letter) => letter.repeat(32));
    const stated = await toldByLines(
      body([span("chat", { traceId: b }), span("chat", { traceId: c }), call("x", { traceId: a })]),
      body([call("x", { traceId: b })]),
    );
    expect(stated.runs).toEqual([`run_${b}`, `run_${a}`]);
  });

  test("the resource names the agent and its host; the first that says something stands", async () => {
    const first = { "service.name": "shop", "service.version": "1.2", "os.type": "linux", "host.arch": "arm64" };
    const other = { "service.name": "mcp", "os.type": "windows" };
    const runtimes = async (...resources: object[]): Promise<readonly string[]> =>
      (await toldByLines(...resources.map((resource, index) => body([call(`c${index}`)], resource)))).runtimes;
    expect(await runtimes(first, other)).toEqual(["shop/1.2"]);
    expect(await runtimes({}, other, first)).toEqual(["mcp"]);
    expect(await runtimes({ "service.version": "1" })).toEqual(["otlp"]);
  });

  test("logs and metrics are context, other objects unknown, and what is no object malformed", async () => {
    const stated = await toldByLines(
      { resourceLogs: [{}] },
      { resourceMetrics: [] },
      { other: 1 },
      { resourceSpans: [7, { scopeSpans: 7 }, { scopeSpans: [7, { spans: [7, call("x")] }] }, {}] },
      { resourceSpans: [] },
    );
    expect(stated.counts).toMatchObject({ records: 8, mapped: 1, context: 2, unknown: 1, malformed: 4 });
    expect(stated.warnings).toMatchObject({ malformed_line: 4 });
  });

  test("a body, a list of bodies and lines give the same; a place in a document is a path", async () => {
    const bodies = [body([call("x")]), body([call("y"), 7 as never])];
    const lines = await toldByLines(...bodies);
    expect(lines.calls).toEqual(["x f {}", "y f {}"]);
    expect(await toldByText(JSON.stringify(bodies))).toEqual(lines);
    expect(await toldByText(JSON.stringify(bodies, undefined, 1))).toEqual(lines);
  });
});

test("attributes that have no key or no value are none", async () => {
  const odd = { ...(call("x") as { attributes: unknown[] }) };
  odd.attributes = [7, { value: {} }, { key: 7 }, { key: "a" }, ...attributes({ "gen_ai.tool.name": "g" })];
  expect((await toldByLines(body([odd]))).calls[0]).toContain(" g");
});
