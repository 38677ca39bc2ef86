/**
 * The table of hostile and unusual artifacts: every verdict for the stated reason. By default, the costly ones and a
 * sample of each class in each format run in the executable, the others through its dispatch in this process; and oddities
 * of an archive run in one of five formats, in turn. With `GAIT_LONG=1` all run in the executable, in all formats.
 */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { VECTORS } from "../../generators/hostile/table.ts";
import { FORMATS, type Format, type Vector } from "../../generators/hostile/vector.ts";
import { HOSTILE_JSON, hostileTable } from "../../generators/hostile.ts";
import { runVectors } from "./hostile-run.ts";

/**
 * Processor time, not wall time: other work of the machine is not the program's fault. Work that grows with the square of
 * the input would take minutes; the costliest takes four to nine seconds, by the machine.
 */
const MOST_CPU_MS = 15_000;
const MOST_BYTES = 2 ** 30;

const isLong = process.env["GAIT_LONG"] === "1";
const SAMPLE = 4;
const DAILY = VECTORS.filter(({ daily }) => daily);
const SAMPLED = new Set(FORMATS.flatMap(sampleOf));
const outcomes = await runVectors(isLong ? VECTORS : DAILY, (vector) => isLong || SAMPLED.has(vector));

/** The costly ones; of each class the first, and then every fourth. */
function sampleOf(format: Format): Vector[] {
  const own = DAILY.filter((vector) => vector.format === format);
  const seen = new Map<string, number>();
  return own.filter(({ class: topic, generated }) => {
    const count = seen.get(topic) ?? 0;
    seen.set(topic, count + 1);
    return generated || count % SAMPLE === 0;
  });
}

for (const format of FORMATS) {
  const own = VECTORS.filter((vector) => vector.format === format && outcomes.has(vector.name));
  describe(format, () => {
    for (const vector of own) test(`${vector.class}: ${vector.what}`, () => judge(vector));
  });
}

test.skipIf(!isLong)(`the ${VECTORS.filter(({ daily }) => !daily).length} others (GAIT_LONG=1)`, () => {
  expect(outcomes.size).toBe(VECTORS.length);
});

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
  expect(outcome?.cpuMs ?? 0).toBeLessThan(MOST_CPU_MS);
  expect(outcome?.peakBytes ?? 0).toBeLessThan(MOST_BYTES);
}

test("1 GiB of zeros in 1 MB is refused without inflating it", () => {
  const bombs = VECTORS.filter(({ what, name }) => what.startsWith("1 GiB of zeros in 1 MB") && outcomes.has(name));
  expect(bombs.length).toBeGreaterThan(0);
  // Inflating it takes more than a second of processor time.
  for (const { name } of bombs) expect(outcomes.get(name)?.cpuMs).toBeLessThan(500);
});

test("the executable judges every class of every format, and all that is costly", () => {
  const strata = (vectors: Iterable<Vector>) =>
    new Set(Array.from(vectors, (vector) => `${vector.format} ${vector.class}`));
  const launched = DAILY.filter(({ name }) => outcomes.get(name)?.cpuMs !== undefined);
  expect(strata(launched)).toEqual(strata(DAILY));
  expect(DAILY.filter((vector) => vector.generated && !launched.includes(vector))).toEqual([]);
});

test("every scenario of the archive is run by default, in at least one format", () => {
  const daily = new Set(VECTORS.filter((vector) => vector.daily).map((vector) => `${vector.class} ${vector.what}`));
  expect(VECTORS.filter((vector) => !daily.has(`${vector.class} ${vector.what}`))).toEqual([]);
});

test("there are at least 200 of them, and no two have the same name", () => {
  expect(VECTORS.length).toBeGreaterThanOrEqual(200);
  expect(new Set(VECTORS.map(({ name }) => name)).size).toBe(VECTORS.length);
});

test("the recorded table equals its generator's output", async () => {
  expect(readFileSync(HOSTILE_JSON, "utf8")).toBe(await hostileTable());
});
