/**
 * One run of a source, while it is read: formats tell it of calls, results, events and references in the order of the
 * source, and it pairs them, names what has no id, and counts what looks odd. Nothing is invented here.
 */
import type { JsonValue } from "../../../schema/document/primitives.ts";
import type { RecordReceipt, RecordRun } from "../../../schema/document/run-record.ts";
import { MAX_LINE_BYTES } from "../../json/lines.ts";
import type { Compilable, Platform } from "../../platform/platform.ts";
import { intentParts, type ReadyFields, resultParts } from "../../run/ready-record.ts";
import { sha256OfText } from "../../signature/digest.ts";
import { plainText } from "../source/json.ts";
import type { SourcePlace } from "../source/place.ts";
import type { ImportTally, ImportWarning } from "../source/tally.ts";
import { type CallNumber, type CallStorage, CallTable, type ResultStatus } from "./call-table.ts";
import type { SpooledLine } from "./line-spool.ts";
import { OpenByTool } from "./open-by-tool.ts";
import { digestOfValue, JsonText, type Payload, type PayloadValue, payloadOf } from "./payload.ts";
import type { RunAhead } from "./run-ahead.ts";
import { Timeline } from "./timeline.ts";

export interface RunOptions {
  readonly platform: Platform;
  readonly storage: CallStorage;
  readonly tally: ImportTally;
  readonly redact: boolean;
  readonly captureMode: "reference" | "raw";
  /** For the run that has the first call: deflates its lines while the source is read. */
  readonly ahead?: ((sourceId: string, runtime: string | undefined) => RunAhead | undefined) | undefined;
}

export interface CallInput {
  /** The source's id; a number is made of it where there is none. */
  readonly id: string | undefined;
  readonly tool: string;
  /** `undefined`: the source has none, which is not `{}`. */
  readonly args: PayloadValue | undefined;
  /** As `ImportContext.time` gave it. */
  readonly time: string | undefined;
  readonly place: SourcePlace;
  /** When the same id again is the same call: by default it never is. */
  readonly repeat?: "equal" | "equal and open";
  /** Calls are recorded in the order of these texts, where there are any, and then as stated. See `startKey`. */
  readonly sortKey?: string;
}

export interface ResultInput {
  readonly id: string;
  /** Where ids begin again: calls before this one are not its. */
  readonly firstCall?: CallNumber;
  readonly status: ResultStatus;
  /** `undefined`: answered without content. */
  readonly result: PayloadValue | undefined;
  readonly time: string | undefined;
  readonly place: SourcePlace;
}

export interface ReferenceInput {
  readonly id: string;
  readonly type: string;
  readonly locator: string;
  readonly query: string | undefined;
  readonly content: PayloadValue | undefined;
  readonly start: string | undefined;
  readonly end: string | undefined;
  readonly place: SourcePlace;
}

/** What the ids, tool and stamp of a record may take of its line, generously. */
const LINE_ROOM = 64 * 1024;

export class ImportRun {
  readonly calls: CallTable;
  readonly timeline = new Timeline();
  readonly receipts: RecordReceipt[] = [];
  /** The source's own id of the session, trace or conversation. */
  sourceId: string | undefined;
  runtime: string | undefined;
  env: { readonly os?: string | undefined; readonly arch?: string | undefined } = {};
  /** Whether the source said anything of it that makes it a run, though no call is in it. */
  isTold = false;
  readonly #options: RunOptions;
  #openByTool: OpenByTool | undefined;

  constructor(options: RunOptions) {
    this.#options = options;
    this.calls = new CallTable(options.storage);
  }

  /** The first id stands. */
  setSourceId(id: JsonValue | undefined): void {
    if (typeof id === "string" && id !== "") this.sourceId ??= plainText(id);
  }

  /** The agent, `name` or `name/version`; the first stands. */
  setRuntime(runtime: string): void {
    this.runtime ??= plainText(runtime);
  }

