/** The record of a run as one JSON document (contract 1.3), in parts. */

import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import { RecordInputSchema } from "../../schema/document/run-record.ts";
import { recordInputValidator } from "../../schema/validator/run-record.ts";
import { fitted, jsonInputError } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { JsonOutline } from "../json/outline.ts";
import type { RecordItem, RecordParts } from "./input.ts";

const INPUT_MEMBERS: ReadonlySet<string> = new Set(Object.keys(RecordInputSchema.properties));
/** Elements are built in batches of this many bytes; a larger one is built alone. */
const BATCH_BYTES = 64 * 1024;

/** @throws GaitError `invalid_input` with the JSON path of the invalid value. */
export function documentParts(input: Uint8Array): RecordParts {
  // Two levels: the members of the document, and the elements of the arrays among them.
  const spans = scanInput(input);
  const outline = fitted(recordInputValidator, outlineOf(spans), "$");
  const names = spans.children(spans.root).map((member) => spans.name(member) ?? "");
  return {
    run: outline.run ?? {},
    refs: outline.refs ?? {},
    places: { run: "$.run", refs: "$.refs" },
    captureMode: outline.capture_mode ?? undefined,
    intents: elements(spans, "intents"),
    results: elements(spans, "results"),
    unknown: names.filter((name) => !INPUT_MEMBERS.has(name)).map((name) => `$.${name}`),
  };
}

function scanInput(input: Uint8Array): JsonOutline {
  try {
    return new JsonOutline(2).scan(input);
  } catch (error) {
    if (error instanceof JsonError) throw jsonInputError(error, "the record of the run");
    throw error;
  }
}

/** The input without the elements of its two long arrays, which are read in batches. */
function outlineOf(spans: JsonOutline): JsonValue {
  if (spans.kind(spans.root) !== "object") return spans.value(spans.root);
  const outline: JsonObject = {};
  for (const name of INPUT_MEMBERS) {
    const member = spans.member(spans.root, name);
    if (member < 0) continue;
    const long = (name === "intents" || name === "results") && spans.kind(member) === "array";
    outline[name] = long ? [] : spans.value(member);
  }
  return outline;
}

function* elements(spans: JsonOutline, name: "intents" | "results"): Generator<RecordItem[]> {
  const array = spans.member(spans.root, name);
  const length = array < 0 ? 0 : spans.elementCount(array);
  for (let first = 0; first < length; ) {
    const start = spans.start(spans.element(array, first));
    let end = first + 1;
    while (end < length && spans.end(spans.element(array, end)) - start <= BATCH_BYTES) end += 1;
    yield spans.elements(array, first, end).map((value, at) => {
      const element = spans.element(array, first + at);
      return { value, where: `$.${name}[${first + at}]`, size: spans.end(element) - spans.start(element) };
    });
    first = end;
  }
}
