/**
 * Which result belongs to which call: the one rule for every list, count and comparison (contract 1.8). Agents use an id
 * again in each round, and some write none, so an id alone does not say it: of one id the first result is the first
 * call's, the second the second's, and so on.
 */

export interface Pairing {
  /** For each call the place of its result, or -1: it has none. */
  readonly resultOf: Int32Array;
  /** Places of the results of an id that has fewer calls than results, in order. */
  readonly surplus: readonly number[];
  /** Places of the results of an id that no call has, in order. */
  readonly unmatched: readonly number[];
}

/** Pairs calls and results by their ids, or by keys that stand for the ids. */
export function pairResults<Id extends string | number>(calls: ArrayLike<Id>, results: ArrayLike<Id>): Pairing {
  if (isSameOrder(calls, results)) {
    return { resultOf: Int32Array.from(calls, (_, place) => place), surplus: [], unmatched: [] };
  }
  const firstOf = new Map<Id, number>();
  const nextOf = new Int32Array(results.length);
  for (let place = results.length - 1; place >= 0; place -= 1) {
    const id = results[place] as Id;
    nextOf[place] = firstOf.get(id) ?? -1;
    firstOf.set(id, place);
  }
  const resultOf = new Int32Array(calls.length).fill(-1);
  const taken = new Uint8Array(results.length);
  const known = new Set<Id>();
  for (let place = 0; place < calls.length; place += 1) {
    const id = calls[place] as Id;
    const result = firstOf.get(id);
    if (result === undefined) continue;
    known.add(id);
    if (result < 0) continue;
    resultOf[place] = result;
    taken[result] = 1;
    firstOf.set(id, nextOf[result] as number);
  }
  const surplus: number[] = [];
  const unmatched: number[] = [];
  for (let place = 0; place < results.length; place += 1) {
    if (taken[place] === 0) (known.has(results[place] as Id) ? surplus : unmatched).push(place);
  }
  return { resultOf, surplus, unmatched };
}

/**
 * Where an id has more results than calls, its last call gets the first of those left for it that did not go well: a
 * failure is never hidden behind a success. Changes `resultOf`; returns the places of the results that no call gets.
 */
export function decide<Id extends string | number>(
  { resultOf: places, surplus }: Pairing,
  calls: ArrayLike<Id>,
  results: ArrayLike<Id>,
  isFailureAt: (place: number) => boolean,
): ReadonlySet<number> {
  const passedOver = new Set(surplus);
  if (surplus.length === 0) return passedOver;
  const surplusOf = new Map<Id, number[]>();
  for (const place of surplus) {
    const id = results[place] as Id;
    const known = surplusOf.get(id);
    if (known === undefined) surplusOf.set(id, [place]);
    else known.push(place);
  }
  for (let index = places.length - 1; index >= 0 && surplusOf.size > 0; index -= 1) {
    const id = calls[index] as Id;
    const more = surplusOf.get(id);
    if (more === undefined) continue;
    surplusOf.delete(id);
    const own = places[index] as number;
    const decisive = [own, ...more].find(isFailureAt) ?? own;
    passedOver.add(own);
    passedOver.delete(decisive);
    places[index] = decisive;
  }
  return passedOver;
}

/** Most runs: each call has one result, in the order of the calls. Then, whatever repeats, place by place is the answer. */
function isSameOrder<Id>(calls: ArrayLike<Id>, results: ArrayLike<Id>): boolean {
  if (calls.length !== results.length) return false;
  for (let place = 0; place < calls.length; place += 1) if (calls[place] !== results[place]) return false;
  return true;
}
