/**
 * Requests of OTLP, in protobuf or JSON, as a line of OTLP JSON, and the answers to them (contract 12.3). A request is taken as a
 * whole or refused as a whole; what is odd about one that was taken is a warning in its answer.
 */
import {
  create,
  createFileRegistry,
  type DescMessage,
  fromBinary,
  type JsonValue,
  toBinary,
  toJson,
} from "@bufbuild/protobuf";
import { BinaryWriter, WireType } from "@bufbuild/protobuf/wire";
import { FileDescriptorSetSchema } from "@bufbuild/protobuf/wkt";
import { hexId } from "../../../core/import/format/otlp/stamp.ts";
import { readSourceJson } from "../../../core/import/source/json.ts";
import { OTLP_DESCRIPTORS } from "./descriptors.ts";

export type OtlpSignal = "traces" | "logs" | "metrics";
export type OtlpEncoding = "protobuf" | "json";

/** A request that was understood. */
export interface OtlpRequest {
  /** OTLP JSON on one line, without its end; `undefined` where the request holds nothing. */
  readonly line: Uint8Array | undefined;
  /** Spans, log records or data points. */
  readonly items: number;
  /** What is odd about them; empty if nothing is. */
  readonly warning: string;
}

/** The body is no request of OTLP. */
export class OtlpError extends Error {}

interface Shape {
  /** The lists from the request down to the items. */
  readonly lists: readonly [resources: string, scopes: string, items: string];
  readonly request: DescMessage;
  readonly response: DescMessage;
  /** Member of the partial success. */
  readonly rejected: string;
}

const PACKAGE = "opentelemetry.proto.collector";
const registry = createFileRegistry(
  fromBinary(FileDescriptorSetSchema, Buffer.from(OTLP_DESCRIPTORS.join(""), "base64")),
);

function shape(service: string, lists: Shape["lists"], rejected: string): Shape {
  const name = service.slice(0, 1).toUpperCase() + service.slice(1);
  const message = (kind: string) => {
    const found = registry.getMessage(`${PACKAGE}.${service === "log" ? "logs" : service}.v1.${kind}`);
    if (found === undefined) throw new TypeError(`no descriptor of ${kind}`);
    return found;
  };
  const plural = service === "log" ? "Logs" : name;
  return {
    ...{ lists, rejected },
    request: message(`Export${plural}ServiceRequest`),
    response: message(`Export${plural}ServiceResponse`),
  };
}

const SHAPES: Readonly<Record<OtlpSignal, Shape>> = {
  traces: shape("trace", ["resourceSpans", "scopeSpans", "spans"], "rejectedSpans"),
  logs: shape("log", ["resourceLogs", "scopeLogs", "logRecords"], "rejectedLogRecords"),
  metrics: shape("metrics", ["resourceMetrics", "scopeMetrics", "metrics"], "rejectedDataPoints"),
};

/** @throws OtlpError where the body is none */
export function readRequest(signal: OtlpSignal, encoding: OtlpEncoding, body: Uint8Array): OtlpRequest {
  return encoding === "json" ? fromJson(signal, body) : fromProtobuf(signal, body);
}

function fromProtobuf(signal: OtlpSignal, body: Uint8Array): OtlpRequest {
  const { request } = SHAPES[signal];
  let value: JsonValue;
  let unknown: number;
  try {
    const message = fromBinary(request, body);
    unknown = unknownFields(message);
    value = toJson(request, message, { enumAsInteger: true });
  } catch (error) {
    throw new OtlpError(`no ${request.name} in protobuf: ${error instanceof Error ? error.message : String(error)}`);
  }
  const items = itemsOf(signal, value);
  // Ids are the one kind of bytes that OTLP JSON writes in hex.
  for (const item of items) {
    hexIds(item);
    for (const link of objectsIn(item["links"])) hexIds(link);
  }
  const warnings = [badIds(signal, items)];
  if (unknown > 0) warnings.push(`${unknown} fields of a newer OTLP are not kept`);
  return {
    line: items.length === 0 ? undefined : new TextEncoder().encode(JSON.stringify(value)),
    items: countOf(signal, items),
    warning: warnings.filter((warning) => warning !== "").join("; "),
  };
}

