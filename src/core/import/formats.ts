/** The formats by their names: `format-name.ts` has their order, and the compiler asks for each here. */
import { CLAUDE_CODE } from "./format/claude-code.ts";
import { CODEX } from "./format/codex.ts";
import { INSPECT_AI } from "./format/experimental/inspect-ai.ts";
import { MANAGED_AGENTS } from "./format/experimental/managed-agents.ts";
import { OPENCODE } from "./format/experimental/opencode.ts";
import { GEMINI_CLI } from "./format/gemini-cli.ts";
import { HOOKS } from "./format/hooks.ts";
import { LANGSMITH } from "./format/langsmith.ts";
import { MCP } from "./format/mcp.ts";
import { MESSAGES } from "./format/messages.ts";
import { OPENAI_AGENTS } from "./format/openai-agents.ts";
import { OTLP } from "./format/otlp.ts";
import { IMPORT_FORMAT_NAMES, type ImportFormatName } from "./format-name.ts";
import type { ImportFormat } from "./record/format.ts";

const FORMATS: Readonly<Record<ImportFormatName, ImportFormat>> = {
  otlp: OTLP,
  mcp: MCP,
  hooks: HOOKS,
  "openai-agents": OPENAI_AGENTS,
  langsmith: LANGSMITH,
  "gemini-cli": GEMINI_CLI,
  codex: CODEX,
  "claude-code": CLAUDE_CODE,
  messages: MESSAGES,
  opencode: OPENCODE,
  "managed-agents": MANAGED_AGENTS,
  "inspect-ai": INSPECT_AI,
};

export const IMPORT_FORMATS: readonly ImportFormat[] = IMPORT_FORMAT_NAMES.map((name) => FORMATS[name]);
