/** The calls and results of a run, by id and in order, with what they say in a spool. */
import type { Compilable } from "../../platform/platform.ts";
import type { ReadyRecord } from "../../run/ready-record.ts";
import { placeText, type SourcePlace } from "../source/place.ts";
import type { IdIndex } from "./id-index.ts";
import type { LineSpool, SpooledLine, SpooledMembers } from "./line-spool.ts";
import { byteColumn, countColumn, indexColumn, offsetColumn } from "./number-list.ts";
import type { RunAhead } from "./run-ahead.ts";

/** A call by its place among those of its run, from 0. */
export type CallNumber = number;

export const RESULT_STATUSES = ["ok", "error", "completed", "denied", "cancelled"] as const;
export type ResultStatus = (typeof RESULT_STATUSES)[number];

interface NewCall {
  readonly sourceId: string | undefined;
  /** The id that it gets. */
  readonly id: string;
  readonly tool: string;
  readonly line: SpooledLine;
  readonly place: SourcePlace;
  readonly sortKey: string | undefined;
}

interface RecordedResult {
  readonly status: ResultStatus;
  readonly digest: string;
}

/** What the runs of a source share: there may be thousands of them. */
export interface CallStorage {
  readonly spool: LineSpool;
  /** By the number of the run, and the source's id. */
  readonly index: IdIndex;
  runs: number;
}

/** Runs have some tens of tools; those of a run with more are read from the disk again. */
const MOST_TOOLS = 255;

export class CallTable {
  readonly #spool: LineSpool;
  readonly #index: IdIndex;
  /** Begins the keys of this run. */
  readonly #prefix: string;
  #lastId: string | undefined;
  #lastKey = "";
  /** Of each call: where its record is, the number of its result from 1, and the line that stated it. */
  readonly #callAt = offsetColumn();
  readonly #resultOf = countColumn();
  readonly #line = countColumn();
  /** Of each call: its tool, by its place in the list from 1; 0 for one that is not listed. */
  readonly #toolOf = byteColumn();
  readonly #tools: string[] = [];
  /** Of each result: where its record is, its call or -1, its status. */
  readonly #resultAt = offsetColumn();
  readonly #callOf = indexColumn();
  readonly #status = byteColumn();
  /** The call before this one with the same id. */
  readonly #earlier = new Map<CallNumber, CallNumber>();
  /** Ids that are not the source's. */
  readonly #made = new Set<string>();
  readonly #madeOf = new Map<CallNumber, string>();
  readonly #orphans = new Map<string, number[]>();
  readonly #orphanIds = new Map<number, string>();
  /** By the source's id, as the source stated them; a call that comes later takes what was stated before it. */
  readonly #stated = new Map<string, ResultStatus>();
  /** Of each call: the status that was stated elsewhere, from 1. */
  readonly #statusOf = byteColumn();
  /** No call before it is open. */
  #firstOpen = 0;
  #sortKeys: string[] | undefined;
  #file = "";
  /** Where the lines go too, as long as they are in the order and of the status in which they are recorded. */
  #ahead: RunAhead | undefined;
  /** Places that are no lines. */
  readonly #places = new Map<CallNumber, string>();

  constructor(storage: CallStorage) {
    this.#spool = storage.spool;
    this.#index = storage.index;
    this.#prefix = `${storage.runs}\n`;
    storage.runs += 1;
  }

