/**
 * Writes a transcript of an agent to a file: `bun scripts/bench/transcript.ts FILE MEGABYTES claude-code|codex`: calls with
 * results of 60 to 4,000 characters. The same arguments give the same bytes.
 */
import { closeSync, openSync, writeSync } from "node:fs";

const WORDS = "build error test the file of line run npm ok src return value null import".split(" ");
const SESSION = "5a5a5a5a-0000-4000-8000-00000000ab12";

const [path, megabytes = "120", format = "claude-code"] = process.argv.slice(2);
if (path === undefined) throw new Error("usage: transcript.ts FILE [MEGABYTES] [claude-code|codex]");

let state = 20261126;
function random(bound: number): number {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  return (state >>> 0) % bound;
}

function output(): string {
  return Array.from({ length: 20 + random(380) }, () => `${WORDS[random(WORDS.length)]}${random(10_000)}`).join(" ");
}

/** Seconds apart, from one day on. */
function timeAt(second: number): string {
  return new Date(Date.UTC(2026, 9, 1) + second * 1000).toISOString();
}

function claudeLines(call: number): object[] {
  const text = output();
  const stamp = { sessionId: SESSION, timestamp: timeAt(call), version: "2.1.201" };
  const use = { type: "tool_use", id: `toolu_${call}`, name: "Bash", input: { command: text.slice(0, 200) } };
  const result = { type: "tool_result", tool_use_id: `toolu_${call}`, content: text, is_error: false };
  return [
    {
      type: "assistant",
      uuid: `a${call}`,
      parentUuid: `u${call - 1}`,
      ...stamp,
      message: { role: "assistant", content: [use] },
    },
    { type: "user", uuid: `u${call}`, parentUuid: `a${call}`, ...stamp, message: { role: "user", content: [result] } },
  ];
}

function codexLines(call: number): object[] {
  const text = output();
  const line = (type: string, payload: object): object => ({ timestamp: timeAt(call), type, payload });
  const args = JSON.stringify({ command: ["bash", "-lc", text.slice(0, 200)], workdir: "/srv" });
  const usage = { input_tokens: call * 7, cached_input_tokens: call, output_tokens: call };
  return [
    ...(call === 1 ? [line("session_meta", { id: SESSION, cli_version: "0.50.0", cwd: "/srv" })] : []),
    line("response_item", { type: "reasoning", summary: [], content: null, encrypted_content: text.slice(0, 600) }),
    line("response_item", { type: "function_call", name: "shell", arguments: args, call_id: `call_${call}` }),
    line("event_msg", { type: "token_count", info: { total_token_usage: usage } }),
    line("response_item", {
      type: "function_call_output",
      call_id: `call_${call}`,
      output: `Exit code: 0\nWall time: 0.1 seconds\nOutput:\n${text}`,
    }),
  ];
}

const linesOf = format === "codex" ? codexLines : claudeLines;
const fd = openSync(path, "w");
for (let call = 1, written = 0; written < Number(megabytes) * 1e6; ) {
  let text = "";
  for (; text.length < 1e6; call += 1)
    text += linesOf(call)
      .map((line) => `${JSON.stringify(line)}\n`)
      .join("");
  written += writeSync(fd, text);
}
closeSync(fd);