function fromJson(signal: OtlpSignal, body: Uint8Array): OtlpRequest {
  const isMarked = body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf;
  const bytes = isMarked ? body.subarray(3) : body;
  const json = readSourceJson(bytes);
  if (typeof json === "string") throw new OtlpError("no strict JSON: not whole, not UTF-8, or a member is there twice");
  const items = itemsOf(signal, json.value as JsonValue);
  return {
    line: items.length === 0 ? undefined : onOneLine(bytes),
    items: countOf(signal, items),
    warning: badIds(signal, items),
  };
}

/** Line ends are white space between the tokens of JSON, and nothing else. */
function onOneLine(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => (byte === 0x0a || byte === 0x0d ? 0x20 : byte));
}

type Item = { [name: string]: JsonValue };

function itemsOf(signal: OtlpSignal, value: JsonValue): Item[] {
  const { lists } = SHAPES[signal];
  let owners: Item[] = [asObject(value, "the request")];
  for (const name of lists) owners = owners.flatMap((owner) => listIn(owner, name));
  return owners;
}

/** A list that is not there, or null, is empty. */
function listIn(owner: Item, name: string): Item[] {
  const list = owner[name] ?? [];
  if (!Array.isArray(list)) throw new OtlpError(`${name} is no list`);
  return list.map((element) => asObject(element, `an element of ${name}`));
}

function asObject(value: JsonValue | undefined, what: string): Item {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value;
  throw new OtlpError(`${what} is no object`);
}

function objectsIn(list: JsonValue | undefined): Item[] {
  return Array.isArray(list)
    ? list.filter((each): each is Item => typeof each === "object" && each !== null && !Array.isArray(each))
    : [];
}

const IDS = [
  ["traceId", 16],
  ["spanId", 8],
  ["parentSpanId", 8],
] as const;

/** What protobuf's own JSON writes in base64. */
function hexIds(item: Item): void {
  for (const [name] of IDS) {
    const id = item[name];
    if (typeof id === "string") item[name] = Buffer.from(id, "base64").toString("hex");
  }
}

function badIds(signal: OtlpSignal, items: readonly Item[]): string {
  if (signal !== "traces") return "";
  const isBad = (item: Item): boolean =>
    IDS.slice(0, 2).some(([name, bytes]) => {
      const id = hexId(item[name], bytes) ?? "";
      return !/^[0-9a-f]+$/.test(id) || id.length !== bytes * 2 || /^0+$/.test(id);
    });
  const count = items.filter(isBad).length;
  return count === 0 ? "" : `${count} spans have no valid traceId or spanId, and are kept as they are`;
}

/** Metrics count by their points. */
function countOf(signal: OtlpSignal, items: readonly Item[]): number {
  if (signal !== "metrics") return items.length;
  const kinds = ["gauge", "sum", "histogram", "exponentialHistogram", "summary"];
  return items.reduce(
    (sum, metric) =>
      sum +
      kinds.reduce((points, kind) => points + objectsIn((metric[kind] as Item | undefined)?.["dataPoints"]).length, 0),
    0,
  );
}

function unknownFields(value: unknown): number {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return 0;
  if (Array.isArray(value)) return value.reduce<number>((sum, each) => sum + unknownFields(each), 0);
  let count = 0;
  for (const [name, member] of Object.entries(value))
    count += name === "$unknown" ? (member as unknown[]).length : unknownFields(member);
  return count;
}

/** The answer to what was taken; with `rejected` or `warning`, a partial success. */
export function successBody(
  signal: OtlpSignal,
  encoding: OtlpEncoding,
  { rejected = 0, warning = "" }: { readonly rejected?: number; readonly warning?: string },
): Uint8Array {
  const { response, rejected: member } = SHAPES[signal];
  const isPartial = rejected > 0 || warning !== "";
  const partialSuccess = { [member]: BigInt(rejected), errorMessage: warning };
  const message = create(response, (isPartial ? { partialSuccess } : {}) as never);
  return encoding === "protobuf"
    ? toBinary(response, message)
    : new TextEncoder().encode(JSON.stringify(toJson(response, message)));
}

/** A google.rpc.Status. */
export function statusBody(encoding: OtlpEncoding, code: number, message: string): Uint8Array {
  if (encoding === "json") return new TextEncoder().encode(JSON.stringify({ code, message }));
  return new BinaryWriter()
    .tag(1, WireType.Varint)
    .int32(code)
    .tag(2, WireType.LengthDelimited)
    .string(message)
    .finish();
}
