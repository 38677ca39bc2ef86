/** `codex exec --json`: the records made from its items. */
import { describe, test } from "bun:test";
import { checkRow, type Row } from "./stated.ts";

const started = (value: object): object => ({ type: "item.started", item: value });
const completed = (value: object): object => ({ type: "item.completed", item: value });

describe("exec --json", () => {
  const THREAD = { type: "thread.started", thread_id: "t1" };
  const command = { id: "item_1", type: "command_execution", command: "ls" };
  const done = { ...command, aggregated_output: "a", exit_code: 0, status: "completed" };
  const mcp = { id: "item_1", type: "mcp_tool_call", server: "s", tool: "t", arguments: { a: 1 } };
  const rows: readonly Row[] = [
    {
      name: "started and completed are one call",
      lines: [THREAD, started(command), completed(done)],
      stated: {
        runs: ["run_t1"],
        runtimes: ["codex"],
        calls: ['item_1 command_execution {"command":"ls"}'],
        results: ['item_1 ok {"aggregated_output":"a","exit_code":0}'],
        warnings: { time_absent: 2 },
      },
    },
    {
      name: "completed alone is both call and result",
      lines: [THREAD, completed({ ...done, status: "failed" })],
      stated: { results: ['item_1 error {"aggregated_output":"a","exit_code":0}'], counts: { intents: 1, mapped: 2 } },
    },
    {
      name: "completed twice: a duplicate",
      lines: [THREAD, completed(done), completed(done)],
      stated: { counts: { intents: 1, results: 1, duplicate: 1 } },
    },
    {
      name: "mcp_tool_call: its error, with its output",
      lines: [
        completed({ ...mcp, result: null, error: { message: "no" }, status: "failed" }),
        completed({ ...mcp, id: "item_2", result: { a: 1 }, error: { message: "no" }, status: "failed" }),
        completed({ ...mcp, id: "item_3", result: null, error: null, status: "completed" }),
      ],
      stated: {
        calls: ['item_1 mcp__s__t {"a":1}', 'item_2 mcp__s__t {"a":1}', 'item_3 mcp__s__t {"a":1}'],
        results: [
          'item_1 error {"error":{"message":"no"}}',
          'item_2 error {"error":{"message":"no"},"output":{"a":1}}',
          "item_3 ok",
        ],
      },
    },
    {
      name: "file_change and web_search have no payload; no status is `completed`",
      lines: [
        completed({ id: "i", type: "file_change", changes: [1], status: "declined" }),
        completed({ id: "j", type: "web_search", query: "q" }),
      ],
      stated: {
        calls: ['i file_change {"changes":[1]}', 'j web_search {"query":"q"}'],
        results: ["i denied", "j completed"],
      },
    },
    {
      name: "ids begin again with each thread: an old open call stays open",
      lines: [THREAD, started(command), THREAD, started(command), completed(done)],
      stated: {
        runs: ["run_t1"],
        calls: ['item_1 command_execution {"command":"ls"}', 'item_1#2 command_execution {"command":"ls"}'],
        results: ['item_1#2 ok {"aggregated_output":"a","exit_code":0}'],
        warnings: { id_reused: 1, unresolved: 1 },
      },
    },
    {
      name: "a second thread's answer doesn't join the first one's call",
      lines: [THREAD, started(command), THREAD, completed(done)],
      stated: { results: ['item_1#2 ok {"aggregated_output":"a","exit_code":0}'], counts: { unresolved: 1 } },
    },
    {
      name: "a different thread is a different run",
      lines: [THREAD, completed(done), { type: "thread.started", thread_id: "t2" }, completed(done)],
      stated: { runs: ["run_t1", "run_t2"], counts: { intents: 2 } },
    },
    {
      name: "context, unknown and malformed",
      lines: [
        THREAD,
        ...["agent_message", "reasoning", "todo_list", "error"].map((type) => completed({ id: "x", type })),
        { type: "item.updated", item: command },
        { type: "turn.failed" },
        { type: "error", message: "x" },
        completed({ id: "x", type: "collab_tool_call" }),
        { type: "item.completed" },
      ],
      stated: { counts: { mapped: 1, context: 7, unknown: 1, malformed: 1 } },
    },
  ];
  for (const row of rows) test(row.name, () => checkRow(row));
});
