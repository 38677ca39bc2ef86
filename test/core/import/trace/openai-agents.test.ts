/** OpenAI Agents SDK: what each kind of span gives, and in which order. */
import { describe, expect, test } from "bun:test";
import { checkRow, fateSum, type Row, toldByLines, toldByText } from "../stated.ts";

const TRACE = "trace_1";
const at = (second: number): string => `2026-11-12T08:30:0${second}+00:00`;

function span(id: string, data: object, more: object = {}): object {
  return {
    object: "trace.span",
    id,
    trace_id: TRACE,
    parent_id: null,
    started_at: at(1),
    ended_at: at(2),
    span_data: data,
    error: null,
    ...more,
  };
}

const call = (id: string, data: object = {}, more: object = {}): object =>
  span(id, { type: "function", name: "f", input: "{}", output: "o", ...data }, more);

describe("spans", () => {
  const rows: readonly Row[] = [
    {
      name: "function: id of the span, input as JSON text, output as it is",
      lines: [call("s1", { input: '{"a":1}', output: "{'a': 1}" }), call("s2", { output: '{"a":1}' })],
      stated: {
        runs: ["run_trace_1"],
        runtimes: ["openai-agents"],
        calls: ['s1 f {"a":1}', "s2 f {}"],
        results: ['s1 ok {"value":"{\'a\': 1}"}', 's2 ok {"value":"{\\"a\\":1}"}'],
        times: ["2026-11-12T08:30:01Z", "2026-11-12T08:30:01Z", "2026-11-12T08:30:02Z", "2026-11-12T08:30:02Z"],
        warnings: {},
      },
    },
    {
      name: "input and output that are null are absent",
      lines: [call("s1", { input: null, output: null })],
      stated: { calls: ["s1 f"], results: ["s1 ok"], warnings: { args_absent: 1, result_absent: 1 } },
    },
    {
      name: "input that is no JSON stays text, with a member twice too; an object stays an object",
      lines: [call("s1", { input: "x" }), call("s2", { input: '{"a":1,"a":2}' }), call("s3", { input: { a: 1 } })],
      stated: {
        calls: ['s1 f {"value":"x"}', 's2 f {"value":"{\\"a\\":1,\\"a\\":2}"}', 's3 f {"a":1}'],
        warnings: { args_not_json: 2 },
      },
    },
    {
      name: "input that is the JSON text of null is no absence",
      lines: [call("s1", { input: "null", output: ["x"] })],
      stated: { calls: ['s1 f {"value":null}'], results: ['s1 ok {"value":["x"]}'], warnings: {} },
    },
    {
      name: "an error, with an output and without",
      lines: [call("s1", {}, { error: { message: "no" } }), call("s2", { output: null }, { error: { message: "no" } })],
      stated: {
        results: ['s1 error {"error":{"message":"no"},"output":"o"}', 's2 error {"error":{"message":"no"}}'],
        warnings: {},
      },
    },
    {
      name: "no end: no result, whatever else it says",
      lines: [call("s1", {}, { ended_at: null, error: { message: "no" } })],
      stated: { calls: ["s1 f {}"], results: [], counts: { unresolved: 1 }, warnings: { unresolved: 1 } },
    },
    {
      name: "a number that no double holds",
      lines: [call("s1", { input: '{"a":9007199254740993}' })],
      stated: { calls: ['s1 f {"a":"9007199254740993"}'], warnings: { number_kept_as_text: 1 } },
    },
    {
      name: "without an id: a made one",
      lines: [call("", {}, { id: undefined })],
      stated: { calls: ["intent_1 f {}"], warnings: { id_made: 1 } },
    },
    {
      name: "handoff and a guardrail that fired are events",
      lines: [
        span("s1", { type: "handoff" }),
        span("s2", { type: "guardrail", triggered: true }, { started_at: at(0) }),
        span("s3", { type: "guardrail", triggered: false }),
        call("s4"),
      ],
      stated: { events: ["guardrail_triggered s2", "handoff s1"], counts: { mapped: 3, context: 1 } },
    },
    {
      name: "an event without a time is counted, and is not in the timeline",
      lines: [span("s1", { type: "handoff" }, { started_at: null }), call("s2")],
      stated: { events: [], counts: { mapped: 2 } },
    },
    {
      name: "what gives nothing",
      lines: [
        ..."agent generation response custom mcp_tools guardrail transcription speech speech_group"
          .split(" ")
          .map((type) => span(type, { type })),
        call("s1"),
      ],
      stated: { counts: { mapped: 1, context: 9, unknown: 0 } },
    },
    {
      name: "other types and other objects are unknown; a span without data is malformed",
      lines: [
        span("s1", { type: "teleport" }),
        { object: "banner" },
        { a: 1 },
        span("s2", {}),
        { ...span("s3", {}), span_data: null },
        { object: "trace" },
        call("s4"),
      ],
      stated: { counts: { mapped: 1, unknown: 4, malformed: 2 }, warnings: { malformed_line: 2 } },
    },
    {
      name: "calls by start, those without one first, then as stated",
      lines: [
        call("s1", {}, { started_at: at(3) }),
        call("s2", {}, { started_at: "2026-11-12T09:30:01+01:00" }),
        call("s3", {}, { started_at: at(1) }),
        call("s4", {}, { started_at: null }),
      ],
      stated: { calls: ["s4 f {}", "s2 f {}", "s3 f {}", "s1 f {}"], warnings: { time_absent: 1 } },
    },
    {
      name: "a time that can't be read: once for each text, also where its span gives nothing",
      lines: [span("s1", { type: "agent" }, { started_at: "soon", ended_at: "2026-11-12T08:30:01" }), call("s2")],
      stated: { counts: { context: 1 }, warnings: { time_unreadable: 2 } },
    },
    {
      name: "a span again is a duplicate; one that has ended replaces one that has not, and never the other way",
      lines: [
        call("s1", { output: null }, { ended_at: null }),
        call("s1"),
        call("s1", { output: null }, { ended_at: null }),
        call("s1", { output: "other" }),
      ],
      stated: {
        calls: ["s1 f {}"],
        results: ['s1 ok {"value":"o"}'],
        counts: { mapped: 1, duplicate: 3, intents: 1 },
        warnings: {},
      },
    },
    {
      name: "the same id in another trace is another span",
      lines: [call("s1"), call("s1", {}, { trace_id: "trace_2" })],
      stated: { runs: ["run_trace_1", "run_trace_2"], counts: { intents: 2, duplicate: 0 }, warnings: {} },
    },
  ];
  for (const row of rows) test(row.name, () => checkRow(row));
});

