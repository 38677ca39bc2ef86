/** Stored conversations: OpenAI Chat and Responses, Anthropic Messages, LangChain, tau-bench, SWE-agent, logs of proxies. */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { isObject } from "../../json/document.ts";
import { canonicalize } from "../../json/jcs.ts";
import { sha256OfText } from "../../signature/digest.ts";
import {
  type FormatReader,
  type ImportContext,
  type ImportFormat,
  listOf,
  memberOf,
  objectOf,
  textOf,
} from "../record/format.ts";
import type { ImportRun } from "../record/run.ts";
import { plainValue } from "../source/json.ts";
import type { SourcePlace } from "../source/place.ts";
import type { RecordFate } from "../source/tally.ts";
import { isCallItem, isItem, takeItem } from "./messages/item.ts";
import { roleOf, takeMessage } from "./messages/message.ts";

/** Members that hold the messages of a conversation. */
const CONVERSATIONS = ["messages", "history", "traj"];
const LISTS = [...CONVERSATIONS, "simulations", "choices", "input"];

export const MESSAGES: ImportFormat = {
  name: "messages",
  runtime: "messages",
  isWhole: true,
  takesLists: true,
  fits(value) {
    if (textOf(value, "role") !== undefined && ["content", "tool_calls"].some((name) => Object.hasOwn(value, name))) {
      return true;
    }
    const type = textOf(value, "type") ?? "";
    if (isCallItem(type) || ((type === "ai" || type === "human") && Object.hasOwn(value, "content"))) return true;
    return textOf(value, "object") === "response" || LISTS.some((name) => listOf(value, name) !== undefined);
  },
  read: (context) => new MessagesReader(context),
};

/** A message or item, or what is in its place. */
interface Told {
  readonly value: JsonValue;
  readonly place: SourcePlace;
}

/** A conversation, and the digest of all messages that it has so far. */
interface Conversation {
  readonly run: ImportRun;
  end: string;
}

class MessagesReader implements FormatReader {
  readonly #context: ImportContext;
  /** The lines that are single messages are one conversation. */
  #lines: ImportRun | undefined;
  /** By each of the ends that they had. */
  readonly #conversations = new Map<string, Conversation>();

  constructor(context: ImportContext) {
    this.#context = context;
  }

  record(value: JsonValue, place: SourcePlace): RecordFate | undefined {
    if (isObject(value) && isMessage(value)) {
      this.#lines ??= this.#context.unnamedRun();
      return this.#take(this.#lines, { value, place });
    }
    return this.#shape(value, place);
  }

  /** A list, or an object that holds one. */
  #shape(value: JsonValue, place: SourcePlace): RecordFate | undefined {
    if (Array.isArray(value)) {
      this.#list(elementsOf(value, place));
      return undefined;
    }
    if (!isObject(value)) return this.#context.tally.malformed(place);
    const simulations = listOf(value, "simulations");
    const stated = conversationOf(value, place);
    if (stated === undefined && simulations === undefined) return this.#context.tally.unknown(kindOf(value));
    if (stated !== undefined) this.#converse(stated);
    else this.#list(elementsOf(simulations as JsonValue[], inside(place, "simulations")));
    return undefined;
  }

  /** Messages, which are one conversation then, or conversations. */
  #list(elements: readonly Told[]): void {
    const messages = elements.filter(({ value }) => isObject(value) && isMessage(value));
    this.#converse(messages);
    for (const { value, place } of elements) {
      if (isObject(value) && isMessage(value)) continue;
      const fate = this.#shape(value, place);
      if (fate !== undefined) this.#context.tally.count(fate);
    }
  }

  /** A conversation that begins with all messages of an earlier one is that one, grown. */
  #converse(stated: readonly Told[]): void {
    if (stated.length === 0) return;
    const { tally } = this.#context;
    const ends = this.#ends(stated);
    const [known, length] = this.#earlier(ends);
    for (const { value, place } of stated.slice(0, length)) {
      if (isObject(value)) this.#time(value, place);
      tally.count("duplicate");
    }
    if (length === stated.length) return;
    const conversation = known ?? { run: this.#context.unnamedRun(), end: "" };
    conversation.end = ends.at(-1) as string;
    this.#conversations.set(conversation.end, conversation);
    for (const message of stated.slice(length)) tally.count(this.#take(conversation.run, message));
  }

  /** The conversation that this one begins with, and how many messages that has. */
  #earlier(ends: readonly string[]): [Conversation | undefined, number] {
    const repeated = this.#conversations.get(ends.at(-1) as string);
    if (repeated !== undefined) return [repeated, ends.length];
    for (let length = ends.length - 1; length > 0; length -= 1) {
      const end = ends[length - 1] as string;
      const known = this.#conversations.get(end);
      if (known?.end === end) return [known, length];
    }
    return [undefined, 0];
  }

  /** Of each message: the digest of it and of all before it. */
  #ends(stated: readonly Told[]): string[] {
    let end = "";
    return stated.map(({ value, place }) => {
      const plain = place.isExact ? value : plainValue(value, { numbers: 0, surrogates: 0 });
      end = sha256OfText(this.#context.platform, end + canonicalize(plain));
      return end;
    });
  }

  #take(run: ImportRun, { value, place }: Told): RecordFate {
    const { tally } = this.#context;
    if (!isObject(value)) return tally.malformed(place);
    const time = this.#time(value, place);
    const role = roleOf(value);
    const type = textOf(value, "type");
    const taken = { run, value, time, place, tally };
    const fate = role === undefined ? takeItem(type ?? "", taken) : takeMessage(role, taken);
    return fate ?? tally.unknown(kindOf(value));
  }

  #time(value: JsonObject, place: SourcePlace): string | undefined {
    return this.#context.time(memberOf(value, "timestamp"), place);
  }
}

function isMessage(value: JsonObject): boolean {
  return roleOf(value) !== undefined || isItem(textOf(value, "type") ?? "");
}

/** Of an object that holds one conversation: its messages. What answers a request is in the same object, or alone in one. */
function conversationOf(value: JsonObject, place: SourcePlace): Told[] | undefined {
  const name = CONVERSATIONS.find((each) => listOf(value, each) !== undefined);
  const choices = listOf(value, "choices");
  if (name !== undefined || choices !== undefined) {
    const messages = name === undefined ? [] : elementsOf(listOf(value, name) as JsonValue[], inside(place, name));
    return [...messages, ...elementsOf(choices ?? [], inside(place, "choices")).map(answerOf)];
  }
  const input = listOf(value, "input");
  const isResponse = textOf(value, "object") === "response";
  if (input === undefined && !isResponse) return undefined;
  const output = listOf(value, "output") ?? [];
  return [...elementsOf(input ?? [], inside(place, "input")), ...elementsOf(output, inside(place, "output"))];
}

function answerOf({ value, place }: Told): Told {
  const message = isObject(value) ? objectOf(value, "message") : undefined;
  return { value: message ?? value, place: inside(place, "message") };
}

function elementsOf(list: readonly JsonValue[], place: SourcePlace): Told[] {
  return list.map((value, index) => ({
    value,
    place: place.path === undefined ? place : { ...place, path: `${place.path}[${index}]` },
  }));
}

function inside(place: SourcePlace, name: string): SourcePlace {
  return place.path === undefined ? place : { ...place, path: `${place.path}.${name}` };
}

function kindOf(value: JsonObject): string {
  const role = textOf(value, "role");
  return role === undefined ? (textOf(value, "type") ?? "(no type)") : `role ${role}`;
}
