/** The runs of spans: calls and results are made when all spans were read. */

import type { ImportContext } from "../record/format.ts";
import { JsonText, type PayloadValue } from "../record/payload.ts";
import type { ImportRun } from "../record/run.ts";
import type { SourcePlace } from "../source/place.ts";
import type { RecordFate } from "../source/tally.ts";
import type { SpanCall, SpanEvent, SpanPayload, SpanRetrieval } from "./span-facts.ts";
import type { SpanNumber, SpanTable } from "./span-table.ts";

/** Tells the runs of all spans, and counts them. `repeats` are those that say again what another one says. */
export function tellSpans(
  context: ImportContext,
  spans: SpanTable,
  order: "as stated" | "sorted",
  repeats?: ReadonlySet<SpanNumber>,
): void {
  const { tally } = context;
  // Runs are in the order in which they are asked for.
  for (const trace of spans.traces(order)) context.run(trace);
  for (const { number, trace, facts, place } of spans.spans()) {
    if (repeats?.has(number) === true) tally.count("duplicate");
    else if (facts.what === "unknown") tally.count(tally.unknown(facts.kind));
    else tally.count(tellSpan(context.run(trace), facts, place));
  }
  for (let silent = spans.silent; silent > 0; silent -= 1) tally.count("context");
}

function tellSpan(run: ImportRun, facts: SpanCall | SpanEvent | SpanRetrieval, place: SourcePlace): RecordFate {
  switch (facts.what) {
    case "call": {
      const { id, tool, args, start, outcome } = facts;
      const { call } = run.call({ id, tool, args: payload(args), time: start, place });
      if (outcome === undefined) return "mapped";
      const { status, result, end } = outcome;
      run.answer(call, { status, result: payload(result), time: end, place });
      return "mapped";
    }
    case "event":
      run.event(facts.event, facts.start, facts.id);
      return "mapped";
    case "retrieval": {
      const { id = "", locator, query, documents, start, end } = facts;
      run.reference({ id, type: "retrieval", locator, query, content: payload(documents), start, end, place });
      return "mapped";
    }
  }
}

function payload(given: SpanPayload | undefined): PayloadValue | undefined {
  if (given === undefined) return undefined;
  return "text" in given ? new JsonText(given.text) : given.value;
}
