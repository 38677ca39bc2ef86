/** Inspect AI: a log as JSON (`inspect log dump`). Experimental: its shape is known from its documents. */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import { isObject } from "../../../json/document.ts";
import {
  type FormatReader,
  type ImportContext,
  type ImportFormat,
  listOf,
  memberOf,
  objectOf,
  textOf,
} from "../../record/format.ts";
import { errorPayload } from "../../record/payload.ts";
import type { ImportRun } from "../../record/run.ts";
import type { SourcePlace } from "../../source/place.ts";
import type { RecordFate } from "../../source/tally.ts";

export const INSPECT_AI: ImportFormat = {
  name: "inspect-ai",
  runtime: "inspect-ai",
  isExperimental: true,
  isWhole: true,
  fits: () => false,
  read: (context) => new InspectReader(context),
};

const CONTEXT_EVENTS: ReadonlySet<string> = new Set([
  "model",
  "sample_init",
  "sample_limit",
  "sandbox",
  "state",
  "store",
  "input",
  "score",
  "score_edit",
  "error",
  "logger",
  "info",
  "span_begin",
  "span_end",
  "step",
  "subtask",
  "approval",
]);

class InspectReader implements FormatReader {
  readonly #context: ImportContext;

  constructor(context: ImportContext) {
    this.#context = context;
  }

  /** A log: each of its samples is a run, and their events are the records. */
  record(value: JsonValue, place: SourcePlace): RecordFate | undefined {
    const { tally } = this.#context;
    const samples = isObject(value) ? listOf(value, "samples") : undefined;
    if (!isObject(value) || samples === undefined) return tally.unknown("(no samples)");
    const evaluation = objectOf(value, "eval") ?? {};
    const version = textOf(objectOf(evaluation, "packages") ?? {}, "inspect_ai");
    for (const [index, sample] of samples.entries()) {
      const events = isObject(sample) ? listOf(sample, "events") : undefined;
      if (!isObject(sample) || events === undefined) {
        tally.count(tally.malformed(place));
        continue;
      }
      const run = this.#run(sample, evaluation);
      if (version !== undefined && version !== "") run.setRuntime(`inspect-ai/${version}`);
      for (const [at, event] of events.entries()) {
        const path = place.path === undefined ? undefined : `${place.path}.samples[${index}].events[${at}]`;
        const where = path === undefined ? place : { ...place, path };
        tally.count(isObject(event) ? this.#event(run, event, where) : tally.malformed(where));
      }
    }
    return undefined;
  }

  /** A sample is run once in each epoch. */
  #run(sample: JsonObject, evaluation: JsonObject): ImportRun {
    const uuid = textOf(sample, "uuid");
    if (uuid !== undefined && uuid !== "") return this.#context.run(uuid);
    const names = [memberOf(evaluation, "run_id"), memberOf(sample, "id"), memberOf(sample, "epoch")];
    const stated = names.filter((name) => typeof name === "string" || typeof name === "number");
    return stated.length === names.length ? this.#context.run(stated.join("_")) : this.#context.unnamedRun();
  }

  #event(run: ImportRun, event: JsonObject, place: SourcePlace): RecordFate {
    const kind = textOf(event, "event") ?? "(no event)";
    const time = this.#context.time(memberOf(event, "timestamp"), place);
    if (kind !== "tool") return CONTEXT_EVENTS.has(kind) ? "context" : this.#context.tally.unknown(kind);
    const end = this.#context.time(memberOf(event, "completed"), place);
    const tool = textOf(event, "function") ?? "";
    const { call } = run.call({ id: textOf(event, "id"), tool, args: memberOf(event, "arguments"), time, place });
    const error = memberOf(event, "error") ?? undefined;
    // A call that is going on has an empty result already.
    const hasEnded = (memberOf(event, "completed") ?? undefined) !== undefined || error !== undefined;
    if (!hasEnded || memberOf(event, "pending") === true) return "mapped";
    const output = memberOf(event, "result") ?? undefined;
    if (error === undefined) run.answer(call, { status: "ok", result: output, time: end, place });
    else run.answer(call, { status: "error", result: errorPayload(outputBeside(output), error), time: end, place });
    return "mapped";
  }
}

/** A call that failed has an empty text for its result. */
function outputBeside(output: JsonValue | undefined): JsonValue | undefined {
  return output === "" ? undefined : output;
}
