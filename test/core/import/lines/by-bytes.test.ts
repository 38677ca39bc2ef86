/**
 * Formats that read a line by its bytes say of it what they say of its value: the same records as lines, and as the
 * elements of one list, which are values.
 */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { readSourceJson } from "../../../../src/core/import/source/json.ts";
import { SeededRandom } from "../../../fuzz/random.ts";
import { caseFolders, expectedCase } from "../agent-case.ts";
import { damaged } from "../damage.ts";
import { type Told, toldByText } from "../stated.ts";

const NOW = "2026-11-01T10:00:00.120Z";
const item = (payload: object): string => JSON.stringify({ timestamp: NOW, type: "response_item", payload });
const call = (args: unknown, id: string): string =>
  item({ type: "function_call", name: "shell", arguments: args, call_id: id });
const output = (text: unknown, id: string): string => item({ type: "function_call_output", call_id: id, output: text });

const ARGUMENTS = [
  "{}",
  " { } ",
  '{"command":["bash","-lc","ls \\"a\\" \\\\n\\n"],"workdir":"/srv"}',
  '{ "b" : 1 , "a" : [ 1 , { "c" : null } ] }',
  '{"a":[1,{"c":[true,false,[]]}],"b":{}}',
  '{"a":"\\u00e9","b":"\\/"}',
  '{"a":1.50,"b":-0,"c":1e3}',
  '{"a":12345678901234567890}',
  '{"a":1,"a":2}',
  '{"truncated":true,"preview":"x"}',
  '{"a":"<persisted-output>"}',
  '{"é":"é 😀"}',
  '["a"]',
  '"text"',
  "",
  "{no",
  `{"a":"${"x".repeat(70_000)}"}`,
  `{"a":${"[".repeat(20)}${"]".repeat(20)}}`,
];
const OUTPUTS = [
  "Exit code: 0\nWall time: 1 s\nOutput:\nline",
  "Exit code: 3\nWall time: 1 s\nOutput:\nExit code: 0",
  "Process exited with code 1\nOutput:\n",
  "Exit code: 1",
  "Output:\nExit code: 1\nOutput:\n",
  "C:\\nOutput:\\n\nExit code: 2\nOutput:\nx",
  'é "q" \\\\nOutput:\nExit code: 4\nOutput:\n',
  `${"é".repeat(400)}\nExit code: 5\nOutput:\n`,
  `Exit code: 6\n${"x".repeat(2000)}\nOutput:\n`,
  '  {"output":"x","metadata":{"exit_code":7}}',
  '{"a":"\\nOutput:\\n","metadata":{"exit_code":8}}',
  "Warning: truncated output\nOutput:\n",
  { success: false, content: "x" },
  [{ type: "input_text", text: "x" }],
  null,
];
const ODD: { readonly [format: string]: readonly string[] } = {
  "claude-code": [
    '{"type":"us\\u0065r","message":{"role":"user","content":[{"type":"text","text":"é\\ud83d\\ude00"}]}}',
    '{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t1","name":"n","input":{"a":"\\n","b":[1,"x"]}}]}}',
    '{"type":"assistant","message":{"content":[{"type":"tool\\u005fuse","id":"t\\u0032","n\\u0061me":"n","input":7}]}}',
    '{"type":"assistant","message":{"content":[{"type":"tool_use","id":"t3","name":"é","input":null,"cache":false}]}}',
    '{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t1","content":"x","is_error":true}]}}',
    '{"type":"user","message":{"content":[{"type":"tool_result","tool_use_id":"t3","content":"x","is_error":null}]}}',
  ],
  codex: [
    ...ARGUMENTS.map((args, index) => call(args, `a${index}`)),
    ...[7, null, {}, ["x"]].map((args, index) => call(args, `b${index}`)),
    ...OUTPUTS.flatMap((text, index) => [call("{}", `o${index}`), output(text, `o${index}`)]),
    item({ type: "custom_tool_call", call_id: "c1", name: "apply_patch", input: "*** Begin\n" }),
    item({ type: "custom_tool_call_output", call_id: "c1", output: "Exit code: 1\nOutput:\n" }),
    item({ type: "local_shell_call", call_id: "c2", status: "completed", action: { type: "exec", command: ["ls"] } }),
    item({ type: "web_search_call", id: "c3", status: "failed", action: { query: "x" } }),
    item({ type: "function_call", name: "g", namespace: "mcp__t", id: "c4", arguments: "{}", call_id: "" }),
    item({ type: "tool_search_call", call_id: "c5", arguments: '{"q":1}' }),
    item({ type: "tool_search_output", call_id: "c5", tools: [{ name: "x" }] }),
    item({ type: "no such item" }),
    item({}),
    '{"timestamp":7,"type":"response_item","payload":{"type":"message"}}',
    '{"timestamp":"yesterday","type":"response_item","payload":{"type":"reasoning"}}',
    '{"type":"response_item","payload":{"ty\\u0070e":"function_call","name":"f","arguments":"{}","call_id":"c6"}}',
    '{"type":"response_item","payload":[]}',
    `{"timestamp":"${NOW}","type":"event_msg","payload":{"type":"user_message","message":"x"}}`,
    `{"timestamp":"${NOW}","type":"event_msg","payload":{"type":"turn_aborted"}}`,
    `{"timestamp":"${NOW}","type":"event_msg","payload":{"type":"exec_command_end","call_id":"a0","exit_code":1}}`,
    `{"timestamp":"${NOW}","type":"event_msg","payload":{"type":"patch_apply_end","call_id":"late","success":true}}`,
    '{"type":"event_msg","payload":{"type":7}}',
    '{"type":"event_msg","payload":{}}',
  ],
};

/** What both shapes can say alike: a list that is not exact is so as a whole. */
function isExact(line: string): boolean {
  const read = readSourceJson(new TextEncoder().encode(line));
  return typeof read !== "string" && read.isExact;
}

/** Names the run: else it is called by the digest of the source. */
const FIRST: { readonly [format: string]: string } = {
  "claude-code": `{"type":"system","sessionId":"s1","timestamp":"${NOW}"}`,
  codex: `{"timestamp":"${NOW}","type":"session_meta","payload":{"id":"s1"}}`,
};

async function same(format: string, lines: readonly string[]): Promise<Told> {
  const exact = [FIRST[format] ?? "", ...lines].filter(isExact);
  const byLines = await toldByText(exact.map((line) => `${line}\n`).join(""), format);
  expect(byLines).toEqual(await toldByText(`[${exact.join(",\n")}]`, format));
  return byLines;
}

for (const [format, odd] of Object.entries(ODD)) {
  describe(format, () => {
    test("lines that are odd", async () => {
      const { counts } = await same(format, odd);
      expect(counts["mapped"]).toBeGreaterThan(3);
    });

    test("the cases, damaged", async () => {
      const lines = caseFolders(format).flatMap((folder) =>
        readFileSync(join(folder, expectedCase(folder).input), "utf8")
          .trimEnd()
          .split("\n"),
      );
      let mapped = 0;
      for (let round = 0; round < 40; round += 1) {
        const random = new SeededRandom(20_261_127, round);
        const some = [...lines, ...odd].flatMap((line) =>
          random.below(3) === 0 ? damaged(line, random).split("\n") : line,
        );
        mapped += (await same(format, some)).counts["mapped"] ?? 0;
      }
      expect(mapped).toBeGreaterThan(1000);
    });
  });
}
