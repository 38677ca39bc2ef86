/** Stored conversations: one case for each row of the table. The items of the Responses API are in response-items.test.ts. */
import { describe, expect, test } from "bun:test";
import { checkRow, type Row, toldByLines } from "./stated.ts";

const assistant = (more: object): object => ({ role: "assistant", content: null, ...more });
const calls = (...tool_calls: unknown[]): object => assistant({ tool_calls });
const called = (id: string | undefined, name: string, args: unknown = "{}"): object => ({
  id,
  type: "function",
  function: { name, arguments: args },
});
const answer = (more: object): object => ({ role: "tool", content: "x", ...more });
const blocks = (role: string, ...content: object[]): object => ({ role, content });

describe("calls", () => {
  const rows: readonly Row[] = [
    {
      name: "tool_calls: function, whose arguments are JSON text; custom; flat",
      lines: [
        calls(called("a", "f", '{"x":1}'), called("b", "f", "{no"), called("c", "f", { x: 2 }), {
          id: "d",
          function: { name: "f" },
        }),
        calls({ id: "e", type: "custom", custom: { name: "sql", input: '{"x":1}' } }),
        calls(
          { id: "g", name: "h", args: { x: 1 } },
          { id: "i", name: "j", arguments: { x: 2 }, requestor: "assistant" },
        ),
      ],
      stated: {
        calls: [
          'a f {"x":1}',
          'b f {"value":"{no"}',
          'c f {"x":2}',
          "d f",
          'e sql {"value":"{\\"x\\":1}"}',
          'g h {"x":1}',
          'i j {"x":2}',
        ],
        warnings: { args_not_json: 1, args_absent: 1 },
      },
    },
    {
      name: "tool_calls without an id, or with an empty one: made",
      lines: [calls(called(undefined, "f"), called("", "g"))],
      stated: { calls: ["intent_1 f {}", "intent_2 g {}"], warnings: { id_made: 2 } },
    },
    {
      name: "function_call: the old way, id made",
      lines: [assistant({ function_call: { name: "f", arguments: '{"x":1}' } })],
      stated: { calls: ['intent_1 f {"x":1}'], warnings: { id_made: 1 } },
    },
    {
      name: "content blocks, and their results in the same message",
      lines: [
        blocks(
          "assistant",
          { type: "text", text: "hm" },
          { type: "tool_use", id: "a", name: "f", input: { x: 1 } },
          { type: "server_tool_use", id: "b", name: "code_execution", input: {} },
          {
            type: "code_execution_tool_result",
            tool_use_id: "b",
            content: { type: "code_execution_tool_result_error" },
          },
          { type: "mcp_tool_use", id: "c", name: "g", server_name: "s", input: {} },
          { type: "mcp_tool_result", tool_use_id: "c", is_error: true, content: [] },
        ),
        blocks("user", { type: "tool_result", tool_use_id: "a", content: "y" }),
      ],
      stated: {
        calls: ['a f {"x":1}', "b code_execution {}", "c mcp__s__g {}"],
        results: ['b error {"type":"code_execution_tool_result_error"}', 'c error {"value":[]}', 'a ok {"value":"y"}'],
      },
    },
    {
      name: "a refusal's words are no status here",
      lines: [
        blocks("assistant", { type: "tool_use", id: "a", name: "f", input: {} }),
        blocks("user", {
          type: "tool_result",
          tool_use_id: "a",
          is_error: true,
          content: "The user doesn't want to proceed with this tool use",
        }),
      ],
      stated: { results: ['a error {"value":"The user doesn\'t want to proceed with this tool use"}'] },
    },
    {
      name: "a tool_calls entry with the id of a block is the same call",
      lines: [
        assistant({
          content: [{ type: "tool_use", id: "a", name: "f", input: { x: 1 } }],
          tool_calls: [
            { id: "a", name: "f", args: { x: 1 } },
            { id: "b", name: "g", args: {} },
          ],
        }),
      ],
      stated: { calls: ['a f {"x":1}', "b g {}"], warnings: { unresolved: 2 } },
    },
    {
      name: "tool_calls of a user (tau2); tool_use of a user is none",
      lines: [
        { role: "user", content: null, tool_calls: [{ id: "u", name: "f", arguments: {} }] },
        blocks("user", { type: "tool_use", id: "v", name: "f", input: {} }),
      ],
      stated: { calls: ["u f {}"], counts: { mapped: 1, context: 1 } },
    },
    {
      name: "the same id again is another call, and answers go to the latest that is open",
      lines: [
        calls(called("a", "f")),
        calls(called("a", "f")),
        answer({ tool_call_id: "a", content: "1" }),
        answer({ tool_call_id: "a", content: "2" }),
        answer({ tool_call_id: "a", content: "2" }),
        answer({ tool_call_id: "a", content: "3" }),
      ],
      stated: {
        calls: ["a f {}", "a#2 f {}"],
        results: ['a#2 completed {"value":"1"}', 'a completed {"value":"2"}'],
        counts: { mapped: 4, duplicate: 2 },
        warnings: { id_reused: 1, duplicate_differs: 1 },
      },
    },
    {
      name: "context, unknown and malformed",
      lines: [
        { role: "system", content: "s" },
        { role: "developer", content: "s" },
        { role: "user", content: "u" },
        { role: "assistant", content: "a", tool_calls: [] },
        { role: "critic", content: "c" },
        { note: 1 },
        { type: "function", function: { name: "no message" } },
        calls("f"),
        calls({ id: "a", type: "function" }),
      ],
      stated: {
        calls: [],
        results: [],
        counts: { context: 4, unknown: 3, malformed: 2 },
        warnings: { malformed_line: 2 },
      },
    },
    {
      name: "LangChain's types stand for roles",
      lines: [
        { type: "system", content: "s" },
        { type: "human", content: "u" },
        { type: "ai", content: "", tool_calls: [{ name: "f", args: { x: 1 }, id: "a", type: "tool_call" }] },
        { type: "tool", content: "x", tool_call_id: "a", status: "success" },
      ],
      stated: { calls: ['a f {"x":1}'], results: ['a ok {"value":"x"}'], counts: { mapped: 2, context: 2 } },
    },
    {
      name: "times: a text with a zone alone",
      lines: [
        calls(called("a", "f")),
        { ...answer({ tool_call_id: "a" }), timestamp: "2026-01-01T00:00:00+00:00" },
        { role: "user", content: "u", timestamp: "2026-01-01T00:00:00" },
        { ...calls(called("b", "f")), timestamp: 1793000000 },
      ],
      stated: { times: [null, null, "2026-01-01T00:00:00Z"], warnings: { time_absent: 2, time_unreadable: 1 } },
    },
  ];
  for (const row of rows) test(row.name, () => checkRow(row));
});

