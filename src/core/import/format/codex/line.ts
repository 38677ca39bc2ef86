/** A record of a rollout out of the bytes of its line, without building what is not asked for. */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import { RecordMembers } from "../../../contents/record-members.ts";
import { canonicalCopy } from "../../../json/canonical-copy.ts";
import { JsonError } from "../../../json/error.ts";
import { JsonOutline } from "../../../json/outline.ts";
import { scanJson } from "../../../json/parse.ts";
import { copyUnescaped } from "../../../json/string.ts";
import type { Compilable, Platform, TextProof } from "../../../platform/platform.ts";
import { JsonText, JsonToken, type PayloadValue } from "../../record/payload.ts";
import { HeldLine } from "../../source/held-line.ts";
import { isScanned, type SourceLine } from "../../source/text.ts";
import { type CodexItem, isContextItem, longMemberOf } from "./response-item.ts";

const QUOTE = 0x22;
const OPEN_OBJECT = 0x7b;
/** Longer arguments are taken as the text that they are. */
const LONG_ARGUMENTS = 64 * 1024;

export interface CodexRecord {
  readonly timestamp: string | undefined;
  /** Of the payload. */
  readonly kind: string;
  /** Of a response item; absent: it is an event. */
  readonly item: CodexItem | undefined;
}

const MEMBERS = ["timestamp", "type", "payload"] as const;
/** Texts that are asked of an item: of its own, and those that others have too. */
const ITEM_IDS = ["call_id", "id"] as const;
const ITEM_NAMES = ["name", "namespace", "status"] as const;
const NO_ITEM = { value: {}, long: undefined, beginning: undefined } as const;

/** Reads one line after the other. */
export class CodexLine {
  /** Down to the members of `payload`. */
  readonly #outline: JsonOutline;
  readonly #line: HeldLine;
  readonly #members = new RecordMembers(MEMBERS);
  readonly #text = new Uint8Array(LONG_ARGUMENTS);
  readonly #canonical = new Uint8Array(LONG_ARGUMENTS);
  #bytes: Uint8Array = new Uint8Array(0);

  constructor(proof?: TextProof, decode?: Platform["decodeText"]) {
    this.#outline = new JsonOutline(2, proof);
    this.#line = new HeldLine(decode);
  }

  /** `undefined` for a line that is something else, or no strict JSON: its value then says what it is. */
  read(source: SourceLine): CodexRecord | undefined {
    const outline = this.#outline;
    if (!isScanned(outline, source)) return undefined;
    const { bytes, start, end } = source;
    const { timestamp, type, payload } = this.#members.of(outline);
    if (type < 0 || payload < 0 || bytes[outline.start(payload)] !== OPEN_OBJECT) return undefined;
    const isItem = outline.isString(type, "response_item");
    if (!isItem && !outline.isString(type, "event_msg")) return undefined;
    this.#bytes = bytes;
    this.#line.begin(bytes, start, end);
    const kind = this.#knownOf(outline.member(payload, "type"));
    if (kind === undefined) return undefined;
    if (!isItem) return { timestamp: this.#textOf(timestamp), kind, item: undefined };
    const item = isContextItem(kind) ? { ...NO_ITEM, type: kind } : this.#item(kind, payload);
    return { timestamp: this.#textOf(timestamp), kind, item };
  }

  /** See `hot-code.ts`. */
  get hot(): readonly Compilable[] {
    return [...this.#line.hot, this.read, this.#knownOf, this.#textOf, this.#item, this.#longOf, this.#argumentsOf];
  }

  /** Of a kind, or a name. */
  #knownOf(node: number): string | undefined {
    if (node < 0) return undefined;
    const start = this.#outline.start(node);
    return this.#bytes[start] === QUOTE ? this.#line.knownText(start, this.#outline.end(node)) : undefined;
  }

  #textOf(node: number): string | undefined {
    if (node < 0) return undefined;
    const start = this.#outline.start(node);
    return this.#bytes[start] === QUOTE ? this.#line.text(start, this.#outline.end(node)) : undefined;
  }

  #item(kind: string, payload: number): CodexItem {
    this.#line.hold();
    const outline = this.#outline;
    const value: JsonObject = {};
    for (const name of ITEM_IDS) {
      const text = this.#textOf(outline.member(payload, name));
      if (text !== undefined) value[name] = text;
    }
    for (const name of ITEM_NAMES) {
      const text = this.#knownOf(outline.member(payload, name));
      if (text !== undefined) value[name] = text;
    }
    const name = longMemberOf(kind);
    const node = name === undefined ? -1 : outline.member(payload, name);
    if (node < 0) return { ...NO_ITEM, type: kind, value };
    const start = outline.start(node);
    const end = outline.end(node);
    const beginning = this.#bytes[start] === QUOTE ? this.#line.beginning(start, end) : undefined;
    return { type: kind, value, long: this.#longOf(name as string, start, end), beginning };
  }

  #longOf(name: string, start: number, end: number): PayloadValue {
    if (this.#bytes[start] !== QUOTE) return JSON.parse(this.#line.part(start, end)) as JsonValue;
    if (name !== "arguments") return new JsonToken(this.#bytes.subarray(start, end));
    return this.#argumentsOf(start, end) ?? new JsonText(this.#line.text(start, end));
  }

  /** Most arguments are an object whose text is canonical but for its spaces: it is taken as it stands. */
  #argumentsOf(start: number, end: number): JsonToken | undefined {
    if (end - start > LONG_ARGUMENTS) return undefined;
    const length = copyUnescaped(this.#bytes, start + 1, end - 1, this.#text);
    if (length < 0) return undefined;
    try {
      scanJson(this.#text, { start: 0, end: length });
    } catch (error) {
      if (error instanceof JsonError) return undefined;
      throw error;
    }
    let from = 0;
    while ((this.#text[from] as number) <= 0x20) from += 1;
    if (this.#text[from] !== OPEN_OBJECT) return undefined;
    const canonical = canonicalCopy(this.#text, from, length, this.#canonical);
    return canonical && new JsonToken(canonical);
  }
}
