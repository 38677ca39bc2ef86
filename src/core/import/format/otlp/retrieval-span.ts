/** Spans of something being looked up. */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import type { SpanPayload, SpanRetrieval } from "../../trace/span-facts.ts";
import type { Attributes } from "./any-value.ts";
import { timeOf } from "./stamp.ts";
import type { OtlpSpan } from "./tool-span.ts";

/** The retrieval that a span is of; `undefined` where it is of none. */
export function retrievalOf({ id, name, attributes, start, end }: OtlpSpan): SpanRetrieval | undefined {
  if (attributes.text("gen_ai.operation.name") === "retrieval") {
    return {
      what: "retrieval",
      id,
      locator: attributes.text("gen_ai.data_source.id") ?? name,
      query: textAttribute(attributes, "gen_ai.retrieval.query.text"),
      documents: attributes.payload(["gen_ai.retrieval.documents"], "JSON text"),
      start: timeOf(start),
      end: timeOf(end),
    };
  }
  if (attributes.text("openinference.span.kind") !== "RETRIEVER") return undefined;
  return {
    what: "retrieval",
    id,
    locator: name,
    query: textAttribute(attributes, "input.value"),
    documents: openInferenceDocuments(attributes),
    start: timeOf(start),
    end: timeOf(end),
  };
}

function textAttribute(attributes: Attributes, name: string): string | undefined {
  const value = attributes.value(name);
  return typeof value === "string" ? value : undefined;
}

/** Each member of each document is an attribute of its own. */
function openInferenceDocuments(attributes: Attributes): SpanPayload | undefined {
  const documents = new Map<number, JsonObject>();
  for (const key of attributes.keys()) {
    const parts = /^retrieval\.documents\.([0-9]+)\.document\.(id|content|score)$/.exec(key);
    if (parts === null) continue;
    const index = Number(parts[1]);
    const value = attributes.value(key) as JsonValue;
    documents.set(index, { ...documents.get(index), [parts[2] as string]: value });
  }
  if (documents.size === 0) return undefined;
  const sorted = [...documents].toSorted(([left], [right]) => left - right);
  return { value: sorted.map(([, document]) => document) };
}
