/** Gemini CLI: one case for each row of its table, and for repeated records. */
import { describe, expect, test } from "bun:test";
import { checkRow, fateSum, type Row, toldByLines, toldByText } from "./stated.ts";

const HEADER = { sessionId: "s1", projectHash: "p", startTime: "2026-11-10T11:00:00Z", kind: "main" };

function at(second: number): string {
  return `2026-11-10T11:00:0${second}Z`;
}
function message(id: string | undefined, type: string, second: number, more: object = {}): object {
  return { id, timestamp: at(second), type, content: "", ...more };
}
const user = (id: string, second: number, content: unknown): object => message(id, "user", second, { content });
const gemini = (id: string | undefined, second: number, ...toolCalls: object[]): object =>
  message(id, "gemini", second, { toolCalls });
const answer = (response: unknown): object => ({ functionResponse: { id: "c1", name: "f", response } });
const call = (status: string, more: object = {}): object => ({ id: "c1", name: "f", args: { a: 1 }, status, ...more });
const set = (...messages: unknown[]): object => ({ $set: { messages } });

describe("records", () => {
  const rows: readonly Row[] = [
    {
      name: "the header: run id",
      lines: [HEADER],
      stated: { runs: ["run_s1"], runtimes: ["gemini-cli"], counts: { mapped: 1 } },
    },
    {
      name: "another session's header: another run",
      lines: [HEADER, gemini("g", 1, call("success")), { ...HEADER, sessionId: "s2" }, gemini("g", 2, call("success"))],
      stated: { runs: ["run_s1", "run_s2"], calls: ['c1 f {"a":1}', 'c1 f {"a":1}'], counts: { duplicate: 0 } },
    },
    {
      name: "a call: at its message's time; its answer at its own",
      lines: [HEADER, gemini("g", 1, call("success", { timestamp: at(2), result: [answer({ output: "x" })] }))],
      stated: { calls: ['c1 f {"a":1}'], results: ['c1 ok {"output":"x"}'], times: [at(1), at(2)] },
    },
    {
      name: "a line with a known id: the last version counts, at the first time",
      lines: [
        HEADER,
        gemini("g", 1),
        gemini("g", 2, call("executing")),
        gemini("g", 3, call("success", { args: { a: 2 }, timestamp: at(4), result: [answer({ output: "x" })] })),
      ],
      stated: {
        calls: ['c1 f {"a":2}'],
        results: ['c1 ok {"output":"x"}'],
        times: [at(1), at(4)],
        counts: { mapped: 2, duplicate: 2 },
      },
    },
    {
      name: "a known call is kept when a later version of its message lacks it",
      lines: [HEADER, gemini("g", 1, call("executing")), gemini("g", 1)],
      stated: { calls: ['c1 f {"a":1}'], counts: { duplicate: 1, context: 1, unresolved: 1 } },
    },
    {
      name: "messages without an id don't replace each other; the same call id in two of them is two calls",
      lines: [HEADER, gemini(undefined, 1, call("executing")), gemini(undefined, 2, call("executing"))],
      stated: { calls: ['c1 f {"a":1}', 'c1#2 f {"a":1}'], counts: { duplicate: 0 }, warnings: { id_reused: 1 } },
    },
    {
      name: "calls without an id: by their position in the message",
      lines: [HEADER, gemini("g", 1, { name: "f" }), gemini("g", 1, { name: "f" }, { name: "h" })],
      stated: { calls: ["intent_1 f", "intent_2 h"], warnings: { id_made: 2, args_absent: 2 } },
    },
    {
      name: "a checkpoint is not a message; it is mapped for a new call or prompt",
      lines: [
        HEADER,
        user("u", 1, "go"),
        set(user("u", 1, "go")),
        set(user("u", 1, "go"), gemini("g", 2, call("executing"))),
        gemini("g", 3, call("success", { result: null, timestamp: at(4) })),
        { $set: { lastUpdated: at(5) } },
      ],
      stated: {
        events: ["prompt"],
        results: ["c1 ok"],
        times: [at(2), at(4)],
        counts: { mapped: 4, context: 2, duplicate: 0 },
      },
    },
    {
      name: "a rewind removes nothing",
      lines: [HEADER, user("u", 1, "go"), gemini("g", 2, call("executing")), { $rewindTo: "u" }],
      stated: { events: ["prompt"], counts: { intents: 1, context: 1 }, warnings: { rewound: 1 } },
    },
    {
      name: "context, unknown and malformed",
      lines: [
        HEADER,
        ...["info", "warning", "error"].map((type) => message(type, type, 1)),
        message("x", "dream", 1),
        { a: 1 },
        { $set: 1 },
      ],
      stated: { counts: { context: 3, unknown: 2, malformed: 1 } },
    },
  ];
  for (const row of rows) test(row.name, () => checkRow(row));

  test("a document: its messages are the records", async () => {
    const messages = [user("u", 1, "go"), gemini("g", 2, call("success")), 7];
    const stated = await toldByText(JSON.stringify({ ...HEADER, messages }, undefined, 2));
    expect(stated).toMatchObject({ runs: ["run_s1"], events: ["prompt"], counts: { mapped: 2, malformed: 1 } });
    expect(fateSum(stated)).toBe(3);
  });
});

