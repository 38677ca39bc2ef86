/** Cases of `test/vectors/agents`: the expected result of importing their input, by the import's specification. */

import { expect } from "bun:test";
import { existsSync, readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Glob } from "bun";
import { type ImportedSource, importSource } from "../../../src/core/import/imported.ts";
import { type ImportSummary, importSummary } from "../../../src/core/import/report.ts";
import type { ImportFile } from "../../../src/core/import/source/measured.ts";
import type { RecordParts } from "../../../src/core/run/input.ts";
import { readyMembers } from "../../../src/core/run/ready-record.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { JsonObject } from "../../../src/schema/document/primitives.ts";

export const AGENT_VECTORS = join(import.meta.dir, "../../vectors/agents");
/** Files of other projects: read in place, never copied. */
const OTHERS = join(import.meta.dir, "../../../../shared/agents");

export interface ExpectedCase {
  readonly input: string;
  readonly format: string;
  readonly runs: readonly ExpectedRun[];
  readonly counts: { readonly [name: string]: number };
  readonly warnings: { readonly [code: string]: number };
  readonly redacted?: { readonly [kind: string]: number };
}

interface ExpectedRun {
  readonly run_id: string;
  readonly created_at: string | null;
  readonly env: JsonObject;
  readonly intents: readonly ExpectedRecord[];
  readonly results: readonly ExpectedRecord[];
  readonly unresolved?: readonly string[];
  readonly orphan_results: readonly string[];
  readonly events: readonly { readonly event: string; readonly ts: string; readonly ref?: string }[];
  readonly refs?: readonly JsonObject[];
}

export interface ExpectedRecord {
  readonly id: string;
  readonly tool?: string;
  readonly status?: string;
  readonly ts: string | null;
  readonly args?: JsonObject;
  readonly result?: JsonObject;
}

export interface ExpectedFile {
  readonly format: string;
  readonly runs: readonly string[];
  readonly counts: { readonly [name: string]: number };
  readonly statuses: { readonly [status: string]: number };
  readonly tools: { readonly [tool: string]: number };
  readonly warnings: { readonly [code: string]: number };
}

/** The folders of the cases of a format. */
export function caseFolders(format: string): string[] {
  return [...new Glob(`${format}/*/expected.json`).scanSync({ cwd: AGENT_VECTORS })]
    .filter((path) => !path.includes("/real/"))
    .map((path) => join(AGENT_VECTORS, dirname(path)))
    .toSorted();
}

export function expectedCase(folder: string): ExpectedCase {
  return JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as ExpectedCase;
}

/** Files of real programs, with the expected result: ours, and those of other projects where available. */
export function realFiles(format: string): { path: string; expected: ExpectedFile }[] {
  const [folder] = [OTHERS, AGENT_VECTORS].map((root) => join(root, format, "real")).filter((path) => existsSync(path));
  if (folder === undefined) return [];
  const all = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as { [name: string]: ExpectedFile };
  return Object.entries(all).map(([name, expected]) => ({ path: join(folder, name), expected }));
}

/** The import of a file on the disk, with its companions. */
export function importPath(path: string, options: { redact?: boolean; format?: string } = {}): Promise<ImportedSource> {
  return importSource(
    fileOf(path),
    (patterns) => {
      const folder = dirname(path);
      return patterns
        .filter(({ fits }) => fits === undefined)
        .flatMap(({ pattern }) => [...new Glob(pattern).scanSync({ cwd: folder })])
        .toSorted()
        .map((name) => fileOf(join(folder, name)));
    },
    { platform: hostPlatform, captureMode: "raw", redact: options.redact ?? false, format: options.format },
  );
}

function fileOf(path: string): ImportFile {
  return fileOfBytes(basename(path), readFileSync(path));
}

export function fileOfBytes(name: string, bytes: Uint8Array): ImportFile {
  return {
    name,
    async *chunks() {
      for (let at = 0; at < bytes.length; at += 4096) yield bytes.subarray(at, at + 4096);
    },
  };
}

/** The values compared with `expected.json`, by its names. */
export function outcomeOf(imported: ImportedSource): Omit<ExpectedCase, "input"> {
  const summary = importSummary(imported);
  return {
    format: imported.format.name,
    runs: imported.runs.map(({ id, run, parts }) => {
      const { run: document, refs, intents, results } = parts();
      const receipts = (refs.receipts ?? []).filter((receipt) => receipt.source_type !== "gait.import");
      const resultRecords = recordsOf(results, "result");
      return {
        run_id: id,
        created_at: document.created_at ?? null,
        env: document.env as JsonObject,
        intents: recordsOf(intents, "args"),
        results: byId(resultRecords),
        orphan_results: resultRecords.flatMap((record) =>
          run.calls.orphansOf(record.id).length > 0 ? [record.id] : [],
        ),
        events: (document.timeline ?? []) as ExpectedRun["events"],
        refs: receipts.map(({ redaction_mode: _, ...receipt }) => receipt as JsonObject),
      };
    }),
    counts: { ...summary.counts },
    warnings: warningCounts(summary),
    redacted: summary.redacted,
  };
}

export function warningCounts({ warnings }: ImportSummary): { [code: string]: number } {
  return Object.fromEntries(Object.entries(warnings).map(([code, { count }]) => [code, count]));
}

/** The records that are handed on ready, as what they say. */
export function recordsOf(records: RecordParts["intents"], name: "args" | "result"): ExpectedRecord[] {
  if (!("ready" in records)) throw new Error("an import hands its records on ready");
  return Array.from(records.ready, ({ bytes, start, end, hasDigest, hasTime, status }) => {
    const { intent_id, tool_name, created_at, ...members } = readyMembers(bytes, start, end);
    expect(created_at !== undefined).toBe(hasTime);
    return {
      id: intent_id as string,
      ...(name === "args" ? { tool: tool_name as string } : { status }),
      ts: (created_at as string | undefined) ?? null,
      ...(hasDigest ? { [name]: (members[name] ?? {}) as JsonObject } : {}),
    };
  });
}

/** As `outcomeOf` returns it, with results by id: their order is free. */
export function expectedOutcome(expected: ExpectedCase): Omit<ExpectedCase, "input"> {
  return {
    format: expected.format,
    runs: expected.runs.map(({ unresolved: _, ...run }) => ({
      ...run,
      results: byId(run.results),
      refs: run.refs ?? [],
    })),
    counts: expected.counts,
    warnings: expected.warnings,
    redacted: expected.redacted ?? {},
  };
}

function byId(records: readonly ExpectedRecord[]): ExpectedRecord[] {
  return records.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}
