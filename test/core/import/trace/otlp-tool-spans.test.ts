/** OTLP: which spans are calls by which convention, and what their attributes give. */
import { describe, expect, test } from "bun:test";
import { type Told, toldByLines } from "../stated.ts";
import { body, call, span } from "./otlp-span.ts";

interface Row {
  readonly name: string;
  readonly span: string;
  readonly attributes: object;
  /** `id tool args`, the id left out where it is the span's. */
  readonly call: string | undefined;
  /** `status payload`. */
  readonly result?: string;
}

const ID = "00000000000000aa";
const ARGS = '{"a":1}';
const RESULT = '{"r":1}';

const ROWS: readonly Row[] = [
  {
    name: "GenAI: execute_tool",
    span: "any",
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "t",
      "gen_ai.tool.call.id": "c1",
      "gen_ai.tool.call.arguments": ARGS,
      "gen_ai.tool.call.result": RESULT,
    },
    call: 'c1 t {"a":1}',
    result: 'ok {"r":1}',
  },
  {
    name: "GenAI: tool_call, and the older names",
    span: "execute_tool rest of it",
    attributes: {
      "gen_ai.operation.name": "tool_call",
      "gen_ai.tool.call_id": "c2",
      tool_arguments: ARGS,
      tool_response: "no JSON",
    },
    call: 'c2 rest of it {"a":1}',
    result: 'ok {"value":"no JSON"}',
  },
  {
    name: "GenAI: Vertex, by the name of the span alone",
    span: "execute_tool t",
    attributes: { "gcp.vertex.agent.tool_call_args": ARGS, "gcp.vertex.agent.tool_response": RESULT },
    call: `${ID} t {"a":1}`,
    result: 'ok {"r":1}',
  },
  {
    name: "GenAI: the first of the names that is there",
    span: "execute_tool t",
    attributes: { tool_arguments: "[1]", "gen_ai.tool.call.arguments": ARGS, tool_response: "1" },
    call: `${ID} t {"a":1}`,
    result: 'ok {"value":1}',
  },
  {
    name: "another operation is no call, whatever the span is called",
    span: "execute_tool t",
    attributes: { "gen_ai.operation.name": "chat", "gen_ai.tool.name": "t" },
    call: undefined,
  },
  {
    name: "OpenInference: JSON where the mime type says so; `tool.parameters` is a schema",
    span: "name",
    attributes: {
      "openinference.span.kind": "TOOL",
      "tool.name": "t",
      "tool.id": "c1",
      "tool.parameters": '{"type":"object"}',
      "input.value": ARGS,
      "input.mime_type": "application/json",
      "output.value": RESULT,
      "output.mime_type": "application/json",
    },
    call: 'c1 t {"a":1}',
    result: 'ok {"r":1}',
  },
  {
    name: "OpenInference: text where it does not",
    span: "name",
    attributes: {
      "openinference.span.kind": "TOOL",
      "tool_call.id": "c1",
      "input.value": ARGS,
      "output.value": RESULT,
      "output.mime_type": "text/plain",
    },
    call: 'c1 name {"value":"{\\"a\\":1}"}',
    result: 'ok {"value":"{\\"r\\":1}"}',
  },
  {
    name: "OpenInference: a schema alone is no argument",
    span: "name",
    attributes: { "openinference.span.kind": "TOOL", "tool.parameters": "{}" },
    call: `${ID} name`,
    result: "ok",
  },
  {
    name: "Traceloop",
    span: "t.tool",
    attributes: {
      "traceloop.span.kind": "tool",
      "traceloop.entity.name": "t",
      "traceloop.entity.input": ARGS,
      "traceloop.entity.output": RESULT,
    },
    call: `${ID} t {"a":1}`,
    result: 'ok {"r":1}',
  },
  {
    name: "AI SDK: the result is JSON text",
    span: "any",
    attributes: {
      "ai.operationId": "ai.toolCall",
      "ai.toolCall.name": "t",
      "ai.toolCall.id": "c1",
      "ai.toolCall.args": ARGS,
      "ai.toolCall.result": '"rf_9"',
    },
    call: 'c1 t {"a":1}',
    result: 'ok {"value":"rf_9"}',
  },
  {
    name: "AI SDK: by the name of the span",
    span: "ai.toolCall",
    attributes: { "ai.toolCall.name": "t", "ai.toolCall.args": ARGS },
    call: `${ID} t {"a":1}`,
    result: "ok",
  },
  {
    name: "Langfuse",
    span: "t",
    attributes: {
      "langfuse.observation.type": "tool",
      "langfuse.observation.input": ARGS,
      "langfuse.observation.output": "null",
    },
    call: `${ID} t {"a":1}`,
    result: 'ok {"value":null}',
  },
  {
    name: "MCP",
    span: "tools/call t",
    attributes: {
      "mcp.method.name": "tools/call",
      "mcp.tool.name": "t",
      "gen_ai.tool.call.id": "c1",
      "gen_ai.tool.call.arguments": ARGS,
      "gen_ai.tool.call.result": RESULT,
    },
    call: 'c1 t {"a":1}',
    result: 'ok {"r":1}',
  },
  { name: "MCP: another method", span: "tools/list", attributes: { "mcp.method.name": "tools/list" }, call: undefined },
  {
    name: "Claude Code has no result",
    span: "claude_code.tool",
    attributes: { tool_name: "Bash", tool_use_id: "c1", tool_input: '{"command":"ls"}' },
    call: 'c1 Bash {"command":"ls"}',
    result: "ok",
  },
  { name: "Claude Code: a span below", span: "claude_code.tool.execution", attributes: { a: "b" }, call: undefined },
  {
    name: "the first row that fits decides",
    span: "name",
    attributes: {
      "gen_ai.operation.name": "execute_tool",
      "gen_ai.tool.name": "first",
      "openinference.span.kind": "TOOL",
      "tool.name": "second",
      "input.value": ARGS,
      "input.mime_type": "application/json",
    },
    call: `${ID} first`,
    result: "ok",
  },
  {
    name: "an empty id or name is none",
    span: "execute_tool t",
    attributes: { "gen_ai.tool.name": "", "gen_ai.tool.call.id": "", "gen_ai.tool.call.arguments": "{}" },
    call: `${ID} t {}`,
    result: "ok",
  },
];

