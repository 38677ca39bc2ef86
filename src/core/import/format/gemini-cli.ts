/** Gemini CLI: chats (`~/.gemini/tmp/<project>/chats`), as lines, and before 2026 as one document. */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { isObject } from "../../json/document.ts";
import {
  type FormatReader,
  type ImportContext,
  type ImportFormat,
  listOf,
  memberOf,
  objectOf,
  textOf,
} from "../record/format.ts";
import type { SourcePlace } from "../source/place.ts";
import type { RecordFate } from "../source/tally.ts";
import { ChatSession } from "./gemini-cli/chat-session.ts";

const CONTEXT_TYPES: ReadonlySet<string> = new Set(["info", "warning", "error"]);
const SESSION_CONTEXT = "<session_context>";

export const GEMINI_CLI: ImportFormat = {
  name: "gemini-cli",
  runtime: "gemini-cli",
  isWhole: true,
  takesLists: true,
  fits: (value) => isHeader(value) || Object.hasOwn(value, "$set") || Object.hasOwn(value, "$rewindTo"),
  read: (context) => new GeminiCliReader(context),
};

function isHeader(value: JsonObject): boolean {
  return Object.hasOwn(value, "sessionId") && Object.hasOwn(value, "projectHash");
}

class GeminiCliReader implements FormatReader {
  readonly #context: ImportContext;
  readonly #sessions: ChatSession[] = [];
  #session: ChatSession;

  constructor(context: ImportContext) {
    this.#context = context;
    this.#session = this.#begin(new ChatSession(context, context.run()));
  }

  record(value: JsonObject | JsonValue[], place: SourcePlace): RecordFate | undefined {
    if (!Array.isArray(value)) return this.#line(value, place);
    if (place.line !== undefined) return this.#context.tally.malformed(place);
    this.#each(value, "$", place);
    return undefined;
  }

  end(): void {
    for (const session of this.#sessions) session.end();
  }

  #begin(session: ChatSession): ChatSession {
    this.#sessions.push(session);
    return session;
  }

  #each(values: readonly JsonValue[], path: string, place: SourcePlace): void {
    const { tally } = this.#context;
    for (const [index, value] of values.entries()) {
      const at = place.line === undefined ? { ...place, path: `${path}[${index}]` } : place;
      const fate = isObject(value) ? this.#line(value, at) : tally.malformed(at);
      if (fate !== undefined) tally.count(fate);
    }
  }

  #line(value: JsonObject, place: SourcePlace): RecordFate | undefined {
    const { tally } = this.#context;
    if (Object.hasOwn(value, "$set")) {
      const set = objectOf(value, "$set");
      return set === undefined ? tally.malformed(place) : this.#checkpoint(set, place);
    }
    if (Object.hasOwn(value, "$rewindTo")) {
      // Nothing is removed: what ran has run.
      tally.warn("rewound", place);
      return "context";
    }
    if (isHeader(value)) return this.#header(value, place);
    const type = textOf(value, "type");
    if (type === undefined || !(type === "user" || type === "gemini" || CONTEXT_TYPES.has(type))) {
      this.#time(value, place);
      return tally.unknown(type ?? "(no type)");
    }
    return this.#message(value, type, place, "line").fate;
  }

  #header(value: JsonObject, place: SourcePlace): RecordFate | undefined {
    const id = textOf(value, "sessionId");
    const { run } = this.#session;
    run.setSourceId(id);
    if (id !== undefined && id !== "" && run.sourceId !== id) {
      const known = this.#sessions.find((session) => session.run.sourceId === id);
      this.#session = known ?? this.#begin(new ChatSession(this.#context, this.#context.run(id)));
    }
    const messages = listOf(value, "messages");
    if (messages === undefined) return "mapped";
    this.#each(messages, "$.messages", place);
    return undefined;
  }

  /** The messages so far, once more: none of them is a record. */
  #checkpoint(set: JsonObject, place: SourcePlace): RecordFate {
    let isNew = false;
    for (const message of listOf(set, "messages") ?? []) {
      const type = isObject(message) ? textOf(message, "type") : undefined;
      if (type !== "user" && type !== "gemini") continue;
      if (this.#message(message as JsonObject, type, place, "checkpoint").isNew) isNew = true;
    }
    return isNew ? "mapped" : "context";
  }

  #message(
    value: JsonObject,
    type: string,
    place: SourcePlace,
    origin: "line" | "checkpoint",
  ): { readonly fate: RecordFate; readonly isNew: boolean } {
    return this.#session.message({
      id: textOf(value, "id"),
      time: this.#time(value, place),
      isPrompt: type === "user" && isPrompt(memberOf(value, "content")),
      calls: type === "gemini" ? (listOf(value, "toolCalls") ?? []).filter(isObject) : [],
      place,
      origin,
    });
  }

  #time(value: JsonObject, place: SourcePlace): string | undefined {
    return this.#context.time(memberOf(value, "timestamp"), place);
  }
}

/** What a person typed. The program writes answers of tools as a user's message too. */
function isPrompt(content: JsonValue | undefined): boolean {
  const parts = Array.isArray(content) ? content : [content];
  if (parts.some((part) => isObject(part) && Object.hasOwn(part, "functionResponse"))) return false;
  return parts.some((part) => {
    const text = isObject(part) ? memberOf(part, "text") : part;
    return typeof text === "string" && !text.startsWith(SESSION_CONTEXT);
  });
}