  /**
   * A call. `isNew` is false for one that was stated before: then `call` is that one, and nothing was recorded.
   */
  call(input: CallInput): { readonly call: CallNumber; readonly isNew: boolean } {
    const { calls } = this;
    const { tally } = this.#options;
    const tool = plainText(input.tool);
    const payload = this.#payload(input.args, input.place);
    const sourceId = input.id === undefined ? undefined : plainText(input.id);
    if (sourceId !== undefined && input.repeat !== undefined) {
      const isOpen = input.repeat === "equal and open";
      const same = calls.find(sourceId, (call) => {
        if (isOpen && calls.isAnswered(call)) return false;
        const before = calls.recorded(call);
        return before.tool === tool && before.digest === (payload?.digest ?? "");
      });
      if (same !== undefined) return { call: same, isNew: false };
    }
    const { id, origin } = calls.nameOf(sourceId);
    if (origin === "made") tally.warn("id_made", input.place);
    if (origin === "reused") tally.warn("id_reused", input.place);
    if (payload === undefined) tally.warn("args_absent", input.place);
    this.#note(payload, input.args, input.place);
    if (input.time === undefined) tally.warn("time_absent", input.place);
    const line = this.#spooled(id, tool, input.time, payload, input.place);
    if (calls.calls === 0 && calls.results === 0 && this.sourceId !== undefined) {
      calls.goAhead(this.#options.ahead?.(this.sourceId, this.runtime));
    }
    const call = calls.add({ sourceId, id, tool, line, place: input.place, sortKey: input.sortKey });
    this.timeline.reach(input.time);
    return { call, isNew: true };
  }

  /** A result of the latest call with its id that is still open: the fate of what stated it. */
  result(input: ResultInput): "mapped" | "duplicate" {
    const id = plainText(input.id);
    const { calls } = this;
    const first = input.firstCall ?? 0;
    const open = calls.find(id, (call) => call >= first && !calls.isAnswered(call));
    if (open !== undefined) {
      this.answer(open, input, id);
      return "mapped";
    }
    const answered = calls.find(id, (call) => call >= first);
    if (answered !== undefined) {
      this.#compareAnswer(calls.resultsOf(id, first), input);
      return "duplicate";
    }
    return this.orphan(input);
  }

  /** A result that is known to be no call's. */
  orphan(input: ResultInput): "mapped" | "duplicate" {
    const source = plainText(input.id);
    const before = this.calls.orphansOf(source);
    if (before.length > 0) {
      this.#compareAnswer(before, input);
      return "duplicate";
    }
    // An id that a call has would make it that call's.
    const { id } = this.calls.find(source, () => true) === undefined ? { id: source } : this.calls.nameOf(source);
    this.#addOrphan(source, id, input);
    return "mapped";
  }

  /** A result of a call that has one: whether it says the same, which is stated where it does not. */
  repeatedAnswer(call: CallNumber, input: Omit<ResultInput, "id">): "duplicate" {
    this.#compareAnswer([this.calls.resultOf(call)], input);
    return "duplicate";
  }

  /** Whether the call has this very result. */
  hasAnswer(call: CallNumber, status: ResultStatus, result: PayloadValue | undefined, place: SourcePlace): boolean {
    const before = this.calls.resultOf(call);
    return before.status === status && before.digest === this.digestOf(result, place);
  }

  /** The digest that a payload is recorded with; empty for none. */
  digestOf(value: PayloadValue | undefined, place: SourcePlace): string {
    return this.#payload(value, place)?.digest ?? "";
  }

  /** Something about a record that only its format can tell. */
  warn(code: ImportWarning, place: SourcePlace): void {
    this.#options.tally.warn(code, place);
  }

  /** A result without an id: of the oldest open call of its tool; where it names none, of the one call that is open. */
  resultWithoutId(tool: string | undefined, input: Omit<ResultInput, "id">): "mapped" {
    this.#openByTool ??= new OpenByTool(this.calls);
    const open = tool === undefined ? this.calls.onlyOpen() : this.#openByTool.oldest(plainText(tool));
    if (open !== undefined) {
      this.answer(open, input);
      return "mapped";
    }
    const id = this.calls.nameOfOrphan();
    this.#addOrphan(id, id, input);
    return "mapped";
  }

  /** The result of a call that is known to be open: formats that pair by something else than its id. */
  answer(call: CallNumber, input: Omit<ResultInput, "id">, sourceId?: string): void {
    this.calls.answer(call, this.#resultLine(this.calls.idOf(call, sourceId), input), input.status);
    this.timeline.reach(input.time);
  }

  /** The tool of the call that a result with this id joins, or repeats; empty where there is none. */
  toolOf(id: string): string {
    const { calls } = this;
    const name = plainText(id);
    const call = calls.find(name, (each) => !calls.isAnswered(each)) ?? calls.find(name, () => true);
    return call === undefined ? "" : calls.toolOf(call);
  }

  /** What the source says elsewhere of how the call went: it comes before what its result says. */
  setStatus(id: string, status: ResultStatus): void {
    this.calls.setStatus(plainText(id), status);
  }

  /** `ref`: the call that it is about. Without a time it is counted, and is not in the timeline. */
  event(event: string, time: string | undefined, ref?: CallNumber | string): void {
    this.isTold = true;
    const id = typeof ref === "number" ? this.calls.recorded(ref).id : ref && plainText(ref);
    this.timeline.add(event, time, id);
  }

  /** Something that was looked up. Without query or content it is an event. */
  reference(input: ReferenceInput): void {
    const { id, query, content, start, end, place } = input;
    if (query === undefined || content === undefined || content === null) {
      this.event("retrieval", start, id);
      return;
    }
    const { platform } = this.#options;
    this.isTold = true;
    this.receipts.push({
      ref_id: plainText(id),
      source_type: input.type,
      source_locator: plainText(input.locator),
      query_digest: sha256OfText(platform, plainText(query)),
      content_digest: digestOfValue(content, place.isExact, platform),
      ...(end === undefined ? {} : { retrieved_at: end }),
      redaction_mode: "reference",
    });
  }

  /** Whether the source gave it nothing at all. */
  get isEmpty(): boolean {
    return this.calls.calls === 0 && this.calls.results === 0 && this.receipts.length === 0 && !this.isTold;
  }

  /** `run` as the recorder takes it; a run without any time is given none. */
  document(runId: string, runtime: string): RecordRun {
    const text = this.runtime ?? runtime;
    const { created } = this.timeline;
    return {
      run_id: runId,
      ...(created === undefined ? {} : { created_at: created }),
      producer_version: text,
      env: { os: this.env.os ?? "unknown", arch: this.env.arch ?? "unknown", runtime: text },
      timeline: this.timeline.events(),
    };
  }

  /** See `hot-code.ts`. */
  get hot(): readonly Compilable[] {
    return [...this.calls.hot, this.#resultLine, this.#payload, this.#note, this.#spooled];
  }

  #addOrphan(sourceId: string, id: string, input: Omit<ResultInput, "id">): void {
    this.#options.tally.warn("orphan_result", input.place);
    this.calls.addOrphan(sourceId, this.#resultLine(id, input), input.status);
    this.timeline.reach(input.time);
  }

  #resultLine(id: string, input: Omit<ResultInput, "id">): SpooledLine {
    const { tally } = this.#options;
    const payload = this.#payload(input.result, input.place);
    if (payload === undefined) tally.warn("result_absent", input.place);
    // A result that was to be JSON text and is none stays text, and that is all that there is to say.
    this.#note(payload, undefined, input.place);
    if (payload?.isTruncated) tally.warn("truncated_at_source", input.place);
    if (input.time === undefined) tally.warn("time_absent", input.place);
    return this.#spooled(id, undefined, input.time, payload, input.place);
  }

  /** Warns where a second result says something else than all before it. */
  #compareAnswer(
    results: readonly { readonly status: ResultStatus; readonly digest: string }[],
    input: Omit<ResultInput, "id">,
  ): void {
    const digest = this.#payload(input.result, input.place)?.digest ?? "";
    if (results.some((result) => result.digest === digest && result.status === input.status)) return;
    this.#options.tally.warn("duplicate_differs", input.place);
  }

  #payload(value: PayloadValue | undefined, place: SourcePlace): Payload | undefined {
    return value === undefined ? undefined : payloadOf(value, place.isExact, this.#options);
  }

  #note(payload: Payload | undefined, source: PayloadValue | undefined, place: SourcePlace): void {
    if (payload === undefined) return;
    const { tally } = this.#options;
    const { marks, isBadJson, hits } = payload;
    if (isBadJson && source instanceof JsonText) tally.warn("args_not_json", place);
    if (marks.numbers > 0) tally.warn("number_kept_as_text", place, marks.numbers);
    if (marks.surrogates > 0) tally.warn("lone_surrogate_replaced", place, marks.surrogates);
    for (const [kind, count] of hits) tally.redacted.set(kind, (tally.redacted.get(kind) ?? 0) + count);
  }

  /** `tool`: `undefined` for a result. */
  #spooled(
    id: string,
    tool: string | undefined,
    time: string | undefined,
    payload: Payload | undefined,
    place: SourcePlace,
  ): SpooledLine {
    const isBare = payload === undefined || payload.isBare;
    const isRaw = this.#options.captureMode === "raw";
    const canonical = isRaw && !isBare ? payload.canonical : undefined;
    const room = MAX_LINE_BYTES - LINE_ROOM - 3 * (id.length + (tool?.length ?? 0));
    const isLarge = canonical !== undefined && isLongerThan(canonical, room);
    if (isLarge) this.#options.tally.warn("payload_too_large", place);
    const body = isLarge ? undefined : canonical;
    const fields: ReadyFields = { id, time: time ?? "", digest: payload?.digest ?? "", body };
    return {
      parts: tool === undefined ? resultParts(fields) : intentParts(fields, tool),
      hasTime: time !== undefined,
      hasDigest: payload !== undefined,
      isOmitted: !isBare && !isRaw,
    };
  }
}

function isLongerThan(text: string, bytes: number): boolean {
  if (text.length * 3 <= bytes) return false;
  return text.length > bytes || new TextEncoder().encode(text).length > bytes;
}
