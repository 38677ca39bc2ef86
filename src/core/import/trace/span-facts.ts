/** What a span says, in words that all formats of traces share. */
import type { JsonValue } from "../../../schema/document/primitives.ts";
import type { ResultStatus } from "../record/call-table.ts";

/** A payload; `text` is of one that is JSON text. */
export type SpanPayload = { readonly value: JsonValue } | { readonly text: string };

/** A member that is what it is; null is absent. */
export function valuePayload(value: JsonValue | undefined): SpanPayload | undefined {
  return value === undefined || value === null ? undefined : { value };
}

/** A member that is JSON text where it is text. */
export function jsonTextPayload(value: JsonValue | undefined): SpanPayload | undefined {
  return typeof value === "string" ? { text: value } : valuePayload(value);
}

/** What a span is called and when it began and ended, as written in the record. */
export interface SpanStamp {
  readonly id: string | undefined;
  readonly start: string | undefined;
  readonly end: string | undefined;
}

export interface SpanCall {
  readonly what: "call";
  readonly id: string | undefined;
  readonly tool: string;
  /** A call of an MCP server, as its client or the server sees it. */
  readonly isMcp?: boolean;
  readonly args: SpanPayload | undefined;
  readonly start: string | undefined;
  /** Absent where it has not ended. */
  readonly outcome:
    | { readonly status: ResultStatus; readonly result: SpanPayload | undefined; readonly end: string | undefined }
    | undefined;
}

export interface SpanEvent {
  readonly what: "event";
  readonly event: string;
  readonly id: string | undefined;
  readonly start: string | undefined;
}

export interface SpanRetrieval {
  readonly what: "retrieval";
  readonly id: string | undefined;
  readonly locator: string;
  readonly query: string | undefined;
  readonly documents: SpanPayload | undefined;
  readonly start: string | undefined;
  readonly end: string | undefined;
}

export interface SpanUnknown {
  readonly what: "unknown";
  readonly kind: string;
}

export type SpanFacts = SpanCall | SpanEvent | SpanRetrieval | SpanUnknown;
