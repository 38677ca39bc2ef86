/** Formats that are read by their names alone: OpenCode, Claude Managed Agents and Inspect AI. */
import { describe, expect, test } from "bun:test";
import { fateSum, toldByText } from "./stated.ts";

describe("opencode", () => {
  const time = { start: 1_795_647_842_784, end: 1_795_647_843_000 };
  const tool = (callID: string, state: object): object => ({ type: "tool", callID, tool: "bash", state });
  const session = {
    info: { id: "ses_1", version: "1.2.3" },
    messages: [
      { info: { role: "user", time: { created: 1_795_647_842_000 } }, parts: [{ type: "text", text: "go" }] },
      { info: { role: "user" }, parts: [{ type: "text", text: "a file", synthetic: true }] },
      {
        info: { role: "assistant" },
        parts: [
          { type: "step-start" },
          tool("c1", { status: "completed", input: { command: "ls" }, output: "a", time }),
          tool("c2", { status: "error", input: {}, error: "denied", time }),
          tool("c3", { status: "running", input: {}, time: { start: 1.5 } }),
          tool("c4", { status: "pending", input: {} }),
        ],
      },
      { info: { role: "assistant" } },
    ],
  };

  test("a session with its calls", async () => {
    const stated = await toldByText(JSON.stringify(session), "opencode");
    expect(stated).toMatchObject({
      runs: ["run_ses_1"],
      runtimes: ["opencode/1.2.3"],
      calls: ['c1 bash {"command":"ls"}', "c2 bash {}", "c3 bash {}", "c4 bash {}"],
      results: ['c1 ok {"value":"a"}', 'c2 error {"error":"denied"}'],
      events: ["prompt"],
      counts: { records: 4, mapped: 2, context: 1, malformed: 1, unresolved: 2 },
      warnings: { time_unreadable: 1, time_absent: 2, unresolved: 2, malformed_line: 1 },
    });
    expect(stated.times.slice(0, 2)).toEqual(["2026-11-25T23:04:02.784Z", "2026-11-25T23:04:02.784Z"]);
    expect(stated.times.at(-1)).toBe("2026-11-25T23:04:03Z");
  });
});

describe("managed-agents", () => {
  const at = "2026-04-20T10:00:00Z";
  const events = [
    { type: "user.message", id: "e1", content: [], processed_at: at },
    { type: "agent.tool_use", id: "e2", name: "bash", input: { command: "ls" }, processed_at: at },
    {
      type: "agent.tool_result",
      id: "e3",
      tool_use_id: "e2",
      content: [{ type: "text", text: "a" }],
      processed_at: at,
    },
    { type: "agent.mcp_tool_use", id: "e4", mcp_server_name: "s", name: "t", input: {}, processed_at: at },
    { type: "agent.mcp_tool_result", mcp_tool_use_id: "e4", is_error: true, processed_at: at },
    { type: "agent.custom_tool_use", id: "e5", name: "mine", input: {}, processed_at: at },
    { type: "user.custom_tool_result", custom_tool_use_id: "e5", content: "x", is_error: false, processed_at: null },
    { type: "agent.custom_tool_use", id: "e6", name: "mine", input: {}, processed_at: at },
    { type: "session.status_idle", processed_at: at },
    { type: "agent.tool_result" },
    { type: "banner" },
  ];

  test("lines, a list and a page", async () => {
    for (const text of [
      events.map((event) => `${JSON.stringify(event)}\n`).join(""),
      JSON.stringify(events),
      JSON.stringify({ data: events }),
    ]) {
      const stated = await toldByText(text, "managed-agents");
      expect(stated).toMatchObject({
        calls: ['e2 bash {"command":"ls"}', "e4 mcp__s__t {}", "e5 mine {}", "e6 mine {}"],
        results: ['e2 ok {"value":[{"text":"a","type":"text"}]}', "e4 error", 'e5 ok {"value":"x"}'],
        events: ["prompt"],
        counts: { records: 11, mapped: 8, context: 1, unknown: 1, malformed: 1, unresolved: 1 },
        warnings: { time_absent: 1, result_absent: 1, unresolved: 1 },
      });
    }
  });
});

describe("inspect-ai", () => {
  const at = "2026-01-02T03:04:05.678901+00:00";
  const tool = (id: string, more: object): object => ({
    event: "tool",
    id,
    function: "bash",
    arguments: { cmd: "ls" },
    result: "",
    timestamp: at,
    ...more,
  });
  const log = {
    version: 2,
    eval: { run_id: "r", packages: { inspect_ai: "0.3.100" } },
    samples: [
      {
        id: 1,
        epoch: 2,
        events: [
          { event: "model", timestamp: at },
          tool("c1", { result: "a", completed: at }),
          tool("c2", { error: { type: "timeout", message: "m" }, completed: at }),
          tool("c3", { pending: true }),
          { event: "teleport" },
        ],
      },
      { id: 2, epoch: 1, uuid: "u2", events: [tool("c1", { result: "b", completed: at }), 7] },
      { id: 3 },
    ],
  };

  test("each sample is a run", async () => {
    const stated = await toldByText(JSON.stringify(log), "inspect-ai");
    const args = 'bash {"cmd":"ls"}';
    expect(stated).toMatchObject({
      runs: ["run_r_1_2", "run_u2"],
      runtimes: ["inspect-ai/0.3.100", "inspect-ai/0.3.100"],
      calls: [`c1 ${args}`, `c2 ${args}`, `c3 ${args}`, `c1 ${args}`],
      results: ['c1 ok {"value":"a"}', 'c2 error {"error":{"message":"m","type":"timeout"}}', 'c1 ok {"value":"b"}'],
      counts: { records: 8, mapped: 4, context: 1, unknown: 1, malformed: 2, unresolved: 1 },
    });
    expect(fateSum(stated)).toBe(8);
  });
});

test("none of them is recognised: their names must be given", async () => {
  const samples = JSON.stringify({ eval: {}, samples: [{ events: [] }] });
  await expect(toldByText(samples)).rejects.toMatchObject({ code: "invalid_input" });
  const event = JSON.stringify({ type: "agent.tool_use", id: "e", name: "n", input: {}, processed_at: null });
  await expect(toldByText(event)).rejects.toMatchObject({ code: "invalid_input" });
});
