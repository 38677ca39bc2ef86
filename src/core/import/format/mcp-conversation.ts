/** What client and server of the Model Context Protocol say to each other: requests, and the answers that belong to them. */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { isObject } from "../../json/document.ts";
import { canonicalize } from "../../json/jcs.ts";
import type { CallNumber, ResultStatus } from "../record/call-table.ts";
import { type ImportContext, memberOf, objectOf, textOf } from "../record/format.ts";
import type { ImportRun } from "../record/run.ts";
import { isMarkedNumber, plainText, plainValue } from "../source/json.ts";
import type { SourcePlace } from "../source/place.ts";
import type { RecordFate } from "../source/tally.ts";

/** Client to server, or back. */
export type McpDirection = "c2s" | "s2c";

/** What a request waits for. */
type Waiting =
  | { readonly kind: "call"; readonly call: CallNumber; readonly same: string }
  | { readonly kind: "task"; readonly taskId: string }
  | { readonly kind: "input" }
  | { readonly kind: "resource"; readonly resource: Resource }
  | { readonly kind: "other" };

interface Resource {
  readonly id: string;
  readonly uri: string | undefined;
  readonly start: string | undefined;
  readonly place: SourcePlace;
}

/** A call that was answered by questions, until it is sent again. */
interface Asked {
  readonly call: CallNumber;
  readonly state: string | undefined;
  /** Name and arguments. */
  readonly same: string;
}

/** Where a message is. */
interface Seen {
  readonly direction: McpDirection | undefined;
  readonly time: string | undefined;
  readonly place: SourcePlace;
}

export class McpConversation {
  readonly #context: ImportContext;
  readonly #run: ImportRun;
  /** By direction and id: the server asks the client under the same numbers, and `7` is not `"7"`. */
  readonly #open = new Map<string, Waiting[]>();
  readonly #calls = new Map<string, CallNumber>();
  readonly #tasks = new Map<string, CallNumber>();
  #asked: Asked[] = [];
  #resources = 0;

  constructor(context: ImportContext) {
    this.#context = context;
    this.#run = context.run();
  }

  message(
    value: JsonValue,
    direction: McpDirection | undefined,
    time: string | undefined,
    place: SourcePlace,
  ): RecordFate {
    const { tally } = this.#context;
    if (!isObject(value)) return tally.malformed(place);
    if (value["jsonrpc"] !== "2.0") return tally.unknown("(no JSON-RPC)");
    const seen = { direction, time, place };
    const method = textOf(value, "method");
    if (method === undefined) return this.#response(value, seen);
    return Object.hasOwn(value, "id") ? this.#request(method, value, seen) : this.#notification(method, value, seen);
  }

  /** What was asked for and never came. */
  end(): void {
    for (const waiting of [...this.#open.values()].flat()) {
      if (waiting.kind === "resource") this.#looked(waiting.resource, undefined, undefined);
    }
  }

  #request(method: string, message: JsonObject, seen: Seen): RecordFate {
    const params = objectOf(message, "params");
    const key = keyOf(seen.direction, memberOf(message, "id"));
    switch (method) {
      case "tools/call":
        return this.#call(message, params, key, seen);
      case "resources/read": {
        if (params === undefined) return this.#context.tally.malformed(seen.place);
        this.#resources += 1;
        const { time, place } = seen;
        const resource = { id: `resource_${this.#resources}`, uri: textOf(params, "uri"), start: time, place };
        this.#wait(key, { kind: "resource", resource });
        return "mapped";
      }
      case "elicitation/create":
        this.#wait(key, { kind: "input" });
        this.#run.event("input_required", seen.time);
        return "mapped";
      case "tasks/result":
        this.#wait(key, { kind: "task", taskId: textOf(params ?? {}, "taskId") ?? "" });
        return "context";
      default:
        this.#wait(key, { kind: "other" });
        return method === "initialize" ? "mapped" : "context";
    }
  }

