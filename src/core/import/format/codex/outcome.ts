/** How a call of Codex went: stated by events, by the output's own flag, or by the exit code that the program writes into it. */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import { isObject } from "../../../json/document.ts";
import type { ResultStatus } from "../../record/call-table.ts";
import { memberOf, objectOf, textOf } from "../../record/format.ts";
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

/** What an item's `status` says. */
export function itemStatus(item: JsonObject): ResultStatus | undefined {
  return ITEM_STATUSES.get(textOf(item, "status") ?? "");
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

/** What an output says of itself, where it is of this tool. */
export function outputStatus(output: JsonValue | undefined, tool: string): ResultStatus {
  if (isObject(output)) return flagStatus(memberOf(output, "success")) ?? "completed";
  if (typeof output !== "string" || !SHELL_TOOLS.has(tool)) return "completed";
  return exitStatus(metadataExitCode(output)) ?? headerStatus(output) ?? "completed";
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
