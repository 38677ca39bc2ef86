/** The formats, in the order in which they are asked: the first that a value fits is the source's. */
import { CLAUDE_CODE } from "./format/claude-code.ts";
import { CODEX } from "./format/codex.ts";
import { GEMINI_CLI } from "./format/gemini-cli.ts";
import { HOOKS } from "./format/hooks.ts";
import { MCP } from "./format/mcp.ts";
import { MESSAGES } from "./format/messages.ts";
import type { ImportFormat } from "./record/format.ts";

export const IMPORT_FORMATS: readonly ImportFormat[] = [MCP, HOOKS, GEMINI_CLI, CODEX, CLAUDE_CODE, MESSAGES];