  #call(message: JsonObject, params: JsonObject | undefined, key: string, { time, place }: Seen): RecordFate {
    const tool = params === undefined ? undefined : textOf(params, "name");
    if (params === undefined || tool === undefined) return this.#context.tally.malformed(place);
    const args = memberOf(params, "arguments") ?? {};
    const same = `${tool} ${canonicalize(plainValue(args, { numbers: 0, surrogates: 0 }))}`;
    const asked = this.#answersTo(params, same);
    if (asked !== undefined) {
      this.#asked = this.#asked.filter((each) => each !== asked);
      this.#run.event("input_given", time, asked.call);
      this.#calls.set(key, asked.call);
      this.#wait(key, { kind: "call", call: asked.call, same });
      return "mapped";
    }
    const { call } = this.#run.call({ id: idText(memberOf(message, "id")), tool, args, time, place });
    this.#calls.set(key, call);
    this.#wait(key, { kind: "call", call, same });
    return "mapped";
  }

  /** The call that this request goes on with: it has its state, or else the answers to its questions. */
  #answersTo(params: JsonObject, same: string): Asked | undefined {
    const state = textOf(params, "requestState");
    if (state !== undefined) return this.#asked.find((each) => each.state === state);
    if (!Object.hasOwn(params, "inputResponses")) return undefined;
    return this.#asked.find((each) => each.state === undefined && each.same === same);
  }

  #response(message: JsonObject, seen: Seen): RecordFate {
    const id = memberOf(message, "id");
    const key = keyOf(oppositeOf(seen.direction), id);
    const waiting = this.#open.get(key)?.pop();
    if (this.#open.get(key)?.length === 0) this.#open.delete(key);
    const { time } = seen;
    switch (waiting?.kind) {
      case "call":
        return this.#answer(waiting.call, waiting.same, message, seen);
      case "task": {
        const call = this.#tasks.get(waiting.taskId);
        if (call === undefined) return "context";
        return this.#answer(call, "", message, seen);
      }
      case "input":
        this.#run.event("input_given", time);
        return "mapped";
      case "resource":
        this.#looked(waiting.resource, memberOf(objectOf(message, "result") ?? {}, "contents"), time);
        return "mapped";
      case "other":
        return "context";
      default:
        return this.#unasked(message, key, seen);
    }
  }

  #answer(call: CallNumber, same: string, message: JsonObject, { time, place }: Seen): RecordFate {
    const result = memberOf(message, "result");
    const object = isObject(result) ? result : {};
    if (object["resultType"] === "input_required") {
      this.#asked.push({ call, state: textOf(object, "requestState"), same });
      this.#run.event("input_required", time, call);
      return "mapped";
    }
    const taskId = textOf(objectOf(object, "task") ?? {}, "taskId");
    if (taskId !== undefined) {
      this.#tasks.set(taskId, call);
      this.#run.event("task_created", time, call);
      return "mapped";
    }
    const answer = { ...answerOf(message), time, place };
    if (this.#run.calls.isAnswered(call)) return this.#run.repeatedAnswer(call, answer);
    this.#run.answer(call, answer);
    return "mapped";
  }

  /** A response that answers nothing that is open. */
  #unasked(message: JsonObject, key: string, { time, place }: Seen): RecordFate {
    const answer = { ...answerOf(message), time, place };
    const call = this.#calls.get(key);
    if (call !== undefined && this.#run.calls.isAnswered(call)) return this.#run.repeatedAnswer(call, answer);
    const content = memberOf(objectOf(message, "result") ?? {}, "content");
    if (!Array.isArray(content)) return "context";
    return this.#run.orphan({ id: idText(memberOf(message, "id")) ?? "", ...answer });
  }

  #notification(method: string, message: JsonObject, { direction, time }: Seen): RecordFate {
    if (method !== "notifications/cancelled") return "context";
    const call = this.#calls.get(keyOf(direction, memberOf(objectOf(message, "params") ?? {}, "requestId")));
    if (call === undefined) return "context";
    this.#run.event("cancelled", time, call);
    return "mapped";
  }

  #looked({ id, uri, start, place }: Resource, content: JsonValue | undefined, end: string | undefined): void {
    this.#run.reference({ id, type: "mcp_resource", locator: uri ?? "", query: uri, content, start, end, place });
  }

  #wait(key: string, waiting: Waiting): void {
    const open = this.#open.get(key);
    if (open === undefined) this.#open.set(key, [waiting]);
    else open.push(waiting);
  }
}

function answerOf(message: JsonObject): { status: ResultStatus; result: JsonValue | undefined } {
  const error = memberOf(message, "error");
  if (error !== undefined) return { status: "error", result: { error } };
  const result = memberOf(message, "result");
  return { status: isObject(result) && result["isError"] === true ? "error" : "ok", result };
}

function keyOf(direction: McpDirection | undefined, id: JsonValue | undefined): string {
  const type = isMarkedNumber(id) ? "number" : typeof id;
  return `${direction ?? ""} ${type} ${idText(id) ?? ""}`;
}

function oppositeOf(direction: McpDirection | undefined): McpDirection | undefined {
  if (direction === undefined) return undefined;
  return direction === "c2s" ? "s2c" : "c2s";
}

/** The text of a request's id. */
function idText(id: JsonValue | undefined): string | undefined {
  if (typeof id === "string") return plainText(id);
  return typeof id === "number" ? String(id) : undefined;
}
