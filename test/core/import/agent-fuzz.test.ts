/**
 * Cases of every format, damaged by chance: lines cut, repeated, moved and changed. An import never crashes, its counts sum
 * up, and what it says of a call is in the source.
 */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { GaitError } from "../../../src/core/finding/error.ts";
import { IMPORT_FORMATS } from "../../../src/core/import/formats.ts";
import { type ImportedSource, importSource } from "../../../src/core/import/imported.ts";
import { importSummary } from "../../../src/core/import/report.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { SeededRandom } from "../../fuzz/random.ts";
import { caseFolders, expectedCase, fileOfBytes, recordsOf } from "./agent-case.ts";
import { damaged } from "./damage.ts";

const ROUNDS = 60;

for (const { name } of IMPORT_FORMATS) {
  describe(name, () => {
    for (const folder of caseFolders(name)) {
      test(basename(folder), async () => {
        const whole = readFileSync(join(folder, expectedCase(folder).input), "utf8");
        for (let round = 0; round < ROUNDS; round += 1) {
          const text = damaged(whole, new SeededRandom(20_261_126, round));
          await examine(text, name).catch((error: unknown) => {
            throw new Error(`round ${round}: ${text.slice(0, 2000)}`, { cause: error });
          });
        }
      });
    }
  });
}

async function examine(text: string, format: string): Promise<void> {
  const imported = await importedText(text, format);
  if (imported === undefined) return;
  try {
    const { counts, statuses } = importSummary(imported);
    const { records, mapped, context, duplicate, unknown, malformed } = counts;
    expect(mapped + context + duplicate + unknown + malformed).toBe(records);
    for (const count of Object.values(counts)) expect(count).toBeGreaterThanOrEqual(0);
    expect(counts.results).toBe(counts.intents - counts.unresolved + counts.orphan_results);
    expect(Object.values(statuses).reduce((sum, count) => sum + count, 0)).toBe(counts.results);
    const source = text + unescaped(text);
    for (const { parts } of imported.runs) {
      const { intents, results } = parts();
      const stated = [...recordsOf(intents, "args"), ...recordsOf(results, "result")];
      for (const record of stated) {
        for (const leaf of textsIn([record.args, record.result])) expect(isIn(leaf, source)).toBe(true);
      }
    }
  } finally {
    imported.dispose();
  }
}

async function importedText(text: string, format: string): Promise<ImportedSource | undefined> {
  const options = { platform: hostPlatform, captureMode: "raw", redact: false, format } as const;
  try {
    return await importSource(fileOfBytes("source", new TextEncoder().encode(text)), () => [], options);
  } catch (error) {
    if (error instanceof GaitError && error.code === "invalid_input") return undefined;
    throw error;
  }
}

/** The texts in a value, without the names of members: those that wrap are ours. */
function* textsIn(value: unknown): Generator<string> {
  if (typeof value === "string") yield value;
  if (typeof value === "object" && value !== null) for (const member of Object.values(value)) yield* textsIn(member);
}

/** Whether the source has the text, plain or in a text of JSON. */
function isIn(text: string, source: string): boolean {
  const once = JSON.stringify(text).slice(1, -1);
  return source.includes(text) || source.includes(once) || source.includes(JSON.stringify(once).slice(1, -1));
}

/** With the characters that escapes stand for: half a surrogate pair is recorded as U+FFFD. */
function unescaped(text: string): string {
  const characters = text.replace(/\\+u([0-9a-fA-F]{4})/g, (_, code: string) =>
    String.fromCharCode(Number.parseInt(code, 16)),
  );
  return characters.toWellFormed();
}
