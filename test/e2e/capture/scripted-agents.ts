/**
 * Programs in the place of Claude Code, Codex CLI and Gemini CLI: one call of a shell, its hooks, and the record that the agent
 * keeps itself. They take hooks from where the real ones do (`real-agents.test.ts` runs those), so that guides and tests can run
 * without them. And a program with OpenTelemetry's spans, and a server of MCP.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** `session` and `call` are theirs. */
const COMMON = `#!/usr/bin/env python3
import json, os, pathlib, subprocess, sys, urllib.request
home, env, words = pathlib.Path.home(), os.environ, sys.argv[1:]

def settings_in(path):
    return json.loads(path.read_text()) if path.exists() else {}

def hook(settings, name, **members):
    event = {"session_id": session, "hook_event_name": name, **members}
    for entry in settings.get("hooks", {}).get(name, []):
        for each in entry["hooks"]:
            argv = [each["command"], *each["args"]] if "args" in each else ["sh", "-c", each["command"]]
            subprocess.run(argv, input=json.dumps(event).encode(), check=True)

def record(path, *lines):
    path = home / path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(line) + "\\n" for line in lines))

def send_span(url, **members):
    span = {"traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708",
            "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000001000000000", **members}
    span["attributes"] = [{"key": key, "value": {"stringValue": value}} for key, value in span.get("attributes", {}).items()]
    body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
    urllib.request.urlopen(urllib.request.Request(url + "/v1/traces", body, {"content-type": "application/json"}))

def finish():
    text = "" if sys.stdin.isatty() else sys.stdin.read()
    print(text.upper() if text else "done")
    sys.exit(int(words[-1]) if words and words[-1].isdigit() else 0)
`;

/** A number as its last word is its exit code. */
const CLAUDE = `${COMMON}
session = "7f97de4a-6de6-4e25-a2fa-06be0b8f1f4f"
call = {"tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": "toolu_01"}
every = [settings_in(home / ".claude/settings.json")]
if "--settings" in words:
    every.append(settings_in(pathlib.Path(words[words.index("--settings") + 1])))
for settings in every:
    hook(settings, "UserPromptSubmit", prompt=words[1] if len(words) > 1 else "")
    hook(settings, "PreToolUse", **call)
    hook(settings, "PostToolUse", **call, tool_response={"stdout": "a.txt", "stderr": "", "interrupted": False})
    hook(settings, "SessionEnd", reason="other")
said = {"sessionId": session, "version": "2.1.197", "cwd": "/work", "timestamp": "2026-11-27T09:00:00.000Z", "isSidechain": False}
use = {"type": "tool_use", "id": "toolu_01", "name": "Bash", "input": {"command": "ls"}}
answer = {"type": "tool_result", "tool_use_id": "toolu_01", "content": "a.txt", "is_error": False}
record(f".claude/projects/-work/{session}.jsonl",
    {**said, "type": "user", "uuid": "u1", "parentUuid": None, "message": {"role": "user", "content": "fix the rounding"}},
    {**said, "type": "assistant", "uuid": "u2", "parentUuid": "u1", "message": {"id": "msg_1", "role": "assistant", "content": [use]}},
    {**said, "type": "user", "uuid": "u3", "parentUuid": "u2", "message": {"role": "user", "content": [answer]},
     "toolUseResult": {"stdout": "a.txt", "stderr": "", "interrupted": False}})
finish()
`;

/** Hooks that were not trusted do not run. */
const CODEX = `${COMMON}
import tomllib
session = "01a21ab2-f27d-7c02-9fca-37c336c1b470"
path = home / ".codex/config.toml"
settings = tomllib.loads(path.read_text()) if path.exists() else {}
if "--dangerously-bypass-hook-trust" not in words:
    settings = {}
turn = {"turn_id": "t1", "model": "gpt-5"}
call = {**turn, "tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": "call_1"}
hook(settings, "SessionStart", source="startup")
hook(settings, "UserPromptSubmit", **turn, prompt="fix the rounding")
hook(settings, "PreToolUse", **call)
hook(settings, "PostToolUse", **call, tool_response="a.txt\\n")
hook(settings, "Stop", **turn)
line = lambda kind, **payload: {"timestamp": "2026-11-27T09:00:00.000Z", "type": kind, "payload": payload}
record(f".codex/sessions/2026/11/27/rollout-2026-11-27T09-00-00-{session}.jsonl",
    line("session_meta", id=session, timestamp="2026-11-27T09:00:00.000Z", cwd="/work", originator="codex_exec", cli_version="0.171.0"),
    line("response_item", type="function_call", name="exec_command", arguments=json.dumps({"cmd": "ls"}), call_id="call_1"),
    line("response_item", type="function_call_output", call_id="call_1", output="Process exited with code 0\\nOutput:\\na.txt\\n"))
finish()
`;

