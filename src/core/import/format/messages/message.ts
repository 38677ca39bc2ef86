/** Messages of a conversation, by their role. */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import { isObject } from "../../../json/document.ts";
import type { ResultStatus } from "../../record/call-table.ts";
import { idOf, listOf, memberOf, objectOf, textOf } from "../../record/format.ts";
import { JsonText, type PayloadValue } from "../../record/payload.ts";
import type { RecordFate } from "../../source/tally.ts";
import type { Taken } from "./taken.ts";

/** LangChain's types, where there is no role. */
const TYPE_ROLES: ReadonlyMap<string, string> = new Map([
  ["ai", "assistant"],
  ["human", "user"],
  ["tool", "tool"],
  ["function", "function"],
  ["system", "system"],
]);
const CALL_BLOCKS: ReadonlySet<string> = new Set(["tool_use", "server_tool_use", "mcp_tool_use"]);

export function roleOf(value: JsonObject): string | undefined {
  const role = textOf(value, "role");
  if (role !== undefined || !Object.hasOwn(value, "content")) return role;
  return TYPE_ROLES.get(textOf(value, "type") ?? "");
}

/** The fate of a message; `undefined` where its role is not known. */
export function takeMessage(role: string, taken: Taken): RecordFate | undefined {
  switch (role) {
    case "assistant":
    case "user":
      return takeTurn(role, taken);
    case "tool":
    case "function":
      return takeAnswer(role, taken);
    case "system":
    case "developer":
      return "context";
    default:
      return undefined;
  }
}

/** What a message gave. */
interface Gains {
  mapped: number;
  duplicate: number;
  malformed: number;
}

function takeTurn(role: "assistant" | "user", taken: Taken): RecordFate {
  const gains: Gains = { mapped: 0, duplicate: 0, malformed: 0 };
  const blocks = takeBlocks(role, taken, gains);
  takeToolCalls(taken, blocks, gains);
  if (role === "assistant") takeFunctionCall(taken, gains);
  if (gains.mapped > 0) return "mapped";
  if (gains.malformed > 0) return taken.tally.malformed(taken.place);
  return gains.duplicate > 0 ? "duplicate" : "context";
}

/** Anthropic's content blocks. Returns the ids of the calls among them. */
function takeBlocks(role: "assistant" | "user", { run, value, time, place }: Taken, gains: Gains): Set<string> {
  const ids = new Set<string>();
  for (const block of listOf(value, "content") ?? []) {
    if (!isObject(block)) continue;
    const type = textOf(block, "type") ?? "";
    if (role === "assistant" && CALL_BLOCKS.has(type)) {
      const id = idOf(block, "id");
      if (id !== undefined) ids.add(id);
      run.call({ id, tool: blockTool(type, block), args: memberOf(block, "input"), time, place });
      gains.mapped += 1;
    } else if (type === "tool_result" ? role === "user" : type.endsWith("_tool_result")) {
      const id = idOf(block, "tool_use_id");
      const result = { status: blockStatus(block), result: memberOf(block, "content"), time, place };
      gains[id === undefined ? run.resultWithoutId(undefined, result) : run.result({ id, ...result })] += 1;
    }
  }
  return ids;
}

function blockTool(type: string, block: JsonObject): string {
  const name = textOf(block, "name") ?? "";
  return type === "mcp_tool_use" ? `mcp__${textOf(block, "server_name") ?? ""}__${name}` : name;
}

function blockStatus(block: JsonObject): ResultStatus {
  const content = objectOf(block, "content");
  const isError = memberOf(block, "is_error") === true || (content && textOf(content, "type")?.endsWith("_error"));
  return isError === true ? "error" : "ok";
}

/** LangChain has the calls of Anthropic's blocks here once more. */
function takeToolCalls({ run, value, time, place }: Taken, blocks: ReadonlySet<string>, gains: Gains): void {
  for (const entry of listOf(value, "tool_calls") ?? []) {
    const stated = isObject(entry) ? toolCallOf(entry) : undefined;
    if (stated === undefined) {
      gains.malformed += 1;
      continue;
    }
    const id = idOf(entry as JsonObject, "id");
    if (id !== undefined && blocks.has(id)) continue;
    run.call({ id, ...stated, time, place });
    gains.mapped += 1;
  }
}

interface ToldCall {
  readonly tool: string;
  readonly args: PayloadValue | undefined;
}

function toolCallOf(entry: JsonObject): ToldCall | undefined {
  const called = objectOf(entry, "function");
  if (called !== undefined) return functionOf(called);
  const custom = objectOf(entry, "custom");
  if (custom !== undefined) return { tool: textOf(custom, "name") ?? "", args: memberOf(custom, "input") };
  const tool = textOf(entry, "name");
  const args = Object.hasOwn(entry, "args") ? memberOf(entry, "args") : memberOf(entry, "arguments");
  return tool === undefined ? undefined : { tool, args };
}

function functionOf(called: JsonObject): ToldCall {
  const args: JsonValue | undefined = memberOf(called, "arguments");
  return { tool: textOf(called, "name") ?? "", args: typeof args === "string" ? new JsonText(args) : args };
}

/** As calls were before there were several of them. */
function takeFunctionCall({ run, value, time, place }: Taken, gains: Gains): void {
  const called = objectOf(value, "function_call");
  if (called === undefined) return;
  run.call({ id: undefined, ...functionOf(called), time, place });
  gains.mapped += 1;
}

function takeAnswer(role: "tool" | "function", { run, value, time, place }: Taken): RecordFate {
  const id = role === "tool" ? answeredId(value) : undefined;
  const result = { status: answerStatus(value), result: memberOf(value, "content"), time, place };
  return id === undefined ? run.resultWithoutId(idOf(value, "name"), result) : run.result({ id, ...result });
}

function answeredId(value: JsonObject): string | undefined {
  const id = idOf(value, "tool_call_id");
  if (id !== undefined) return id;
  const ids = listOf(value, "tool_call_ids") ?? [];
  const [first] = ids;
  if (ids.length === 1 && typeof first === "string" && first !== "") return first;
  // tau2: who asked for it stands beside.
  return Object.hasOwn(value, "requestor") ? idOf(value, "id") : undefined;
}

function answerStatus(value: JsonObject): ResultStatus {
  const error = memberOf(value, "error");
  if (typeof error === "boolean") return error ? "error" : "ok";
  const status = textOf(value, "status");
  if (status === "success") return "ok";
  return status === "error" ? "error" : "completed";
}
