/** `gait run exec`: an agent runs with capture switched on, and a pack of what it did is there afterwards. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keyPath } from "../../go-vectors.ts";
import { bash } from "../gait.ts";

let root: string;
let folder: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "gait-exec-"));
  mkdirSync(join(root, "bin"));
  writeFileSync(join(root, "bin/claude"), CLAUDE, { mode: 0o755 });
  writeFileSync(join(root, "bin/gemini"), GEMINI, { mode: 0o755 });
  writeFileSync(join(root, "traced.py"), TRACED);
});
afterAll(() => rmSync(root, { recursive: true, force: true }));
beforeEach(() => {
  folder = mkdtempSync(join(root, "run-"));
});

/** Runs the hooks of the settings that it is given, as the agents do; its last argument is its exit code. */
const HOOKED = `
def hook(settings, name, **members):
    event = {"session_id": "s1", "hook_event_name": name, **members}
    for entry in settings["hooks"].get(name, []):
        for each in entry["hooks"]:
            words = [each["command"], *each["args"]] if "args" in each else ["sh", "-c", each["command"]]
            subprocess.run(words, input=json.dumps(event).encode(), check=True)
`;
const CLAUDE = `#!/usr/bin/env python3
import json, subprocess, sys
${HOOKED}
print(sys.stdin.read().upper())
settings = json.load(open(sys.argv[sys.argv.index("--settings") + 1]))
call = {"tool_name": "Bash", "tool_input": {"command": "ls"}, "tool_use_id": "t1"}
hook(settings, "PreToolUse", **call)
hook(settings, "PostToolUse", **call, tool_response={"stdout": "a"})
sys.exit(int(sys.argv[1]))
`;
const GEMINI = `#!/usr/bin/env python3
import json, os, subprocess, sys
${HOOKED}
settings = json.load(open(os.environ["GEMINI_CLI_SYSTEM_SETTINGS_PATH"]))
print(json.dumps({name: value for name, value in settings.items() if name != "hooks"}))
call = {"tool_name": "ls", "tool_input": {"path": "."}}
hook(settings, "BeforeTool", **call)
hook(settings, "AfterTool", **call, tool_response={"llmContent": "a"})
`;
const TRACED = `import json, os, sys, urllib.request
span = {"traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708", "name": "execute_tool x",
        "startTimeUnixNano": "1700000000000000000", "endTimeUnixNano": "1700000001000000000"}
body = json.dumps({"resourceSpans": [{"scopeSpans": [{"spans": [span]}]}]}).encode()
url = os.environ["OTEL_EXPORTER_OTLP_ENDPOINT"] + "/v1/traces"
urllib.request.urlopen(urllib.request.Request(url, body, {"content-type": "application/json"}))
sys.exit(int(sys.argv[1]))
`;

function exec(words: string, input = "") {
  const script = `export HOME="$PWD/home" PATH="${root}/bin:$PATH"; unset GAIT_CAPTURE_DIR
    printf %s '${input}' | "$GAIT" run exec ${words}`;
  return bash(script, { cwd: folder });
}
const packs = () => readdirSync(join(folder, "gait-out")).filter((name) => name.startsWith("pack_"));

describe("a pack of what it did", () => {
  test("Claude Code: by its hooks; input, output and exit are its own; no settings are touched", () => {
    const { exit, stdout } = exec(`--private-key '${keyPath("test", "private")}' -- claude 0`, "hello");
    expect([exit, stdout]).toEqual([0, "HELLO\n"]);
    const [pack] = packs();
    const verified = bash(`"$GAIT" pack verify gait-out/${pack} --public-key '${keyPath("test", "public")}'`, {
      cwd: folder,
    });
    expect([verified.exit, verified.stdout]).toEqual([0, expect.stringContaining("authentic")]);
    const inspected = bash('"$GAIT" run inspect gait-out/runpack_run_s1.zip --json', { cwd: folder });
    expect(JSON.parse(inspected.stdout)).toMatchObject({ run_id: "run_s1" });
    expect(readdirSync(join(folder, "home"))).toEqual([".gait"]);
  });

  test("Gemini CLI: by settings of the system that hold what was there", () => {
    writeFileSync(join(folder, "system.json"), '{"theme":"x"}');
    const { exit, stdout } = bash(
      `export HOME="$PWD/home" GEMINI_CLI_SYSTEM_SETTINGS_PATH="$PWD/system.json" PATH="${root}/bin:$PATH"; unset GAIT_CAPTURE_DIR
      "$GAIT" run exec -- gemini`,
      { cwd: folder },
    );
    expect([exit, stdout]).toEqual([0, '{"theme": "x"}\n']);
    expect(readFileSync(join(folder, "system.json"), "utf8")).toBe('{"theme":"x"}');
    expect(packs().length).toBe(1);
  });

  test("any other: by its traces", () => {
    expect(exec("-- python3 ../traced.py 0").exit).toBe(0);
    expect(packs().length).toBe(1);
    expect(readdirSync(join(folder, "gait-out"))).toContain("runpack_run_0102030405060708090a0b0c0d0e0f10.zip");
  });
});

describe("exits", () => {
  test("the agent's own, and the pack is there", () => {
    expect(exec("-- python3 ../traced.py 7").exit).toBe(7);
    expect(packs().length).toBe(1);
  });
  test("a signal's", () => {
    expect(exec("-- sh -c 'kill -KILL $$'").exit).toBe(137);
  });
  test("1 where it ends with 0 and there is nothing to pack, and why", () => {
    const { exit, stdout, stderr } = exec("-- true");
    expect([exit, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("no pack was made; nothing was captured");
  });
  test("1 where the pack can't be written; what was captured is still there", () => {
    writeFileSync(join(folder, "file"), "");
    const { exit, stderr } = exec("--out-dir file/x -- python3 ../traced.py 0");
    expect(exit).toBe(1);
    const kept = /what was captured is in (\S+)/.exec(stderr)?.[1] ?? "";
    expect(readdirSync(kept).filter((name) => name.startsWith("otlp_")).length).toBe(1);
    const listed = bash('HOME="$PWD/home" "$GAIT" capture list --json', { cwd: folder });
    expect(JSON.parse(listed.stdout)).toMatchObject({ logs: [{ path: expect.stringContaining(kept) }] });
    const imported = bash('HOME="$PWD/home" "$GAIT" capture import --pack', { cwd: folder });
    expect([imported.exit, packs().length]).toEqual([0, 1]);
  });
  test("6 for a command that is not there, and a key that is none before it starts", () => {
    expect(exec("-- no-such-agent")).toMatchObject({ exit: 6, stderr: expect.stringContaining("no-such-agent") });
    const { exit, stdout } = exec("--private-key none.key -- echo started");
    expect([exit, stdout]).toEqual([6, ""]);
  });
  test("SIGTERM goes to the agent", () => {
    const { stdout } = exec(`-- bash -c 'trap "exit 5" TERM; kill -TERM $PPID; while :; do sleep 0.05; done'; echo $?`);
    expect(stdout).toBe("5\n");
  });
});

test("--agent names it, and --agent otlp switches no hooks on", () => {
  expect(exec("--agent claude-code -- python3 ../bin/claude 0").exit).toBe(0);
  const { exit, stderr } = exec("--agent otlp -- claude 0");
  expect(exit).toBe(1);
  expect(stderr).toContain("--settings");
});
