/** OpenCode: what `opencode export` writes. Experimental: its shape is known from its code's types alone. */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import { isObject } from "../../../json/document.ts";
import { utcTimestamp } from "../../../time/timestamp.ts";
import {
  type FormatReader,
  type ImportContext,
  type ImportFormat,
  listOf,
  memberOf,
  objectOf,
  textOf,
} from "../../record/format.ts";
import type { ImportRun } from "../../record/run.ts";
import type { SourcePlace } from "../../source/place.ts";
import type { RecordFate } from "../../source/tally.ts";

export const OPENCODE: ImportFormat = {
  name: "opencode",
  runtime: "opencode",
  isExperimental: true,
  isWhole: true,
  fits: () => false,
  read: (context) => new OpenCodeReader(context),
};

class OpenCodeReader implements FormatReader {
  readonly #context: ImportContext;

  constructor(context: ImportContext) {
    this.#context = context;
  }

  /** A session; its messages are the records. */
  record(value: JsonValue, place: SourcePlace): RecordFate | undefined {
    const { tally } = this.#context;
    const messages = isObject(value) ? listOf(value, "messages") : undefined;
    if (!isObject(value) || messages === undefined) return tally.unknown("(no messages)");
    const info = objectOf(value, "info") ?? {};
    const run = this.#context.run(textOf(info, "id"));
    const version = textOf(info, "version");
    if (version !== undefined && version !== "") run.setRuntime(`opencode/${version}`);
    for (const [index, message] of messages.entries()) {
      const path = place.path === undefined ? undefined : `${place.path}.messages[${index}]`;
      const at = path === undefined ? place : { ...place, path };
      tally.count(isObject(message) ? this.#message(run, message, at) : tally.malformed(at));
    }
    return undefined;
  }

  #message(run: ImportRun, message: JsonObject, place: SourcePlace): RecordFate {
    const parts = listOf(message, "parts")?.filter(isObject);
    if (parts === undefined) return this.#context.tally.malformed(place);
    let fate: RecordFate = "context";
    const info = objectOf(message, "info") ?? {};
    if (textOf(info, "role") === "user" && parts.some(isTyped)) {
      run.event("prompt", this.#time(objectOf(info, "time"), "created", place));
      fate = "mapped";
    }
    for (const part of parts) {
      if (textOf(part, "type") !== "tool") continue;
      this.#call(run, part, place);
      fate = "mapped";
    }
    return fate;
  }

  #call(run: ImportRun, part: JsonObject, place: SourcePlace): void {
    const state = objectOf(part, "state") ?? {};
    const time = objectOf(state, "time");
    const { call } = run.call({
      id: textOf(part, "callID"),
      tool: textOf(part, "tool") ?? "",
      args: memberOf(state, "input"),
      time: this.#time(time, "start", place),
      place,
    });
    const status = textOf(state, "status");
    if (status !== "completed" && status !== "error") return;
    const hasFailed = status === "error";
    const error = hasFailed ? (memberOf(state, "error") ?? undefined) : undefined;
    run.answer(call, {
      status: hasFailed ? "error" : "ok",
      result: error === undefined ? memberOf(state, "output") : { error },
      time: this.#time(time, "end", place),
      place,
    });
  }

  /** Milliseconds since 1970. */
  #time(times: JsonObject | undefined, name: string, place: SourcePlace): string | undefined {
    const value = times && memberOf(times, name);
    if (typeof value !== "number") return undefined;
    const isReadable = Number.isInteger(value) && value > 0 && value < 253_402_300_800_000;
    if (isReadable) return utcTimestamp(Math.floor(value / 1000), (value % 1000) * 1_000_000);
    this.#context.tally.warn("time_unreadable", place);
    return undefined;
  }
}

/** Text that a user has written, and not the program in the user's name. */
function isTyped(part: JsonObject): boolean {
  return textOf(part, "type") === "text" && memberOf(part, "synthetic") !== true;
}