  /** Before the first call: its lines, and those after it, go there too. */
  goAhead(ahead: RunAhead | undefined): void {
    this.#ahead = ahead;
    if (this.#stated.size > 0) ahead?.results.drop();
  }

  /** Of the lines that went ahead. */
  get ahead(): RunAhead | undefined {
    return this.#ahead;
  }

  get calls(): number {
    return this.#callAt.length;
  }

  get results(): number {
    return this.#resultAt.length;
  }

  /** The id that a new call gets. */
  nameOf(sourceId: string | undefined): { readonly id: string; readonly origin: "source" | "reused" | "made" } {
    if (sourceId === undefined) return { id: this.#free(`intent_${this.calls + 1}`), origin: "made" };
    if (!this.#isTaken(sourceId)) return { id: sourceId, origin: "source" };
    for (let number = 2; ; number += 1) {
      const id = `${sourceId}#${number}`;
      if (this.#isTaken(id)) continue;
      this.#made.add(id);
      return { id, origin: "reused" };
    }
  }

  add({ sourceId, id, tool, line, place, sortKey }: NewCall): CallNumber {
    const call = this.calls;
    const key = this.#keyOf(sourceId ?? id);
    const earlier = this.#index.get(key);
    if (earlier >= 0) this.#earlier.set(call, earlier);
    if (id !== sourceId) this.#madeOf.set(call, id);
    this.#index.set(key, call);
    const at = this.#spool.write(line);
    this.#callAt.push(at);
    this.#ahead?.intents.add(this.#spool.read(at));
    this.#resultOf.push(0);
    this.#toolOf.push(this.#numberOf(tool));
    this.#line.push(place.line ?? 0);
    this.#file ||= place.file;
    if (place.line === undefined || place.file !== this.#file) this.#places.set(call, placeText(place));
    if (sortKey !== undefined || this.#sortKeys !== undefined) {
      this.#ahead?.drop();
      this.#sortKeys ??= Array.from({ length: call }, () => "");
      this.#sortKeys.push(sortKey ?? "");
    }
    const stated = sourceId === undefined ? undefined : this.#stated.get(sourceId);
    this.#statusOf.push(stated === undefined ? 0 : RESULT_STATUSES.indexOf(stated) + 1);
    if (stated !== undefined) this.#stated.delete(sourceId as string);
    return call;
  }

  /** The latest call of the source's id that passes the test. */
  find(sourceId: string, test: (call: CallNumber) => boolean): CallNumber | undefined {
    for (let call: number | undefined = this.#index.get(this.#keyOf(sourceId)); call !== undefined && call >= 0; ) {
      if (test(call)) return call;
      call = this.#earlier.get(call);
    }
    return undefined;
  }

  isAnswered(call: CallNumber): boolean {
    return this.#resultOf.get(call) > 0;
  }

  /** The one call that is open, where no other is. */
  onlyOpen(): CallNumber | undefined {
    if (this.calls - (this.results - this.#orphanIds.size) !== 1) return undefined;
    while (this.isAnswered(this.#firstOpen)) this.#firstOpen += 1;
    return this.#firstOpen;
  }

  /** The id of a call that the source calls so; without that, it is read again. */
  idOf(call: CallNumber, sourceId?: string): string {
    return this.#madeOf.get(call) ?? sourceId ?? this.recorded(call).id;
  }

  /** As it was recorded. */
  recorded(call: CallNumber): SpooledMembers {
    return this.#spool.membersAt(this.#callAt.get(call));
  }

  toolOf(call: CallNumber): string {
    return this.#tools[this.#toolOf.get(call) - 1] ?? this.#spool.toolAt(this.#callAt.get(call));
  }

  answer(call: CallNumber, line: SpooledLine, status: ResultStatus): void {
    this.#resultOf.set(call, this.#addResult(line, call, status));
  }

  addOrphan(id: string, line: SpooledLine, status: ResultStatus): void {
    const number = this.#addResult(line, -1, status);
    this.#orphanIds.set(number - 1, id);
    const known = this.#orphans.get(id);
    if (known === undefined) this.#orphans.set(id, [number]);
    else known.push(number);
  }

  orphansOf(id: string): RecordedResult[] {
    return (this.#orphans.get(id) ?? []).map((number) => this.#result(number - 1));
  }

  /** The id of an orphan that has none. */
  nameOfOrphan(): string {
    return this.#free(`result_${this.results + 1}`);
  }

  /** That of a call that has one. */
  resultOf(call: CallNumber): RecordedResult {
    return this.#result(this.#resultOf.get(call) - 1);
  }

  /** Those of all calls of the id, from this one on. */
  resultsOf(sourceId: string, first: CallNumber): RecordedResult[] {
    const results: RecordedResult[] = [];
    this.find(sourceId, (call) => {
      if (call >= first && this.isAnswered(call)) results.push(this.resultOf(call));
      return false;
    });
    return results;
  }

  /** The first that is stated stands. */
  setStatus(sourceId: string, status: ResultStatus): void {
    this.#ahead?.results.drop();
    const call = this.#index.get(this.#keyOf(sourceId));
    if (call < 0) {
      if (!this.#stated.has(sourceId)) this.#stated.set(sourceId, status);
    } else if (this.#statusOf.get(call) === 0) this.#statusOf.set(call, RESULT_STATUSES.indexOf(status) + 1);
  }

  get orphans(): number {
    return this.#orphanIds.size;
  }

  /** The places of the calls without a result: all are counted, the first are named. */
  unresolved(most: number): { readonly count: number; readonly places: readonly string[] } {
    const places: string[] = [];
    let count = 0;
    for (let call = 0; call < this.calls; call += 1) {
      if (this.isAnswered(call)) continue;
      count += 1;
      if (places.length < most)
        places.push(
          this.#places.get(call) ?? placeText({ file: this.#file, line: this.#line.get(call), isExact: true }),
        );
    }
    return { count, places };
  }

  /** How many results there are of each status. */
  statuses(): Map<ResultStatus, number> {
    const counts = new Map<ResultStatus, number>();
    for (let number = 0; number < this.results; number += 1) {
      const status = this.#finalStatus(number);
      counts.set(status, (counts.get(status) ?? 0) + 1);
    }
    return counts;
  }

  /** For the recorder, in their order. */
  *intents(): Generator<ReadyRecord> {
    for (const call of this.#order()) yield this.#spool.read(this.#callAt.get(call));
  }

  /** For the recorder, in their order. */
  *resultItems(): Generator<ReadyRecord> {
    for (const number of this.#resultOrder())
      yield this.#spool.read(this.#resultAt.get(number), this.#finalStatus(number));
  }

  /** Gives back the room that its calls take: they were recorded, and nothing is asked of them any more. */
  release(): void {
    for (const list of [
      this.#callAt,
      this.#resultOf,
      this.#toolOf,
      this.#line,
      this.#statusOf,
      this.#resultAt,
      this.#callOf,
      this.#status,
    ])
      list.clear();
  }

  /** See `hot-code.ts`. */
  get hot(): readonly Compilable[] {
    return [this.#addResult, this.#isTaken, this.#keyOf, this.#numberOf];
  }

  /** Of one id it is asked for several times in a row, and a text that is joined is copied before it is looked at. */
  #keyOf(id: string): string {
    if (id !== this.#lastId) {
      this.#lastKey = this.#prefix + id;
      this.#lastId = id;
    }
    return this.#lastKey;
  }

  #numberOf(tool: string): number {
    const known = this.#tools.indexOf(tool);
    if (known >= 0 || this.#tools.length === MOST_TOOLS) return known + 1;
    return this.#tools.push(tool);
  }

  *#order(): Generator<CallNumber> {
    const keys = this.#sortKeys;
    if (keys === undefined) {
      for (let call = 0; call < this.calls; call += 1) yield call;
      return;
    }
    const order = Array.from(keys, (_, call) => call);
    yield* order.sort((left, right) => compareTexts(keys[left] as string, keys[right] as string) || left - right);
  }

  /** As stated; where calls are sorted, with them, and the rest behind. */
  *#resultOrder(): Generator<number> {
    if (this.#sortKeys === undefined) {
      for (let number = 0; number < this.results; number += 1) yield number;
      return;
    }
    for (const call of this.#order()) if (this.isAnswered(call)) yield this.#resultOf.get(call) - 1;
    for (let number = 0; number < this.results; number += 1) if (this.#callOf.get(number) < 0) yield number;
  }

  /** The number of the result, from 1. */
  #addResult(line: SpooledLine, call: number, status: ResultStatus): number {
    const at = this.#spool.write(line);
    this.#resultAt.push(at);
    this.#ahead?.results.add(this.#spool.read(at, status));
    this.#callOf.push(call);
    this.#status.push(RESULT_STATUSES.indexOf(status));
    return this.results;
  }

  #result(number: number): RecordedResult {
    const status = RESULT_STATUSES[this.#status.get(number)] as ResultStatus;
    return { status, digest: this.#spool.membersAt(this.#resultAt.get(number)).digest };
  }

  #finalStatus(number: number): ResultStatus {
    const call = this.#callOf.get(number);
    const stated = call < 0 ? this.#stated.get(this.#orphanIds.get(number) ?? "") : this.#toldOf(call);
    return stated ?? (RESULT_STATUSES[this.#status.get(number)] as ResultStatus);
  }

  #toldOf(call: CallNumber): ResultStatus | undefined {
    return RESULT_STATUSES[this.#statusOf.get(call) - 1];
  }

  #isTaken(id: string): boolean {
    return this.#made.has(id) || this.#index.get(this.#keyOf(id)) >= 0;
  }

  #free(id: string): string {
    let free = id;
    for (let number = 2; this.#isTaken(free); number += 1) free = `${id}#${number}`;
    this.#made.add(free);
    return free;
  }
}

function compareTexts(left: string, right: string): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}
