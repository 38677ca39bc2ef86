/**
 * How `gait run exec` starts an agent so that it is captured: words and variables of its own, beside the user's settings, whose files
 * stay as they are. What the user has set for telemetry is not taken away from an agent that is captured by its hooks.
 */
import { existsSync, readFileSync, realpathSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { AGENT_HOOKS, type Agent, type HookCommand, isOwnEntry, jsonEntry } from "../../../core/capture/agent-hooks.ts";
import { withHooks } from "../../../host/capture/settings/edit.ts";
import { withFileErrors } from "../../../host/files/errno.ts";

export interface AgentStart {
  readonly args: readonly string[];
  /** What is added to the environment. */
  readonly env: Readonly<Record<string, string>>;
  /** What the user should know of the capture; one line each. */
  readonly warnings: readonly string[];
}

export interface StartOptions {
  /** `undefined`: any program. */
  readonly agent: Agent | undefined;
  /** Behind the command. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Of this run's captures. */
  readonly folder: string;
  /** Of the receiver of OTLP. */
  readonly url: string;
  readonly hook: HookCommand;
}

export function agentStart(options: StartOptions): AgentStart {
  const started = startOf(options);
  return { ...started, env: { GAIT_CAPTURE_DIR: options.folder, ...started.env } };
}

function startOf(options: StartOptions): AgentStart {
  switch (options.agent) {
    case "claude-code":
      return claudeCode(options);
    case "gemini-cli":
      return geminiCli(options);
    case "codex": {
      // Its hooks run when they were installed and trusted; they write into the folder, too.
      const { args, env, url } = options;
      return { args, env: tracesBeside(env, url), warnings: [] };
    }
    case undefined:
      return traced(options);
  }
}

function claudeCode({ args, env, folder, url, hook }: StartOptions): AgentStart {
  const traces = tracesBeside(env, url);
  if (args.some((arg) => arg === "--settings" || arg.startsWith("--settings=")))
    return { args, env: traces, warnings: ["the command has --settings of its own, so that no hooks are added"] };
  const entries = AGENT_HOOKS["claude-code"].events.map((event) => [event, [jsonEntry("claude-code", hook)]]);
  const path = settingsFile(folder, `${JSON.stringify({ hooks: Object.fromEntries(entries) })}\n`);
  const end = args.includes("--") ? args.indexOf("--") : args.length;
  return { args: [...args.slice(0, end), "--settings", path, ...args.slice(end)], env: traces, warnings: [] };
}

const GEMINI_SETTINGS = "GEMINI_CLI_SYSTEM_SETTINGS_PATH";
const GEMINI_DEFAULTS = "GEMINI_CLI_SYSTEM_DEFAULTS_PATH";
const INSTALL_GEMINI = "gait capture install gemini-cli puts the hooks into your settings, which have them whole";

/** Settings of the system have the hooks for one run; else its telemetry has the calls. */
function geminiCli({ args, env, folder, url, hook }: StartOptions): AgentStart {
  // Two hooks would tell each call twice, and Gemini CLI gives calls no ids.
  if (hasGeminiHooks(env)) return { args, env: {}, warnings: [] };
  if (isRootsAlone(folder)) {
    const before = env[GEMINI_SETTINGS] || systemSettings();
    const text = existsSync(before) ? withFileErrors("read", before, () => readFileSync(before, "utf8")) : "{}\n";
    return {
      args,
      env: {
        [GEMINI_SETTINGS]: settingsFile(folder, withHooks(text, "gemini-cli", hook, before)),
        // Else they would be looked for beside the file above.
        [GEMINI_DEFAULTS]: env[GEMINI_DEFAULTS] || join(dirname(before), "system-defaults.json"),
      },
      warnings: [],
    };
  }
  if (Object.keys(env).some((name) => name.startsWith("GEMINI_TELEMETRY_")))
    return {
      args,
      env: {},
      warnings: [`GEMINI_TELEMETRY_… are set, and stay: no calls are captured; ${INSTALL_GEMINI}`],
    };
  return {
    args,
    env: {
      GEMINI_TELEMETRY_ENABLED: "true",
      GEMINI_TELEMETRY_TARGET: "local",
      GEMINI_TELEMETRY_OTLP_ENDPOINT: url,
      GEMINI_TELEMETRY_OTLP_PROTOCOL: "http",
      GEMINI_TELEMETRY_TRACES_ENABLED: "true",
    },
    warnings: [
      `Gemini CLI takes settings for one run from files of root alone, so that its telemetry is captured, which cuts what is long; ${INSTALL_GEMINI}`,
    ],
  };
}

function hasGeminiHooks(env: StartOptions["env"]): boolean {
  const home = env["GEMINI_CLI_HOME"] || env["HOME"] || homedir();
  try {
    const path = join(home, ...AGENT_HOOKS["gemini-cli"].settings);
    const text = readFileSync(path, "utf8").replace(/^\ufeff/, "");
    const { hooks } = Bun.JSONC.parse(text) as { readonly hooks?: { readonly BeforeTool?: unknown } };
    return Array.isArray(hooks?.BeforeTool) && hooks.BeforeTool.some(isOwnEntry);
  } catch {
    return false;
  }
}

/** As Gemini CLI (0.61) asks of settings of the system: nobody but root could have written the file or moved a folder above it. */
function isRootsAlone(folder: string): boolean {
  if (process.platform === "win32" || process.getuid?.() !== 0) return false;
  return [folder, realpathSync(folder)].every((path) => {
    for (let at = path; ; at = dirname(at)) {
      const { uid, mode } = statSync(at);
      if (uid !== 0 || (mode & 0o022) !== 0) return false;
      if (at === dirname(at)) return true;
    }
  });
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

function settingsFile(folder: string, text: string): string {
  const path = join(folder, "settings.json");
  withFileErrors("write", path, () => writeFileSync(path, text, { mode: 0o600 }));
  return path;
}

const ENDPOINT = "OTEL_EXPORTER_OTLP_ENDPOINT";

function endpointOf(url: string): Readonly<Record<string, string>> {
  return { [ENDPOINT]: url, OTEL_EXPORTER_OTLP_PROTOCOL: "http/protobuf" };
}

/** For what an agent with hooks starts; where the user sends traces to, they go on to go. */
function tracesBeside(env: StartOptions["env"], url: string): Readonly<Record<string, string>> {
  const isSet = Object.entries(env).some(([name, value]) => /^OTEL_EXPORTER_OTLP_(\w+_)?ENDPOINT$/.test(name) && value);
  return isSet ? {} : endpointOf(url);
}

/** A program whose traces are all that is captured. Variables for one signal stay as they are: they are the user's own word. */
function traced({ args, env, url }: StartOptions): AgentStart {
  const warnings: string[] = [];
  if (env[ENDPOINT]) warnings.push(`${ENDPOINT} was set: for this run, what goes there is captured instead`);
  for (const signal of ["TRACES", "LOGS"]) {
    const elsewhere = reasonElsewhere(env, signal);
    if (elsewhere !== undefined)
      warnings.push(`${elsewhere}: the program's ${signal.toLowerCase()} are not captured, but go where that says`);
  }
  return { args, env: endpointOf(url), warnings };
}

/** The variable by which exporters of this signal do not send it to the endpoint, as OTLP over HTTP. */
function reasonElsewhere(env: StartOptions["env"], signal: string): string | undefined {
  const endpoint = `OTEL_EXPORTER_OTLP_${signal}_ENDPOINT`;
  // Its value may hold a password.
  if (env[endpoint]) return `${endpoint} is set`;
  for (const [name, isHere] of [
    ["OTEL_SDK_DISABLED", (value: string) => value.toLowerCase() !== "true"],
    [`OTEL_${signal}_EXPORTER`, (value: string) => value.split(",").some((each) => each.trim() === "otlp")],
    [`OTEL_EXPORTER_OTLP_${signal}_PROTOCOL`, (value: string) => value.startsWith("http/")],
  ] as const) {
    const value = env[name];
    if (value && !isHere(value)) return `${name} is ${JSON.stringify(value)}`;
  }
  return undefined;
}
