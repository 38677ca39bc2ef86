/** OTLP: what was looked up, as a receipt, or as an event where the source does not say what was asked or found. */
import { describe, expect, test } from "bun:test";
import { importSource } from "../../../../src/core/import/imported.ts";
import { hostPlatform } from "../../../../src/host/platform/bun.ts";
import { fileOfBytes, outcomeOf } from "../agent-case.ts";
import { body, span } from "./otlp-span.ts";

const ID = "00000000000000aa";

describe("retrievals", () => {
  const refs = async (...spans: object[]): Promise<unknown> => {
    const file = fileOfBytes("source", new TextEncoder().encode(JSON.stringify(body(spans))));
    const imported = await importSource(file, () => [], { platform: hostPlatform, captureMode: "raw", redact: false });
    const [run] = outcomeOf(imported).runs;
    imported.dispose();
    return { refs: run?.refs, events: run?.events.map(({ event, ref }) => `${event} ${ref}`) };
  };
  const receipt = {
    ref_id: ID,
    source_type: "retrieval",
    source_locator: "vector",
    query_digest: "8a46fd6fc3d79d419361a7043d0365b6dfeb6b92da9e376450898ff88d9cea00",
    content_digest: "dc4e94f0a226ed5d03a473bf45d2fcbecd0d8a0e6ecefb2613e2cfb28b423059",
    retrieved_at: "2026-10-26T07:33:22Z",
  };
  const documents = '[{"id":"d1","content":"Ten per minute.","score":0.75}]';

  test("GenAI: documents as JSON text; the data source or the span's name", async () => {
    const values = {
      "gen_ai.operation.name": "retrieval",
      "gen_ai.retrieval.query.text": "limits",
      "gen_ai.retrieval.documents": documents,
    };
    expect(await refs(span("vector", { spanId: ID }, values))).toEqual({ refs: [receipt], events: [] });
    const named = span("any", { spanId: ID }, { ...values, "gen_ai.data_source.id": "vector" });
    expect(await refs(named)).toEqual({ refs: [receipt], events: [] });
  });

  test("OpenInference: documents by their members, in the order of their numbers", async () => {
    const values = {
      "openinference.span.kind": "RETRIEVER",
      "input.value": "limits",
      "retrieval.documents.0.document.score": { doubleValue: 0.75 },
      "retrieval.documents.0.document.metadata": "{}",
      "retrieval.documents.0.document.content": "Ten per minute.",
      "retrieval.documents.0.document.id": "d1",
    };
    expect(await refs(span("vector", { spanId: ID }, values))).toEqual({ refs: [receipt], events: [] });
    const document = (index: number): object => ({ [`retrieval.documents.${index}.document.id`]: `d${index}` });
    const query = { "openinference.span.kind": "RETRIEVER", "input.value": "limits" };
    const [late, early] = await Promise.all([
      refs(span("vector", { spanId: ID }, { ...query, ...document(10), ...document(9) })),
      refs(span("vector", { spanId: ID }, { ...query, ...document(9), ...document(10) })),
    ]);
    expect(late).toEqual(early);
  });

  test("without query or documents: an event, with the id that the receipt would have", async () => {
    const query = { "gen_ai.operation.name": "retrieval", "gen_ai.retrieval.query.text": "limits" };
    const found = { "openinference.span.kind": "RETRIEVER", "retrieval.documents.0.document.id": "d1" };
    const spans = [span("vector", { spanId: ID }, query), span("vector", { spanId: "00000000000000ab" }, found)];
    expect(await refs(...spans)).toEqual({ refs: [], events: [`retrieval ${ID}`, "retrieval 00000000000000ab"] });
  });
});
