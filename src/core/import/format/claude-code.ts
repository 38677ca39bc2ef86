/** Claude Code: transcripts (`~/.claude/projects`), and `claude -p --output-format stream-json`. */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { isObject } from "../../json/document.ts";
import type { Compilable } from "../../platform/platform.ts";
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
import { JsonToken, type PayloadValue } from "../record/payload.ts";
import type { ImportRun } from "../record/run.ts";
import type { SourcePlace } from "../source/place.ts";
import type { RecordFate } from "../source/tally.ts";
import type { SourceLine } from "../source/text.ts";
import { type ClaudeBlock, type ClaudeMessage, type LineTextName, MessageLine, messageOf } from "./claude-message.ts";

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
  readonly #text: MessageLine;

  constructor(context: ImportContext) {
    this.#context = context;
    this.#run = context.run();
    this.#text = new MessageLine(context.proof, context.platform.decodeText);
    this.#lines = new IdSet(context.platform);
  }

  line(source: SourceLine, place: SourcePlace): RecordFate | undefined {
    const message = this.#text.read(source);
    if (message === undefined) return undefined;
    this.#learn((name) => message.text(name));
    const time = this.#context.time(message.text("timestamp"), place);
    const uuid = isOfBlocks(message) ? undefined : message.text("uuid");
    if (uuid !== undefined) {
      const bytes = message.bytes();
      // Of the same uuid: by chance no other message has the same length and checksum.
      if (!this.#lines.add(`${uuid}\n${message.type}\n${bytes.length} ${this.#context.platform.crc32(bytes, 0)}`))
        return "duplicate";
    }
    return this.#message(message, time, place);
  }

  record(value: JsonObject, place: SourcePlace): RecordFate {
    this.#learn((name) => memberOf(value, name));
    const time = this.#context.time(memberOf(value, "timestamp"), place);
    const { tally } = this.#context;
    const type = textOf(value, "type");
    const message = objectOf(value, "message");
    const content = message && memberOf(message, "content");
    const isMessage = type === "user" || type === "assistant";
    if (isMessage && (content === undefined || content === null)) return tally.malformed(place);
    const read = isMessage ? messageOf(value, type, content as JsonValue) : undefined;
    const uuid = read !== undefined && isOfBlocks(read) ? undefined : textOf(value, "uuid");
    const said = message === undefined ? "" : JSON.stringify(message);
    if (uuid !== undefined && !this.#lines.add(`${uuid}\n${type}\n${said}`)) return "duplicate";
    if (read !== undefined) return this.#message(read, time, place);
    if (type === "system") return this.#system(value, time);
    if (type !== undefined && (CONTEXT_TYPES.has(type) || type.startsWith("control_"))) return "context";
    return tally.unknown(type ?? "(no type)");
  }

  /** See `hot-code.ts`. */
  get hot(): readonly Compilable[] {
    return [...this.#text.hot, isOfBlocks, this.#learn, this.#message, this.#call, this.#result];
  }

  /** What any line may say of the session. */
  #learn(member: (name: LineTextName) => JsonValue | undefined): void {
    const run = this.#run;
    if (run.sourceId === undefined) {
      run.setSourceId(member("sessionId"));
      run.setSourceId(member("session_id"));
    }
    if (run.runtime !== undefined) return;
    const version = [member("version"), member("claude_code_version")].find((each) => typeof each === "string");
    if (version !== undefined) run.setRuntime(`claude-code/${version}`);
  }

  #system(value: JsonObject, time: string | undefined): RecordFate {
    const subtype = textOf(value, "subtype");
    if (subtype === "init") return "mapped";
    if (subtype !== "compact_boundary") return "context";
    this.#run.event("compacted", time);
    return "mapped";
  }

  #message(message: ClaudeMessage, time: string | undefined, place: SourcePlace): RecordFate {
    const { type, blocks } = message;
    let mapped = 0;
    let duplicates = 0;
    let hasResult = false;
    for (const block of blocks) {
      const isResult = isResultBlock(block.type, type);
      hasResult ||= isResult;
      const fate = isResult ? this.#result(block, time, place) : this.#call(block, type, time, place);
      if (fate === "mapped") mapped += 1;
      else if (fate === "duplicate") duplicates += 1;
    }
    if (type === "user" && this.#typed(message, hasResult, time)) mapped += 1;
    if (mapped > 0) return "mapped";
    return duplicates > 0 ? "duplicate" : "context";
  }

  #call(
    { type: blockType, value, input: args }: ClaudeBlock,
    type: "user" | "assistant",
    time: string | undefined,
    place: SourcePlace,
  ): RecordFate | undefined {
    if (type !== "assistant" || !CALL_BLOCKS.has(blockType)) return undefined;
    const name = textOf(value, "name") ?? "";
    const tool = blockType === "mcp_tool_use" ? `mcp__${textOf(value, "server_name") ?? ""}__${name}` : name;
    const { isNew } = this.#run.call({ id: textOf(value, "id"), tool, args, time, place, repeat: "equal" });
    return isNew ? "mapped" : "duplicate";
  }

  #result({ value, content }: ClaudeBlock, time: string | undefined, place: SourcePlace): RecordFate {
    const id = textOf(value, "tool_use_id") ?? "";
    return this.#run.result({ id, status: statusOf(value, content), result: content, time, place });
  }

  /** Text that a person typed, or the words that the program writes when one stopped it. */
  #typed(message: ClaudeMessage, hasResult: boolean, time: string | undefined): boolean {
    const { texts } = message;
    const [first] = texts;
    if (first === undefined) return false;
    if (texts.some((text) => text.startsWith("[Request interrupted by user"))) {
      this.#run.event("interrupted", time);
      return true;
    }
    if (hasResult || message.isAside || first.startsWith("<local-command-")) return false;
    this.#run.event("prompt", time);
    return true;
  }
}

/** The name in a pattern, where it fits nothing else. */
function plainPattern(name: string): string {
  return name.replace(/[*?[]/g, "[$&]");
}

/** Whether the message is calls and results alone: they have ids of their own, by which they are found again. */
function isOfBlocks({ type, blocks, texts }: ClaudeMessage): boolean {
  if (blocks.length === 0 || texts.length > 0) return false;
  for (const { type: kind, value } of blocks) {
    const isResult = isResultBlock(kind, type);
    if (!isResult && (type !== "assistant" || !CALL_BLOCKS.has(kind))) return false;
    if (textOf(value, isResult ? "tool_use_id" : "id") === undefined) return false;
  }
  return true;
}

function isResultBlock(blockType: string, type: "user" | "assistant"): boolean {
  return blockType === "tool_result" ? type === "user" : blockType.endsWith("_tool_result");
}

/** How a result went: what the flag says, or the kind of its content. */
function statusOf(block: JsonObject, content: PayloadValue | undefined): ResultStatus {
  const result = content instanceof JsonToken ? undefined : (content as JsonValue | undefined);
  const isError = block["is_error"] === true || (isObject(result) && (textOf(result, "type") ?? "").endsWith("_error"));
  if (!isError) return "ok";
  const text = content instanceof JsonToken ? (content.value() as string) : resultText(result);
  return text !== undefined && REFUSALS.some((refusal) => text.startsWith(refusal)) ? "denied" : "error";
}

function resultText(result: JsonValue | undefined): string | undefined {
  if (typeof result === "string") return result;
  const [first] = Array.isArray(result) ? result : [];
  return isObject(first) ? textOf(first, "text") : undefined;
}
