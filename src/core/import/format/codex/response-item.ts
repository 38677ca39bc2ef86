/** Items of the Responses API, as Codex keeps them: calls and their outputs. */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
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

export function isItemType(type: string): boolean {
  return CONTEXT_ITEMS.has(type) || CALL_ITEMS.has(type) || OUTPUT_ITEMS.has(type);
}

/** The fate of an item; `undefined` where its type is not known. */
export function takeItem(
  run: ImportRun,
  type: string,
  item: JsonObject,
  time: string | undefined,
  place: SourcePlace,
): RecordFate | undefined {
  if (CONTEXT_ITEMS.has(type)) return "context";
  const output = OUTPUT_ITEMS.get(type);
  if (output !== undefined) return takeOutput(run, item, memberOf(item, output), time, place);
  if (!CALL_ITEMS.has(type)) return undefined;
  const id = type === "web_search_call" ? idOf(item, "id") : (idOf(item, "call_id") ?? idOf(item, "id"));
  const { call } = run.call({ id, tool: toolOf(type, item), args: argsOf(type, item), time, place });
  const status = type === "web_search_call" ? SEARCH_STATUSES.get(textOf(item, "status") ?? "") : undefined;
  if (status !== undefined) run.answer(call, { status, result: undefined, time, place });
  return "mapped";
}

function takeOutput(
  run: ImportRun,
  item: JsonObject,
  output: JsonValue | undefined,
  time: string | undefined,
  place: SourcePlace,
): RecordFate {
  const id = idOf(item, "call_id");
  const status = outputStatus(output, id === undefined ? "" : run.toolOf(id));
  const result = { status, result: output, time, place };
  return id === undefined ? run.resultWithoutId(undefined, result) : run.result({ id, ...result });
}

function toolOf(type: string, item: JsonObject): string {
  if (type !== "function_call" && type !== "custom_tool_call") return type.replace(/_call$/, "");
  const name = textOf(item, "name") ?? "";
  const namespace = textOf(item, "namespace") ?? "";
  return namespace === "" ? name : `${namespace}__${name}`;
}

function argsOf(type: string, item: JsonObject): PayloadValue | undefined {
  if (type === "custom_tool_call") return memberOf(item, "input");
  if (type !== "function_call" && type !== "tool_search_call") return memberOf(item, "action");
  const args = memberOf(item, "arguments");
  return typeof args === "string" ? new JsonText(args) : args;
}
