/** `gait capture …`: what an agent does is written to a log while it runs (contract 12). */
import { AGENTS } from "../../../core/capture/agent-hooks.ts";
import type {
  CaptureHookOutput,
  CaptureInstallOutput,
  CaptureListOutput,
  CaptureMcpOutput,
  CaptureOtlpOutput,
  CapturePathOutput,
  CaptureUninstallOutput,
} from "../../../schema/answer/capture.ts";
import type { CommandSpec, OptionSpec, PositionalSpec } from "../../command/command.ts";

const noun = "capture";
const schemaId = "gait.capture.output";

const HOOK: CommandSpec<CaptureHookOutput> = {
  noun,
  verb: "hook",
  schemaId,
  neverFails: true,
  summary: "Write what an agent's hook is given to a log; for the agent's settings",
  description:
    "Reads the event from stdin and appends it as one line to <session>.jsonl in the folder of captures. Prints nothing\n" +
    "on stdout and always exits 0, so that the agent is never disturbed; trouble is one line on stderr. Without that\n" +
    "line the event is on the disk.",
  positionals: [],
  options: [
    {
      flag: "--on-end",
      value: "WHAT",
      choices: ["import"],
      description: "When the session ends, import its log in a process of its own",
    },
    { flag: "--out-dir", value: "DIR", output: true, description: "Folder for what --on-end import makes" },
    { flag: "--private-key", value: "FILE", description: "Key that signs it" },
  ],
  examples: [
    { command: "gait capture hook < event.json", note: "As an agent runs it" },
    {
      command: "gait capture hook --on-end import --out-dir evidence --private-key keys/gait_private.key",
      note: "And a signed pack of each session",
    },
  ],
  async run(call) {
    const { runHook } = await import("./hook.ts");
    return runHook(call);
  },
};

const AGENT: PositionalSpec = { name: "agent", required: true, suggestions: async () => AGENTS };
const SETTINGS: readonly OptionSpec[] = [
  { flag: "--project", description: "Settings of the project in this folder, instead of the user's" },
  { flag: "--dry-run", description: "Only show what would change" },
];

const INSTALL: CommandSpec<CaptureInstallOutput> = {
  noun,
  verb: "install",
  schemaId,
  summary: "Put the hooks into the settings of Claude Code, Codex or Gemini CLI",
  description:
    "Adds to what is there, and changes nothing else: comments, other hooks and formatting stay. What was there is kept,\n" +
    "so that uninstall gives it back byte for byte.",
  positionals: [AGENT],
  options: SETTINGS,
  examples: [
    { command: "gait capture install claude-code", note: "For every project of this user" },
    { command: "gait capture install gemini-cli --project --dry-run", note: "What would change for this project" },
  ],
  async run(call) {
    const { installHooks } = await import("./install.ts");
    return installHooks(call);
  },
};

const UNINSTALL: CommandSpec<CaptureUninstallOutput> = {
  noun,
  verb: "uninstall",
  schemaId,
  summary: "Take the hooks out again; settings not changed since come back byte for byte",
  positionals: [AGENT],
  options: SETTINGS,
  examples: [{ command: "gait capture uninstall claude-code", note: "The settings as they were" }],
  async run(call) {
    const { uninstallHooks } = await import("./install.ts");
    return uninstallHooks(call);
  },
};

const LIST: CommandSpec<CaptureListOutput> = {
  noun,
  verb: "list",
  schemaId,
  summary: "List the logs that were captured",
  positionals: [],
  options: [],
  examples: [{ command: "gait capture list", note: "One for each session, and each run of an MCP server" }],
  async run(call) {
    const { listCaptures } = await import("./list.ts");
    return listCaptures(call);
  },
};

const PATH: CommandSpec<CapturePathOutput> = {
  noun,
  verb: "path",
  schemaId,
  summary: "Print the folder of the captures",
  positionals: [],
  options: [],
  examples: [{ command: "gait capture path", note: "The folder, for gait run import" }],
  async run(call) {
    const { capturePath } = await import("./list.ts");
    return capturePath(call);
  },
};

const MCP: CommandSpec<CaptureMcpOutput> = {
  noun,
  verb: "mcp",
  schemaId,
  summary: "Run an MCP server, and write what it and its client say to a log",
  description:
    "Stands between them on stdin and stdout: bytes pass unchanged and at once, stderr and signals too; the exit code is\n" +
    "the server's. If the log can't be written it says so once on stderr and goes on. The command's arguments are in the\n" +
    "log, environment variables are not. Where a process that the server left behind holds its output open, the tap ends a\n" +
    "second after the server.",
  positionals: [{ name: "command", kind: "text", required: true, repeatable: true }],
  options: [
    { flag: "--out", value: "FILE", output: true, description: "The log; by default one in the folder of captures" },
    { flag: "--name", value: "NAME", description: "Name of the server (default: that of the command)" },
  ],
  examples: [
    { command: "gait capture mcp -- tickets-mcp --stdio", note: "In the place of `tickets-mcp --stdio`" },
    { command: "gait capture mcp --out tickets.jsonl -- npx tickets-mcp", note: "With a chosen log" },
  ],
  async run(call) {
    const { tapMcp } = await import("./mcp.ts");
    return tapMcp(call);
  },
};

const OTLP: CommandSpec<CaptureOtlpOutput> = {
  noun,
  verb: "otlp",
  schemaId,
  summary: "Receive OpenTelemetry's traces and logs, and write them to a log; until a signal ends it",
  description:
    "For programs with OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:4318: OTLP over HTTP, in protobuf or JSON, gzip too.\n" +
    "What is answered by 200 is on the disk, in a new file otlp_<time>_<process>.jsonl that gait run import reads.\n" +
    "This is the only command that listens, together with run exec, which receives from the program that it starts.",
  positionals: [],
  options: [
    {
      flag: "--listen",
      value: "ADDRESS",
      kind: "text",
      default: "127.0.0.1:4318",
      description: "Where to listen; port 0 for one that is free",
    },
    { flag: "--out", value: "DIR", kind: "folder", output: true, default: ".", description: "Folder for the log" },
    { flag: "--allow-remote", description: "Listen also where other machines can reach it, without any protection" },
  ],
  examples: [
    { command: "gait capture otlp --out traces", note: "On 127.0.0.1:4318; ended by Ctrl-C" },
    {
      command: "gait capture otlp --listen 127.0.0.1:0 --out traces --json",
      note: "On a free port, which stderr tells",
    },
  ],
  async run(call) {
    const { receiveOtlp } = await import("./otlp.ts");
    return receiveOtlp(call);
  },
};

export const CAPTURE_COMMANDS: readonly CommandSpec[] = [HOOK, INSTALL, UNINSTALL, LIST, PATH, MCP, OTLP];
