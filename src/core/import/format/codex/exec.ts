/** `codex exec --json`: items of a thread, stated when they begin and when they are done. */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import type { CallNumber } from "../../record/call-table.ts";
import { type ImportContext, idOf, memberOf, objectOf, textOf } from "../../record/format.ts";
import { errorPayload } from "../../record/payload.ts";
import type { ImportRun } from "../../record/run.ts";
import type { SourcePlace } from "../../source/place.ts";
import type { RecordFate } from "../../source/tally.ts";
import { itemStatus } from "./outcome.ts";

const CALL_ITEMS: ReadonlySet<string> = new Set(["command_execution", "mcp_tool_call", "file_change", "web_search"]);
const CONTEXT_ITEMS: ReadonlySet<string> = new Set(["agent_message", "reasoning", "todo_list", "error"]);

export function isExecType(type: string): boolean {
  return type === "error" || type === "thread.started" || type.startsWith("item.") || type.startsWith("turn.");
}

export class ExecReader {
  readonly #context: ImportContext;
  readonly #first: ImportRun;
  #run: ImportRun;
  /** Item ids begin again with each thread: calls before this one are not its. */
  #firstCall: CallNumber = 0;

  constructor(context: ImportContext, run: ImportRun) {
    this.#context = context;
    this.#first = run;
    this.#run = run;
  }

  take(type: string, value: JsonObject, time: string | undefined, place: SourcePlace): RecordFate {
    if (type === "thread.started") return this.#thread(value, place);
    if (!type.startsWith("item.")) return "context";
    const { tally } = this.#context;
    if (type !== "item.started" && type !== "item.completed" && type !== "item.updated") return tally.unknown(type);
    const item = objectOf(value, "item");
    if (item === undefined) return tally.malformed(place);
    if (type === "item.updated") return "context";
    const kind = textOf(item, "type") ?? "(no type)";
    if (CONTEXT_ITEMS.has(kind)) return "context";
    if (!CALL_ITEMS.has(kind)) return tally.unknown(`${type} ${kind}`);
    if (type === "item.completed") return this.#completed(kind, item, time, place);
    this.#call(kind, item, time, place);
    return "mapped";
  }

  #thread(value: JsonObject, place: SourcePlace): RecordFate {
    const id = textOf(value, "thread_id");
    if (id === undefined || id === "") return this.#context.tally.malformed(place);
    // The first thread is the run that is there: it gets its id.
    this.#first.setSourceId(id);
    this.#run = this.#first.sourceId === id ? this.#first : this.#context.run(id);
    this.#firstCall = this.#run.calls.calls;
    return "mapped";
  }

  #call(kind: string, item: JsonObject, time: string | undefined, place: SourcePlace): CallNumber {
    const tool =
      kind === "mcp_tool_call" ? `mcp__${textOf(item, "server") ?? ""}__${textOf(item, "tool") ?? ""}` : kind;
    return this.#run.call({ id: idOf(item, "id"), tool, args: argsOf(kind, item), time, place }).call;
  }

  #completed(kind: string, item: JsonObject, time: string | undefined, place: SourcePlace): RecordFate {
    const run = this.#run;
    const result = { status: itemStatus(item) ?? "completed", result: resultOf(kind, item), time, place } as const;
    const id = idOf(item, "id");
    const isKnown = id !== undefined && run.calls.find(id, (call) => call >= this.#firstCall) !== undefined;
    if (isKnown) return run.result({ id, firstCall: this.#firstCall, ...result });
    run.answer(this.#call(kind, item, time, place), result);
    return "mapped";
  }
}

function argsOf(kind: string, item: JsonObject): JsonValue | undefined {
  switch (kind) {
    case "command_execution":
      return picked(item, "command");
    case "file_change":
      return picked(item, "changes");
    case "web_search":
      return picked(item, "query");
    default:
      return memberOf(item, "arguments");
  }
}

function resultOf(kind: string, item: JsonObject): JsonValue | undefined {
  if (kind === "command_execution") return picked(item, "aggregated_output", "exit_code");
  if (kind !== "mcp_tool_call") return undefined;
  const [result, error] = [memberOf(item, "result") ?? undefined, memberOf(item, "error") ?? undefined];
  return error === undefined ? result : errorPayload(result, error);
}

/** Those of the members that are there. */
function picked(item: JsonObject, ...names: readonly string[]): JsonObject | undefined {
  const there = names.filter((name) => Object.hasOwn(item, name));
  return there.length === 0 ? undefined : Object.fromEntries(there.map((name) => [name, item[name] as JsonValue]));
}
