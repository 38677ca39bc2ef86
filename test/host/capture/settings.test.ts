import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { parse } from "jsonc-parser";
import { AGENT_HOOKS, AGENTS, type Agent, type HookCommand } from "../../../src/core/capture/agent-hooks.ts";
import { withHooks, withoutHooks } from "../../../src/host/capture/settings/edit.ts";
import { installing, uninstalling } from "../../../src/host/capture/settings/install.ts";

const COMMAND: HookCommand = ["gait", "capture", "hook"];
let folder: string;
let count = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-settings-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function settingsFile(agent: Agent, text: string | undefined): string {
  count += 1;
  const path = join(folder, String(count), ...AGENT_HOOKS[agent].settings);
  mkdirSync(dirname(path), { recursive: true });
  if (text !== undefined) writeFileSync(path, text);
  return path;
}

const install = (path: string, agent: Agent) => installing(path, agent, COMMAND, join(folder, "capture")).write();
const uninstall = (path: string, agent: Agent) => uninstalling(path, agent, join(folder, "capture")).write();

const JSON_SETTINGS: Readonly<Record<string, string>> = {
  empty: "",
  "an empty object": "{}",
  "no line end": '{"model":"opus"}',
  "three spaces, other hooks":
    '{\n   "model": "opus",\n  "hooks": {"PreToolUse": [{"matcher": "Bash", "hooks": [{"type": "command", "command": "echo hi"}]}]}\n}\n',
  "tabs and CRLF": '{\r\n\t"hooks": {\r\n\t\t"Stop": []\r\n\t}\r\n}\r\n',
  "comments and a trailing comma":
    '// mine\n{\n  /* keep */ "a": [1, 2,], // here too\n  "hooks": {\n    // none yet\n  },\n}\n',
  "hooks empty": '{"hooks":{},"z":1}',
  "a byte-order mark": '\ufeff{"a":1}\n',
  "names with a meaning": '{"__proto__":{"a":1},"constructor":2}',
  "odd text": '{"a":"\\u2028 caf\u00e9 \ud83d\ude00","b":1e400}',
};
const TOML_SETTINGS: Readonly<Record<string, string>> = {
  empty: "",
  "a key": 'model = "o3"\n',
  "no line end": 'model = "o3" # mine',
  CRLF: 'model = "o3"\r\n[profiles.x]\r\na = 1\r\n',
  "other hooks": '[[hooks.PreToolUse]]\n[[hooks.PreToolUse.hooks]]\ntype = "command"\ncommand = "echo hi"\n',
};

for (const agent of AGENTS) {
  describe(`${agent}: the settings come back byte for byte`, () => {
    const table = AGENT_HOOKS[agent].form === "json" ? JSON_SETTINGS : TOML_SETTINGS;
    for (const [rule, text] of Object.entries(table)) {
      test(rule, () => {
        const path = settingsFile(agent, text);
        install(path, agent);
        const installed = readFileSync(path, "utf8");
        for (const event of AGENT_HOOKS[agent].events) expect(installed).toContain(event);
        install(path, agent);
        expect(readFileSync(path, "utf8")).toBe(installed);
        uninstall(path, agent);
        expect(readFileSync(path, "utf8")).toBe(text);
        uninstall(path, agent);
        expect(readFileSync(path, "utf8")).toBe(text);
      });
    }
    test("no file: none afterwards", () => {
      const path = settingsFile(agent, undefined);
      install(path, agent);
      expect(existsSync(path)).toBe(true);
      uninstall(path, agent);
      expect(existsSync(path)).toBe(false);
    });
    test("changed in between: what was added stays, and ours goes", () => {
      const isJson = AGENT_HOOKS[agent].form === "json";
      const path = settingsFile(agent, isJson ? '{\n  "a": 1\n}\n' : "a = 1\n");
      install(path, agent);
      const changed = readFileSync(path, "utf8").replace(isJson ? '"a": 1' : "a = 1", isJson ? '"a": 2' : "a = 2");
      writeFileSync(path, changed);
      uninstall(path, agent);
      expect(readFileSync(path, "utf8")).toBe(isJson ? '{\n  "a": 2\n}\n' : "a = 2\n");
    });
    test("a link stays a link, and the mode stays", () => {
      const target = settingsFile(agent, "");
      const link = join(dirname(dirname(target)), "link");
      symlinkSync(target, link);
      chmodSync(target, 0o600);
      install(link, agent);
      expect([lstatSync(link).isSymbolicLink(), statSync(target).mode & 0o777]).toEqual([true, 0o600]);
      expect(readFileSync(target, "utf8")).toContain("capture");
    });
  });
}

describe("settings that are refused, and stay as they are", () => {
  const rows: readonly (readonly [string, Agent, string, string])[] = [
    ["no JSON", "claude-code", '{"a":', "it is no JSON"],
    ["a list", "claude-code", "[]", "it is no JSON object"],
    ["hooks that are no object", "claude-code", '{"hooks":[]}', "`hooks` is no object"],
    ["an event that is no list", "gemini-cli", '{"hooks":{"BeforeTool":{}}}', "`hooks.BeforeTool` is no list"],
    ["hooks twice", "claude-code", '{"hooks":{},"hooks":{}}', "`hooks` twice"],
    ["no TOML", "codex", "a = ", "it is no TOML"],
    ["hooks on one line", "codex", "hooks = { PreToolUse = [] }\n", "to which nothing can be added"],
  ];
  for (const [rule, agent, text, message] of rows) {
    test(rule, () => {
      const path = settingsFile(agent, text);
      expect(() => install(path, agent)).toThrow(
        expect.objectContaining({ code: "invalid_input", message: expect.stringContaining(message) }),
      );
      expect(readFileSync(path, "utf8")).toBe(text);
    });
  }
  test("no UTF-8", () => {
    const path = settingsFile("codex", undefined);
    writeFileSync(path, Uint8Array.of(0x23, 0xff));
    expect(() => install(path, "codex")).toThrow("no UTF-8");
  });
});

test("any JSON settings: everything but the hooks means the same, and goes back to it without what was kept", () => {
  const settings = fc
    .dictionary(fc.string(), fc.jsonValue())
    .filter((value) => !("hooks" in value) && !("__proto__" in value));
  fc.assert(
    fc.property(settings, fc.nat(3), (value, indent) => {
      const text = JSON.stringify(value, undefined, indent);
      const edited = withHooks(text, "claude-code", COMMAND, "settings.json");
      const { hooks, ...others } = parse(edited) as { [name: string]: unknown };
      expect(others).toEqual(JSON.parse(text));
      expect(Object.keys(hooks as object)).toEqual([...AGENT_HOOKS["claude-code"].events]);
      expect(parse(withoutHooks(edited, "claude-code", "settings.json"))).toEqual(JSON.parse(text));
    }),
  );
});
