/** The kind of a document that was given as the record of a run and is not one. */
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import { GaitError } from "../finding/error.ts";
import { isObject } from "../json/document.ts";

interface Likeness {
  readonly what: string;
  readonly hint: string;
  fits(document: JsonObject): boolean;
}

const IMPORT = "`gait run import` turns the records of agents into runpacks.";

const has =
  (...names: readonly string[]) =>
  (document: JsonObject): boolean =>
    names.some((name) => Object.hasOwn(document, name));

/** The first that fits. */
const LIKENESSES: readonly Likeness[] = [
  {
    what: "an OpenTelemetry export (OTLP)",
    hint: IMPORT,
    fits: has("resourceSpans", "resourceLogs", "resourceMetrics", "resource_spans", "scopeSpans"),
  },
  {
    what: "the manifest of a pack",
    hint: "It is made when the run is recorded: give the record itself.",
    fits: has("manifest_digest", "pack_id"),
  },
  { what: "references alone", hint: "Give them with --refs, beside --run.", fits: has("receipts") },
  {
    what: "a run alone",
    hint: "Give it with --run, with --intents and --results beside it.",
    fits: (document) => has("run_id", "timeline", "env")(document) && !has("intent_id")(document),
  },
  {
    what: "one intent or result",
    hint: "Give the file with --intents or --results, one record per line.",
    fits: has("intent_id", "tool_name"),
  },
  { what: "traffic of MCP", hint: IMPORT, fits: has("jsonrpc") },
  {
    what: "a line of an agent's transcript",
    hint: IMPORT,
    fits: has("sessionId", "session_id", "parentUuid", "payload"),
  },
  { what: "a conversation of a model", hint: IMPORT, fits: has("messages", "choices", "role", "contents", "input") },
];

const WANTED =
  "A record has the members run, intents, results and refs: `gait schema show runpack/record` describes them, with --example it prints one.";

/** @param name how messages call the document */
export function notRecord(name: string, value: JsonValue): GaitError {
  const first = Array.isArray(value) ? value.find((element) => isObject(element)) : value;
  const like = isObject(first) ? LIKENESSES.find(({ fits }) => fits(first)) : undefined;
  const what = like === undefined ? "nothing of a recorded run is in it" : `it looks like ${like.what}`;
  return new GaitError("invalid_input", `${name} is not the record of a run: ${what}`, { hint: like?.hint ?? WANTED });
}

/** @throws GaitError `invalid_input` for a whole record in the place of its run */
export function assertPart(value: JsonValue, known: readonly string[], name: string, part: string): void {
  if (!isObject(value)) return;
  const names = Object.keys(value);
  if (names.length === 0 || names.some((each) => known.includes(each))) return;
  if (names.some((each) => ["run", "intents", "results", "refs"].includes(each))) {
    throw new GaitError("invalid_input", `${name} is a whole record, and ${part} takes one part of it`, {
      hint: "Give it with --input.",
    });
  }
  throw notRecord(name, value);
}
