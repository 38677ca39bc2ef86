/**
 * One pack as lines of OTLP JSON (contract 7.5): an `ExportTraceServiceRequest` a line, as the Collector's file exporter
 * writes them. Spans follow OpenTelemetry's conventions for agents and tools; what those have no word for is `gait.*`.
 */
import { type Hashing, isSha256Hex, sha256OfText } from "../signature/digest.ts";
import { knownInstant } from "../time/known-instant.ts";
import type { ExportedPack } from "./exported-pack.ts";
import type { PackExport } from "./format.ts";
import type { ExportedCall } from "./spooled-run.ts";

/** As many spans as OpenTelemetry's batch processor sends at a time, unless told otherwise. */
const MOST_SPANS = 512;
/** UTF-16 units of spans after which a line ends. */
const FULL_LINE = 1024 * 1024;

/** SpanKind and StatusCode of trace.proto. */
const INTERNAL = 1;
const OK = 1;
const ERROR = 2;

/** Of what fixed64 holds: 2^64 nanoseconds after 1970. */
const END_SECOND = 18_446_744_073;

type Value = { readonly stringValue: string } | { readonly intValue: string } | { readonly boolValue: boolean };
interface KeyValue {
  readonly key: string;
  readonly value: Value;
}

/** The same pack gives the same bytes, wherever it lies. */
export function otlpExport(hashing: Hashing): PackExport {
  return {
    head: () => "",
    pack: (pack) => otlpLines(pack, hashing),
    end: nothing,
    dispose: () => undefined,
  };
}

/** OTLP JSON lines have no end. */
async function* nothing(): AsyncGenerator<string> {
  yield "";
}

/** Each with its LF. */
async function* otlpLines(pack: ExportedPack, hashing: Hashing): AsyncGenerator<string> {
  const trace = traceOf(pack, hashing);
  const resource = { attributes: resourceAttributes(pack) };
  const line = (spans: readonly string[]): string => {
    const head = `{"resourceSpans":[{"resource":${JSON.stringify(resource)},"scopeSpans":[{"scope":{"name":"gait.pack.export"},"spans":[`;
    return `${head}${spans.join(",")}]}]}]}\n`;
  };
  let spans = [JSON.stringify(packSpan(pack, trace))];
  let size = 0;
  for await (const call of pack.calls()) {
    const span = JSON.stringify(callSpan(call, trace, hashing));
    spans.push(span);
    size += span.length;
    if (spans.length < MOST_SPANS && size < FULL_LINE) continue;
    yield line(spans);
    spans = [];
    size = 0;
  }
  if (spans.length > 0) yield line(spans);
}

interface Trace {
  readonly traceId: string;
  /** Of the span of the pack, which holds those of the calls. */
  readonly spanId: string;
}

/** The ids of `--otel-out`: of the pack id; where that is no digest, of the file's. */
function traceOf({ record, file }: ExportedPack, hashing: Hashing): Trace {
  const digest = isSha256Hex(record.pack_id) ? record.pack_id.toLowerCase() : sha256OfText(hashing, file.sha256);
  return { traceId: digest.slice(0, 32), spanId: digest.slice(32, 48) };
}

function resourceAttributes({ environment }: ExportedPack): KeyValue[] {
  if (environment === undefined) return [];
  // A runtime is a name, or a name and a version; reading it back makes the same text of both.
  const [, name = environment.runtime, version] = /^([^/]+)\/([^/]+)$/.exec(environment.runtime) ?? [];
  return [
    ...text("service.name", name),
    ...text("service.version", version),
    ...text("os.type", environment.os),
    ...text("host.arch", environment.arch),
  ];
}

function packSpan({ record, verdict, run, file }: ExportedPack, { traceId, spanId }: Trace) {
  const isWhole = verdict !== "failed";
  return {
    traceId,
    spanId,
    name: run === undefined ? `gait.pack ${record.pack_type}` : "invoke_agent",
    kind: INTERNAL,
    ...times(run?.began_at, run?.ended_at),
    attributes: [
      ...(run === undefined ? [] : text("gen_ai.operation.name", "invoke_agent")),
      ...text("gait.run_id", run?.run_id),
      ...text("gait.pack_id", record.pack_id),
      ...text("gait.pack_type", record.pack_type),
      ...text("gait.source_ref", record.source_ref),
      ...text("gait.manifest_digest", record.manifest_digest),
      ...text("gait.sha256", file.sha256),
      { key: "gait.integrity_ok", value: { boolValue: isWhole } },
      ...(run === undefined ? [] : [integer("gait.calls", run.calls)]),
    ],
    ...(isWhole ? {} : { status: { code: ERROR, message: "the pack is not whole" } }),
  };
}

function callSpan(call: ExportedCall, { traceId, spanId: parentSpanId }: Trace, hashing: Hashing) {
  const { tool_name: tool, outcome, status } = call;
  const isError = outcome === "failed" || outcome === "blocked";
  return {
    traceId,
    spanId: sha256OfText(hashing, `${traceId}/${parentSpanId}/${call.index}`).slice(0, 16),
    parentSpanId,
    name: tool === undefined ? "execute_tool" : `execute_tool ${tool}`,
    kind: INTERNAL,
    ...times(call.started_at, call.ended_at),
    attributes: [
      ...text("gen_ai.operation.name", "execute_tool"),
      ...text("gen_ai.tool.name", tool),
      ...text("gen_ai.tool.call.id", call.intent_id),
      ...text("gen_ai.tool.call.arguments", call.args),
      ...text("gen_ai.tool.call.result", call.result),
      // A status is a word of the producer; the conventions want few different ones here.
      ...(isError ? text("error.type", status ?? outcome) : []),
      integer("gait.call.index", call.index),
      ...text("gait.call.outcome", outcome),
      ...text("gait.call.status", status),
      ...text("gait.call.verdict", call.verdict),
      ...text("gait.call.approved_by", call.approved_by),
      ...text("gait.args_digest", call.args_digest),
      ...text("gait.result_digest", call.result_digest),
    ],
    ...(outcome === "ok" ? { status: { code: OK } } : {}),
    ...(isError ? { status: { code: ERROR } } : {}),
  };
}

/** Only times that the record has: a time that is not there is 0 in protobuf, which means that it is not known. */
function times(start: string | undefined, end: string | undefined) {
  const [startTimeUnixNano, endTimeUnixNano] = [nanoseconds(start), nanoseconds(end)];
  return {
    ...(startTimeUnixNano === undefined ? {} : { startTimeUnixNano }),
    ...(endTimeUnixNano === undefined ? {} : { endTimeUnixNano }),
  };
}

/** As text, since no double holds them; `undefined` for what fixed64 can't hold. */
function nanoseconds(time: string | undefined): string | undefined {
  const instant = knownInstant(time);
  if (instant === undefined || instant.seconds <= 0 || instant.seconds >= END_SECOND) return undefined;
  return `${instant.seconds}${String(instant.nanosecond).padStart(9, "0")}`;
}

/** None for what is not there, or empty. */
function text(key: string, stringValue: string | undefined): KeyValue[] {
  return stringValue === undefined || stringValue === "" ? [] : [{ key, value: { stringValue } }];
}

function integer(key: string, value: number): KeyValue {
  return { key, value: { intValue: String(value) } };
}
