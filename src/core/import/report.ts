/** What an import says of itself: what was read, what became of it, and what was not understood, with its places. */
import type { ImportedSource } from "./imported.ts";
import type { ResultStatus } from "./record/call-table.ts";
import type { ImportWarning, WarningPlaces } from "./source/tally.ts";

/** Records by what became of them, and what they gave. */
export interface ImportCounts {
  records: number;
  mapped: number;
  context: number;
  duplicate: number;
  unknown: number;
  malformed: number;
  intents: number;
  results: number;
  unresolved: number;
  orphan_results: number;
}

export interface ImportSummary {
  readonly counts: ImportCounts;
  readonly statuses: { readonly [Status in ResultStatus]?: number };
  readonly warnings: { readonly [Code in ImportWarning]?: WarningPlaces };
  readonly unknownKinds: { readonly [kind: string]: number };
  readonly redacted: { readonly [kind: string]: number };
}

const MOST_PLACES = 20;

export function importSummary({ runs, tally }: ImportedSource): ImportSummary {
  const { fates } = tally;
  const tables = runs.map(({ run }) => run.calls);
  const total = (count: (table: (typeof tables)[number]) => number): number =>
    tables.reduce((sum, table) => sum + count(table), 0);
  const unresolved = tables.map((table) => table.unresolved(MOST_PLACES));
  const open = {
    count: unresolved.reduce((sum, each) => sum + each.count, 0),
    places: unresolved.flatMap((each) => each.places),
  };
  const warnings = new Map<string, WarningPlaces>(tally.warnings());
  if (open.count > 0) warnings.set("unresolved", { ...open, places: open.places.slice(0, MOST_PLACES) });
  const statuses = new Map<string, number>();
  for (const table of tables) {
    for (const [status, count] of table.statuses()) statuses.set(status, (statuses.get(status) ?? 0) + count);
  }
  return {
    counts: {
      records: fates.mapped + fates.context + fates.duplicate + fates.unknown + fates.malformed,
      ...fates,
      intents: total((table) => table.calls),
      results: total((table) => table.results),
      unresolved: open.count,
      orphan_results: total((table) => table.orphans),
    },
    statuses: inOrder(statuses),
    warnings: inOrder(warnings),
    unknownKinds: inOrder(new Map(tally.unknownKinds())),
    redacted: inOrder(tally.redacted),
  };
}

/** By name, so that the report of the same source is the same text. */
function inOrder<T>(map: ReadonlyMap<string, T>): { [name: string]: T } {
  return Object.fromEntries([...map].toSorted(([left], [right]) => (left < right ? -1 : 1)));
}
