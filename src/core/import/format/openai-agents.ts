/** OpenAI Agents SDK: what an exporter was given, traces and spans. */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { isObject } from "../../json/document.ts";
import {
  type FormatReader,
  type ImportContext,
  type ImportFormat,
  listOf,
  memberOf,
  objectOf,
  textOf,
} from "../record/format.ts";
import { errorPayload } from "../record/payload.ts";
import type { SourcePlace } from "../source/place.ts";
import type { RecordFate } from "../source/tally.ts";
import { jsonTextPayload, type SpanFacts, type SpanStamp, valuePayload } from "../trace/span-facts.ts";
import { tellSpans } from "../trace/span-runs.ts";
import { instantAt, SpanTable } from "../trace/span-table.ts";

const CONTEXT_TYPES: ReadonlySet<string> = new Set([
  "agent",
  "generation",
  "response",
  "custom",
  "mcp_tools",
  "guardrail",
  "transcription",
  "speech",
  "speech_group",
]);
/** Elements of a batch that are looked at. */
const FIRST_ELEMENTS = 50;

export const OPENAI_AGENTS: ImportFormat = {
  name: "openai-agents",
  runtime: "openai-agents",
  list: "data",
  dropsEmptyRuns: true,
  fits(value) {
    if (isTraceObject(value)) return true;
    const batch = listOf(value, "data")?.slice(0, FIRST_ELEMENTS) ?? [];
    return batch.some((element) => isObject(element) && isTraceObject(element));
  },
  read: (context) => new OpenAiAgentsReader(context),
};

function isTraceObject(value: JsonObject): boolean {
  const kind = textOf(value, "object");
  return kind === "trace" || kind === "trace.span";
}

class OpenAiAgentsReader implements FormatReader {
  readonly #context: ImportContext;
  readonly #spans: SpanTable;

  constructor(context: ImportContext) {
    this.#context = context;
    this.#spans = new SpanTable(context);
  }

  record(value: JsonObject, place: SourcePlace): RecordFate | undefined {
    const { tally } = this.#context;
    const kind = textOf(value, "object");
    if (kind === "trace.span") return this.#span(value, place);
    if (kind === "trace") {
      const id = textOf(value, "id") ?? "";
      if (id === "") return tally.malformed(place);
      this.#spans.mention(id);
      return "mapped";
    }
    // A batch as it is posted, between others.
    const batch = kind === undefined ? listOf(value, "data") : undefined;
    if (batch === undefined) return tally.unknown(kind ?? "(no object)");
    for (const element of batch) {
      const fate = isObject(element) ? this.record(element, place) : tally.malformed(place);
      if (fate !== undefined) tally.count(fate);
    }
    return undefined;
  }

  #span(value: JsonObject, place: SourcePlace): RecordFate | undefined {
    const { tally } = this.#context;
    const start = this.#context.time(memberOf(value, "started_at"), place);
    const end = this.#context.time(memberOf(value, "ended_at"), place);
    const data = objectOf(value, "span_data");
    if (data === undefined) return tally.malformed(place);
    const id = textOf(value, "id");
    this.#spans.put({
      trace: textOf(value, "trace_id") ?? "",
      id,
      isEnded: stated(value, "ended_at") !== undefined,
      start: instantAt(start),
      facts: factsOf(value, data, { id, start, end }),
      place,
    });
    return undefined;
  }

  end(): void {
    tellSpans(this.#context, this.#spans, "as stated");
  }
}

function factsOf(span: JsonObject, data: JsonObject, { id, start, end }: SpanStamp): SpanFacts | undefined {
  const type = textOf(data, "type") ?? "(no type)";
  if (type === "handoff") return { what: "event", event: "handoff", id, start };
  if (type === "guardrail" && memberOf(data, "triggered") === true)
    return { what: "event", event: "guardrail_triggered", id, start };
  if (CONTEXT_TYPES.has(type)) return undefined;
  if (type !== "function") return { what: "unknown", kind: type };

  const args = jsonTextPayload(memberOf(data, "input"));
  const call = { what: "call", id, tool: textOf(data, "name") ?? "", args, start } as const;
  if (stated(span, "ended_at") === undefined) return { ...call, outcome: undefined };
  const output = stated(data, "output");
  const error = stated(span, "error");
  const result = error === undefined ? output : errorPayload(output, error);
  const status = error === undefined ? "ok" : "error";
  return { ...call, outcome: { status, result: valuePayload(result), end } };
}

/** The member, where it is not null. */
function stated(value: JsonObject, name: string): JsonValue | undefined {
  return memberOf(value, name) ?? undefined;
}
