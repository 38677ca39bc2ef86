/** Items of the Responses API, as Codex keeps them: calls and their outputs. */
import type { JsonObject } from "../../../../schema/document/primitives.ts";
import type { ResultStatus } from "../../record/call-table.ts";
import { idOf, memberOf, textOf } from "../../record/format.ts";
import { JsonText, type PayloadValue } from "../../record/payload.ts";
import type { ImportRun } from "../../record/run.ts";
import type { SourcePlace } from "../../source/place.ts";
import type { RecordFate } from "../../source/tally.ts";
import { outputStatus } from "./outcome.ts";

const CONTEXT_ITEMS: ReadonlySet<string> = new Set([
  "message",
  "reasoning",
  "ghost_snapshot",
  "image_generation_call",
  "agent_message",
  "compaction",
  "compaction_summary",
  "compaction_trigger",
  "context_compaction",
]);
const CALL_ITEMS: ReadonlySet<string> = new Set([
  "function_call",
  "custom_tool_call",
  "local_shell_call",
  "tool_search_call",
  "web_search_call",
]);
const OUTPUT_ITEMS: ReadonlyMap<string, string> = new Map([
  ["function_call_output", "output"],
  ["custom_tool_call_output", "output"],
  ["tool_search_output", "tools"],
]);
const SEARCH_STATUSES: ReadonlyMap<string, ResultStatus> = new Map([
  ["completed", "ok"],
  ["failed", "error"],
]);

/** An item of a rollout, out of a value or a line. */
export interface CodexItem {
  readonly type: string;
  /** Of one out of a line: the texts that are asked of it. */
  readonly value: JsonObject;
  /** The arguments of a call, or its output; `undefined` where there is none. */
  readonly long: PayloadValue | undefined;
  /** Of a long text out of a line: how it begins, as it stands in JSON. */
  readonly beginning: string | undefined;
}

/** Whether it is neither a call nor an output: nothing of it is asked for. */
export function isContextItem(type: string): boolean {
  return CONTEXT_ITEMS.has(type);
}

/** The member of an item of the type that is recorded, and may be long. */
export function longMemberOf(type: string): string | undefined {
  const output = OUTPUT_ITEMS.get(type);
  if (output !== undefined) return output;
  if (type === "custom_tool_call") return "input";
  if (type === "function_call" || type === "tool_search_call") return "arguments";
  return CALL_ITEMS.has(type) ? "action" : undefined;
}

export function itemOf(type: string, value: JsonObject): CodexItem {
  const name = longMemberOf(type);
  const long = name === undefined ? undefined : memberOf(value, name);
  const isJson = name === "arguments" && typeof long === "string";
  return { type, value, long: isJson ? new JsonText(long) : long, beginning: undefined };
}

export function isItemType(type: string): boolean {
  return CONTEXT_ITEMS.has(type) || CALL_ITEMS.has(type) || OUTPUT_ITEMS.has(type);
}

/** The fate of an item; `undefined` where its type is not known. */
export function takeItem(
  run: ImportRun,
  item: CodexItem,
  time: string | undefined,
  place: SourcePlace,
): RecordFate | undefined {
  const { type, value, long: args } = item;
  if (CONTEXT_ITEMS.has(type)) return "context";
  if (OUTPUT_ITEMS.has(type)) return takeOutput(run, item, time, place);
  if (!CALL_ITEMS.has(type)) return undefined;
  const id = type === "web_search_call" ? idOf(value, "id") : (idOf(value, "call_id") ?? idOf(value, "id"));
  const { call } = run.call({ id, tool: toolOf(type, value), args, time, place });
  const status = type === "web_search_call" ? SEARCH_STATUSES.get(textOf(value, "status") ?? "") : undefined;
  if (status !== undefined) run.answer(call, { status, result: undefined, time, place });
  return "mapped";
}

function takeOutput(run: ImportRun, item: CodexItem, time: string | undefined, place: SourcePlace): RecordFate {
  const { value, long: output, beginning } = item;
  const id = idOf(value, "call_id");
  const status = outputStatus(output, id === undefined ? "" : run.toolOf(id), beginning);
  const result = { status, result: output, time, place };
  return id === undefined ? run.resultWithoutId(undefined, result) : run.result({ id, ...result });
}

function toolOf(type: string, item: JsonObject): string {
  if (type !== "function_call" && type !== "custom_tool_call") return type.replace(/_call$/, "");
  const name = textOf(item, "name") ?? "";
  const namespace = textOf(item, "namespace") ?? "";
  return namespace === "" ? name : `${namespace}__${name}`;
}
