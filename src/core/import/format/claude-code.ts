/** Claude Code: transcripts (`~/.claude/projects`), and `claude -p --output-format stream-json`. */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { isObject } from "../../json/document.ts";
import { IdSet } from "../../signature/digest-set.ts";
import type { ResultStatus } from "../record/call-table.ts";
import {
  type FormatReader,
  type ImportContext,
  type ImportFormat,
  memberOf,
  objectOf,
  textOf,
} from "../record/format.ts";
import type { ImportRun } from "../record/run.ts";
import type { SourcePlace } from "../source/place.ts";
import type { RecordFate } from "../source/tally.ts";

const CALL_BLOCKS: ReadonlySet<string> = new Set(["tool_use", "server_tool_use", "mcp_tool_use"]);
/** What the program itself writes as the answer to a call that was refused. */
const REFUSALS = [
  "The user doesn't want to proceed with this tool use",
  "The user doesn't want to take this action right now",
];
const CONTEXT_TYPES: ReadonlySet<string> = new Set([
  "summary",
  "file-history-snapshot",
  "queue-operation",
  "progress",
  "attachment",
  "last-prompt",
  "ai-title",
  "custom-title",
  "agent-name",
  "agent-setting",
  "permission-mode",
  "mode",
  "tag",
  "pr-link",
  "worktree-state",
  "content-replacement",
  "result",
  "stream_event",
  "rate_limit_event",
  "tool_progress",
]);

export const CLAUDE_CODE: ImportFormat = {
  name: "claude-code",
  runtime: "claude-code",
  fits(value) {
    const type = textOf(value, "type");
    if (type === "file-history-snapshot" || type === "queue-operation") return true;
    if (type === "summary") return Object.hasOwn(value, "leafUuid");
    if (type !== "user" && type !== "assistant" && type !== "system") return false;
    if (["sessionId", "session_id", "uuid", "parentUuid"].some((name) => Object.hasOwn(value, name))) return true;
    return type !== "system" && memberOf(objectOf(value, "message") ?? {}, "content") !== undefined;
  },
  companions: (name, sessionId) => [
    { pattern: `${plainPattern(name.replace(/\.jsonl$/, ""))}/subagents/**/agent-*.jsonl` },
    // Before 2.1 they were beside the session.
    { pattern: "agent-*.jsonl", fits: (first) => sessionId !== undefined && textOf(first, "sessionId") === sessionId },
  ],
  companionName: /^agent-.*\.jsonl$/,
  read: (context) => new ClaudeCodeReader(context),
};

class ClaudeCodeReader implements FormatReader {
  readonly #context: ImportContext;
  readonly #run: ImportRun;
  /** Lines that were there: copies of a session have them again. */
  readonly #lines: IdSet;

  constructor(context: ImportContext) {
    this.#context = context;
    this.#run = context.run();
    this.#lines = new IdSet(context.platform);
  }

  record(value: JsonObject, place: SourcePlace): RecordFate {
    const run = this.#run;
    run.setSourceId(memberOf(value, "sessionId"));
    run.setSourceId(memberOf(value, "session_id"));
    const version = textOf(value, "version") ?? textOf(value, "claude_code_version");
    if (version !== undefined) run.setRuntime(`claude-code/${version}`);
    const time = this.#context.time(memberOf(value, "timestamp"), place);
    const { tally } = this.#context;

    const type = textOf(value, "type");
    const isMessage = type === "user" || type === "assistant";
    const message = objectOf(value, "message");
    const content = message && memberOf(message, "content");
    if (isMessage && (content === undefined || content === null)) return tally.malformed(place);

    const uuid = textOf(value, "uuid");
    if (uuid !== undefined && !this.#lines.add(`${uuid}\n${message === undefined ? "" : JSON.stringify(message)}`))
      return "duplicate";
    if (isMessage) return this.#message(value, type, content as JsonValue, time, place);
    if (type === "system") return this.#system(value, time);
    if (type !== undefined && (CONTEXT_TYPES.has(type) || type.startsWith("control_"))) return "context";
    return tally.unknown(type ?? "(no type)");
  }

