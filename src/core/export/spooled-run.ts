/** A run with any number of calls: its records lie outside of memory, and each call is made when it is its turn. */
import type { CallOutcome, RunAccount, RunCall } from "../../schema/account/run.ts";
import type { Run } from "../../schema/document/runpack.ts";
import { isFailure } from "../account/call-outcome.ts";
import { CallCount, type CountedCalls } from "../account/receipt.ts";
import { TimeSpan } from "../account/run.ts";
import { callOf, complete, PAYLOAD_LEVELS, repeatedText, resultOf, textOf } from "../account/run-records.ts";
import { IntList } from "../contents/int-list.ts";
import { readRecords } from "../contents/record-lines.ts";
import { JsonOutline } from "../json/outline.ts";
import { GarbageCollection } from "../platform/collect-garbage.ts";
import type { Platform, Sha256 } from "../platform/platform.ts";
import { decide, pairResults } from "../run/pairing.ts";
import { IdNumbers } from "../signature/id-numbers.ts";
import type { Archive } from "../zip/reader.ts";
import { type ExportMetrics, MetricsCount } from "./metrics.ts";
import type { RecordSpool } from "./record-spool.ts";

const OUTCOMES: readonly CallOutcome[] = ["ok", "unstated", "failed", "blocked", "open"];

/** Bytes of records after which what they became is given back: a small heap is collected in a moment. */
const COLLECT_EVERY = 4 * 1024 * 1024;

/** What a run is, before any of its calls. */
export interface ExportedRun extends CountedCalls, Pick<RunAccount, "run_id" | "began_at" | "ended_at"> {}

export interface ExportedCall extends RunCall {
  /** JSON text as it stands in the evidence, where it was kept. */
  readonly args: string | undefined;
  readonly result: string | undefined;
}

/** Memory is some 30 bytes a call, and some 100 more for a while where results have another order than the calls. */
export class SpooledRun {
  readonly #platform: Platform;
  readonly #intents: RecordSpool;
  readonly #results: RecordSpool;
  /** Of each call: the place of its result, or -1. Absent where each has the result of its own place. */
  #resultOf: Int32Array | undefined;
  readonly #span = new TimeSpan();
  readonly #metrics = new MetricsCount();

  /** @param spools to which the records go */
  constructor(platform: Platform, [intents, results]: readonly [RecordSpool, RecordSpool]) {
    this.#platform = platform;
    this.#intents = intents;
    this.#results = results;
  }

  /** Reads the records of a runpack that was verified. Call it once, first. */
  async read(
    archive: Archive,
    { runId, run }: { readonly runId: string; readonly run?: Run | undefined },
  ): Promise<ExportedRun> {
    for (const { ts } of run?.timeline ?? []) this.#span.see(ts);
    const calls = await this.#readIntents(archive);
    const results = await this.#readResults(archive);
    const outcomeAt = (place: number): CallOutcome => OUTCOMES[results.outcomes[place] as number] as CallOutcome;
    if (calls.ids !== results.ids) this.#resultOf = await this.#pair((place) => isFailure(outcomeAt(place)));
    const count = new CallCount();
    for (const [index, tool] of calls.tools.entries()) {
      const place = this.#place(index);
      count.add(calls.names[tool - 1], place < 0 ? "open" : outcomeAt(place));
    }
    return { run_id: runId, ...this.#span.ends(), ...count.counted() };
  }

  /** After `read`. */
  metrics(): ExportMetrics {
    return this.#metrics.metrics();
  }

  /** In the order of the evidence. */
  async *calls(): AsyncGenerator<ExportedCall> {
    const [intent, answer] = [new JsonOutline(1), new JsonOutline(PAYLOAD_LEVELS)];
    const [toolOf, statusOf] = [repeatedText("tool_name"), repeatedText("status")];
    const garbage = new GarbageCollection(this.#platform, COLLECT_EVERY);
    for (let index = 0; index < this.#intents.length; index += 1) {
      const place = this.#place(index);
      const line = await this.#intents.line(index);
      intent.scan(line, { start: 0, end: line.length, line: index + 1 });
      const call = { ...callOf(intent, toolOf(intent)), index: index + 1 };
      const args = memberText(intent, "args");
      const time = textOf(intent, "created_at");
      garbage.after(line.length);
      if (place < 0) {
        complete(call, time, undefined);
        yield { ...call, args, result: undefined };
        continue;
      }
      const text = await this.#results.line(place);
      answer.scan(text, { start: 0, end: text.length, line: place + 1 });
      complete(call, time, resultOf(answer, place + 1, statusOf(answer)));
      yield { ...call, args, result: memberText(answer, "result") };
      garbage.after(text.length);
    }
  }

  #place(index: number): number {
    return this.#resultOf === undefined ? index : (this.#resultOf[index] as number);
  }

  /** The rule of all lists, from the records as they were spooled. */
  async #pair(isFailureAt: (place: number) => boolean): Promise<Int32Array> {
    const numbers = new IdNumbers(this.#platform);
    const calls = await this.#idsIn(this.#intents, numbers);
    const results = await this.#idsIn(this.#results, numbers);
    const pairing = pairResults(calls, results);
    decide(pairing, calls, results, isFailureAt);
    return pairing.resultOf;
  }

  async #idsIn(lines: RecordSpool, numbers: IdNumbers): Promise<Int32Array> {
    const outline = new JsonOutline(1);
    const garbage = new GarbageCollection(this.#platform, COLLECT_EVERY);
    const ids = new Int32Array(lines.length);
    for (let place = 0; place < lines.length; place += 1) {
      const line = await lines.line(place);
      outline.scan(line, { start: 0, end: line.length, line: place + 1 });
      ids[place] = numbers.of(textOf(outline, "intent_id"));
      garbage.after(line.length);
    }
    return ids;
  }

  async #readIntents(archive: Archive) {
    const [ids, tools] = [new IdSequence(this.#platform), new IntList()];
    const names = new Map<string, number>();
    const toolOf = repeatedText("tool_name");
    await this.#spool(archive, "intents.jsonl", this.#intents, 1, (outline) => {
      ids.add(outline);
      this.#metrics.seeIntent();
      const name = toolOf(outline);
      if (name !== "" && !names.has(name)) names.set(name, names.size + 1);
      tools.push(name === "" ? 0 : (names.get(name) as number));
    });
    return { ids: ids.end(), tools: tools.values(), names: [...names.keys()] };
  }

