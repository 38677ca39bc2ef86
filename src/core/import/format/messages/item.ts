/** Items of the Responses API. Their `status` says that the item is whole, and of a hosted tool alone how the call went. */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import type { ResultStatus } from "../../record/call-table.ts";
import { idOf, memberOf, textOf } from "../../record/format.ts";
import { errorPayload, JsonText, type PayloadValue } from "../../record/payload.ts";
import type { RecordFate } from "../../source/tally.ts";
import type { Taken } from "./taken.ts";

/** Answered by the caller, in an item `…_output`. */
const CALLS: ReadonlySet<string> = new Set([
  "function_call",
  "custom_tool_call",
  "local_shell_call",
  "shell_call",
  "apply_patch_call",
  "computer_call",
]);
const OUTPUTS: ReadonlySet<string> = new Set([...CALLS].map((type) => `${type}_output`));
const HOSTED_CALLS: ReadonlySet<string> = new Set(["web_search_call", "file_search_call", "code_interpreter_call"]);
const HOSTED_STATUSES: ReadonlyMap<string, ResultStatus> = new Map([
  ["completed", "ok"],
  ["failed", "error"],
  ["incomplete", "error"],
]);
/** Known, and nothing is in them. */
const ABOUT_CALLS: ReadonlySet<string> = new Set(["mcp_list_tools", "mcp_approval_request", "mcp_approval_response"]);
const CONTEXT: ReadonlySet<string> = new Set([...ABOUT_CALLS, "message", "reasoning", "compaction", "item_reference"]);

/** Whether only the Responses API has items of the type. */
export function isCallItem(type: string): boolean {
  return type === "mcp_call" || CALLS.has(type) || OUTPUTS.has(type) || HOSTED_CALLS.has(type) || ABOUT_CALLS.has(type);
}

export function isItem(type: string): boolean {
  return CONTEXT.has(type) || isCallItem(type);
}

/** The fate of an item; `undefined` where its type is not known. */
export function takeItem(type: string, taken: Taken): RecordFate | undefined {
  if (CONTEXT.has(type)) return "context";
  if (CALLS.has(type)) return takeCall(type, taken);
  if (OUTPUTS.has(type)) return takeOutput(taken);
  if (type === "mcp_call") return takeMcpCall(taken);
  return HOSTED_CALLS.has(type) ? takeHostedCall(type, taken) : undefined;
}

function takeCall(type: string, { run, value, time, place }: Taken): RecordFate {
  const name = ["arguments", "input", "operation", "action"].find((each) => Object.hasOwn(value, each));
  const args = name === undefined ? undefined : memberOf(value, name);
  const tool = textOf(value, "name") ?? withoutCall(type);
  // Its `id` is the item's, which no output names.
  const id = idOf(value, "call_id");
  run.call({ id, tool, args: name === "arguments" ? jsonText(args) : args, time, place });
  return "mapped";
}

function takeOutput({ run, value, time, place }: Taken): RecordFate {
  const id = idOf(value, "call_id");
  const result = { status: "completed", result: memberOf(value, "output"), time, place } as const;
  return id === undefined ? run.resultWithoutId(undefined, result) : run.result({ id, ...result });
}

function takeMcpCall({ run, value, time, place }: Taken): RecordFate {
  const tool = `mcp__${textOf(value, "server_label") ?? ""}__${textOf(value, "name") ?? ""}`;
  const args = jsonText(memberOf(value, "arguments"));
  const { call } = run.call({ id: idOf(value, "id"), tool, args, time, place });
  const [output, error] = [memberOf(value, "output") ?? undefined, memberOf(value, "error") ?? undefined];
  if (error !== undefined) run.answer(call, { status: "error", result: errorPayload(output, error), time, place });
  else if (output !== undefined) run.answer(call, { status: "ok", result: output, time, place });
  return "mapped";
}

function takeHostedCall(type: string, { run, value, time, place }: Taken): RecordFate {
  const { call } = run.call({
    id: idOf(value, "id"),
    tool: withoutCall(type),
    args: hostedArgs(type, value),
    time,
    place,
  });
  const status = HOSTED_STATUSES.get(textOf(value, "status") ?? "");
  if (status !== undefined) run.answer(call, { status, result: hostedResult(type, value), time, place });
  return "mapped";
}

function hostedArgs(type: string, value: JsonObject): JsonValue | undefined {
  if (type === "web_search_call") return memberOf(value, "action");
  const name = type === "file_search_call" ? "queries" : "code";
  const member = memberOf(value, name);
  return member === undefined ? undefined : { [name]: member };
}

function hostedResult(type: string, value: JsonObject): JsonValue | undefined {
  if (type === "web_search_call") return undefined;
  return memberOf(value, type === "file_search_call" ? "results" : "outputs") ?? undefined;
}

function withoutCall(type: string): string {
  return type.replace(/_call$/, "");
}

function jsonText(value: JsonValue | undefined): PayloadValue | undefined {
  return typeof value === "string" ? new JsonText(value) : value;
}
