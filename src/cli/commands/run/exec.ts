/** The work of `gait run exec`: an agent runs with capture switched on for what it is, and what was captured becomes packs. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { constants as system } from "node:os";
import { basename, join, resolve } from "node:path";
import { AGENTS, type Agent } from "../../../core/capture/agent-hooks.ts";
import { GaitError } from "../../../core/finding/error.ts";
import { printable } from "../../../core/text/printable.ts";
import { captureFolder } from "../../../host/capture/folder.ts";
import { errnoOf, withFileErrors } from "../../../host/files/errno.ts";
import type { RunExecOutput } from "../../../schema/answer/run.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT } from "../../command/exit.ts";
import { openReceiver } from "../capture/otlp.ts";
import { shortProgram } from "../capture/own-program.ts";
import { agentStart } from "./agent-start.ts";

const SIGNALS = ["SIGHUP", "SIGINT", "SIGTERM"] as const;
/** The names that agents are started by. */
const COMMANDS: Readonly<Record<string, Agent>> = { claude: "claude-code", codex: "codex", gemini: "gemini-cli" };

/** @throws GaitError `invalid_input` if the command can't be started, and for a key that is none: before it is started */
export async function execAgent(call: Call): Promise<Answer<RunExecOutput>> {
  // What would fail only after the agent ran fails now.
  const { signingOf } = await import("../../flags/signing.ts");
  await signingOf(call);
  const [command = "", ...args] = call.positionals;
  const agent = agentOf(call, command);
  const folder = makeFolder(call);
  const receiver = await openReceiver(call, folder, "127.0.0.1", 0);
  let exit: number;
  try {
    const [program = "", ...script] = shortProgram(call);
    const hook = [program, ...script, "capture", "hook"] as const;
    const start = agentStart({ agent, args, env: call.env, folder, url: receiver.url, hook });
    tell(call, folder, start.warnings);
    exit = await exitOf(spawn(command, start.args, { stdio: "inherit", env: { ...call.env, ...start.env } }));
  } catch (error) {
    await receiver.stop();
    whatIsLeft(folder, agent);
    if (error instanceof GaitError) throw error;
    throw new GaitError("invalid_input", `${command} can't be started: ${errnoOf(error) ?? String(error)}`, {
      hint: "Behind -- comes the command as you would type it.",
    });
  }
  await receiver.stop();
  const isPacked = await packed(call, folder);
  if (!isPacked) call.warn(`gait run exec: no pack was made; ${whatIsLeft(folder, agent)}\n`);
  return { exit: exit === 0 && !isPacked ? EXIT.internal : exit, json: undefined, text: "", written: true };
}

function makeFolder(call: Call): string {
  const time = new Date(call.now()).toISOString().replace(/[-:]|\.\d+/g, "");
  // Whole: the agent may go elsewhere.
  const folder = resolve(call.cwd, captureFolder(call.env), `exec_${time}_${process.pid}`);
  withFileErrors("write", folder, () => mkdirSync(folder, { recursive: true, mode: 0o700 }));
  return folder;
}

/** On stderr before the agent starts, and beside what is captured. */
function tell(call: Call, folder: string, warnings: readonly string[]): void {
  if (warnings.length === 0) return;
  const text = warnings.map((warning) => `gait run exec: ${warning}\n`).join("");
  call.warn(text);
  const path = join(folder, "warnings.txt");
  withFileErrors("write", path, () => writeFileSync(path, text, { mode: 0o600 }));
}

function agentOf(call: Call, command: string): Agent | undefined {
  const given = call.option("--agent");
  if (given !== undefined) return AGENTS.find((agent) => agent === given);
  return COMMANDS[basename(command).replace(/\.(exe|cmd|js)$/i, "")];
}

/** Why there may be nothing, and what there is all the same. */
const NOTHING: Readonly<Record<Agent | "otlp", string>> = {
  "claude-code": "did it run with its hooks? Its own record is in ~/.claude/projects, for gait run import",
  codex:
    "Codex runs hooks that you installed (gait capture install codex) and trusted; its own record is in ~/.codex/sessions, for gait run import",
  "gemini-cli": "its own record is in ~/.gemini/tmp, in a folder chats, for gait run import",
  otlp: "the program sent no traces to OTEL_EXPORTER_OTLP_ENDPOINT",
};

/** A folder without logs goes away. */
function whatIsLeft(folder: string, agent: Agent | undefined): string {
  if (readdirSync(folder).some((name) => name.endsWith(".jsonl")))
    return `what was captured is in ${printable(folder)}`;
  rmSync(folder, { recursive: true, force: true });
  return `nothing was captured: ${NOTHING[agent ?? "otlp"]}`;
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
