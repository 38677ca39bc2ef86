/** The record of a run as one JSON document (contract 1.3), in parts. */

import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import { RecordInputSchema } from "../../schema/document/run-record.ts";
import { recordInputValidator } from "../../schema/validator/run-record.ts";
import type { GaitError } from "../finding/error.ts";
import { assertNoFoldedNames, fitted, jsonInputError } from "../json/document.ts";
import { JsonError } from "../json/error.ts";
import { JsonOutline } from "../json/outline.ts";
import { parseJson } from "../json/parse.ts";
import type { RecordItem, RecordParts } from "./input.ts";
import { RecordBatch } from "./record-batch.ts";
import { notRecord } from "./unlike-record.ts";

const INPUT_MEMBERS: ReadonlySet<string> = new Set(Object.keys(RecordInputSchema.properties));
/** Elements are built in batches of this many bytes; a larger one is built alone. */
const BATCH_BYTES = 64 * 1024;

/** @throws GaitError `invalid_input` with the JSON path of the invalid value. */
export function documentParts(input: Uint8Array): RecordParts {
  // Two levels: the members of the document, and the elements of the arrays among them.
  const spans = scanInput(input);
  assertRecord(spans);
  const outline = fitted(recordInputValidator, outlineOf(spans), "$");
  const names = spans.children(spans.root).map((member) => spans.name(member) ?? "");
  assertNoFoldedNames(RecordInputSchema, Object.fromEntries(names.map((name) => [name, null])), "$");
  return {
    run: outline.run ?? {},
    refs: outline.refs ?? {},
    places: { run: "$.run", refs: "$.refs" },
    captureMode: outline.capture_mode ?? undefined,
    normalization: outline.normalization ?? undefined,
    intents: elements(input, spans, "intents"),
    results: elements(input, spans, "results"),
    unknown: names.filter((name) => !INPUT_MEMBERS.has(name)).map((name) => `$.${name}`),
  };
}

/** Something of a run must be said: an empty record would look like the record of a run in which nothing happened. */
function assertRecord(spans: JsonOutline): void {
  if (spans.kind(spans.root) !== "object") {
    if (spans.kind(spans.root) === "array") throw notRecord("the input", spans.value(spans.root));
    return;
  }
  const said = ["run", "intents", "results", "refs"].some((name) => {
    const member = spans.member(spans.root, name);
    if (member < 0) return false;
    const kind = spans.kind(member);
    return kind === "object" || kind === "array" ? spans.children(member).length > 0 : kind !== "null";
  });
  if (said) return;
  const shown = spans.children(spans.root).map((member) => [spans.name(member) ?? "", null]);
  assertNoFoldedNames(RecordInputSchema, Object.fromEntries(shown), "$");
  throw notRecord("the input", Object.fromEntries(shown));
}

function scanInput(input: Uint8Array): JsonOutline {
  try {
    return new JsonOutline(2).scan(input);
  } catch (error) {
    if (error instanceof JsonError) throw firstLineError(input) ?? jsonInputError(error, "the record of the run");
    throw error;
  }
}

/** Of a text with one JSON value in each line, as agents write transcripts: what its first line looks like. */
function firstLineError(input: Uint8Array): GaitError | undefined {
  const end = input.indexOf(0x0a);
  if (end < 0 || input.subarray(end).every((byte) => byte <= 0x20)) return undefined;
  try {
    return notRecord("the input, of which each line is JSON,", parseJson(input, { start: 0, end, line: 1 }));
  } catch (error) {
    if (error instanceof JsonError) return undefined;
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

function* elements(input: Uint8Array, spans: JsonOutline, name: "intents" | "results"): Generator<RecordItem[]> {
  const array = spans.member(spans.root, name);
  const length = array < 0 ? 0 : spans.elementCount(array);
  const batch = new RecordBatch(name === "intents" ? "args" : "result");
  for (let first = 0; first < length; ) {
    const start = spans.start(spans.element(array, first));
    let end = first;
    do {
      const element = spans.element(array, end);
      batch.add(input, spans.start(element), spans.end(element), `$.${name}[${end}]`);
      end += 1;
    } while (end < length && spans.end(spans.element(array, end)) - start <= BATCH_BYTES);
    yield batch.take();
    first = end;
  }
}
