/** Who fills which place: held against a search of everything. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { assign, type Places } from "../../../src/core/trust/policy/matching.ts";

/** The most places that can be filled, by trying every choice. */
function mostFilled(needs: readonly Places[], taken: ReadonlySet<string> = new Set(), place = 0): number {
  const places = needs.flatMap(({ atLeast, able }) => Array.from({ length: atLeast }, () => able));
  const able = places[place];
  if (able === undefined) return 0;
  let most = mostFilled(needs, taken, place + 1);
  for (const person of able) {
    if (taken.has(person)) continue;
    most = Math.max(most, 1 + mostFilled(needs, new Set([...taken, person]), place + 1));
  }
  return most;
}

const PERSONS = ["alice", "bob", "carol", "dave"];
const NEEDS = fc.array(fc.record({ atLeast: fc.integer({ min: 1, max: 2 }), able: fc.subarray(PERSONS) }), {
  maxLength: 3,
});

describe("assign", () => {
  test("fills as many places as can be, each by somebody able, nobody twice", () => {
    fc.assert(
      fc.property(NEEDS, (needs) => {
        const filled = assign(needs);
        const all = filled.flat();
        expect(new Set(all).size).toBe(all.length);
        for (const [need, persons] of filled.entries()) {
          expect(persons.length).toBeLessThanOrEqual(needs[need]?.atLeast ?? 0);
          for (const person of persons) expect(needs[need]?.able ?? []).toContain(person);
        }
        expect(all.length).toBe(mostFilled(needs));
        expect(assign(needs)).toEqual(filled);
      }),
      { numRuns: 500 },
    );
  });

  test("a greedy choice would take alice as producer, and find no approver", () => {
    const needs = [
      { atLeast: 1, able: ["alice", "runner"] },
      { atLeast: 1, able: ["alice"] },
    ];
    expect(assign(needs)).toEqual([["runner"], ["alice"]]);
  });

  test("a chain of three moves", () => {
    const needs = [
      { atLeast: 1, able: ["a", "b"] },
      { atLeast: 1, able: ["b", "c"] },
      { atLeast: 1, able: ["a"] },
      { atLeast: 1, able: ["b"] },
    ];
    expect(assign(needs).flat().length).toBe(3);
    expect(assign(needs.slice(0, 3)).flat().length).toBe(3);
  });

  test("the order of the file decides where either would do", () => {
    expect(assign([{ atLeast: 1, able: ["alice", "bob"] }])).toEqual([["alice"]]);
    expect(assign([{ atLeast: 1, able: ["bob", "alice"] }])).toEqual([["bob"]]);
  });
});
