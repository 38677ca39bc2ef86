/** A message of Claude Code, out of a value, or out of the bytes of its line without building what is not asked for. */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { isObject } from "../../json/document.ts";
import { JsonError } from "../../json/error.ts";
import { MemberWalk } from "../../json/member-walk.ts";
import { JsonOutline } from "../../json/outline.ts";
import { decodeText } from "../../json/string.ts";
import { spanValue } from "../../json/text.ts";
import { memberOf, textOf } from "../record/format.ts";
import { JsonToken, type PayloadValue } from "../record/payload.ts";
import type { SourceLine } from "../source/text.ts";

export interface ClaudeBlock {
  readonly type: string;
  /** Of a result without its content. */
  readonly value: JsonObject;
  readonly content: PayloadValue | undefined;
}

export interface ClaudeMessage {
  readonly type: "user" | "assistant";
  readonly blocks: readonly ClaudeBlock[];
  /** Of a user's message: what is text in it. */
  readonly texts: readonly string[];
  /** Nobody typed it in this session. */
  readonly isAside: boolean;
}

const ASIDES = ["isMeta", "isCompactSummary", "isSidechain"] as const;
const QUOTE = 0x22;
const OPEN_OBJECT = 0x7b;

export function messageOf(value: JsonObject, type: "user" | "assistant", content: JsonValue): ClaudeMessage {
  const objects = Array.isArray(content) ? content.filter(isObject) : [];
  const texts = objects.flatMap((block) => (textOf(block, "type") === "text" ? [textOf(block, "text") ?? ""] : []));
  return {
    type,
    blocks: objects.map((block) => ({
      type: textOf(block, "type") ?? "",
      value: block,
      content: memberOf(block, "content"),
    })),
    texts: typeof content === "string" ? [content] : texts,
    isAside: ASIDES.some((name) => value[name] === true) || typeof value["parent_tool_use_id"] === "string",
  };
}

/** A message as its line has it. */
interface LineMessage extends ClaudeMessage {
  /** Of `message`. */
  readonly bytes: Uint8Array;
  /** A member of the line that is text. */
  text(name: string): string | undefined;
}

/** Reads one line after the other. */
export class MessageLine {
  /** Down to the elements of `message.content`. */
  readonly #outline = new JsonOutline(3);
  readonly #walk = new MemberWalk();

  /** `undefined` for a line that is something else, or no strict JSON: its value then says what it is. */
  read({ bytes, start, end, line }: SourceLine): LineMessage | undefined {
    const outline = this.#outline;
    try {
      outline.scan(bytes, { start, end, line });
    } catch (error) {
      if (error instanceof JsonError) return undefined;
      throw error;
    }
    const type = this.#typeOf();
    const message = outline.member(outline.root, "message");
    if (type === undefined || message < 0 || outline.kind(message) !== "object") return undefined;
    const content = outline.member(message, "content");
    if (content < 0 || outline.kind(content) !== "array") return undefined;
    const blocks = outline.children(content).flatMap((node) => this.#block(bytes, node) ?? []);
    const has = (name: string): boolean => outline.member(outline.root, name) >= 0;
    return {
      type,
      blocks,
      texts: type === "assistant" ? [] : blocks.flatMap(({ type: kind, value }) => textIn(kind, value)),
      isAside:
        ASIDES.some((name) => has(name) && outline.value(outline.member(outline.root, name)) === true) ||
        this.#text("parent_tool_use_id") !== undefined,
      bytes: bytes.subarray(outline.start(message), outline.end(message)),
      text: (name) => this.#text(name),
    };
  }

  #typeOf(): "user" | "assistant" | undefined {
    const outline = this.#outline;
    const type = outline.member(outline.root, "type");
    if (type < 0) return undefined;
    if (outline.isString(type, "user")) return "user";
    return outline.isString(type, "assistant") ? "assistant" : undefined;
  }

  #text(name: string): string | undefined {
    const node = this.#outline.member(this.#outline.root, name);
    return node < 0 ? undefined : this.#outline.string(node);
  }

  #block(bytes: Uint8Array, node: number): ClaudeBlock | undefined {
    const start = this.#outline.start(node);
    const end = this.#outline.end(node);
    if (bytes[start] !== OPEN_OBJECT) return undefined;
    const walk = this.#walk;
    let at: { readonly start: number; readonly end: number } | undefined;
    walk.open(bytes, start, end);
    while (walk.next()) if (walk.isNamed("content")) at = { start: walk.start, end: walk.end };
    // A long text is the content of a result; all else is small.
    if (at === undefined || bytes[at.start] !== QUOTE) {
      const value = spanValue(bytes, { start, end }) as JsonObject;
      return { type: textOf(value, "type") ?? "", value, content: memberOf(value, "content") };
    }
    const before = decodeText(bytes, start, at.start);
    const value = JSON.parse(`${before}null${decodeText(bytes, at.end, end)}`) as JsonObject;
    return { type: textOf(value, "type") ?? "", value, content: new JsonToken(decodeText(bytes, at.start, at.end)) };
  }
}

function textIn(type: string, value: JsonObject): string[] {
  return type === "text" ? [textOf(value, "text") ?? ""] : [];
}
