/** The formats, in the order in which they are asked: the first that a value fits is the source's. */
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
import type { ImportFormat } from "./record/format.ts";

export const IMPORT_FORMATS: readonly ImportFormat[] = [
  OTLP,
  MCP,
  HOOKS,
  OPENAI_AGENTS,
  LANGSMITH,
  GEMINI_CLI,
  CODEX,
  CLAUDE_CODE,
  MESSAGES,
  OPENCODE,
  MANAGED_AGENTS,
  INSPECT_AI,
];
