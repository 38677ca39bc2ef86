/**
 * The spans of traces, until all were read: exporters write them in no order, some of them twice, and a call inside of its
 * caller or before it. What a span says is in a spool; in memory is what says which spans there are, and their order.
 */

import { type Instant, instantOfTimestamp } from "../../time/timestamp.ts";
import type { ImportContext } from "../record/format.ts";
import { IdIndex } from "../record/id-index.ts";
import { byteColumn, countColumn, indexColumn, offsetColumn } from "../record/number-list.ts";
import type { Spool } from "../record/spool.ts";
import type { SourcePlace } from "../source/place.ts";
import type { ImportTally } from "../source/tally.ts";
import type { SpanFacts } from "./span-facts.ts";

/** A span by its place among those that were mentioned, from 0. */
export type SpanNumber = number;

export interface SpanInput {
  readonly trace: string;
  /** A span without an id is always another one. */
  readonly id: string | undefined;
  readonly parent?: string | undefined;
  /** One that has ended takes the place of one that has not. */
  readonly isEnded: boolean;
  /** Spans are in the order of these texts, where there are such, then of their starts, and then as stated. */
  readonly path?: string | undefined;
  /** A span without one is before the others. */
  readonly start: Instant | undefined;
  /** What it says; `undefined` where it is known and gives nothing. */
  readonly facts: SpanFacts | undefined;
  readonly place: SourcePlace;
}

/** A span that says something, when all were read. */
export interface Span {
  readonly number: SpanNumber;
  readonly trace: string;
  readonly facts: SpanFacts;
  readonly place: SourcePlace;
}

/** For `SpanInput.start`. */
export function instantAt(time: string | undefined): Instant | undefined {
  return time === undefined ? undefined : instantOfTimestamp(time);
}

const MENTIONED = 0;
const OPEN = 1;
const ENDED = 2;
const NONE = -1;
const UNKNOWN = -2;

export class SpanTable {
  readonly #spool: Spool;
  readonly #tally: ImportTally;
  readonly #index: IdIndex;
  /** Of each span: what is known of it, its place in the source, and its parent or -1. */
  readonly #state = byteColumn();
  readonly #order = countColumn();
  readonly #parent = indexColumn();
  /** Where it is in the spool, or -1 where it gives nothing. */
  readonly #at = offsetColumn();
  readonly #trace = countColumn();
  readonly #second = offsetColumn();
  readonly #nanosecond = countColumn();
  readonly #paths = new Map<SpanNumber, string>();
  /** Their numbers, in the order in which the source first names them, and the first span of each. */
  readonly #traces = new Map<string, number>();
  readonly #firsts: SpanNumber[] = [];
  #spans = 0;
  #telling = 0;

  constructor(context: ImportContext) {
    this.#spool = context.spool();
    this.#tally = context.tally;
    this.#index = new IdIndex(context.platform);
  }

