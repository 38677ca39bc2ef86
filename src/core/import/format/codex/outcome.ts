/** How a call of Codex went: stated by events, by the output's own flag, or by the exit code that the program writes into it. */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import { isObject } from "../../../json/document.ts";
import type { ResultStatus } from "../../record/call-table.ts";
import { memberOf, objectOf, textOf } from "../../record/format.ts";
import { JsonToken, type PayloadValue } from "../../record/payload.ts";
import { readJsonText } from "../../source/json.ts";

/** Tools whose output begins with words of the program, and not of the tool. */
const SHELL_TOOLS: ReadonlySet<string> = new Set([
  "shell",
  "shell_command",
  "container.exec",
  "local_shell",
  "exec_command",
  "write_stdin",
  "apply_patch",
]);
const ITEM_KINDS: ReadonlySet<string> = new Set(["CommandExecution", "McpToolCall", "FileChange"]);
const ITEM_STATUSES: ReadonlyMap<string, ResultStatus> = new Map([
  ["completed", "ok"],
  ["failed", "error"],
  ["declined", "denied"],
]);
const EXIT_LINE = /^(?:Exit code:|Process exited with code) (-?\d+)$/;
const OUTPUT_LINE = "Output:";
const OUTPUT_IN_JSON = `\\n${OUTPUT_LINE}\\n`;

/** What an item's `status` says. */
export function itemStatus(item: JsonObject): ResultStatus | undefined {
  return ITEM_STATUSES.get(textOf(item, "status") ?? "");
}

/** Types of an `event_msg` that tell the status of a call. */
const STATUS_EVENTS: ReadonlySet<string> = new Set([
  "item_completed",
  "exec_command_end",
  "patch_apply_end",
  "mcp_tool_call_end",
]);

/** Whether an `event_msg` of the type may tell the status of a call. */
export function tellsStatus(type: string): boolean {
  return STATUS_EVENTS.has(type);
}

/** The call that an `event_msg` tells the status of. */
export function eventStatus(event: JsonObject): { readonly id: string; readonly status: ResultStatus } | undefined {
  const item = objectOf(event, "item");
  const type = textOf(event, "type");
  if (type === "item_completed") {
    const isCall = item !== undefined && ITEM_KINDS.has(textOf(item, "type") ?? "");
    return isCall ? stated(textOf(item, "id"), itemStatus(item)) : undefined;
  }
  return stated(textOf(event, "call_id"), endStatus(type, event));
}

function stated(id: string | undefined, status: ResultStatus | undefined): ReturnType<typeof eventStatus> {
  return id === undefined || status === undefined ? undefined : { id, status };
}

function endStatus(type: string | undefined, event: JsonObject): ResultStatus | undefined {
  if (type === "exec_command_end") return exitStatus(memberOf(event, "exit_code"));
  if (type === "patch_apply_end") return flagStatus(memberOf(event, "success"));
  if (type !== "mcp_tool_call_end") return undefined;
  const result = objectOf(event, "result") ?? {};
  if (Object.hasOwn(result, "Err")) return "error";
  const answer = objectOf(result, "Ok");
  return answer && (memberOf(answer, "isError") === true ? "error" : "ok");
}

/** What an output says of itself, where it is of this tool. `beginning`: of a text out of a line, as it stands in JSON. */
export function outputStatus(output: PayloadValue | undefined, tool: string, beginning = ""): ResultStatus {
  const isShell = SHELL_TOOLS.has(tool);
  if (output instanceof JsonToken) {
    return isShell ? (beginningStatus(beginning) ?? textStatus(output.value() as string)) : "completed";
  }
  const value = output as JsonValue | undefined;
  if (isObject(value)) return flagStatus(memberOf(value, "success")) ?? "completed";
  return isShell && typeof value === "string" ? textStatus(value) : "completed";
}

function textStatus(output: string): ResultStatus {
  return exitStatus(metadataExitCode(output)) ?? headerStatus(output) ?? "completed";
}

/** Where a text begins with all that the program says, the rest of it is not looked at. */
function beginningStatus(beginning: string): ResultStatus | undefined {
  const end = beginning.indexOf(OUTPUT_IN_JSON);
  if (end < 0) return undefined;
  const lines = `${beginning.slice(0, end)}\\n${OUTPUT_LINE}`;
  const plain = lines.replaceAll("\\n", "\n");
  // The backslash that was found may be one that is escaped itself.
  const header = plain.includes("\\") ? (JSON.parse(`"${lines}"`) as string) : plain;
  if (!header.endsWith(`\n${OUTPUT_LINE}`) || header.trimStart().startsWith("{")) return undefined;
  return headerStatus(header) ?? "completed";
}

function metadataExitCode(output: string): JsonValue | undefined {
  if (!output.trimStart().startsWith("{")) return undefined;
  const read = readJsonText(output);
  const value = typeof read === "string" ? undefined : read.value;
  const metadata = isObject(value) ? objectOf(value, "metadata") : undefined;
  return metadata && memberOf(metadata, "exit_code");
}

/** Only above the line `Output:`: below it the tool speaks. */
function headerStatus(output: string): ResultStatus | undefined {
  let status: ResultStatus | undefined;
  for (let start = 0; ; ) {
    const end = output.indexOf("\n", start);
    const line = output.slice(start, end < 0 ? undefined : end);
    if (line === OUTPUT_LINE) return status;
    const code = EXIT_LINE.exec(line)?.[1];
    if (code !== undefined) status ??= exitStatus(Number(code));
    if (end < 0) return undefined;
    start = end + 1;
  }
}

function exitStatus(code: JsonValue | undefined): ResultStatus | undefined {
  if (typeof code !== "number") return undefined;
  return code === 0 ? "ok" : "error";
}

function flagStatus(flag: JsonValue | undefined): ResultStatus | undefined {
  if (typeof flag !== "boolean") return undefined;
  return flag ? "ok" : "error";
}
