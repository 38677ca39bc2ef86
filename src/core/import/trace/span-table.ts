/**
 * The spans of traces, until all were read: exporters write them in no order, some of them twice, and a call inside of its
 * caller or before it. What a span says is in a spool; in memory is what says which spans there are, and their order.
 */

import type { ImportContext } from "../record/format.ts";
import { IdIndex } from "../record/id-index.ts";
import { byteColumn, countColumn, indexColumn } from "../record/number-list.ts";
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
  /** Spans are in the order of these texts, and then as told. */
  readonly sortKey: string;
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

interface Slot {
  readonly trace: string;
  readonly sortKey: string;
  /** Among the spans as told. */
  readonly order: number;
  /** Where it is in the spool. */
  readonly at: number;
}

/** Of a trace: the first of its spans by their order. */
interface FirstSpan {
  sortKey: string;
  order: number;
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
  readonly #slots = new Map<SpanNumber, Slot>();
  readonly #traces = new Map<string, FirstSpan>();
  #spans = 0;

  constructor(context: ImportContext) {
    this.#spool = context.spool();
    this.#tally = context.tally;
    this.#index = new IdIndex(context.platform);
  }

  /** A span. One that was told before is counted at once, and the others by what comes of them. */
  put({ trace, id, parent, isEnded, sortKey, facts, place }: SpanInput): void {
    const number = id === undefined ? this.#add() : this.#numberOf(trace, id);
    const state = this.#state.get(number);
    if (state !== MENTIONED) {
      this.#tally.count("duplicate");
      if (state === ENDED || !isEnded) return;
    } else {
      this.#order.set(number, this.#spans);
      this.#spans += 1;
    }
    const order = this.#order.get(number);
    this.#state.set(number, isEnded ? ENDED : OPEN);
    this.#parent.set(number, parent === undefined ? NONE : this.#numberOf(trace, parent));
    this.#reach(trace, sortKey, order);
    if (facts === undefined) {
      this.#slots.delete(number);
      return;
    }
    const body = JSON.stringify([facts, place]);
    const at = this.#spool.write({ id: "", tool: "", time: "", digest: "", isOmitted: false, body });
    this.#slots.set(number, { trace, sortKey, order, at });
  }

  /** How many spans give nothing. */
  get silent(): number {
    return this.#spans - this.#slots.size;
  }

  /** Those that say something, in their order. */
  *spans(): Generator<Span> {
    const slots = [...this.#slots].toSorted(([, left], [, right]) => compareOrders(left, right));
    for (const [number, slot] of slots) yield this.#read(number, slot);
  }

  /** The traces that say something, as the source told of them first, or in the order of their first spans. */
  traces(order: "as told" | "sorted"): string[] {
    const telling = new Set([...this.#slots.values()].map(({ trace }) => trace));
    const traces = [...this.#traces].filter(([trace]) => telling.has(trace));
    if (order === "sorted") traces.sort(([, left], [, right]) => compareOrders(left, right));
    return traces.map(([trace]) => trace);
  }

  /** The source tells of the trace, and of no span. */
  mention(trace: string): void {
    this.#reach(trace, "", this.#spans);
  }

  /**
   * Goes down the tree of the spans that say something, each of them once: `enter` before and `leave` after those below it.
   * Only spans with such above or below them are visited, and none that are their own ancestors.
   */
  walk(enter: (span: Span) => void, leave: (span: Span) => void): void {
    const nearest = new Int32Array(this.#state.length).fill(UNKNOWN);
    const children = new Map<SpanNumber, SpanNumber[]>();
    for (const number of this.#slots.keys()) {
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
        const span = this.#read(number, this.#slots.get(number) as Slot);
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
      if (at === NONE || (seen.has(at) && !this.#slots.has(at))) break;
      if (this.#slots.has(at)) {
        result = at;
        break;
      }
    }
    for (const each of path) nearest[each] = result;
    return result;
  }

  #read(number: SpanNumber, { trace, at }: Slot): Span {
    const [facts, place] = JSON.parse(this.#spool.read(at).body ?? "[]") as [SpanFacts, SourcePlace];
    return { number, trace, facts, place };
  }

  #reach(trace: string, sortKey: string, order: number): void {
    const first = this.#traces.get(trace);
    if (first === undefined) this.#traces.set(trace, { sortKey, order });
    else if (compareOrders({ sortKey, order }, first) < 0) Object.assign(first, { sortKey, order });
  }

  #numberOf(trace: string, id: string): SpanNumber {
    const key = JSON.stringify([trace, id]);
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
    return this.#state.length - 1;
  }
}

function compareOrders(left: FirstSpan, right: FirstSpan): number {
  if (left.sortKey === right.sortKey) return left.order - right.order;
  return left.sortKey < right.sortKey ? -1 : 1;
}
