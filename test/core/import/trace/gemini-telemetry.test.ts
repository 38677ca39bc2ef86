/** Gemini CLI's own spans: their status says nothing of the tool, what the span gave does. */
import { describe, expect, test } from "bun:test";
import { toldByLines } from "../stated.ts";
import { body, span } from "./otlp-span.ts";

const ID = "read_file__1";
const GIVEN = { callId: ID, name: "read_file", args: { file_path: "a.txt" }, schedulerId: "root" };
const response = (...answers: object[]) => ({
  callId: ID,
  responseParts: answers.map((answer) => ({ functionResponse: { id: ID, name: "read_file", response: answer } })),
});
const GAVE = { status: "success", request: GIVEN, response: response({ output: "text" }) };

async function told(values: Record<string, string>, members: object = {}): Promise<string[]> {
  const attributes = {
    "gen_ai.operation.name": "tool_call",
    "gen_ai.agent.name": "gemini-cli",
    "gen_ai.tool.name": "read_file",
    "gen_ai.tool.call_id": ID,
    ...values,
  };
  const { calls, results } = await toldByLines(
    body([span("tool_call", { status: { code: 1 }, ...members }, attributes)]),
  );
  return [...calls, ...results];
}
const spoken = (gave: object) => ({
  "gen_ai.input.messages": JSON.stringify(GIVEN),
  "gen_ai.output.messages": JSON.stringify(gave),
});
const CALL = `${ID} read_file {"file_path":"a.txt"}`;

describe("how it went", () => {
  for (const [name, gave, result] of [
    ["success", GAVE, 'ok {"output":"text"}'],
    [
      "an error, though the span's status is OK",
      { ...GAVE, status: "error", response: response({ error: "File not found" }) },
      'error {"error":"File not found"}',
    ],
    ["cancelled", { ...GAVE, status: "cancelled", response: response({ error: "x" }) }, 'cancelled {"error":"x"}'],
    ["a state that is no end", { ...GAVE, status: "executing" }, 'completed {"output":"text"}'],
    ["none", { request: GIVEN }, "completed"],
    [
      "more than one part is kept as it is",
      { ...GAVE, response: { responseParts: [{ text: "a" }, { text: "b" }] } },
      'ok {"value":[{"text":"a"},{"text":"b"}]}',
    ],
  ] as const)
    test(name, async () => {
      expect(await told(spoken(gave))).toEqual([CALL, `${ID} ${result}`]);
    });

  test("cut by its writer: that an answer came, and the arguments that are whole", async () => {
    const cut = {
      ...spoken(GAVE),
      "gen_ai.output.messages": '{"status":"success","req...[TRUNCATED: original length 12000]',
    };
    expect(await told(cut)).toEqual([CALL, `${ID} completed`]);
    expect(
      await told({ ...cut, "gen_ai.input.messages": '{"callId":"read...[TRUNCATED: original length 12000]' }),
    ).toEqual([`${ID} read_file`, `${ID} completed`]);
  });

  test("without what it was given and gave: never a success", async () => {
    expect(await told({})).toEqual([`${ID} read_file`, `${ID} completed`]);
  });

  test("an error of the program itself stands, and a span that has not ended has no result", async () => {
    const failed = { status: { code: 2, message: "no such tool" } };
    expect(await told(spoken(GAVE), failed)).toEqual([CALL, `${ID} error {"error":{"message":"no such tool"}}`]);
    expect(await told(spoken(GAVE), { endTimeUnixNano: "0" })).toEqual([CALL]);
  });

  test("another agent's span of that name is read by the conventions", async () => {
    expect(await told({ ...spoken(GAVE), "gen_ai.agent.name": "other" })).toEqual([`${ID} read_file`, `${ID} ok`]);
  });
});
