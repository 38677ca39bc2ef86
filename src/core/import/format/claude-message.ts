/** A message of Claude Code, out of a value, or out of the bytes of its line without building what is not asked for. */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { type MemberNodes, RecordMembers } from "../../contents/record-members.ts";
import { canonicalCopy } from "../../json/canonical-copy.ts";
import { isObject } from "../../json/document.ts";
import { MemberWalk } from "../../json/member-walk.ts";
import { JsonOutline } from "../../json/outline.ts";
import type { Compilable, Platform, TextProof } from "../../platform/platform.ts";
import { memberOf, textOf } from "../record/format.ts";
import { JsonToken, type PayloadValue } from "../record/payload.ts";
import { HeldLine } from "../source/held-line.ts";
import { isScanned, type SourceLine } from "../source/text.ts";

export interface ClaudeBlock {
  readonly type: string;
  /** Of a result without its content, of a call without its input. */
  readonly value: JsonObject;
  readonly content: PayloadValue | undefined;
  /** Of a call. */
  readonly input: PayloadValue | undefined;
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
const BLOCK_NAMES = ["type", "id", "name", "input", "tool_use_id", "content", "is_error", "text"] as const;
const QUOTE = 0x22;
const OPEN_OBJECT = 0x7b;
const LETTER_T = 0x74;
const LETTER_F = 0x66;
/** A longer input is copied once less as a text. */
const LONG_INPUT = 64 * 1024;

export function messageOf(value: JsonObject, type: "user" | "assistant", content: JsonValue): ClaudeMessage {
  const objects = Array.isArray(content) ? content.filter(isObject) : [];
  const texts = objects.flatMap((block) => (textOf(block, "type") === "text" ? [textOf(block, "text") ?? ""] : []));
  return {
    type,
    blocks: objects.map((block) => ({
      type: textOf(block, "type") ?? "",
      value: block,
      content: memberOf(block, "content"),
      input: memberOf(block, "input"),
    })),
    texts: typeof content === "string" ? [content] : texts,
    isAside: ASIDES.some((name) => value[name] === true) || typeof value["parent_tool_use_id"] === "string",
  };
}

/** What is asked of a line besides its message. */
const TEXTS = [
  "claude_code_version",
  "parent_tool_use_id",
  "sessionId",
  "session_id",
  "timestamp",
  "uuid",
  "version",
] as const;
const MEMBERS = ["message", "type", ...ASIDES, ...TEXTS] as const;

export type LineTextName = (typeof TEXTS)[number];

/** A message as its line has it. */
interface LineMessage extends ClaudeMessage {
  /** Of `message`. */
  bytes(): Uint8Array;
  /** A member of the line that is text. */
  text(name: LineTextName): string | undefined;
}

/** Reads one line after the other. */
export class MessageLine {
  /** Down to the elements of `message.content`. */
  readonly #outline: JsonOutline;
  readonly #line: HeldLine;
  readonly #walk = new MemberWalk();
  readonly #inputRoom = new Uint8Array(LONG_INPUT);
  #room: Uint8Array | undefined;
  readonly #members = new RecordMembers(MEMBERS);
  #nodes: MemberNodes<(typeof MEMBERS)[number]> = this.#members.none;
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(proof?: TextProof, decode?: Platform["decodeText"]) {
    this.#outline = new JsonOutline(3, proof);
    this.#line = new HeldLine(decode);
  }

  /** `undefined` for a line that is something else, or no strict JSON: its value then says what it is. */
  read(source: SourceLine): LineMessage | undefined {
    const outline = this.#outline;
    if (!isScanned(outline, source)) return undefined;
    const { bytes, start, end } = source;
    this.#nodes = this.#members.of(outline);
    const type = this.#typeOf();
    const { message } = this.#nodes;
    if (type === undefined || message < 0 || outline.kind(message) !== "object") return undefined;
    const content = outline.member(message, "content");
    if (content < 0 || outline.kind(content) !== "array") return undefined;
    this.#bytes = bytes;
    this.#line.begin(bytes, start, end);
    this.#room = this.#inputRoom;
    const blocks: ClaudeBlock[] = [];
    const texts: string[] = [];
    for (let index = 0; index < outline.elementCount(content); index += 1) {
      const block = this.#block(outline.element(content, index));
      if (block === undefined) continue;
      blocks.push(block);
      if (type === "user" && block.type === "text") texts.push(textOf(block.value, "text") ?? "");
    }
    return {
      type,
      blocks,
      texts,
      isAside: this.#isAside(),
      bytes: () => bytes.subarray(outline.start(message), outline.end(message)),
      text: (name) => this.#text(name),
    };
  }

