/** The work of `gait run exec`: an agent runs with capture switched on for what it is, and what was captured becomes packs. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { constants as system } from "node:os";
import { basename, join } from "node:path";
import { AGENT_HOOKS, AGENTS, type Agent, type HookCommand, jsonEntry } from "../../../core/capture/agent-hooks.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { printable } from "../../../core/text/printable.ts";
import { captureFolder } from "../../../host/capture/folder.ts";
import { withHooks } from "../../../host/capture/settings/edit.ts";
import { errnoOf, withFileErrors } from "../../../host/files/errno.ts";
import type { RunExecOutput } from "../../../schema/answer/run.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { openReceiver } from "../capture/otlp.ts";
import { shortProgram } from "../capture/own-program.ts";

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
/** The names that agents are started by. */
const COMMANDS: Readonly<Record<string, Agent>> = { claude: "claude-code", codex: "codex", gemini: "gemini-cli" };

/** @throws GaitError `invalid_input` if the command can't be started, and for a key that is none: before it is started */
export async function execAgent(call: Call): Promise<Answer<RunExecOutput>> {
  // What would fail only after the agent ran fails now.
  const { signingOf } = await import("../../flags/signing.ts");
  await signingOf(call);
  const [command = "", ...args] = call.positionals;
  const folder = makeFolder(call);
  const receiver = await openReceiver(call, folder, "127.0.0.1", 0);
  const started = { args, env: { GAIT_CAPTURE_DIR: folder, OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url } };
  const { args: words, env } = captured(call, agentOf(call, command), folder, started);
  let exit: number;
  try {
    const child = spawn(command, words, {
      stdio: "inherit",
      env: { ...call.env, ...env, OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" },
    });
    exit = await exitOf(child);
  } catch (error) {
    throw new GaitError("invalid_input", `${command} can't be started: ${errnoOf(error) ?? String(error)}`, {
      hint: "Behind -- comes the command as you would type it.",
    });
  } finally {
    await receiver.stop();
  }
  const isPacked = await packed(call, folder);
  if (!isPacked) call.warn(`gait run exec: no pack was made; ${whatIsLeft(folder)}\n`);
  return { exit: exit === 0 && !isPacked ? EXIT.internal : exit, json: undefined, text: "", written: true };
}

function makeFolder(call: Call): string {
  const time = new Date(call.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  const folder = join(captureFolder(call.env), `exec_${time}_${process.pid}`);
  withFileErrors("write", folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  return folder;
}

function agentOf(call: Call, command: string): Agent | undefined {
  const given = call.option("--agent");
  if (given !== undefined) return AGENTS.find((agent) => agent === given);
  return COMMANDS[basename(command).replace(/\.(exe|cmd|js)$/i, "")];
}

function whatIsLeft(folder: string): string {
  if (readdirSync(folder).some((name) => name.endsWith(".jsonl")))
    return `what was captured is in ${printable(folder)}`;
  rmSync(folder, { recursive: true, force: true });
  return "nothing was captured";
}

interface Started {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The agent's own words and variables for settings beside the user's, whose files stay as they are. */
function captured(call: Call, agent: Agent | undefined, folder: string, { args, env }: Started): Started {
  const [program = "", ...script] = shortProgram(call);
  const hook: HookCommand = [program, ...script, "capture", "hook"];
  switch (agent) {
    case "claude-code": {
      if (args.some((arg) => arg === "--settings" || arg.startsWith("--settings="))) {
        call.warn("gait run exec: the command has --settings of its own, so that no hooks are added\n");
        return { args, env };
      }
      const entries = AGENT_HOOKS[agent].events.map((event) => [event, [jsonEntry(agent, hook)]]);
      const path = settingsFile(folder, `${JSON.stringify({ hooks: Object.fromEntries(entries) })}\n`);
      const end = args.includes("--") ? args.indexOf("--") : args.length;
      return { args: [...args.slice(0, end), "--settings", path, ...args.slice(end)], env };
    }
    case "gemini-cli": {
      const name = "GEMINI_CLI_SYSTEM_SETTINGS_PATH";
      const before = call.env[name] ?? systemSettings();
      const text = existsSync(before) ? withFileErrors("read", before, () => readFileSync(before, "utf8")) : "{}\n";
      return { args, env: { ...env, [name]: settingsFile(folder, withHooks(text, agent, hook, before)) } };
    }
    default:
      // Codex runs the hooks that were installed and trusted; they write into the folder, too.
      return { args, env };
  }
}

function settingsFile(folder: string, text: string): string {
  const path = join(folder, "settings.json");
  withFileErrors("write", path, () => writeFileSync(path, text, { mode: 0o600 }));
  return path;
}

/** Of Gemini CLI, for the whole machine. */
function systemSettings(): string {
  switch (process.platform) {
    case "darwin":
      return "/Library/Application Support/GeminiCli/settings.json";
    case "win32":
      return "C:\\ProgramData\\gemini-cli\\settings.json";
    default:
      return "/etc/gemini-cli/settings.json";
  }
}

/** 128 and the number for a signal. Signals of this process go to the agent. @throws the system's error if it can't be started */
function exitOf(child: ChildProcess): Promise<number> {
  for (const signal of SIGNALS) {
    process.removeAllListeners(signal);
    process.on(signal, () => child.kill(signal));
  }
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal === null ? 0 : system.signals[signal])));
  });
}

/** Whether a pack was made of each log. What is said of it goes to stderr: stdout is the agent's. */
async function packed(call: Call, folder: string): Promise<boolean> {
  const logs = readdirSync(folder).filter((name) => name.endsWith(".jsonl"));
  if (logs.length === 0) return false;
  const [program = "", ...script] = call.program;
  const flags = (
    ["--capture-mode", "--out-dir", "--report", "--key-mode", "--private-key", "--private-key-env"] as const
  )
    .map((flag) => [flag, call.option(flag)] as const)
    .flatMap(([flag, value]) => (value === undefined ? [] : [flag, value]));
  const switches = (["--redact", "--keep-source", "--force"] as const).filter((flag) => call.has(flag));
  const words = [...script, "run", "import", folder, "--pack", ...flags, ...switches, "--quiet"];
  const child = spawn(program, words, { stdio: ["ignore", 2, 2], cwd: call.cwd, windowsHide: true });
  return (await exitOf(child)) === EXIT.ok;
}