describe("answers", () => {
  const statuses: readonly [string, object, string][] = [
    ["nothing said", { tool_call_id: "a" }, "completed"],
    ["error false", { tool_call_id: "a", error: false }, "ok"],
    ["error true", { tool_call_id: "a", error: true }, "error"],
    ["error text", { tool_call_id: "a", error: "no" }, "completed"],
    ["status success", { tool_call_id: "a", status: "success" }, "ok"],
    ["status error", { tool_call_id: "a", status: "error" }, "error"],
    ["status other", { tool_call_id: "a", status: "done" }, "completed"],
    ["tool_call_ids with one", { tool_call_ids: ["a"] }, "completed"],
    ["id beside requestor", { id: "a", requestor: "user", error: false }, "ok"],
    ["words of an error", { tool_call_id: "a", content: "Error: no" }, "completed"],
  ];
  for (const [name, more, status] of statuses) {
    test(name, async () => {
      const { results } = await toldByLines(calls(called("b", "g"), called("a", "f")), answer(more));
      expect(results.map((result) => result.split(" ").slice(0, 2))).toEqual([["a", status]]);
    });
  }

  const two = calls(called("a", "f"), called("b", "g"), called("c", "f"));
  const rows: readonly Row[] = [
    {
      name: "function: the oldest open call with its name",
      lines: [two, { role: "function", name: "f", content: "1" }, { role: "function", name: "f", content: "2" }],
      stated: { results: ['a completed {"value":"1"}', 'c completed {"value":"2"}'] },
    },
    {
      name: "no call with its name is open: an orphan, though another is",
      lines: [calls(called("b", "g")), { role: "function", name: "f", content: "1" }],
      stated: { results: ['result_1 completed {"value":"1"}'], warnings: { orphan_result: 1, unresolved: 1 } },
    },
    {
      name: "no name: the only open call",
      lines: [calls(called("a", "f")), answer({})],
      stated: { results: ['a completed {"value":"x"}'] },
    },
    {
      name: "no name, and several are open: an orphan; two of them are not one",
      lines: [two, answer({ tool_call_ids: ["a", "b"] }), answer({})],
      stated: {
        results: ['result_1 completed {"value":"x"}', 'result_2 completed {"value":"x"}'],
        counts: { orphan_results: 2 },
      },
    },
    {
      name: "an id that no call has: an orphan",
      lines: [answer({ tool_call_id: "z" }), answer({ tool_call_id: "z" })],
      stated: { results: ['z completed {"value":"x"}'], counts: { intents: 0, mapped: 1, duplicate: 1 } },
    },
    {
      name: "content absent and null",
      lines: [two, { role: "tool", tool_call_id: "a" }, answer({ tool_call_id: "b", content: null })],
      stated: { results: ["a completed", 'b completed {"value":null}'], warnings: { result_absent: 1 } },
    },
  ];
  for (const row of rows) test(row.name, () => checkRow(row));
});
