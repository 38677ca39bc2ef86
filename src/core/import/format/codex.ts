/** Codex CLI: rollouts (`~/.codex/sessions`), the bare items before mid-2025, and `codex exec --json`. */
import type { JsonObject } from "../../../schema/document/primitives.ts";
import type { Compilable } from "../../platform/platform.ts";
import {
  type FormatReader,
  type ImportContext,
  type ImportFormat,
  memberOf,
  objectOf,
  textOf,
} from "../record/format.ts";
import type { ImportRun } from "../record/run.ts";
import type { SourcePlace } from "../source/place.ts";
import type { RecordFate } from "../source/tally.ts";
import type { SourceLine } from "../source/text.ts";
import { ExecReader, isExecType } from "./codex/exec.ts";
import { CodexLine } from "./codex/line.ts";
import { eventStatus, tellsStatus } from "./codex/outcome.ts";
import { isItemType, itemOf, takeItem } from "./codex/response-item.ts";

const RECOGNISED: ReadonlySet<string> = new Set([
  "session_meta",
  "response_item",
  "event_msg",
  "turn_context",
  "compacted",
  "world_state",
]);
const CONTEXT_TYPES: ReadonlySet<string> = new Set([
  "turn_context",
  "world_state",
  "token_usage_record",
  "inter_agent_communication",
]);
const EXEC_RECOGNISED: ReadonlySet<string> = new Set([
  "thread.started",
  "turn.started",
  "item.started",
  "item.updated",
  "item.completed",
]);

export const CODEX: ImportFormat = {
  name: "codex",
  runtime: "codex",
  fits(value) {
    const type = textOf(value, "type");
    if (type !== undefined && Object.hasOwn(value, "payload") && RECOGNISED.has(type)) return true;
    if (type !== undefined && EXEC_RECOGNISED.has(type)) return true;
    return Object.hasOwn(value, "record_type") || isHeader(value);
  },
  read: (context) => new CodexReader(context),
};

/** The first line before mid-2025. */
function isHeader(value: JsonObject): boolean {
  return (
    !Object.hasOwn(value, "type") && ["id", "timestamp", "instructions"].every((name) => Object.hasOwn(value, name))
  );
}

class CodexReader implements FormatReader {
  readonly #context: ImportContext;
  readonly #run: ImportRun;
  readonly #exec: ExecReader;
  readonly #line: CodexLine;
  #hasMeta = false;

  constructor(context: ImportContext) {
    this.#context = context;
    this.#run = context.run();
    this.#exec = new ExecReader(context, this.#run);
    this.#line = new CodexLine(context.proof, context.platform.decodeText);
  }

  /** Items and events that nothing but their kind is asked of: nearly all lines. */
  line(source: SourceLine, place: SourcePlace): RecordFate | undefined {
    const record = this.#line.read(source);
    if (record === undefined) return undefined;
    const { item, kind, timestamp } = record;
    if (item === undefined) {
      if (tellsStatus(kind)) return undefined;
      return this.#named(EVENTS.get(kind), this.#context.time(timestamp, place));
    }
    if (!isItemType(kind)) return undefined;
    return takeItem(this.#run, item, this.#context.time(timestamp, place), place);
  }

  /** See `hot-code.ts`. */
  get hot(): readonly Compilable[] {
    return [...this.#line.hot, this.#named, takeItem];
  }

  record(value: JsonObject, place: SourcePlace): RecordFate {
    const time = this.#context.time(memberOf(value, "timestamp"), place);
    const { tally } = this.#context;
    const type = textOf(value, "type");
    if (type === undefined) {
      if (isHeader(value)) return this.#meta(value);
      return Object.hasOwn(value, "record_type") ? "context" : tally.unknown("(no type)");
    }
    if (isExecType(type)) return this.#exec.take(type, value, time, place);
    if (!RECOGNISED.has(type) && !CONTEXT_TYPES.has(type)) {
      return isItemType(type) ? this.#item(value, time, place) : tally.unknown(type);
    }

    const payload = objectOf(value, "payload");
    if (payload === undefined) return tally.malformed(place);
    switch (type) {
      case "session_meta":
        return this.#meta(payload);
      case "response_item":
        return this.#item(payload, time, place);
      case "event_msg":
        return this.#event(payload, time);
      case "compacted":
        // It repeats a history that was read before.
        this.#run.event("compacted", time);
        return "mapped";
      default:
        return "context";
    }
  }

  /** A fork begins with copies of the sessions that it comes from, after its own. */
  #meta(meta: JsonObject): RecordFate {
    if (this.#hasMeta) return "context";
    this.#hasMeta = true;
    this.#run.setSourceId(memberOf(meta, "id"));
    const version = textOf(meta, "cli_version");
    if (version !== undefined && version !== "") this.#run.setRuntime(`codex/${version}`);
    return "mapped";
  }

  #item(item: JsonObject, time: string | undefined, place: SourcePlace): RecordFate {
    const type = textOf(item, "type");
    const fate = type === undefined ? undefined : takeItem(this.#run, itemOf(type, item), time, place);
    return fate ?? this.#context.tally.unknown(type ?? "response_item (no type)");
  }

  #event(event: JsonObject, time: string | undefined): RecordFate {
    const type = textOf(event, "type");
    const name = EVENTS.get(type ?? "") ?? (isUserMessage(event) ? "prompt" : undefined);
    const stated = name === undefined ? eventStatus(event) : undefined;
    if (stated !== undefined) this.#run.setStatus(stated.id, stated.status);
    return this.#named(name, time);
  }

  #named(event: string | undefined, time: string | undefined): RecordFate {
    if (event === undefined) return "context";
    this.#run.event(event, time);
    return "mapped";
  }
}

const EVENTS: ReadonlyMap<string, string> = new Map([
  ["user_message", "prompt"],
  ["turn_aborted", "turn_aborted"],
  ["thread_rolled_back", "rolled_back"],
]);

function isUserMessage(event: JsonObject): boolean {
  const item = textOf(event, "type") === "item_completed" ? objectOf(event, "item") : undefined;
  return item !== undefined && textOf(item, "type") === "UserMessage";
}
