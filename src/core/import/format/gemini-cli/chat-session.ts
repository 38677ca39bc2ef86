/**
 * A chat whose messages are written again as they grow: the last version of each stands. So its calls are kept on the disk
 * until everything was read, and stated then, in the order of their first mention.
 */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import { isObject } from "../../../json/document.ts";
import type { ResultStatus } from "../../record/call-table.ts";
import { type ImportContext, idOf, memberOf, objectOf, textOf } from "../../record/format.ts";
import { IdIndex } from "../../record/id-index.ts";
import { byteColumn, offsetColumn } from "../../record/number-list.ts";
import type { ImportRun } from "../../record/run.ts";
import type { Spool } from "../../record/spool.ts";
import type { SourcePlace } from "../../source/place.ts";
import type { RecordFate } from "../../source/tally.ts";

const STATUSES: ReadonlyMap<string, ResultStatus> = new Map([
  ["success", "ok"],
  ["error", "error"],
  ["cancelled", "cancelled"],
]);
/** What the line of a message was counted as; a message of a checkpoint has none. */
const FATES = [undefined, "mapped", "context"] as const;

export interface ChatMessage {
  readonly id: string | undefined;
  readonly time: string | undefined;
  readonly isPrompt: boolean;
  readonly calls: readonly JsonObject[];
  readonly place: SourcePlace;
  readonly origin: "line" | "checkpoint";
}

interface KeptCall {
  readonly call: JsonObject;
  readonly place: SourcePlace;
}

export class ChatSession {
  readonly run: ImportRun;
  readonly #context: ImportContext;
  readonly #spool: Spool;
  readonly #messages: IdIndex;
  /** Of each message: where its first time is, and its fate. */
  readonly #timeAt = offsetColumn();
  readonly #fate = byteColumn();
  /** Times of the prompts, by message. */
  readonly #prompts = new Map<number, string | undefined>();
  readonly #calls: IdIndex;
  /** Of each call, where its last version is. */
  readonly #callAt = offsetColumn();

  constructor(context: ImportContext, run: ImportRun) {
    this.#context = context;
    this.run = run;
    this.#spool = context.spool();
    this.#messages = new IdIndex(context.platform);
    this.#calls = new IdIndex(context.platform);
  }

  /** A version of a message. `isNew`: it brings a call, or a prompt, that was not there. */
  message(message: ChatMessage): { readonly fate: RecordFate; readonly isNew: boolean } {
    const { id, isPrompt, origin } = message;
    const before = id === undefined ? -1 : this.#messages.get(id);
    const number = before < 0 ? this.#fate.length : before;
    const wasPrompt = this.#prompts.has(number);
    if (before < 0) this.#add(message);
    const time = before < 0 ? message.time : this.#firstTime(number, message.time);
    const hasNewCall = this.#keepCalls(number, time, message);
    if (isPrompt) this.#prompts.set(number, message.time);
    else this.#prompts.delete(number);
    const fate = isPrompt || message.calls.length > 0 ? "mapped" : "context";
    if (origin === "line") {
      const replaced = before < 0 ? undefined : FATES[this.#fate.get(number)];
      if (replaced !== undefined) this.#context.tally.recount(replaced, "duplicate");
      this.#fate.set(number, FATES.indexOf(fate));
    }
    return { fate, isNew: hasNewCall || (isPrompt && !wasPrompt) };
  }

  /** Tells the run what stands. */
  end(): void {
    for (let number = 0; number < this.#callAt.length; number += 1) {
      const { time, body } = this.#spool.read(this.#callAt.get(number));
      const { call, place } = JSON.parse(body as string) as KeptCall;
      this.#tell(call, time === "" ? undefined : time, place);
    }
    for (const time of this.#prompts.values()) this.run.event("prompt", time);
  }

  #add({ id, time }: ChatMessage): void {
    if (id !== undefined) this.#messages.set(id, this.#fate.length);
    this.#fate.push(0);
    this.#timeAt.push(this.#keep(time, undefined));
  }

  /** The first time that the message had. */
  #firstTime(number: number, time: string | undefined): string | undefined {
    const first = this.#spool.read(this.#timeAt.get(number)).time;
    if (first !== "") return first;
    if (time !== undefined) this.#timeAt.set(number, this.#keep(time, undefined));
    return time;
  }

  #keepCalls(message: number, time: string | undefined, { calls, place }: ChatMessage): boolean {
    let isNew = false;
    const times = new Map<string, number>();
    for (const call of calls) {
      const id = idOf(call, "id") ?? "";
      const nth = times.get(id) ?? 0;
      times.set(id, nth + 1);
      const key = `${message} ${nth} ${id}`;
      const known = this.#calls.get(key);
      const at = this.#keep(time, JSON.stringify({ call, place } satisfies KeptCall));
      if (known >= 0) {
        this.#callAt.set(known, at);
        continue;
      }
      isNew = true;
      this.#calls.set(key, this.#callAt.length);
      this.#callAt.push(at);
    }
    return isNew;
  }

  #keep(time: string | undefined, body: string | undefined): number {
    return this.#spool.write({ time: time ?? "", body });
  }

  #tell(call: JsonObject, time: string | undefined, place: SourcePlace): void {
    const args = memberOf(call, "args");
    const stated = this.run.call({ id: idOf(call, "id"), tool: textOf(call, "name") ?? "", args, time, place });
    const end = this.#context.time(memberOf(call, "timestamp"), place);
    const status = STATUSES.get(textOf(call, "status") ?? "");
    if (status !== undefined) this.run.answer(stated.call, { status, result: resultOf(call), time: end, place });
  }
}

/** The one answer of the tool is what it gave; more parts are kept as they are. */
function resultOf(call: JsonObject): JsonValue | undefined {
  const result = memberOf(call, "result");
  if (result === null) return undefined;
  const [part, ...others] = Array.isArray(result) ? result : [];
  const answer = isObject(part) && others.length === 0 ? objectOf(part, "functionResponse") : undefined;
  return (answer && objectOf(answer, "response")) ?? result;
}
