/** Who fills which place of a rule: a maximum bipartite matching, so that no greedy choice refuses what a better one meets. */

/** One need: how many places it has, and who can fill one. */
export interface Places {
  readonly atLeast: number;
  /** Ids of persons, in the order of the trust file. */
  readonly able: readonly string[];
}

/**
 * For each need those who fill its places. Each person fills one place at most; as many places are filled as can be. Needs and
 * persons are tried in their order, so that the same evidence always gives the same assignment.
 */
export function assign(needs: readonly Places[]): readonly (readonly string[])[] {
  const filled: string[][] = needs.map(() => []);
  /** The need whose place a person fills. */
  const placeOf = new Map<string, number>();

  /** Finds somebody for one more place of `need`, moving others to other needs where that helps. */
  const fill = (need: number, visited: Set<number>): boolean => {
    visited.add(need);
    const able = needs[need]?.able ?? [];
    for (const person of able) {
      if (placeOf.has(person)) continue;
      take(person, need);
      return true;
    }
    for (const person of able) {
      const other = placeOf.get(person);
      if (other === undefined || visited.has(other)) continue;
      if (!fill(other, visited)) continue;
      filled[other] = (filled[other] ?? []).filter((each) => each !== person);
      take(person, need);
      return true;
    }
    return false;
  };
  const take = (person: string, need: number): void => {
    placeOf.set(person, need);
    filled[need]?.push(person);
  };

  for (const [need, { atLeast }] of needs.entries()) {
    for (let free = true; free && (filled[need]?.length ?? 0) < atLeast; ) free = fill(need, new Set());
  }
  return filled.map((persons, need) => {
    const order = needs[need]?.able ?? [];
    return persons.toSorted((left, right) => order.indexOf(left) - order.indexOf(right));
  });
}
