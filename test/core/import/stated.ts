/** What an import makes of lines or of a document, in words short enough for a table. */
import { expect } from "bun:test";
import { importSource } from "../../../src/core/import/imported.ts";
import { importSummary } from "../../../src/core/import/report.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { fileOfBytes, recordsOf, warningCounts } from "./agent-case.ts";

export interface Told {
  readonly format: string;
  readonly runs: readonly string[];
  readonly runtimes: readonly string[];
  /** `id tool args`, of all runs. */
  readonly calls: readonly string[];
  /** `id status payload`. */
  readonly results: readonly string[];
  readonly events: readonly string[];
  readonly times: readonly (string | null)[];
  readonly counts: { readonly [name: string]: number };
  readonly warnings: { readonly [code: string]: number };
}

/** Of a source whose lines are these values. */
export function toldByLines(...values: readonly unknown[]): Promise<Told> {
  return toldByText(values.map((value) => `${JSON.stringify(value)}\n`).join(""));
}

export async function toldByText(text: string, format?: string): Promise<Told> {
  const file = fileOfBytes("source", new TextEncoder().encode(text));
  const options = { platform: hostPlatform, captureMode: "raw", redact: false, format } as const;
  const imported = await importSource(file, () => [], options);
  try {
    const summary = importSummary(imported);
    const parts = imported.runs.map((run) => run.parts());
    const intents = parts.flatMap((part) => recordsOf(part.intents, "args"));
    const results = parts.flatMap((part) => recordsOf(part.results, "result"));
    return {
      format: imported.format.name,
      runs: imported.runs.map(({ id }) => id),
      runtimes: parts.map(({ run }) => run.env?.runtime ?? ""),
      calls: intents.map(({ id, tool, args }) => words(id, tool, args)),
      results: results.map(({ id, status, result }) => words(id, status, result)),
      events: parts.flatMap(({ run }) => (run.timeline ?? []).map(({ event, ref }) => words(event ?? "", ref))),
      times: [...intents, ...results].map(({ ts }) => ts),
      counts: { ...summary.counts },
      warnings: warningCounts(summary),
    };
  } finally {
    imported.dispose();
  }
}

function words(...parts: readonly unknown[]): string {
  const there = parts.filter((part) => part !== undefined && part !== null);
  return there.map((part) => (typeof part === "string" ? part : JSON.stringify(part))).join(" ");
}

/** A row of a table: lines, each of them a record, and what must be stated of them. */
export interface Row {
  readonly name: string;
  readonly lines: readonly object[];
  readonly stated: Partial<Told>;
}

export async function checkRow({ lines, stated }: Row): Promise<void> {
  const result = await toldByLines(...lines);
  expect(result).toMatchObject(stated as object);
  expect(fateSum(result)).toBe(lines.length);
}

/** The records by what became of them, together: each has one fate. */
export function fateSum({ counts }: Told): number {
  return ["mapped", "context", "duplicate", "unknown", "malformed"].reduce((sum, fate) => sum + (counts[fate] ?? 0), 0);
}
