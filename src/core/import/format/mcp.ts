/** Messages of the Model Context Protocol: logs of taps, JSON-RPC lines, the Inspector's history, Claude Desktop's logs. */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { isObject } from "../../json/document.ts";
import {
  type FormatReader,
  type ImportContext,
  type ImportFormat,
  memberOf,
  objectOf,
  textOf,
} from "../record/format.ts";
import { readJsonText } from "../source/json.ts";
import type { SourcePlace } from "../source/place.ts";
import type { RecordFate } from "../source/tally.ts";
import { McpConversation, type McpDirection } from "./mcp-conversation.ts";

const LOG_LINE = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z) \[/;
const LOG_MESSAGE = /Message from (client|server): (.*)$/s;

export const MCP: ImportFormat = {
  name: "mcp",
  runtime: "mcp",
  takesLists: true,
  fits: (value) =>
    Object.hasOwn(value, "tap") ||
    (Object.hasOwn(value, "msg") && directionOf(value) !== undefined) ||
    value["jsonrpc"] === "2.0" ||
    (Object.hasOwn(value, "direction") && objectOf(value, "message")?.["jsonrpc"] === "2.0"),
  fitsText: (line) => LOG_LINE.test(line) && LOG_MESSAGE.test(line),
  read: (context) => new McpReader(context),
};

class McpReader implements FormatReader {
  readonly #context: ImportContext;
  readonly #conversation: McpConversation;
  /** Lines that are no JSON are those of a log. */
  #isLog = false;

  constructor(context: ImportContext) {
    this.#context = context;
    this.#conversation = new McpConversation(context);
  }

  record(value: JsonValue, place: SourcePlace): RecordFate | undefined {
    if (!isObject(value)) return this.#messages(value, undefined, undefined, place);
    if (Object.hasOwn(value, "tap")) return "mapped";
    const direction = directionOf(value);
    if (direction !== undefined) {
      const time = this.#context.time(memberOf(value, "ts"), place);
      const message = memberOf(value, "msg");
      return message === undefined
        ? this.#context.tally.unknown("raw")
        : this.#messages(message, direction, time, place);
    }
    if (Object.hasOwn(value, "direction") && Object.hasOwn(value, "message")) return this.#inspected(value, place);
    return this.#messages(value, undefined, undefined, place);
  }

  text(line: string, place: SourcePlace): RecordFate | undefined {
    const [, stamp] = LOG_LINE.exec(line) ?? [];
    this.#isLog ||= stamp !== undefined;
    if (!this.#isLog) return undefined;
    const [, from, rest = ""] = LOG_MESSAGE.exec(line) ?? [];
    // Newer versions leave the message out.
    if (stamp === undefined || from === undefined || !rest.startsWith("{")) return "context";
    const json = readJsonText(rest.slice(0, objectEnd(rest)));
    if (typeof json === "string") return undefined;
    const inLog = { ...place, isExact: json.isExact };
    const direction = from === "client" ? "c2s" : "s2c";
    return this.#conversation.message(json.value, direction, this.#context.time(stamp, place), inLog);
  }

  end(): void {
    this.#conversation.end();
  }

  /** A message, or a batch of them. */
  #messages(
    value: JsonValue,
    direction: McpDirection | undefined,
    time: string | undefined,
    place: SourcePlace,
  ): RecordFate | undefined {
    if (!Array.isArray(value)) return this.#conversation.message(value, direction, time, place);
    for (const message of value) this.#context.tally.count(this.#conversation.message(message, direction, time, place));
    return undefined;
  }

  /** The Inspector holds an answer beside what it answers, and has no time of it. */
  #inspected(value: JsonObject, place: SourcePlace): RecordFate {
    const direction = textOf(value, "origin") === "server" ? "s2c" : "c2s";
    const time = this.#context.time(memberOf(value, "timestamp"), place);
    const fate = this.#conversation.message(memberOf(value, "message") ?? null, direction, time, place);
    const response = memberOf(value, "response");
    if (response === undefined || response === null) return fate;
    // In their order: what is asked is counted before its answer.
    this.#context.tally.count(fate);
    return this.#conversation.message(response, direction === "c2s" ? "s2c" : "c2s", undefined, place);
  }
}

function directionOf(value: JsonObject): McpDirection | undefined {
  const direction = textOf(value, "dir");
  return direction === "c2s" || direction === "s2c" ? direction : undefined;
}

/** The end of the object that the text begins with; all of the text where it has none. */
function objectEnd(text: string): number {
  let depth = 0;
  let inString = false;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text[at];
    if (inString) {
      if (unit === "\\") at += 1;
      else if (unit === '"') inString = false;
    } else if (unit === '"') inString = true;
    else if (unit === "{") depth += 1;
    else if (unit === "}") {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return text.length;
}
