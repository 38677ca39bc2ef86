/** Codex: one case for each row of its table, and for everything it ignores. */
import { describe, expect, test } from "bun:test";
import { checkRow, type Row, toldByLines } from "./stated.ts";

const NOW = "2026-11-01T10:00:00Z";

function line(type: string, payload: object): object {
  return { timestamp: NOW, type, payload };
}
const item = (payload: object): object => line("response_item", payload);
const event = (payload: object): object => line("event_msg", payload);
const call = (name: string, id = "c1"): object => item({ type: "function_call", name, arguments: "{}", call_id: id });
const output = (value: unknown, id = "c1"): object =>
  item({ type: "function_call_output", call_id: id, output: value });
const META = line("session_meta", { id: "s1", cli_version: "0.169.0" });

describe("calls", () => {
  const rows: readonly Row[] = [
    {
      name: "session_meta: run id and runtime; a fork's copies are context",
      lines: [META, line("session_meta", { id: "s0", cli_version: "0.1.0" })],
      stated: { runs: ["run_s1"], runtimes: ["codex/0.169.0"], counts: { mapped: 1, context: 1 } },
    },
    {
      name: "function_call: call_id, else id; a namespace before the name; arguments are JSON text",
      lines: [
        item({ type: "function_call", name: "f", arguments: '{"a":1}', call_id: "c1", id: "fc" }),
        item({ type: "function_call", name: "g", namespace: "mcp__t", arguments: "{no", id: "fc2" }),
        item({ type: "function_call", name: "h", call_id: "c3" }),
        item({ type: "function_call", name: "h", arguments: '{"a":1,"a":2}', call_id: "c4" }),
      ],
      stated: {
        calls: ['c1 f {"a":1}', 'fc2 mcp__t__g {"value":"{no"}', "c3 h", 'c4 h {"value":"{\\"a\\":1,\\"a\\":2}"}'],
        warnings: { args_not_json: 2, args_absent: 1, unresolved: 4 },
      },
    },
    {
      name: "custom_tool_call: its input is text",
      lines: [item({ type: "custom_tool_call", call_id: "c1", name: "apply_patch", input: '{"a":1}' })],
      stated: { calls: ['c1 apply_patch {"value":"{\\"a\\":1}"}'] },
    },
    {
      name: "local_shell_call",
      lines: [
        item({ type: "local_shell_call", call_id: null, id: "l1", status: "completed", action: { command: ["ls"] } }),
      ],
      stated: { calls: ['l1 local_shell {"command":["ls"]}'], results: [] },
    },
    {
      name: "tool_search_call and its output",
      lines: [
        item({ type: "tool_search_call", call_id: "t1", arguments: { query: "x" } }),
        item({ type: "tool_search_output", call_id: "t1", status: "completed", tools: [{ name: "a" }] }),
      ],
      stated: { calls: ['t1 tool_search {"query":"x"}'], results: ['t1 completed {"value":[{"name":"a"}]}'] },
    },
    {
      name: "web_search_call: its status is its result, without payload; other states are no result",
      lines: [
        item({ type: "web_search_call", status: "completed", action: { type: "search" } }),
        item({ type: "web_search_call", id: "w2", status: "failed", action: { type: "search" } }),
        item({ type: "web_search_call", id: "w3", status: "in_progress" }),
      ],
      stated: {
        calls: ['intent_1 web_search {"type":"search"}', 'w2 web_search {"type":"search"}', "w3 web_search"],
        results: ["intent_1 ok", "w2 error"],
        warnings: { id_made: 1, args_absent: 1, result_absent: 2, unresolved: 1 },
      },
    },
    {
      name: "the same id again is a second call",
      lines: [call("f"), output("1"), call("f"), output("2")],
      stated: { calls: ["c1 f {}", "c1#2 f {}"], warnings: { id_reused: 1 } },
    },
    {
      name: "context: known kinds that give no record",
      lines: [
        ...["message", "reasoning", "ghost_snapshot", "image_generation_call", "compaction", "context_compaction"].map(
          (type) => item({ type }),
        ),
        ...["turn_context", "world_state", "token_usage_record", "inter_agent_communication"].map((type) =>
          line(type, {}),
        ),
        ...["agent_message", "token_count", "task_started", "anything_else"].map((type) => event({ type })),
      ],
      stated: { counts: { context: 14, mapped: 0 } },
    },
    {
      name: "unknown kinds, and known ones without their payload",
      lines: [META, line("hologram", {}), item({ type: "dream" }), { timestamp: NOW, type: "response_item" }, { a: 1 }],
      stated: { counts: { mapped: 1, unknown: 3, malformed: 1 }, warnings: { malformed_line: 1 } },
    },
    {
      name: "events; a compaction's history is not imported again",
      lines: [
        event({ type: "user_message", message: "go" }),
        event({ type: "item_completed", item: { type: "UserMessage", id: "u" } }),
        event({ type: "turn_aborted" }),
        event({ type: "thread_rolled_back" }),
        line("compacted", {
          replacement_history: [{ type: "function_call", name: "f", arguments: "{}", call_id: "c" }],
        }),
      ],
      stated: {
        calls: [],
        events: ["prompt", "prompt", "turn_aborted", "rolled_back", "compacted"],
        counts: { mapped: 5 },
      },
    },
    {
      name: "before mid-2025: a header and bare items",
      lines: [
        { id: "old", timestamp: NOW, instructions: null },
        { record_type: "state" },
        { type: "function_call", name: "shell", arguments: "{}", call_id: "c1" },
        { type: "function_call_output", call_id: "c1", output: "done" },
      ],
      stated: { runs: ["run_old"], results: ['c1 completed {"value":"done"}'], counts: { mapped: 3, context: 1 } },
    },
  ];
  for (const row of rows) test(row.name, () => checkRow(row));
});