/** Settings of the system are those of root alone, as Gemini CLI 0.61 takes them. */
const GEMINI = `${COMMON}
session = "9ba7b927-078f-41d5-87d4-9aa7df8663e4"
def roots(path):
    return all(each.stat().st_uid == 0 and not each.stat().st_mode & 0o022 for each in [path, *path.parents])
settings = settings_in(home / ".gemini/settings.json")
system = pathlib.Path(env.get("GEMINI_CLI_SYSTEM_SETTINGS_PATH", "/nowhere"))
if system.exists() and roots(system):
    settings = settings_in(system)
    print(json.dumps({name: value for name, value in settings.items() if name != "hooks"}))
    print(env["GEMINI_CLI_SYSTEM_DEFAULTS_PATH"])
call = {"timestamp": "2026-11-27T09:00:00.000Z", "tool_name": "run_shell_command", "tool_input": {"command": "ls"}}
hook(settings, "BeforeTool", **call)
hook(settings, "AfterTool", **call, tool_response={"llmContent": "a.txt"})
if env.get("GEMINI_TELEMETRY_ENABLED") == "true" and env["GEMINI_TELEMETRY_OTLP_PROTOCOL"] == "http" and env["GEMINI_TELEMETRY_TRACES_ENABLED"] == "true":
    request = {"callId": "run_shell_command_1", "name": "run_shell_command", "args": {"command": "ls"}}
    parts = [{"functionResponse": {"id": "run_shell_command_1", "name": "run_shell_command", "response": {"output": "a.txt"}}}]
    send_span(env["GEMINI_TELEMETRY_OTLP_ENDPOINT"], name="tool_call", attributes={
        "gen_ai.operation.name": "tool_call", "gen_ai.agent.name": "gemini-cli",
        "gen_ai.tool.name": "run_shell_command", "gen_ai.tool.call_id": "run_shell_command_1",
        "gen_ai.input.messages": json.dumps(request),
        "gen_ai.output.messages": json.dumps({"status": "success", "request": request, "response": {"responseParts": parts}})})
message = {"id": "m2", "timestamp": "2026-11-27T09:00:01.000Z", "type": "gemini", "content": ""}
result = [{"functionResponse": {"id": "c1", "name": "run_shell_command", "response": {"output": "a.txt"}}}]
record(".gemini/tmp/work/chats/session-2026-11-27T09-00-9ba7b927.jsonl",
    {"sessionId": session, "projectHash": "4" * 64, "startTime": "2026-11-27T09:00:00.000Z", "kind": "main"},
    {"id": "m1", "timestamp": "2026-11-27T09:00:00.000Z", "type": "user", "content": [{"text": "fix the rounding"}]},
    {**message, "toolCalls": [{"id": "c1", "name": "run_shell_command", "args": {"command": "ls"}, "result": result,
                               "status": "success", "timestamp": "2026-11-27T09:00:01.000Z"}]})
finish()
`;

/** Any program that OpenTelemetry instruments. */
const TRACED = `${COMMON}
send_span(env["OTEL_EXPORTER_OTLP_ENDPOINT"], name="execute_tool search", attributes={
    "gen_ai.operation.name": "execute_tool", "gen_ai.tool.name": "search", "gen_ai.tool.call.id": "call_1",
    "gen_ai.tool.call.arguments": json.dumps({"q": "rounding"}), "gen_ai.tool.call.result": json.dumps({"hits": 3})})
sys.exit(int(words[-1]) if words and words[-1].isdigit() else 0)
`;

/** A server of MCP with one tool, over standard streams. */
const TICKETS = `#!/usr/bin/env python3
import json, sys
for line in sys.stdin:
    message = json.loads(line)
    if "id" not in message:
        continue
    result = {"content": [{"type": "text", "text": "TICKET-9 is open"}]}
    if message["method"] == "initialize":
        result = {"protocolVersion": "2025-11-25", "capabilities": {"tools": {}}, "serverInfo": {"name": "tickets", "version": "1"}}
    print(json.dumps({"jsonrpc": "2.0", "id": message["id"], "result": result}), flush=True)
`;

/** Its client: one call. It starts the server that its settings name. */
const CLIENT = `#!/usr/bin/env python3
import json, subprocess, sys
[settings] = json.load(open(sys.argv[1]))["mcpServers"].values()
server = subprocess.Popen([settings["command"], *settings["args"]], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
def ask(**message):
    server.stdin.write(json.dumps({"jsonrpc": "2.0", **message}) + "\\n"); server.stdin.flush()
    return json.loads(server.stdout.readline()) if "id" in message else None
ask(id=1, method="initialize", params={"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": {"name": "desk", "version": "1"}})
ask(method="notifications/initialized")
answer = ask(id=2, method="tools/call", params={"name": "ticket", "arguments": {"number": 9}})
print(answer["result"]["content"][0]["text"])
server.stdin.close()
sys.exit(server.wait())
`;

/** Into a folder for the PATH. Their language is Python. */
export function writeScriptedAgents(bin: string): void {
  mkdirSync(bin, { recursive: true });
  const programs = {
    ...{ claude: CLAUDE, codex: CODEX, gemini: GEMINI },
    ...{ "traced-agent": TRACED, "tickets-mcp": TICKETS, "desk-client": CLIENT },
  };
  for (const [name, text] of Object.entries(programs)) writeFileSync(join(bin, name), text, { mode: 0o755 });
}
