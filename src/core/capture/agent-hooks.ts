/** Which hooks of an agent are captured, and how its settings say so. */
import { GaitError } from "../finding/error.ts";

export const AGENTS = ["claude-code", "codex", "gemini-cli"] as const;
export type Agent = (typeof AGENTS)[number];

export interface AgentHooks {
  /** Settings below the home folder, or with `--project` below the current one. */
  readonly settings: readonly string[];
  readonly form: "json" | "toml";
  readonly events: readonly string[];
}

export const AGENT_HOOKS: Readonly<Record<Agent, AgentHooks>> = {
  "claude-code": {
    settings: [".claude", "settings.json"],
    form: "json",
    events: [
      ...["PreToolUse", "PostToolUse", "PostToolUseFailure", "PermissionDenied", "UserPromptSubmit", "SessionStart"],
      ...["SessionEnd", "SubagentStart", "SubagentStop", "PostCompact", "Stop"],
    ],
  },
  codex: {
    settings: [".codex", "config.toml"],
    form: "toml",
    events: [
      ...["PreToolUse", "PostToolUse", "SessionStart", "UserPromptSubmit", "Stop", "SubagentStart", "SubagentStop"],
    ],
  },
  "gemini-cli": {
    settings: [".gemini", "settings.json"],
    form: "json",
    events: ["BeforeTool", "AfterTool", "SessionStart", "SessionEnd", "BeforeAgent", "AfterAgent"],
  },
};

/** @throws GaitError `invalid_input` for another agent */
export function agentNamed(name: string): Agent {
  const agent = AGENTS.find((each) => each === name);
  if (agent !== undefined) return agent;
  throw new GaitError("invalid_input", `gait knows no hooks of ${JSON.stringify(name)}`, {
    hint: `It is one of: ${AGENTS.join(", ")}.`,
  });
}

/** Words of the hook's command: the program, and what it is told. */
export type HookCommand = readonly [program: string, ...args: string[]];

/** The entry of one event in JSON settings: Claude Code starts the words itself, Gemini CLI a shell. */
export function jsonEntry(agent: Agent, [program, ...args]: HookCommand): object {
  const hook =
    agent === "claude-code"
      ? { type: "command", command: program, args, timeout: 10 }
      : { type: "command", command: [program, ...args].map(shellWord).join(" ") };
  return { hooks: [hook] };
}

/** Whether an entry in JSON settings is one that gait wrote, whatever was added to it. */
export function isOwnEntry(entry: unknown): boolean {
  const hooks = (entry as { readonly hooks?: unknown } | null)?.hooks;
  if (!Array.isArray(hooks) || hooks.length !== 1) return false;
  const { command, args } = (hooks[0] ?? {}) as { readonly command?: unknown; readonly args?: unknown };
  const words = [command, ...(Array.isArray(args) ? args : [])].join(" ");
  return /(^|[/\\'" ])gait(\.exe)?['"]? capture hook( |$)/.test(words);
}

const BEGIN = "# gait capture: begin (taken away again by: gait capture uninstall codex)";
const END = "# gait capture: end";

/** The block that is appended to TOML settings. */
export function tomlBlock(events: readonly string[], command: HookCommand): string {
  const text = JSON.stringify(command.map(shellWord).join(" "));
  const hooks = events.map(
    (event) => `[[hooks.${event}]]\n[[hooks.${event}.hooks]]\ntype = "command"\ncommand = ${text}\n`,
  );
  return `${BEGIN}\n${hooks.join("\n")}${END}\n`;
}

/** Where that block is in the settings; `undefined` where it is not. */
export function tomlBlockIn(text: string): readonly [start: number, end: number] | undefined {
  const start = text.indexOf(BEGIN);
  const end = text.indexOf(END, start);
  if (start < 0 || end < 0) return undefined;
  const after = end + END.length;
  if (text.startsWith("\r\n", after)) return [start, after + 2];
  return [start, after + (text[after] === "\n" ? 1 : 0)];
}

function shellWord(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
