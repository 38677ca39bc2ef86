/** LangSmith and LangGraph: runs, as the API and the SDK give them. */
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
import { type SpanFacts, type SpanStamp, valuePayload } from "../trace/span-facts.ts";
import { tellSpans } from "../trace/span-runs.ts";
import { instantAt, SpanTable } from "../trace/span-table.ts";

const CONTEXT_TYPES: ReadonlySet<string> = new Set(["chain", "llm", "prompt", "parser", "embedding"]);
/** Elements of a page that are looked at. */
const FIRST_ELEMENTS = 50;

export const LANGSMITH: ImportFormat = {
  name: "langsmith",
  runtime: "langsmith",
  list: "runs",
  dropsEmptyRuns: true,
  fits(value) {
    if (textOf(value, "run_type") !== undefined) return true;
    const page = listOf(value, "runs")?.slice(0, FIRST_ELEMENTS) ?? [];
    return page.some((element) => isObject(element) && textOf(element, "run_type") !== undefined);
  },
  read: (context) => new LangSmithReader(context),
};

class LangSmithReader implements FormatReader {
  readonly #context: ImportContext;
  readonly #spans: SpanTable;

  constructor(context: ImportContext) {
    this.#context = context;
    this.#spans = new SpanTable(context);
  }

  record(value: JsonObject, place: SourcePlace): RecordFate | undefined {
    const type = textOf(value, "run_type");
    const page = type === undefined ? listOf(value, "runs") : undefined;
    if (page !== undefined) {
      const { tally } = this.#context;
      for (const element of page) {
        const fate = isObject(element) ? this.record(element, place) : tally.malformed(place);
        if (fate !== undefined) tally.count(fate);
      }
      return undefined;
    }
    const start = this.#context.time(memberOf(value, "start_time"), place, "UTC");
    const end = this.#context.time(memberOf(value, "end_time"), place, "UTC");
    const id = textOf(value, "id");
    this.#spans.put({
      trace: textOf(value, "trace_id") ?? "",
      id,
      isEnded: stated(value, "end_time") !== undefined,
      path: textOf(value, "dotted_order"),
      start: instantAt(start),
      facts: factsOf(value, type ?? "(no run_type)", { id, start, end }),
      place,
    });
    return undefined;
  }

  end(): void {
    tellSpans(this.#context, this.#spans, "sorted");
  }
}

function factsOf(run: JsonObject, type: string, { id, start, end }: SpanStamp): SpanFacts | undefined {
  if (CONTEXT_TYPES.has(type)) return undefined;
  const name = textOf(run, "name") ?? "";
  if (type === "retriever") {
    const query = textOf(objectOf(run, "inputs") ?? {}, "query");
    const documents = valuePayload(stated(objectOf(run, "outputs") ?? {}, "documents"));
    return { what: "retrieval", id, locator: name, query, documents, start, end };
  }
  if (type !== "tool") return { what: "unknown", kind: type };

  const call = { what: "call", id, tool: name, args: valuePayload(stated(run, "inputs")), start } as const;
  if (stated(run, "end_time") === undefined) return { ...call, outcome: undefined };
  const outputs = stated(run, "outputs");
  const error = stated(run, "error");
  // An empty text is no error; a run whose status says that it failed has failed without one too.
  const hasError = error !== undefined && error !== "";
  const status = hasError || textOf(run, "status") === "error" ? "error" : "ok";
  return { ...call, outcome: { status, result: valuePayload(hasError ? errorPayload(outputs, error) : outputs), end } };
}

/** The member, where it is not null. */
function stated(value: JsonObject, name: string): JsonValue | undefined {
  return memberOf(value, name) ?? undefined;
}
