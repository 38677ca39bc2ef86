/** The shapes that stored conversations have, and a conversation that grows from one request to the next. */
import { describe, expect, test } from "bun:test";
import { fateSum, type Told, toldByLines, toldByText } from "./stated.ts";

const USER = { role: "user", content: "u" };
const CALL = { role: "assistant", content: null, tool_calls: [{ id: "a", function: { name: "f", arguments: "{}" } }] };
const ANSWER = { role: "tool", tool_call_id: "a", content: "x" };
const TALK = [USER, CALL, ANSWER];

describe("one document", () => {
  const shapes: readonly [string, unknown, number, number][] = [
    ["a list of messages", TALK, 1, 3],
    ["messages", { messages: TALK }, 1, 3],
    ["history", { trajectory: [], history: TALK }, 1, 3],
    ["traj", { traj: TALK }, 1, 3],
    ["a list of such", [{ traj: TALK }, { messages: [CALL] }], 2, 4],
    ["a list of lists", [TALK, [CALL]], 2, 4],
    ["simulations", { simulations: [{ messages: TALK }, { messages: [CALL] }], tasks: [] }, 2, 4],
    ["choices", { object: "chat.completion", choices: [{ index: 0, message: CALL }] }, 1, 1],
    ["messages and the choices that answer them", { messages: [USER], choices: [{ message: CALL }] }, 1, 2],
    ["a response", { object: "response", input: TALK, output: [{ type: "reasoning" }] }, 1, 4],
    ["a response to a text", { object: "response", input: "u", output: [CALL] }, 1, 1],
    ["input", { model: "m", input: TALK }, 1, 3],
    ["a single message", CALL, 1, 1],
    ["what is in no shape is unknown", [CALL, { note: 1 }, 7], 1, 3],
  ];
  for (const [name, document, runs, records] of shapes) {
    test(name, async () => {
      const stated = await toldByText(JSON.stringify(document, undefined, 1));
      expect([stated.format, stated.runs.length, fateSum(stated), stated.counts["intents"]]).toEqual([
        "messages",
        runs,
        records,
        runs,
      ]);
    });
  }
});

describe("lines", () => {
  const cases: readonly [string, readonly unknown[], Partial<Told>][] = [
    ["single messages are one conversation", TALK, { counts: { mapped: 2, context: 1, intents: 1 } }],
    ["lists of messages", [TALK, [CALL]], { counts: { mapped: 3, context: 1, intents: 2 } }],
    [
      "a request that repeats the conversation so far",
      [{ messages: TALK.slice(0, 2) }, { messages: [...TALK, USER] }],
      { results: ['a completed {"value":"x"}'], counts: { intents: 1, duplicate: 2, mapped: 2, context: 2 } },
    ],
    [
      "the order of members is no difference",
      [{ messages: [USER, CALL] }, { messages: [{ content: "u", role: "user" }, CALL, ANSWER] }],
      { counts: { intents: 1, duplicate: 2 } },
    ],
    [
      "the same request again",
      [{ messages: TALK }, { messages: TALK }],
      { counts: { intents: 1, results: 1, duplicate: 3 } },
    ],
    [
      "an earlier request again",
      [{ messages: [USER, CALL] }, { messages: TALK }, { messages: [USER, CALL] }],
      { counts: { intents: 1, duplicate: 4 } },
    ],
    [
      "a conversation that begins alike, and goes on otherwise, is another",
      [{ messages: TALK }, { messages: [USER, CALL, { ...ANSWER, content: "y" }] }],
      { counts: { intents: 2, results: 2, duplicate: 0 } },
    ],
    [
      "the longest that it begins with",
      [{ messages: [USER] }, { messages: [USER, USER, CALL] }, { messages: [USER, USER, CALL, ANSWER] }],
      { counts: { intents: 1, duplicate: 4 } },
    ],
    [
      "an empty one is none",
      [{ messages: [] }, { messages: TALK }],
      { counts: { intents: 1, duplicate: 0, mapped: 2 } },
    ],
  ];
  for (const [name, lines, stated] of cases) {
    test(name, async () => expect(await toldByLines(...lines)).toMatchObject(stated as object));
  }

  test("several runs without an id are numbered; one is not", async () => {
    const two = await toldByLines({ messages: TALK }, { messages: [CALL] });
    expect(two.runs.map((id) => id.replace(/[0-9a-f]{16}/, "D"))).toEqual(["run_D-1", "run_D-2"]);
    const one = await toldByLines({ messages: TALK });
    expect(one.runs[0]).toMatch(/^run_[0-9a-f]{16}$/);
  });
});