  /** See `hot-code.ts`. */
  get hot(): readonly Compilable[] {
    return [
      this.read,
      ...this.#line.hot,
      this.#typeOf,
      this.#text,
      this.#isAside,
      this.#isTrue,
      this.#block,
      this.#nameOf,
      this.#valueOf,
      this.#inputOf,
      this.#takeRoom,
    ];
  }

  #typeOf(): "user" | "assistant" | undefined {
    const outline = this.#outline;
    const { type } = this.#nodes;
    if (type < 0) return undefined;
    if (outline.isString(type, "user")) return "user";
    return outline.isString(type, "assistant") ? "assistant" : undefined;
  }

  #text(name: LineTextName): string | undefined {
    const outline = this.#outline;
    const node = this.#nodes[name];
    if (node < 0 || this.#bytes[outline.start(node)] !== QUOTE) return undefined;
    return this.#line.text(outline.start(node), outline.end(node));
  }

  /** As `messageOf` finds it. */
  #isAside(): boolean {
    const { isMeta, isCompactSummary, isSidechain } = this.#nodes;
    if (this.#isTrue(isMeta) || this.#isTrue(isCompactSummary) || this.#isTrue(isSidechain)) return true;
    return this.#text("parent_tool_use_id") !== undefined;
  }

  #isTrue(node: number): boolean {
    return node >= 0 && this.#bytes[this.#outline.start(node)] === LETTER_T;
  }

  #block(node: number): ClaudeBlock | undefined {
    const start = this.#outline.start(node);
    const end = this.#outline.end(node);
    if (this.#bytes[start] !== OPEN_OBJECT) return undefined;
    const walk = this.#walk;
    const value: JsonObject = {};
    let content: PayloadValue | undefined;
    let input: PayloadValue | undefined;
    walk.open(this.#bytes, start, end);
    while (walk.next()) {
      const name = this.#nameOf(walk);
      // A name that is written with an escape, or has a meaning of its own: the value says what it is.
      if (name.includes("\\") || name === "__proto__") return this.#parsed(start, end);
      // A long text is the content of a result.
      if (name === "content" && this.#bytes[walk.start] === QUOTE)
        content = new JsonToken(this.#bytes.subarray(walk.start, walk.end));
      else if (name === "input") input = this.#inputOf(walk.start, walk.end);
      else value[name] = this.#valueOf(name, walk.start, walk.end);
    }
    return { type: textOf(value, "type") ?? "", value, content: content ?? memberOf(value, "content"), input };
  }

  /** The text of a name as it stands: of most it is made already. */
  #nameOf(walk: MemberWalk): string {
    const length = walk.nameEnd - walk.nameStart;
    for (const name of BLOCK_NAMES) if (name.length === length && walk.isNamed(name)) return name;
    return this.#line.part(walk.nameStart, walk.nameEnd);
  }

  #valueOf(name: string, start: number, end: number): JsonValue {
    const first = this.#bytes[start];
    if (first === QUOTE) {
      return name === "type" || name === "name" ? this.#line.knownText(start, end) : this.#line.text(start, end);
    }
    if (first === LETTER_T) return true;
    return first === LETTER_F ? false : (JSON.parse(this.#line.part(start, end)) as JsonValue);
  }

  /** Most calls have few members, and those are texts: they are taken as they stand. */
  #inputOf(start: number, end: number): PayloadValue {
    const isObject = this.#bytes[start] === OPEN_OBJECT && end - start < LONG_INPUT;
    const canonical = isObject ? canonicalCopy(this.#bytes, start, end, this.#takeRoom()) : undefined;
    return canonical === undefined ? this.#valueOf("input", start, end) : new JsonToken(canonical);
  }

  /** Room for the input of a line that has one; further ones get their own. */
  #takeRoom(): Uint8Array | undefined {
    const room = this.#room;
    this.#room = undefined;
    return room;
  }

  #parsed(start: number, end: number): ClaudeBlock {
    const value = JSON.parse(this.#line.part(start, end)) as JsonObject;
    const type = textOf(value, "type") ?? "";
    return { type, value, content: memberOf(value, "content"), input: memberOf(value, "input") };
  }
}