describe("conventions", () => {
  for (const { name, span: spanName, attributes, call: stated, result } of ROWS) {
    test(name, async () => {
      const { calls, results } = await toldByLines(body([span(spanName, { spanId: ID }, attributes)]));
      expect(calls).toEqual(stated === undefined ? [] : [stated]);
      expect(results).toEqual(result === undefined ? [] : [`${(stated as string).split(" ")[0]} ${result}`]);
    });
  }
});

/** A call with these arguments, as an AnyValue. */
const argued = async (value: object): Promise<Told> =>
  toldByLines(body([call("", {}, { "gen_ai.tool.call.id": "c", "gen_ai.tool.call.arguments": value })]));

describe("values", () => {
  const rows: readonly [string, object, string, object?][] = [
    ["text is JSON text", { stringValue: '{"a":1}' }, '{"a":1}'],
    ["text that is none", { stringValue: "{a" }, '{"value":"{a"}', { args_not_json: 1 }],
    ["a member twice", { stringValue: '{"a":1,"a":1}' }, '{"value":"{\\"a\\":1,\\"a\\":1}"}', { args_not_json: 1 }],
    ["a number in text", { stringValue: '{"a":1e400}' }, '{"a":"1e400"}', { number_kept_as_text: 1 }],
    ["a truth", { boolValue: false }, '{"value":false}'],
    ["a whole number as text", { intValue: "-12" }, '{"value":-12}'],
    ["a whole number", { intValue: 7 }, '{"value":7}'],
    ["2^53 + 1", { intValue: "9007199254740993" }, '{"value":"9007199254740993"}', { number_kept_as_text: 1 }],
    ["a fraction", { doubleValue: 0.5 }, '{"value":0.5}'],
    ["no number", { doubleValue: "NaN" }, '{"value":"NaN"}'],
    ["bytes are their text", { bytesValue: "MTIz" }, '{"value":"MTIz"}'],
    ["nothing", {}, '{"value":null}'],
    ["a list", { arrayValue: { values: [{ intValue: "1" }, {}, { stringValue: "1" }] } }, '{"value":[1,null,"1"]}'],
    ["an empty list", { arrayValue: {} }, '{"value":[]}'],
    ["an empty map", { kvlistValue: {} }, "{}"],
    [
      "a map, and text in it that is no JSON text",
      {
        kvlistValue: {
          values: [
            { key: "a", value: { kvlistValue: { values: [{ key: "b", value: { boolValue: true } }] } } },
            { key: "c", value: { stringValue: '{"d":1}' } },
            { key: "e" },
          ],
        },
      },
      '{"a":{"b":true},"c":"{\\"d\\":1}","e":null}',
    ],
  ];
  for (const [name, value, args, warnings] of rows) {
    test(name, async () => {
      const stated = await argued(value);
      expect(stated.calls).toEqual([`c f ${args}`]);
      expect(stated.warnings).toEqual({ result_absent: 1, ...warnings });
    });
  }

  test("a member called __proto__ is one", async () => {
    const values = [{ key: "__proto__", value: { intValue: "1" } }];
    expect((await argued({ kvlistValue: { values } })).calls).toEqual(['c f {"__proto__":1}']);
  });
});

describe("errors", () => {
  const exception = (values: object): object => ({
    events: [{ name: "other" }, { name: "exception", attributes: (span("", {}, values) as never)["attributes"] }],
  });
  const rows: readonly [string, object, object, string][] = [
    ["unset is fine", { status: { code: 0, message: "m" } }, {}, "ok"],
    ["no status", { status: undefined }, {}, "ok"],
    ["code 2", { status: { code: 2, message: "m" } }, {}, 'error {"error":{"message":"m"}}'],
    ["its name", { status: { code: "STATUS_CODE_ERROR", message: "m" } }, {}, 'error {"error":{"message":"m"}}'],
    ["that alone: no error to record", { status: { code: 2 } }, {}, "error"],
    ["error.type", {}, { "error.type": "timeout" }, 'error {"error":{"type":"timeout"}}'],
    [
      "an exception",
      { status: { code: 2, message: "m" }, ...exception({ "exception.type": "E", "exception.message": "x" }) },
      {},
      'error {"error":{"message":"x","type":"E"}}',
    ],
    [
      "error.type before the exception's, and the status for what that does not say",
      { status: { code: 2, message: "m" }, ...exception({ "exception.type": "E" }) },
      { "error.type": "T" },
      'error {"error":{"message":"m","type":"T"}}',
    ],
    ["an exception alone is no error", exception({ "exception.type": "E" }), {}, "ok"],
    [
      "beside an output, parsed",
      {},
      { "error.type": "T", "gen_ai.tool.call.result": '{"a":9007199254740993}' },
      'error {"error":{"type":"T"},"output":{"a":"9007199254740993"}}',
    ],
  ];
  for (const [name, members, values, result] of rows) {
    test(name, async () => {
      const stated = await toldByLines(body([call("", members, { "gen_ai.tool.call.id": "c", ...values })]));
      expect(stated.results).toEqual([`c ${result}`]);
    });
  }
});