  #system(value: JsonObject, time: string | undefined): RecordFate {
    const subtype = textOf(value, "subtype");
    if (subtype === "init") return "mapped";
    if (subtype !== "compact_boundary") return "context";
    this.#run.event("compacted", time);
    return "mapped";
  }

  #message(
    value: JsonObject,
    type: "user" | "assistant",
    content: JsonValue,
    time: string | undefined,
    place: SourcePlace,
  ): RecordFate {
    let mapped = 0;
    let duplicates = 0;
    let hasResult = false;
    for (const block of Array.isArray(content) ? content : []) {
      if (!isObject(block)) continue;
      const blockType = textOf(block, "type") ?? "";
      const isResult = isResultBlock(blockType, type);
      hasResult ||= isResult;
      const fate = isResult ? this.#result(block, time, place) : this.#call(block, blockType, type, time, place);
      if (fate === "mapped") mapped += 1;
      else if (fate === "duplicate") duplicates += 1;
    }
    if (type === "user" && this.#typed(value, textsOf(content), hasResult, time)) mapped += 1;
    if (mapped > 0) return "mapped";
    return duplicates > 0 ? "duplicate" : "context";
  }

  #call(
    block: JsonObject,
    blockType: string,
    type: "user" | "assistant",
    time: string | undefined,
    place: SourcePlace,
  ): RecordFate | undefined {
    if (type !== "assistant" || !CALL_BLOCKS.has(blockType)) return undefined;
    const name = textOf(block, "name") ?? "";
    const tool = blockType === "mcp_tool_use" ? `mcp__${textOf(block, "server_name") ?? ""}__${name}` : name;
    const args = memberOf(block, "input");
    const { isNew } = this.#run.call({ id: textOf(block, "id"), tool, args, time, place, repeat: "equal" });
    return isNew ? "mapped" : "duplicate";
  }

  #result(block: JsonObject, time: string | undefined, place: SourcePlace): RecordFate {
    const result = memberOf(block, "content");
    const id = textOf(block, "tool_use_id") ?? "";
    return this.#run.result({ id, status: statusOf(block, result), result, time, place });
  }

  /** Text that a person typed, or the words that the program writes when one stopped it. */
  #typed(value: JsonObject, texts: readonly string[], hasResult: boolean, time: string | undefined): boolean {
    const [first] = texts;
    if (first === undefined) return false;
    if (texts.some((text) => text.startsWith("[Request interrupted by user"))) {
      this.#run.event("interrupted", time);
      return true;
    }
    if (hasResult || ["isMeta", "isCompactSummary", "isSidechain"].some((name) => value[name] === true)) return false;
    if (typeof value["parent_tool_use_id"] === "string" || first.startsWith("<local-command-")) return false;
    this.#run.event("prompt", time);
    return true;
  }
}

/** The name in a pattern, where it fits nothing else. */
function plainPattern(name: string): string {
  return name.replace(/[*?[]/g, "[$&]");
}

function isResultBlock(blockType: string, type: "user" | "assistant"): boolean {
  return blockType === "tool_result" ? type === "user" : blockType.endsWith("_tool_result");
}

/** How a result went: what the flag says, or the kind of its content. */
export function statusOf(block: JsonObject, result: JsonValue | undefined): ResultStatus {
  const isError = block["is_error"] === true || (isObject(result) && (textOf(result, "type") ?? "").endsWith("_error"));
  if (!isError) return "ok";
  const text = resultText(result);
  return text !== undefined && REFUSALS.some((refusal) => text.startsWith(refusal)) ? "denied" : "error";
}

function resultText(result: JsonValue | undefined): string | undefined {
  if (typeof result === "string") return result;
  const [first] = Array.isArray(result) ? result : [];
  return isObject(first) ? textOf(first, "text") : undefined;
}

function textsOf(content: JsonValue): string[] {
  if (typeof content === "string") return [content];
  const blocks = Array.isArray(content) ? content.filter(isObject) : [];
  return blocks.flatMap((block) => (textOf(block, "type") === "text" ? [textOf(block, "text") ?? ""] : []));
}
