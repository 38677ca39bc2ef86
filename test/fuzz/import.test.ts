/**
 * Records of agents, changed by chance, for every format: never a crash, never a result that the source does not tell,
 * and all counts sum up. GAIT_FUZZ_CASES and GAIT_FUZZ_SEED choose others.
 */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { MemoryScratch } from "../../src/core/bytes/scratch.ts";
import { bytesSource } from "../../src/core/bytes/source.ts";
import { GaitError } from "../../src/core/finding/error.ts";
import { IMPORT_FORMATS } from "../../src/core/import/formats.ts";
import { type ImportedSource, importSource } from "../../src/core/import/imported.ts";
import { importSummary } from "../../src/core/import/report.ts";
import { readyMembers } from "../../src/core/run/ready-record.ts";
import { recordRun } from "../../src/core/run/record-run.ts";
import { verifyArtifact } from "../../src/core/verify/verify.ts";
import { hostPlatform } from "../../src/host/platform/bun.ts";
import { caseFolders, expectedCase, fileOfBytes, realFiles } from "../core/import/agent-case.ts";
import { changeText, changeValue } from "./json-text.ts";
import { SeededRandom } from "./random.ts";

const SEED = Number(process.env["GAIT_FUZZ_SEED"] ?? 20_261_126);
const CASES = Number(process.env["GAIT_FUZZ_CASES"] ?? (process.env["GAIT_LONG"] === "1" ? 60 : 8));
/** Of the imports, so many are recorded and verified too. */
const RECORDED = 10;

for (const { name } of IMPORT_FORMATS) {
  describe(name, () => {
    for (const path of inputsOf(name)) {
      const text = readFileSync(path, "utf8");
      const lines = linesOf(text);

      // The lines of a document are no records: another order of them is another document.
      if (!isDocument(text)) {
        test(`${basename(path)}: a part of it, twice and in another order`, async () => {
          const told = await payloadsOf(lines);
          for (let nth = 0; nth < CASES; nth += 1) {
            const random = new SeededRandom(SEED, nth);
            const changed = rearranged(lines, random);
            await withImport(changed.join(""), name, (imported) => {
              assertSums(imported);
              for (const digest of digestsOf(imported)) expect(told.has(digest)).toBe(true);
            });
          }
        }, 120_000);
      }

      test(`${basename(path)}: lines and bytes changed`, async () => {
        for (let nth = 0; nth < CASES; nth += 1) {
          const random = new SeededRandom(SEED + 1, nth);
          await withImport(changedText(lines, random), name, async (imported) => {
            assertSums(imported);
            if (random.once(RECORDED)) await assertVerifies(imported);
          });
        }
      }, 120_000);
    }
  });
}

function inputsOf(format: string): string[] {
  const cases = caseFolders(format).map((folder) => join(folder, expectedCase(folder).input));
  return [...cases, ...realFiles(format).map(({ path }) => path)].filter((path) => readFileSync(path).length < 40_000);
}

function isDocument(text: string): boolean {
  try {
    return typeof JSON.parse(text) === "object";
  } catch {
    return false;
  }
}

/** Lines with their ends. */
function linesOf(text: string): string[] {
  return text.split(/(?<=\n)/);
}

/** Every payload that some beginning of the lines gives: what a record replaces may be the last there is. */
async function payloadsOf(lines: readonly string[]): Promise<ReadonlySet<string>> {
  const told = new Set([""]);
  for (let end = 1; end <= lines.length; end += 1) {
    for (const part of [lines.slice(0, end), lines.slice(end - 1, end)]) {
      await withImport(part.join(""), undefined, (imported) => {
        for (const digest of digestsOf(imported)) told.add(digest);
      });
    }
  }
  return told;
}

function rearranged(lines: readonly string[], random: SeededRandom): string[] {
  const left = [...lines];
  for (let times = 1 + random.below(4); times > 0; times -= 1) {
    const at = random.below(left.length);
    const to = random.below(left.length);
    random.pick([
      () => left.splice(at),
      () => left.splice(at, 1),
      () => left.splice(to, 0, ...left.slice(at, at + 1 + random.below(3))),
      () => left.splice(to, 0, ...left.splice(at, 1)),
    ])();
    if (left.length === 0) return left;
  }
  return left;
}

function changedText(lines: readonly string[], random: SeededRandom): string {
  const left = rearranged(lines, random);
  for (let times = 1 + random.below(3); times > 0 && left.length > 0; times -= 1) {
    const at = random.below(left.length);
    left[at] = changedLine(left[at] ?? "", random);
  }
  return left.join("");
}

function changedLine(line: string, random: SeededRandom): string {
  const cut = random.below(line.length);
  return random.pick([
    () => line.slice(0, cut),
    () => line.slice(0, cut) + line.slice(cut + 1 + random.below(8)),
    () => changeText(line, random),
    () =>
      line.replace(/"(?:[^"\\]|\\.)*"/g, (text) =>
        random.once(12) ? random.pick(["null", "7", "[]", "{}", '""', text]) : text,
      ),
    () => line.replace(/\d+/g, (digits) => (random.once(6) ? `${digits}9007199254740993` : digits)),
    () => line.replace(/[a-z]{3}/, "\\ud800"),
    () => {
      try {
        return `${JSON.stringify(changeValue(JSON.parse(line), random))}\n`;
      } catch {
        return line;
      }
    },
  ])();
}

/** An import that is refused is fine, where it says why. */
async function withImport(
  text: string,
  format: string | undefined,
  use: (imported: ImportedSource) => void | Promise<void>,
): Promise<void> {
  let imported: ImportedSource;
  try {
    const file = fileOfBytes("source.jsonl", new TextEncoder().encode(text));
    const options = { platform: hostPlatform, captureMode: "raw", redact: false, format } as const;
    imported = await importSource(file, () => [], options);
  } catch (error) {
    expect(error).toBeInstanceOf(GaitError);
    expect((error as GaitError).code).toBe("invalid_input");
    return;
  }
  try {
    await use(imported);
  } finally {
    imported.dispose();
  }
}

function assertSums(imported: ImportedSource): void {
  const { counts, statuses } = importSummary(imported);
  expect(counts.mapped + counts.context + counts.duplicate + counts.unknown + counts.malformed).toBe(counts.records);
  expect(counts.intents - counts.unresolved).toBe(counts.results - counts.orphan_results);
  expect(Object.values(statuses).reduce((sum, count) => sum + count, 0)).toBe(counts.results);
  const ids = new Set<string>();
  for (const { id } of imported.runs) ids.add(id);
  expect(ids.size).toBe(imported.runs.length);
}

function digestsOf(imported: ImportedSource): string[] {
  return imported.runs.flatMap(({ parts }) => {
    const { results } = parts();
    if (!("ready" in results)) throw new Error("an import hands its records on ready");
    return Array.from(
      results.ready,
      ({ bytes, start, end }) => readyMembers(bytes, start, end)["result_digest"] as string,
    );
  });
}

/** What was imported can be recorded, and verifies. */
async function assertVerifies(imported: ImportedSource): Promise<void> {
  for (const { parts } of imported.runs) {
    const sink = new MemoryScratch();
    await recordRun(parts(), sink, {
      platform: hostPlatform,
      captureMode: "raw",
      now: () => "2026-01-02T03:04:05Z",
      machine: { os: "linux", arch: "amd64" },
    });
    const verified = await verifyArtifact(bytesSource(sink.bytes()), {
      platform: hostPlatform,
      keys: [],
      requireSignature: false,
    });
    expect(verified.findings).toEqual([]);
    verified.dispose();
  }
}
