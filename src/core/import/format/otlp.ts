/**
 * OpenTelemetry traces as OTLP JSON: the file exporter of the Collector, bodies of OTLP/HTTP, and protobuf's own JSON. Spans
 * of tools are known by the GenAI conventions and by those that were before them.
 */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { isObject } from "../../json/document.ts";
import {
  type FormatReader,
  type ImportContext,
  type ImportFormat,
  memberOf,
  objectOf,
  textOf,
} from "../record/format.ts";
import { plainText } from "../source/json.ts";
import type { SourcePlace } from "../source/place.ts";
import type { RecordFate } from "../source/tally.ts";
import { tellSpans } from "../trace/span-runs.ts";
import { type SpanNumber, SpanTable } from "../trace/span-table.ts";
import { Attributes } from "./otlp/any-value.ts";
import { retrievalOf } from "./otlp/retrieval-span.ts";
import { hexId, type NanosecondTime, nanosecondTime } from "./otlp/stamp.ts";
import { toolCallOf } from "./otlp/tool-span.ts";

export const OTLP: ImportFormat = {
  name: "otlp",
  runtime: "otlp",
  dropsEmptyRuns: true,
  fits: (value) =>
    ["resourceSpans", "resourceLogs", "resourceMetrics"].some((name) => memberOf(value, name) !== undefined),
  read: (context) => new OtlpReader(context),
};

/** What a resource says of where its spans come from. */
interface Origin {
  readonly runtime: string | undefined;
  readonly os: string | undefined;
  readonly arch: string | undefined;
}

class OtlpReader implements FormatReader {
  readonly #context: ImportContext;
  readonly #spans: SpanTable;
  /** Of each trace: the first that says something. */
  readonly #origins = new Map<string, Origin>();

  constructor(context: ImportContext) {
    this.#context = context;
    this.#spans = new SpanTable(context);
  }

  record(value: JsonObject, place: SourcePlace): RecordFate | undefined {
    if (memberOf(value, "resourceSpans") === undefined)
      return OTLP.fits(value) ? "context" : this.#context.tally.unknown("(no resourceSpans)");
    for (const [resource, at] of this.#objects(value, "resourceSpans", place)) {
      const origin = originOf(new Attributes(objectOf(resource, "resource")));
      for (const [scope, below] of this.#objects(resource, "scopeSpans", at))
        for (const [span, where] of this.#objects(scope, "spans", below)) this.#span(span, origin, where);
    }
    return undefined;
  }

  end(): void {
    for (const trace of this.#spans.traces("as stated")) {
      const run = this.#context.run(trace);
      const { runtime, os, arch } = this.#origins.get(trace) ?? {};
      if (runtime !== undefined) run.setRuntime(runtime);
      run.env = { os, arch };
    }
    tellSpans(this.#context, this.#spans, "as stated", repeats(this.#spans));
  }

  /** The objects of a list, with their places; what is none is malformed. */
  *#objects(owner: JsonObject, name: string, place: SourcePlace): Generator<[JsonObject, SourcePlace]> {
    const { tally } = this.#context;
    const list = memberOf(owner, name) ?? [];
    const { path } = place;
    const at = (end: string): SourcePlace => (path === undefined ? place : { ...place, path: `${path}.${name}${end}` });
    if (!Array.isArray(list)) {
      tally.count(tally.malformed(at("")));
      return;
    }
    for (const [index, element] of list.entries()) {
      const where = at(`[${index}]`);
      if (isObject(element)) yield [element, where];
      else tally.count(tally.malformed(where));
    }
  }

  #span(span: JsonObject, origin: Origin | undefined, place: SourcePlace): void {
    const start = this.#time(memberOf(span, "startTimeUnixNano"), place);
    const end = this.#time(memberOf(span, "endTimeUnixNano"), place);
    const trace = hexId(memberOf(span, "traceId"), 16) ?? "";
    const id = hexId(memberOf(span, "spanId"), 8);
    const name = textOf(span, "name") ?? "";
    if (origin !== undefined && !this.#origins.has(trace)) this.#origins.set(trace, origin);
    const read = { span, id, name, attributes: new Attributes(span), start, end };
    this.#spans.put({
      trace,
      id,
      parent: hexId(memberOf(span, "parentSpanId"), 8),
      isEnded: end.isTold,
      start: start.instant,
      facts: toolCallOf(read) ?? retrievalOf(read),
      // Integers are text in the source, and numbers that no double holds are marked here.
      place: { ...place, isExact: false },
    });
  }

  #time(value: JsonValue | undefined, place: SourcePlace): NanosecondTime {
    const read = nanosecondTime(value);
    if (read.isTold && read.instant === undefined) this.#context.tally.warn("time_unreadable", place);
    return read;
  }
}

function originOf(resource: Attributes): Origin | undefined {
  const plain = (name: string): string | undefined => {
    const text = resource.text(name);
    return text === undefined ? undefined : plainText(text);
  };
  const [name, version, os, arch] = [
    plain("service.name"),
    plain("service.version"),
    plain("os.type"),
    plain("host.arch"),
  ];
  if (name === undefined && os === undefined && arch === undefined) return undefined;
  return { runtime: name !== undefined && version !== undefined ? `${name}/${version}` : name, os, arch };
}

/**
 * The same call again, one span in the other: an agent's, its MCP client's, the server's. Not below it, the same call id
 * is another try.
 */
function repeats(spans: SpanTable): Set<SpanNumber> {
  const found = new Set<SpanNumber>();
  const above = { ids: new Map<string, number>(), tools: new Map<string, number>() };
  spans.walk(
    ({ number, facts }) => {
      if (facts.what !== "call") return;
      const { id, tool, isMcp } = facts;
      const isRepeat = (id !== undefined && isAbove(above.ids, id)) || (isMcp === true && isAbove(above.tools, tool));
      if (isRepeat) found.add(number);
      if (id !== undefined) add(above.ids, id, 1);
      add(above.tools, tool, 1);
    },
    ({ facts }) => {
      if (facts.what !== "call") return;
      if (facts.id !== undefined) add(above.ids, facts.id, -1);
      add(above.tools, facts.tool, -1);
    },
  );
  return found;
}

function isAbove(counts: ReadonlyMap<string, number>, key: string): boolean {
  return (counts.get(key) ?? 0) > 0;
}

function add(counts: Map<string, number>, key: string, step: number): void {
  counts.set(key, (counts.get(key) ?? 0) + step);
}
