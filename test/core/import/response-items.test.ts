/** Items of the Responses API, one case for each row of the table. */
import { test } from "bun:test";
import { checkRow, type Row } from "./stated.ts";

const ROWS: readonly Row[] = [
  ...[
    ["function_call", { name: "f", arguments: '{"x":1}' }, 'f {"x":1}'],
    ["custom_tool_call", { name: "f", input: '{"x":1}' }, 'f {"value":"{\\"x\\":1}"}'],
    ["local_shell_call", { action: { command: ["ls"] } }, 'local_shell {"command":["ls"]}'],
    ["shell_call", { action: { commands: ["ls"] } }, 'shell {"commands":["ls"]}'],
    ["apply_patch_call", { operation: { type: "delete_file" } }, 'apply_patch {"type":"delete_file"}'],
    ["computer_call", { action: { type: "click" } }, 'computer {"type":"click"}'],
  ].map(([type, more, call]) => ({
    name: `${type}: call_id and not id; its output is completed, whatever the status of the item`,
    lines: [
      { type, id: "item", call_id: "c", status: "incomplete", ...(more as object) },
      { type: `${type}_output`, id: "item", call_id: "c", status: "failed", output: "x" },
    ],
    stated: { calls: [`c ${call}`], results: ['c completed {"value":"x"}'], warnings: { time_absent: 2 } },
  })),
  {
    name: "without call_id: an id is made, and the output joins the only open call",
    lines: [
      { type: "function_call", id: "item", name: "f", arguments: "{}" },
      { type: "function_call_output", output: "x" },
    ],
    stated: { calls: ["intent_1 f {}"], results: ['intent_1 completed {"value":"x"}'], warnings: { id_made: 1 } },
  },
  {
    name: "mcp_call: output, error, both or none",
    lines: (
      [{ output: "x" }, { error: "e" }, { output: "x", error: "e" }, { output: null, error: null }] as object[]
    ).map((more, index) => ({
      type: "mcp_call",
      id: `m${index}`,
      server_label: "s",
      name: "t",
      arguments: "{}",
      ...more,
    })),
    stated: {
      calls: ["m0 mcp__s__t {}", "m1 mcp__s__t {}", "m2 mcp__s__t {}", "m3 mcp__s__t {}"],
      results: ['m0 ok {"value":"x"}', 'm1 error {"error":"e"}', 'm2 error {"error":"e","output":"x"}'],
      warnings: { unresolved: 1 },
    },
  },
  {
    name: "web_search_call: no payload",
    lines: ["completed", "failed", "incomplete", "searching"].map((status) => ({
      type: "web_search_call",
      id: status,
      status,
      action: { query: "q" },
    })),
    stated: {
      calls: ["completed", "failed", "incomplete", "searching"].map((id) => `${id} web_search {"query":"q"}`),
      results: ["completed ok", "failed error", "incomplete error"],
      warnings: { result_absent: 3, unresolved: 1 },
    },
  },
  {
    name: "file_search_call: queries and results",
    lines: [
      { type: "file_search_call", id: "a", status: "completed", queries: ["q"], results: [{ file_id: "f" }] },
      { type: "file_search_call", id: "b", status: "completed", queries: ["q"], results: null },
    ],
    stated: {
      calls: ['a file_search {"queries":["q"]}', 'b file_search {"queries":["q"]}'],
      results: ['a ok {"value":[{"file_id":"f"}]}', "b ok"],
    },
  },
  {
    name: "code_interpreter_call: code and outputs",
    lines: [{ type: "code_interpreter_call", id: "a", status: "completed", code: "2+2", outputs: [] }],
    stated: { calls: ['a code_interpreter {"code":"2+2"}'], results: ['a ok {"value":[]}'] },
  },
  {
    name: "context and unknown",
    lines: [
      { type: "mcp_list_tools" },
      { type: "mcp_approval_request" },
      { type: "mcp_approval_response" },
      { type: "reasoning" },
      { type: "item_reference" },
      { type: "message", role: "assistant", content: [{ type: "output_text", text: "x" }] },
      { type: "hologram" },
    ],
    stated: { counts: { context: 6, unknown: 1 } },
  },
];

for (const row of ROWS as readonly Row[]) test(row.name, () => checkRow(row));
