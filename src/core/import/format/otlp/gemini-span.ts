/**
 * The spans of Gemini CLI's own telemetry, as 0.61 writes them. Their status is OK whenever the program itself did not fail, also for a
 * tool that did: how a call went stands in what the span was given and gave, which is JSON text, and cut where it is long.
 */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import { isObject } from "../../../json/document.ts";
import type { ResultStatus } from "../../record/call-table.ts";
import { listOf, objectOf, textOf } from "../../record/format.ts";
import { readJsonText } from "../../source/json.ts";
import { type SpanCall, valuePayload } from "../../trace/span-facts.ts";
import type { Attributes } from "./any-value.ts";

const STATUSES: ReadonlyMap<string, ResultStatus> = new Map([
  ["success", "ok"],
  ["error", "error"],
  ["cancelled", "cancelled"],
]);

/** Whether it is a call of Gemini CLI, whose words are not those of the conventions. */
export function isGeminiCall(attributes: Attributes): boolean {
  return (
    attributes.text("gen_ai.operation.name") === "tool_call" && attributes.text("gen_ai.agent.name") === "gemini-cli"
  );
}

/** The call with what its span was given and gave. An error of the program itself stands. */
export function geminiCall(call: SpanCall, attributes: Attributes): SpanCall {
  const given = objectText(attributes, "gen_ai.input.messages");
  const args = call.args ?? valuePayload(given && objectOf(given, "args"));
  const { outcome } = call;
  if (outcome === undefined || outcome.status === "error") return { ...call, args };
  const gave = objectText(attributes, "gen_ai.output.messages");
  const status = STATUSES.get((gave && textOf(gave, "status")) ?? "") ?? "completed";
  const result = outcome.result ?? valuePayload(answerOf(gave));
  return { ...call, args, outcome: { ...outcome, status, result } };
}

function objectText(attributes: Attributes, name: string): JsonObject | undefined {
  const text = attributes.text(name);
  const read = text === undefined ? undefined : readJsonText(text);
  const value = typeof read === "object" ? read.value : undefined;
  return isObject(value) ? value : undefined;
}

/** The one answer of the tool is what it gave; more parts are kept as they are. */
function answerOf(gave: JsonObject | undefined): JsonValue | undefined {
  const response = gave && objectOf(gave, "response");
  const parts = response && listOf(response, "responseParts");
  if (parts === undefined) return undefined;
  const [part, ...others] = parts;
  const answer = isObject(part) && others.length === 0 ? objectOf(part, "functionResponse") : undefined;
  return (answer && objectOf(answer, "response")) ?? (parts as JsonValue);
}