  async #readResults(archive: Archive) {
    const [ids, outcomes] = [new IdSequence(this.#platform), new IntList()];
    const statusOf = repeatedText("status");
    await this.#spool(archive, "results.jsonl", this.#results, PAYLOAD_LEVELS, (outline) => {
      ids.add(outline);
      this.#metrics.see(outline);
      outcomes.push(OUTCOMES.indexOf(resultOf(outline, 0, statusOf(outline)).outcome));
    });
    return { ids: ids.end(), outcomes: outcomes.values() };
  }

  async #spool(
    archive: Archive,
    path: "intents.jsonl" | "results.jsonl",
    lines: RecordSpool,
    levels: number,
    see: (outline: JsonOutline) => void,
  ): Promise<void> {
    const garbage = new GarbageCollection(this.#platform, COLLECT_EVERY);
    if (archive.has(path)) {
      const visit = (outline: JsonOutline): void => {
        const bytes = outline.bytes(outline.root);
        this.#span.see(textOf(outline, "created_at"));
        see(outline);
        lines.add(bytes);
        garbage.after(bytes.length);
      };
      await readRecords(archive, path, visit, levels);
    }
    lines.end();
  }
}

/** The ids of records in their order, as they are written: of two files with one end each record has the same id. */
class IdSequence {
  readonly #hash: Sha256;
  readonly #pending = new Uint8Array(16 * 1024);
  #size = 0;

  constructor(platform: Pick<Platform, "sha256">) {
    this.#hash = platform.sha256();
  }

  /** Texts of JSON end where they end, and numbers do not: no two sequences of texts have the same bytes. */
  add(outline: JsonOutline): void {
    const node = outline.member(outline.root, "intent_id");
    const id = node < 0 || outline.kind(node) !== "string" ? EMPTY : outline.bytes(node);
    if (id.length > this.#pending.length - this.#size) this.#flush();
    if (id.length > this.#pending.length) {
      this.#hash.update(id);
      return;
    }
    this.#pending.set(id, this.#size);
    this.#size += id.length;
  }

  end(): string {
    this.#flush();
    return this.#hash.hex();
  }

  #flush(): void {
    this.#hash.update(this.#pending.subarray(0, this.#size));
    this.#size = 0;
  }
}

/** What is no text is no id, which stands for the text without characters, as everywhere. */
const EMPTY = new TextEncoder().encode('""');

const DECODER = new TextDecoder();

/** The JSON text as it stands in the evidence; `undefined` where there is none. */
function memberText(outline: JsonOutline, name: string): string | undefined {
  const node = outline.member(outline.root, name);
  return node < 0 ? undefined : DECODER.decode(outline.bytes(node));
}