describe("results", () => {
  const ends = (payload: object): object => event({ call_id: "c1", ...payload });
  const stated = (type: string, status: string): object =>
    event({ type: "item_completed", item: { type, id: "c1", status } });
  const header = (code: string): string => `${code}\nWall time: 1\nOutput:\nExit code: 0\n`;
  const statuses: readonly [string, string, readonly object[], string][] = [
    ["CommandExecution failed", "f", [stated("CommandExecution", "failed"), output("x")], "error"],
    ["McpToolCall completed", "f", [stated("McpToolCall", "completed"), output("x")], "ok"],
    ["FileChange declined", "f", [stated("FileChange", "declined"), output("x")], "denied"],
    ["a status without meaning", "f", [stated("FileChange", "in_progress"), output("x")], "completed"],
    ["an item of another kind", "f", [stated("Reasoning", "failed"), output("x")], "completed"],
    ["a status after the output", "f", [output("x"), stated("CommandExecution", "failed")], "error"],
    [
      "two statuses: the first",
      "f",
      [stated("McpToolCall", "failed"), output("x"), stated("McpToolCall", "completed")],
      "error",
    ],
    [
      "an event outranks the output's text",
      "shell",
      [stated("McpToolCall", "failed"), output(header("Exit code: 0"))],
      "error",
    ],
    ["exec_command_end 0", "f", [ends({ type: "exec_command_end", exit_code: 0 }), output("x")], "ok"],
    ["exec_command_end 1", "f", [ends({ type: "exec_command_end", exit_code: 1 }), output("x")], "error"],
    ["patch_apply_end", "f", [ends({ type: "patch_apply_end", success: false }), output("x")], "error"],
    ["mcp_tool_call_end Err", "f", [ends({ type: "mcp_tool_call_end", result: { Err: "no" } }), output("x")], "error"],
    ["mcp_tool_call_end Ok", "f", [ends({ type: "mcp_tool_call_end", result: { Ok: {} } }), output("x")], "ok"],
    ["Ok.isError", "f", [ends({ type: "mcp_tool_call_end", result: { Ok: { isError: true } } }), output("x")], "error"],
    ["output.success", "f", [output({ content: "x", success: true })], "ok"],
    ["output.success false", "f", [output({ content: "x", success: false })], "error"],
    ["no output.success", "f", [output({ content: "x", success: null })], "completed"],
    ["metadata.exit_code", "shell", [output('{"output":"","metadata":{"exit_code":0}}')], "ok"],
    ["metadata.exit_code 2", "apply_patch", [output('{"metadata":{"exit_code":2}}')], "error"],
    ["a JSON text of another tool", "f", [output('{"metadata":{"exit_code":2}}')], "completed"],
    ["Exit code", "shell_command", [output(header("Exit code: 2"))], "error"],
    ["Process exited", "exec_command", [output(header("Process exited with code 0"))], "ok"],
    ["still running", "exec_command", [output(header("Process running with session ID 7"))], "completed"],
    ["only below Output:", "write_stdin", [output("Output:\nExit code: 1\n")], "completed"],
    ["no line Output:", "container.exec", [output("Exit code: 1\n")], "completed"],
    ["text of another tool", "f", [output(header("Exit code: 2"))], "completed"],
    ["a list", "shell", [output([{ type: "input_text", text: "Exit code: 1\nOutput:" }])], "completed"],
  ];
  for (const [name, tool, lines, status] of statuses) {
    test(name, async () => {
      const { results } = await toldByLines(META, call(tool), ...lines);
      expect(results.map((result) => result.split(" ")[1])).toEqual([status]);
    });
  }

  const rows: readonly Row[] = [
    {
      name: "a status alone is no result",
      lines: [call("f"), stated("CommandExecution", "completed")],
      stated: { results: [], counts: { mapped: 1, context: 1, unresolved: 1 } },
    },
    {
      name: "a second answer is a duplicate, with a warning where it differs",
      lines: [call("f"), output("x"), output("x"), output("y")],
      stated: { counts: { mapped: 2, duplicate: 2, results: 1 }, warnings: { duplicate_differs: 1 } },
    },
    {
      name: "without its call: an orphan, with its own status",
      lines: [stated("McpToolCall", "failed"), output("x")],
      stated: { results: ['c1 error {"value":"x"}'], counts: { orphan_results: 1, intents: 0 } },
    },
    {
      name: "without an id: the only open call, else an orphan",
      lines: [
        call("f", "c1"),
        item({ type: "function_call_output", output: "x" }),
        item({ type: "function_call_output", output: "y" }),
      ],
      stated: {
        results: ['c1 completed {"value":"x"}', 'result_2 completed {"value":"y"}'],
        warnings: { orphan_result: 1 },
      },
    },
  ];
  for (const row of rows) test(row.name, () => checkRow(row));
});
