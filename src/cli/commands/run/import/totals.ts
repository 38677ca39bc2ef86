/** What several sources gave, counted together. */
import type { ImportCounts } from "../../../../core/import/report.ts";
import type { WarningPlaces } from "../../../../core/import/source/tally.ts";
import type { SourceOutcome } from "./outcome.ts";

type Numbers = { readonly [name: string]: number };

export interface ImportTotals {
  /** `several` where they differ. */
  readonly format: string | undefined;
  readonly counts: ImportCounts;
  readonly statuses: Numbers;
  readonly warnings: { readonly [code: string]: WarningPlaces };
  readonly unknownKinds: Numbers;
  readonly redacted: Numbers;
}

const MOST_PLACES = 20;
const NOTHING: ImportCounts = {
  records: 0,
  mapped: 0,
  context: 0,
  duplicate: 0,
  unknown: 0,
  malformed: 0,
  intents: 0,
  results: 0,
  unresolved: 0,
  orphan_results: 0,
};

export function totalsOf(sources: readonly SourceOutcome[]): ImportTotals {
  const formats = new Set(sources.map(({ format }) => format));
  const [first] = formats;
  const summaries = sources.map(({ summary }) => summary);
  const counts = { ...NOTHING };
  const warnings = new Map<string, WarningPlaces>();
  for (const summary of summaries) {
    for (const name of Object.keys(NOTHING) as (keyof ImportCounts)[]) counts[name] += summary.counts[name];
    for (const [code, { count, places }] of Object.entries(summary.warnings)) {
      const before = warnings.get(code);
      const all = [...(before?.places ?? []), ...places].slice(0, MOST_PLACES);
      warnings.set(code, { count: (before?.count ?? 0) + count, places: all });
    }
  }
  return {
    format: formats.size > 1 ? "several" : first,
    counts,
    statuses: sumOf(summaries.map(({ statuses }) => statuses)),
    warnings: Object.fromEntries([...warnings].toSorted(byName)),
    unknownKinds: sumOf(summaries.map(({ unknownKinds }) => unknownKinds)),
    redacted: sumOf(summaries.map(({ redacted }) => redacted)),
  };
}

function sumOf(all: readonly Numbers[]): Numbers {
  const sums = new Map<string, number>();
  for (const each of all) {
    for (const [name, count] of Object.entries(each)) sums.set(name, (sums.get(name) ?? 0) + count);
  }
  return Object.fromEntries([...sums].toSorted(byName));
}

function byName([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  return left < right ? -1 : 1;
}
