/** Spans of tool calls, by the conventions of those that write them. */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import { isObject } from "../../../json/document.ts";
import { RESULT_STATUSES, type ResultStatus } from "../../record/call-table.ts";
import { listOf, memberOf, objectOf, textOf } from "../../record/format.ts";
import { errorPayload } from "../../record/payload.ts";
import { readJsonText } from "../../source/json.ts";
import type { SpanCall, SpanPayload } from "../../trace/span-facts.ts";
import { Attributes } from "./any-value.ts";
import { geminiCall, isGeminiCall } from "./gemini-span.ts";
import { type NanosecondTime, timeOf } from "./stamp.ts";

/** A span as its formats see it. */
export interface OtlpSpan {
  readonly span: JsonObject;
  readonly id: string | undefined;
  readonly name: string;
  readonly attributes: Attributes;
  readonly start: NanosecondTime;
  readonly end: NanosecondTime;
}

/** Where a convention has what a call says: the first attribute that is there. */
interface Convention {
  fits(name: string, attributes: Attributes): boolean;
  readonly tool: readonly string[];
  /** What the span's name begins with, before the tool's. */
  readonly prefix?: string;
  readonly id: readonly string[];
  readonly args: readonly string[];
  readonly result: readonly string[];
  /** Text is JSON only where an attribute says so. */
  readonly hasMimeTypes?: boolean;
}

const EXECUTE_TOOL = "execute_tool ";
const MCP_CALL = "tools/call";

/** The first that fits decides. */
const CONVENTIONS: readonly Convention[] = [
  {
    fits(name, attributes) {
      if (!attributes.has("gen_ai.operation.name")) return name.startsWith(EXECUTE_TOOL);
      const operation = attributes.text("gen_ai.operation.name");
      return operation === "execute_tool" || operation === "tool_call";
    },
    tool: ["gen_ai.tool.name"],
    prefix: EXECUTE_TOOL,
    id: ["gen_ai.tool.call.id", "gen_ai.tool.call_id"],
    args: ["gen_ai.tool.call.arguments", "tool_arguments", "gcp.vertex.agent.tool_call_args"],
    result: ["gen_ai.tool.call.result", "tool_response", "gcp.vertex.agent.tool_response"],
  },
  {
    fits: (_, attributes) => attributes.text("openinference.span.kind") === "TOOL",
    tool: ["tool.name"],
    id: ["tool.id", "tool_call.id"],
    args: ["input.value"],
    result: ["output.value"],
    hasMimeTypes: true,
  },
  {
    fits: (_, attributes) => attributes.text("traceloop.span.kind") === "tool",
    tool: ["traceloop.entity.name"],
    id: [],
    args: ["traceloop.entity.input"],
    result: ["traceloop.entity.output"],
  },
  {
    fits: (name, attributes) => attributes.text("ai.operationId") === "ai.toolCall" || name === "ai.toolCall",
    tool: ["ai.toolCall.name"],
    id: ["ai.toolCall.id"],
    args: ["ai.toolCall.args"],
    result: ["ai.toolCall.result"],
  },
  {
    fits: (_, attributes) => attributes.text("langfuse.observation.type") === "tool",
    tool: [],
    id: [],
    args: ["langfuse.observation.input"],
    result: ["langfuse.observation.output"],
  },
  {
    fits: (_, attributes) => isMcpCall(attributes),
    tool: ["gen_ai.tool.name", "mcp.tool.name"],
    prefix: `${MCP_CALL} `,
    id: ["gen_ai.tool.call.id"],
    args: ["gen_ai.tool.call.arguments"],
    result: ["gen_ai.tool.call.result"],
  },
  {
    fits: (name) => name === "claude_code.tool",
    tool: ["tool_name"],
    id: ["gen_ai.tool.call.id", "tool_use_id"],
    args: ["tool_input"],
    result: [],
  },
];

function isMcpCall(attributes: Attributes): boolean {
  return attributes.text("mcp.method.name") === MCP_CALL;
}

/** The call that a span is of; `undefined` where it is of none. */
export function toolCallOf({ span, id, name, attributes, start, end }: OtlpSpan): SpanCall | undefined {
  const convention = CONVENTIONS.find((each) => each.fits(name, attributes));
  if (convention === undefined) return undefined;
  const { prefix = "" } = convention;
  const call: SpanCall = {
    what: "call",
    id: attributes.firstText(convention.id) ?? id,
    tool: attributes.firstText(convention.tool) ?? (name.startsWith(prefix) ? name.slice(prefix.length) : name),
    ...(isMcpCall(attributes) ? { isMcp: true } : {}),
    args: attributes.payload(convention.args, textKind(convention, attributes, "input.mime_type")),
    start: timeOf(start),
    outcome:
      end.isTold || exportedStatus(attributes) !== undefined
        ? {
            ...outcomeOf(span, attributes, () =>
              attributes.payload(convention.result, textKind(convention, attributes, "output.mime_type")),
            ),
            end: timeOf(end),
          }
        : undefined,
  };
  return isGeminiCall(attributes) ? geminiCall(call, attributes) : call;
}

function textKind({ hasMimeTypes }: Convention, attributes: Attributes, mimeType: string): "JSON text" | "text" {
  return hasMimeTypes === true && attributes.text(mimeType) !== "application/json" ? "text" : "JSON text";
}

function outcomeOf(
  span: JsonObject,
  attributes: Attributes,
  output: () => SpanPayload | undefined,
): { readonly status: ResultStatus; readonly result: SpanPayload | undefined } {
  const exported = exportedStatus(attributes);
  if (exported !== undefined) return { status: exported, result: output() };
  const status = objectOf(span, "status") ?? {};
  const code = memberOf(status, "code");
  const type = attributes.value("error.type") || undefined;
  // Unset means fine.
  if (code !== 2 && code !== "STATUS_CODE_ERROR" && type === undefined) return { status: "ok", result: output() };

  const exception = exceptionOf(span);
  const errorType = type ?? exception.text("exception.type");
  const message = exception.text("exception.message") ?? (textOf(status, "message") || undefined);
  // That it went wrong may be all that is stated: then there is no error to record.
  if (errorType === undefined && message === undefined) return { status: "error", result: output() };
  const error: JsonObject = {
    ...(errorType === undefined ? {} : { type: errorType }),
    ...(message === undefined ? {} : { message }),
  };
  return { status: "error", result: { value: errorPayload(parsed(output()), error) } };
}

/**
 * The status of the record that the span was exported of (contract 7.5): its result is whole, and may have no time. A
 * word that no import gives is left to the span's own status.
 */
function exportedStatus(attributes: Attributes): ResultStatus | undefined {
  const word = attributes.text("gait.call.status");
  return RESULT_STATUSES.find((status) => status === word);
}

function exceptionOf(span: JsonObject): Attributes {
  const events = listOf(span, "events") ?? [];
  const event = events.find((each) => isObject(each) && textOf(each, "name") === "exception");
  return new Attributes(event as JsonObject | undefined);
}

function parsed(payload: SpanPayload | undefined): JsonValue | undefined {
  if (payload === undefined || !("text" in payload)) return payload?.value;
  const read = readJsonText(payload.text);
  return typeof read === "string" ? payload.text : read.value;
}