describe("results", () => {
  const states: readonly [string, string | undefined][] = [
    ["success", "ok"],
    ["error", "error"],
    ["cancelled", "cancelled"],
    ["executing", undefined],
    ["scheduled", undefined],
    ["validating", undefined],
    ["awaiting_approval", undefined],
  ];
  for (const [state, status] of states) {
    test(`status ${state}`, async () => {
      const { results } = await toldByLines(HEADER, gemini("g", 1, call(state, { result: [answer({})] })));
      expect(results).toEqual(status === undefined ? [] : [`c1 ${status} {}`]);
    });
  }

  const payloads: readonly [string, unknown, string][] = [
    ["one answer that is an object", [answer({ output: "x" })], ' {"output":"x"}'],
    [
      "one answer that is not one",
      [answer("x")],
      ' {"value":[{"functionResponse":{"id":"c1","name":"f","response":"x"}}]}',
    ],
    ["two parts", [{ text: "a" }, { text: "b" }], ' {"value":[{"text":"a"},{"text":"b"}]}'],
    ["no part", [], ' {"value":[]}'],
    ["text", "x", ' {"value":"x"}'],
    ["null: absent", null, ""],
    ["absent", undefined, ""],
  ];
  for (const [name, result, payload] of payloads) {
    test(name, async () => {
      const { results, warnings } = await toldByLines(HEADER, gemini("g", 1, call("success", { result })));
      expect([results, warnings["result_absent"] ?? 0]).toEqual([[`c1 ok${payload}`], payload === "" ? 1 : 0]);
    });
  }
});

describe("prompts", () => {
  const contents: readonly [string, unknown, number][] = [
    ["text", "go", 1],
    ["a text part", [{ text: "go" }], 1],
    ["the program's own context", [{ text: "<session_context>\nThis is" }], 0],
    ["context and text", [{ text: "<session_context>" }, { text: "go" }], 1],
    ["answers of tools", [answer({})], 0],
    ["answers and a text", [answer({}), { text: "go" }], 0],
    ["an image", [{ inlineData: {} }], 0],
  ];
  for (const [name, content, prompts] of contents) {
    test(name, async () => {
      const { events, counts } = await toldByLines(HEADER, user("u", 1, content));
      expect([events.length, counts["mapped"]]).toEqual([prompts, 1 + prompts]);
    });
  }

  test("written twice: one prompt, at the time of the last", async () => {
    const stated = await toldByLines(HEADER, user("u", 1, "go"), user("u", 2, "go on"));
    expect(stated).toMatchObject({ events: ["prompt"], counts: { mapped: 2, duplicate: 1 } });
  });
});