describe("traces", () => {
  test("runs in the order in which they are first stated of; one that gives nothing is none", async () => {
    const stated = await toldByLines(
      { object: "trace", id: "trace_b" },
      { object: "trace", id: "trace_empty" },
      call("s1", {}, { trace_id: "trace_a" }),
      span("s2", { type: "agent" }, { trace_id: "trace_c" }),
      call("s3", {}, { trace_id: "trace_b" }),
    );
    expect(stated.runs).toEqual(["run_trace_b", "run_trace_a"]);
    expect(stated.counts).toMatchObject({ records: 5, mapped: 4, context: 1 });
  });

  test("a list, a batch, and batches between objects", async () => {
    for (const text of [
      JSON.stringify([call("s1"), call("s2"), 7]),
      JSON.stringify({ data: [call("s1"), call("s2"), 7] }),
      `${JSON.stringify(call("s1"))}${JSON.stringify({ data: [call("s2"), 7] })}`,
      `${JSON.stringify(call("s1"))}\n${JSON.stringify({ data: [call("s2"), 7] })}\n`,
    ]) {
      const stated = await toldByText(text);
      expect(stated).toMatchObject({ format: "openai-agents", calls: ["s1 f {}", "s2 f {}"] });
      expect(stated.counts).toMatchObject({ records: 3, mapped: 2, malformed: 1 });
    }
  });

  test("one after the other: a rest that is no whole object", async () => {
    const whole = `${JSON.stringify(call("s1"))}${JSON.stringify(call("s2"))}`;
    for (const rest of ['{"object":"trace.sp', "]", '{"a":1,"a":2}', "x"]) {
      const stated = await toldByText(whole + rest);
      expect(stated).toMatchObject({ calls: ["s1 f {}", "s2 f {}"], warnings: { torn_last_line: 1 } });
      expect(stated.counts).toMatchObject({ records: 3, mapped: 2, malformed: 1 });
      expect(fateSum(stated)).toBe(3);
    }
  });
});
