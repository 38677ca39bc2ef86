/** Records a run while it goes on, for programs (contract 12.5). */
import type { CaptureMode } from "../../schema/document/primitives.ts";
import type { RecordEvent, RecordReceipt, RecordRun } from "../../schema/document/run-record.ts";
import { GaitError } from "../finding/error.ts";
import { collectWarnings, type Warnings } from "../finding/warning.ts";
import { sha256OfText } from "../signature/digest.ts";
import { assertIdentifier } from "../text/identifier.ts";
import { timestampProblem, toUtcWherePossible } from "../time/timestamp.ts";
import { Entries } from "./entries.ts";
import type { Runpack } from "./finish.ts";
import { type Notice, wellFormed } from "./json-value.ts";
import { headLine, type LogEntryKind, MemoryLog, type RecorderLog } from "./log.ts";
import { OpenCalls } from "./open-calls.ts";
import type {
  AtTime,
  EventOptions,
  IntentOptions,
  RecorderOptions,
  RecorderSetting,
  ReferenceOptions,
  SigningOptions,
} from "./options.ts";
import { canonicalOf, isTooLarge, payloadText } from "./payload.ts";
import { RecordedCall } from "./recorded-call.ts";
import type { RecoveredRun } from "./recover.ts";

const ANSWERED = "a second answer, not recorded: the first stands";
const ENDED = "after the end of the recording, not recorded";

/** A member of a record; one with JSON is written as it is. */
type Member = readonly [name: string, value: string | { readonly json: string } | undefined];

/**
 * Records one run of an agent, while it goes on. What it is told stands in its log when the call returns; arguments and
 * results are taken as they are at that moment. Only its making and `finish` throw: an agent never stops for its recorder, and
 * what could not be recorded as it was given is in `warnings`.
 */
export class Recorder {
  readonly #setting: RecorderSetting;
  readonly #options: Partial<RecorderOptions>;
  readonly #run: RecordRun;
  readonly #captureMode: CaptureMode;
  readonly #log: RecorderLog;
  readonly #warnings: Warnings = collectWarnings();
  readonly #calls = new OpenCalls();
  readonly #events: RecordEvent[] = [];
  readonly #receipts: RecordReceipt[] = [];
  readonly #entries: Entries;
  #isEnded = false;
  readonly #notice: Notice = (kind, where) => this.#warn(kind, where);