  /** A span. One that was stated before is counted at once; the others when it is known what they give. */
  put({ trace, id, parent, isEnded, path, start, facts, place }: SpanInput): void {
    const number = id === undefined ? this.#add() : this.#numberOf(trace, id);
    const state = this.#state.get(number);
    if (state !== MENTIONED) {
      this.#tally.count("duplicate");
      if (state === ENDED || !isEnded) return;
      if (this.#isTelling(number)) this.#telling -= 1;
    } else {
      this.#order.set(number, this.#spans);
      this.#spans += 1;
    }
    this.#state.set(number, isEnded ? ENDED : OPEN);
    this.#parent.set(number, parent === undefined ? NONE : this.#numberOf(trace, parent));
    this.#second.set(number, start?.seconds ?? Number.NEGATIVE_INFINITY);
    this.#nanosecond.set(number, start?.nanosecond ?? 0);
    if (path !== undefined && path !== "") this.#paths.set(number, path);
    const traceNumber = this.#traceNumber(trace);
    this.#trace.set(number, traceNumber);
    const first = this.#firsts[traceNumber];
    if (first === undefined || this.#compare(number, first) < 0) this.#firsts[traceNumber] = number;
    this.#at.set(number, NONE);
    if (facts === undefined) return;
    this.#telling += 1;
    const body = JSON.stringify([facts, place]);
    this.#at.set(number, this.#spool.write({ time: "", body }));
  }

  /** How many spans give nothing. */
  get silent(): number {
    return this.#spans - this.#telling;
  }

  /** Those that say something, in their order. */
  *spans(): Generator<Span> {
    const names = [...this.#traces.keys()];
    const numbers = new Uint32Array(this.#tellingNumbers()).sort((left, right) => this.#compare(left, right));
    for (const number of numbers) yield this.#read(number, names);
  }

  /** The traces that say something, as the source first names them, or in the order of their first spans. */
  traces(order: "as stated" | "sorted"): string[] {
    const telling = new Set<number>();
    for (const number of this.#tellingNumbers()) telling.add(this.#trace.get(number));
    const traces = [...this.#traces].filter(([, number]) => telling.has(number));
    const first = ([, number]: [string, number]): SpanNumber => this.#firsts[number] as SpanNumber;
    if (order === "sorted") traces.sort((left, right) => this.#compare(first(left), first(right)));
    return traces.map(([trace]) => trace);
  }

  /** The source tells of the trace, and of no span. */
  mention(trace: string): void {
    this.#traceNumber(trace);
  }

  /**
   * Goes down the tree of the spans that say something, each of them once: `enter` before and `leave` after those below it.
   * Only spans with such above or below them are visited, and none that are their own ancestors.
   */
  walk(enter: (span: Span) => void, leave: (span: Span) => void): void {
    const nearest = new Int32Array(this.#state.length).fill(UNKNOWN);
    const children = new Map<SpanNumber, SpanNumber[]>();
    const names = [...this.#traces.keys()];
    for (const number of this.#tellingNumbers()) {
      const above = this.#nearestAbove(number, nearest);
      if (above === NONE) continue;
      const siblings = children.get(above);
      if (siblings === undefined) children.set(above, [number]);
      else siblings.push(number);
    }
    for (const root of children.keys()) {
      if (nearest[root] !== NONE) continue;
      const open: { readonly span: Span; readonly below: readonly SpanNumber[]; next: number }[] = [];
      const go = (number: SpanNumber): void => {
        const span = this.#read(number, names);
        enter(span);
        open.push({ span, below: children.get(number) ?? [], next: 0 });
      };
      go(root);
      for (let last = open.at(-1); last !== undefined; last = open.at(-1)) {
        const child = last.below[last.next];
        last.next += 1;
        if (child !== undefined) go(child);
        else {
          leave(last.span);
          open.pop();
        }
      }
    }
  }

  /** The closest span above it that says something; found once for each span. */
  #nearestAbove(number: SpanNumber, nearest: Int32Array): SpanNumber {
    const path: SpanNumber[] = [];
    const seen = new Set<SpanNumber>();
    let result = NONE;
    for (let at = number; ; ) {
      const known = nearest[at] as number;
      if (known !== UNKNOWN) {
        result = known;
        break;
      }
      path.push(at);
      seen.add(at);
      at = this.#parent.get(at);
      if (at === NONE || (seen.has(at) && !this.#isTelling(at))) break;
      if (this.#isTelling(at)) {
        result = at;
        break;
      }
    }
    for (const each of path) nearest[each] = result;
    return result;
  }

  *#tellingNumbers(): Generator<SpanNumber> {
    for (let number = 0; number < this.#state.length; number += 1) if (this.#isTelling(number)) yield number;
  }

  #isTelling(number: SpanNumber): boolean {
    return this.#at.get(number) >= 0;
  }

  #compare(left: SpanNumber, right: SpanNumber): number {
    const [before, after] = [this.#paths.get(left) ?? "", this.#paths.get(right) ?? ""];
    if (before !== after) return before < after ? -1 : 1;
    const [first, second] = [this.#second.get(left), this.#second.get(right)];
    if (first !== second) return first < second ? -1 : 1;
    const nanoseconds = this.#nanosecond.get(left) - this.#nanosecond.get(right);
    return nanoseconds || this.#order.get(left) - this.#order.get(right);
  }

  #read(number: SpanNumber, traces: readonly string[]): Span {
    const [facts, place] = JSON.parse(this.#spool.read(this.#at.get(number)).body ?? "[]") as [SpanFacts, SourcePlace];
    return { number, trace: traces[this.#trace.get(number)] as string, facts, place };
  }

  #traceNumber(trace: string): number {
    const known = this.#traces.get(trace);
    if (known !== undefined) return known;
    this.#traces.set(trace, this.#traces.size);
    return this.#traces.size - 1;
  }

  #numberOf(trace: string, id: string): SpanNumber {
    // With its length before it, so that no other two texts are the same together.
    const key = `${trace.length}:${trace}${id}`;
    const known = this.#index.get(key);
    if (known >= 0) return known;
    const number = this.#add();
    this.#index.set(key, number);
    return number;
  }

  #add(): SpanNumber {
    this.#state.push(MENTIONED);
    this.#order.push(0);
    this.#parent.push(NONE);
    this.#at.push(NONE);
    this.#trace.push(0);
    this.#second.push(0);
    this.#nanosecond.push(0);
    return this.#state.length - 1;
  }
}
