/** The whole table of hostile and unusual artifacts against the executable: every verdict for the stated reason. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { VECTORS } from "../../scripts/vectors/hostile/table.ts";
import { FORMATS, type Vector } from "../../scripts/vectors/hostile/vector.ts";
import { HOSTILE_JSON, hostileTable } from "../../scripts/vectors/hostile.ts";
import { runVectors } from "./hostile-run.ts";

const SLOWEST_MS = 10_000;
const MOST_BYTES = 2 ** 30;

/** The bounds on time are for a machine of one's own: `GAIT_LONG=1 npm test -- test/e2e/hostile.test.ts`. */
const isLong = process.env["GAIT_LONG"] === "1";
const outcomes = await runVectors(isLong ? VECTORS : []);

for (const format of FORMATS) {
  const own = VECTORS.filter((vector) => vector.format === format);
  describe.skipIf(!isLong)(format, () => {
    for (const vector of own) test(`${vector.class}: ${vector.what}`, () => judge(vector));
  });
}

function judge({ name, exit, verdict, codes }: Vector): void {
  const outcome = outcomes.get(name);
  const [first, ...others] = codes;
  expect({ exit: outcome?.exit, verdict: outcome?.verdict, first: outcome?.codes[0] }).toEqual({
    exit,
    verdict,
    first,
  });
  expect(outcome?.codes).toEqual(expect.arrayContaining(others));
  expect(outcome?.clean).toBe(true);
  expect(outcome?.milliseconds).toBeLessThan(SLOWEST_MS);
  expect(outcome?.peakBytes).toBeLessThan(MOST_BYTES);
}

test.skipIf(!isLong)("1 GiB of zeros in 1 MB is refused without inflating it", () => {
  const bombs = VECTORS.filter(({ what }) => what.startsWith("1 GiB of zeros in 1 MB"));
  expect(bombs.length).toBeGreaterThan(0);
  // Inflating it takes more than half a second.
  for (const { name } of bombs) expect(outcomes.get(name)?.milliseconds).toBeLessThan(500);
});

test("there are at least 200 of them, and no two have one name", () => {
  expect(VECTORS.length).toBeGreaterThanOrEqual(200);
  expect(new Set(VECTORS.map(({ name }) => name)).size).toBe(VECTORS.length);
});

test("the recorded table is what its script writes", async () => {
  expect(readFileSync(HOSTILE_JSON, "utf8")).toBe(await hostileTable());
});