  /** @throws GaitError `invalid_input` for a run id or capture mode that is none; what the log throws */
  constructor(options: RecorderOptions, setting: RecorderSetting, recovered?: RecoveredRun) {
    this.#setting = setting;
    this.#options = options;
    this.#run = recovered?.run ?? this.#runOf(options);
    this.#captureMode = recovered?.captureMode ?? captureModeOf(options.captureMode);
    this.#log = recovered?.log ?? options.log ?? new MemoryLog();
    this.#entries = new Entries(this.#log, recovered?.entries ?? 0, (error) =>
      this.#warn("the log takes no more; what follows is kept in memory alone", wordsOf(error)),
    );
    if (recovered === undefined) {
      this.#log.append(headLine({ run: this.#run, captureMode: this.#captureMode }));
      return;
    }
    for (const id of recovered.intentIds) this.#calls.addId(id);
    for (const id of recovered.open) this.#calls.addRecovered(this.#call(id));
    this.#events.push(...recovered.events);
    this.#receipts.push(...recovered.receipts);
    for (const [kind, where] of recovered.warnings) this.#warn(kind, where);
  }

  /** The id of the run. */
  get runId(): string {
    return this.#run.run_id ?? "";
  }

  /** What was not recorded as it was given, and why; at most 20 of a kind, and how many more there are. */
  get warnings(): string[] {
    return this.#warnings.list();
  }

  /** The calls that have no answer yet, in order: after a crash too. */
  get open(): RecordedCall[] {
    return this.#calls.list();
  }

  /**
   * The agent means to call a tool. An object is recorded as it is, anything else as `{"value": …}`, and without arguments none.
   * @throws nothing
   */
  intent(tool: string, args?: unknown, options: IntentOptions = {}): RecordedCall {
    const told = options.id === undefined ? "" : this.#text(options.id, "intent_id");
    const isMade = told === "";
    const given = isMade ? `intent_${this.#calls.count + 1}` : told;
    const id = this.#calls.freeId(given);
    const call = this.#call(id);
    if (this.#refuses(id)) return call;
    if (!isMade && id !== given) this.#warn("an id that was used already, recorded with a number", id);
    this.#calls.add(call, given);
    this.#add("intent", [
      ["intent_id", id],
      ["tool_name", this.#text(tool, `${id}.tool_name`)],
      ["created_at", this.#time(options, id)],
      ...this.#payload("args", args, id),
    ]);
    return call;
  }

  /**
   * An answer, by the id of its call: that of `intent`, or the agent's own. It goes to the latest call with the id that is open.
   * Without such a call it is recorded alone.
   * @throws nothing
   */
  result(intentId: string, status: string, result?: unknown, options: AtTime = {}): void {
    const asked = this.#text(intentId, "intent_id");
    const call = this.#calls.find(asked);
    if (call !== undefined) call.end(status, result, options);
    else if (this.#calls.has(asked)) this.#warn(ANSWERED, asked);
    else this.#addResult(asked, status, result, options);
  }

  /**
   * Something happened: an event of the run's timeline, such as `prompt`, `approval_requested` or `handoff`.
   * @throws nothing
   */
  event(event: string, options: EventOptions = {}): void {
    const name = this.#text(event, "event");
    if (this.#refuses(name)) return;
    const ts = this.#time(options, name);
    const made = {
      event: name,
      ...(ts === undefined ? {} : { ts }),
      ...(options.ref === undefined ? {} : { ref: this.#text(options.ref, `${name}.ref`) }),
    };
    this.#events.push(made);
    this.#entries.add("event", JSON.stringify(made));
  }

  /**
   * The agent looked at something. Without its query or content, their digest is missing, and a warning says so.
   * @throws nothing
   */
  reference(options: ReferenceOptions): void {
    const id = this.#text(options.id ?? `ref_${this.#receipts.length + 1}`, "ref_id");
    if (this.#refuses(id)) return;
    const { platform } = this.#setting;
    const query = options.query === undefined ? undefined : this.#text(options.query, `${id}.query`);
    const content = canonicalOf(options.content, `${id}.content`, this.#notice);
    const time = this.#time(options, id);
    const receipt: RecordReceipt = {
      ref_id: id,
      source_type: this.#text(options.type, `${id}.type`),
      source_locator: this.#text(options.locator, `${id}.locator`),
      ...(query === undefined ? {} : { query_digest: sha256OfText(platform, query) }),
      ...(content === undefined ? {} : { content_digest: sha256OfText(platform, content) }),
      ...(time === undefined ? {} : { retrieved_at: time }),
      redaction_mode: "reference",
    };
    this.#receipts.push(receipt);
    this.#entries.add("receipt", JSON.stringify(receipt));
  }

  /**
   * Resolves when everything so far outlives the machine's end, as far as the log can do that. A log that fails is a warning.
   * @throws nothing
   */
  async flush(): Promise<void> {
    try {
      await this.#log.flush?.();
    } catch (error) {
      this.#warn("the log could not be brought to the disk", wordsOf(error));
    }
  }

  /**
   * The run so far as the input document of `gait run record`: the same document gives the same runpack there.
   * @throws GaitError `input_changed` if the log has less than it took; what it throws while it is read
   */
  async document(): Promise<Uint8Array> {
    const { recordDocument } = await import("./finish.ts");
    return recordDocument(this.#taken());
  }

  /**
   * Ends the recording, and gives the runpack of the run, verified, and signed if there is a key. What comes later is not
   * recorded, and is a warning. A second call gives the same again.
   * @throws GaitError `invalid_key`; `invalid_input` for two keys, or more than a runpack can hold; `input_changed` if the log has
   * less than it took; `unsupported` if this runtime fails the self-test; what the log throws while it is read
   */
  async finish(signing: SigningOptions = {}): Promise<Runpack> {
    const { makeRunpack } = await import("./finish.ts");
    this.#isEnded = true;
    await this.flush();
    const { warnings, ...runpack } = await makeRunpack(this.#taken(), signing, this.#setting);
    try {
      this.#log.close?.();
    } catch (error) {
      this.#warn("the log could not be closed", wordsOf(error));
    }
    return { ...runpack, warnings: [...this.warnings, ...warnings] };
  }

  #taken() {
    return {
      run: this.#run,
      captureMode: this.#captureMode,
      events: this.#events,
      receipts: this.#receipts,
      entries: this.#entries,
    };
  }

  #runOf({ runId, producerVersion, env = {} }: RecorderOptions): RecordRun {
    assertIdentifier(typeof runId === "string" ? runId : "", "run id");
    const { host } = this.#setting;
    const text = (value: string | undefined, otherwise: string, name: string) => this.#text(value || otherwise, name);
    return {
      run_id: runId,
      created_at: this.#time({}, "run") ?? host.now(),
      ...(producerVersion === undefined ? {} : { producer_version: this.#text(producerVersion, "producerVersion") }),
      env: {
        os: text(env.os, host.env.os, "env.os"),
        arch: text(env.arch, host.env.arch, "env.arch"),
        runtime: text(env.runtime, host.env.runtime, "env.runtime"),
      },
    };
  }

  #call(id: string): RecordedCall {
    return new RecordedCall(id, (call, status, payload, options) => this.#answer(call, status, payload, options));
  }

  #answer(call: RecordedCall, status: string, payload: unknown, options: AtTime): void {
    if (this.#refuses(call.intentId)) return;
    if (this.#calls.close(call)) this.#addResult(call.intentId, status, payload, options);
    else this.#warn(ANSWERED, call.intentId);
  }

  #addResult(id: string, status: string, result: unknown, options: AtTime): void {
    if (this.#refuses(id)) return;
    this.#add("result", [
      ["intent_id", id],
      ["status", this.#text(status, `${id}.status`)],
      ["created_at", this.#time(options, id)],
      ...this.#payload("result", result, id),
    ]);
  }

  /** With a digest in the place of what is not kept. */
  #payload(name: "args" | "result", value: unknown, id: string): readonly Member[] {
    const place = `${id}.${name}`;
    const text = payloadText(value, place, this.#notice);
    if (text === undefined) return [];
    if (this.#captureMode === "raw") {
      if (!isTooLarge(text)) return [[name, { json: text }]];
      this.#warn("too large for a record: its digest alone is kept", place);
    }
    return [[`${name}_digest`, sha256OfText(this.#setting.platform, text)]];
  }

  /** After the end nothing is recorded. */
  #refuses(what: string): boolean {
    if (this.#isEnded) this.#warn(ENDED, what);
    return this.#isEnded;
  }

  #text(value: unknown, place: string): string {
    if (typeof value === "string") return wellFormed(value, place, this.#notice);
    this.#warn("no text, recorded as an empty one", place);
    return "";
  }

  /** `undefined`, with a warning, for a time that nobody can read: the record then takes the run's. */
  #time({ time }: AtTime, place: string): string | undefined {
    try {
      const { now = this.#setting.host.now } = this.#options;
      const text = time instanceof Date ? time.toISOString() : (time ?? now());
      const isIn = timestampProblem(text) === undefined && toUtcWherePossible(text).endsWith("Z");
      if (isIn) return text;
    } catch {
      // A Date that is no day; a clock that throws.
    }
    this.#warn("a time that can't be read, left out", place);
    return undefined;
  }

  #add(kind: LogEntryKind, members: readonly Member[]): void {
    const texts = members.flatMap(([name, value]) => {
      if (value === undefined) return [];
      return [`"${name}":${typeof value === "string" ? JSON.stringify(value) : value.json}`];
    });
    this.#entries.add(kind, `{${texts.join(",")}}`);
  }

  #warn(kind: string, where: string): void {
    this.#warnings.add(kind, where);
    try {
      this.#options.onWarning?.(`${where}: ${kind}`);
    } catch {
      // The agent goes on.
    }
  }
}

function captureModeOf(given: unknown): CaptureMode {
  if (given === undefined) return "reference";
  if (given === "reference" || given === "raw") return given;
  throw new GaitError("invalid_input", `the capture mode is ${JSON.stringify(given)}`, {
    hint: "Give reference or raw.",
  });
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
