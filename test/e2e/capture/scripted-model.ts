/**
 * A model on loopback that calls a shell once and is then done, in the protocols of Claude Code (Messages), Codex CLI (Responses) and
 * Gemini CLI (generateContent). What it says is the same each time.
 */

/** What the shell is told to do, and prints. */
export const COMMAND = "echo from-the-tool";

export interface ScriptedModel {
  readonly url: string;
  stop(): Promise<void>;
}

type Json = { readonly [name: string]: unknown };

export function startModel(): ScriptedModel {
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    async fetch(request) {
      const { pathname } = new URL(request.url);
      if (request.method !== "POST") return new Response("{}", { status: 404 });
      const body = (await request.json().catch(() => ({}))) as Json;
      if (pathname === "/v1/messages") return messages(body);
      if (pathname === "/v1/responses") return responses(body);
      if (/enerateContent$/.test(pathname)) return generated(body, pathname);
      return new Response("{}", { status: 404 });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, stop: () => server.stop(true) };
}

function events(list: readonly Json[]): Response {
  const text = list.map((event) => `event: ${event["type"]}\ndata: ${JSON.stringify(event)}\n\n`).join("");
  return new Response(text, { headers: { "content-type": "text/event-stream" } });
}

const has = (value: unknown, text: string) => JSON.stringify(value ?? null).includes(text);

/** Of Anthropic. Requests without the shell are asides: names of sessions, and the like. */
function messages({ model, messages: said, tools, stream }: Json): Response {
  const calls = has(tools, '"name":"Bash"') && !has(said, '"tool_result"');
  const stop_reason = calls ? "tool_use" : "end_turn";
  const message = {
    id: "msg_1",
    type: "message",
    role: "assistant",
    model,
    usage: { input_tokens: 1, output_tokens: 1 },
  };
  if (stream !== true)
    return Response.json({ ...message, content: [{ type: "text", text: "done" }], stop_reason: "end_turn" });
  const block = calls ? { type: "tool_use", id: "toolu_01", name: "Bash", input: {} } : { type: "text", text: "" };
  const input = JSON.stringify({ command: COMMAND, description: "Say it" });
  const delta = calls ? { type: "input_json_delta", partial_json: input } : { type: "text_delta", text: "done" };
  return events([
    { type: "message_start", message: { ...message, content: [], stop_reason: null } },
    { type: "content_block_start", index: 0, content_block: block },
    { type: "content_block_delta", index: 0, delta },
    { type: "content_block_stop", index: 0 },
    { type: "message_delta", delta: { stop_reason }, usage: { output_tokens: 1 } },
    { type: "message_stop" },
  ]);
}

/** Of OpenAI. */
function responses({ input }: Json): Response {
  const item = has(input, '"function_call_output"')
    ? { type: "message", role: "assistant", id: "msg_1", content: [{ type: "output_text", text: "done" }] }
    : {
        ...{ type: "function_call", id: "fc_1", call_id: "call_1", name: "exec_command" },
        arguments: JSON.stringify({ cmd: COMMAND }),
      };
  const usage = {
    ...{ input_tokens: 1, input_tokens_details: null, output_tokens: 1, output_tokens_details: null },
    total_tokens: 2,
  };
  return events([
    { type: "response.created", response: { id: "resp_1" } },
    { type: "response.output_item.done", item },
    { type: "response.completed", response: { id: "resp_1", usage } },
  ]);
}

const MISSING_FILE = { name: "read_file", args: { file_path: "none.txt" } };

/** Of Google; below `/failing` a file that is not there is read. Requests without the shell choose a model. */
function generated({ contents, tools }: Json, path: string): Response {
  const name = "run_shell_command";
  const hasShell = has(tools, `"name":"${name}"`);
  const choice = '{"reasoning":"x","complexity_reasoning":"x","complexity_score":1,"model_choice":"flash"}';
  const part =
    hasShell && !has(contents, '"functionResponse"')
      ? { functionCall: path.startsWith("/failing/") ? MISSING_FILE : { name, args: { command: COMMAND } } }
      : { text: hasShell ? "done" : choice };
  const answer = {
    candidates: [{ content: { role: "model", parts: [part] }, finishReason: "STOP", index: 0 }],
    usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1, totalTokenCount: 2 },
  };
  if (!path.includes("stream")) return Response.json(answer);
  return new Response(`data: ${JSON.stringify(answer)}\r\n\r\n`, { headers: { "content-type": "text/event-stream" } });
}
