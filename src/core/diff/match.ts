/** Matches two lists by the keys of their items; repeated keys are numbered. */
import type { MemberChange } from "../../schema/account/difference.ts";

export interface Matched<T> {
  /** In the order of the left list. */
  readonly pairs: readonly (readonly [left: T, right: T])[];
  readonly added: readonly T[];
  readonly removed: readonly T[];
  /** Whether the pairs are in a different order on the two sides. */
  readonly reordered: boolean;
}

/** Among items with the same key, the first matches the first, the second the second, and so on. */
export function matched<T>(left: readonly T[], right: readonly T[], keyOf: (item: T) => string): Matched<T> {
  const waiting = new Map<string, { readonly places: number[]; next: number }>();
  for (const [place, item] of right.entries()) {
    const key = keyOf(item);
    const known = waiting.get(key);
    if (known === undefined) waiting.set(key, { places: [place], next: 0 });
    else known.places.push(place);
  }
  const pairs: (readonly [T, T])[] = [];
  const removed: T[] = [];
  const taken = new Set<number>();
  let last = -1;
  let reordered = false;
  for (const item of left) {
    const found = waiting.get(keyOf(item));
    const place = found?.places[found.next];
    if (found === undefined || place === undefined) {
      removed.push(item);
      continue;
    }
    found.next += 1;
    taken.add(place);
    if (place < last) reordered = true;
    last = Math.max(last, place);
    pairs.push([item, right[place] as T]);
  }
  return { pairs, removed, added: right.filter((_, place) => !taken.has(place)), reordered };
}

export type Member = readonly [member: string, left: string | undefined, right: string | undefined];

/** The members that differ. */
export function changesOf(members: readonly Member[]): MemberChange[] {
  return members
    .filter(([, left, right]) => left !== right)
    .map(([member, left, right]) => ({
      member,
      ...(left === undefined ? {} : { left }),
      ...(right === undefined ? {} : { right }),
    }));
}

/** The rest of each list after their common prefix. */
export function afterCommon<T>(
  left: readonly T[],
  right: readonly T[],
  keyOf: (item: T) => string,
): { common: number; added: readonly T[]; removed: readonly T[] } {
  let common = 0;
  for (; common < left.length && common < right.length; common += 1) {
    if (keyOf(left[common] as T) !== keyOf(right[common] as T)) break;
  }
  return { common, added: right.slice(common), removed: left.slice(common) };
}
