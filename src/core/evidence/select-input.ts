/**
 * Selects the evidence next to a runpack that belongs to its run (contract 3.1, 3.7). A folder may contain the evidence
 * of a hundred runs; a pack must not attribute it to one.
 */
import type { IncidentWindow } from "../../schema/document/evidence-pack.ts";
import { collectWarnings } from "../finding/warning.ts";
import { isInside } from "./incident-window.ts";
import type { Evidence, EvidenceKind, Given } from "./input.ts";

export interface SelectionOptions {
  readonly runId: string;
  /** Named by the caller: always included. */
  readonly given: Evidence;
  readonly window?: IncidentWindow | undefined;
}

export interface Selection {
  readonly evidence: Evidence;
  /** One for each document that was left out or looks wrong. */
  readonly warnings: readonly string[];
}

interface Dated {
  readonly created_at: string;
  readonly run_id?: string;
  readonly trace_id?: string;
}

/**
 * `given`, and those of `found` that belong to the run: by run id, or, without one, by their trace; traces and regress
 * results, which have neither, by the window. With a window, everything found must be in it.
 */
export function selectEvidence(found: Evidence, { runId, given, window }: SelectionOptions): Selection {
  const warnings = collectWarnings();
  warnOfGiven(given, runId, window, warnings);

  const isOfRun = ({ run_id }: Dated): boolean => run_id === runId;
  const outside = (document: Dated): string | undefined => {
    if (window !== undefined && !isInside(window, document.created_at)) return "outside the window, left out";
    return document.run_id && !isOfRun(document) ? "belongs to another run, left out" : undefined;
  };
  const keep = <T extends Dated>(
    documents: readonly Given<T>[],
    reason: (document: T) => string | undefined,
  ): Given<T>[] =>
    documents.filter(({ name, document }) => {
      const why = outside(document) ?? reason(document);
      if (why !== undefined) warnings.add(why, name);
      return why === undefined;
    });
  const unplaced = (document: Dated): string | undefined =>
    window === undefined && !isOfRun(document) ? "does not say that it belongs to this run, left out" : undefined;

  const trace = [...given.trace, ...keep(found.trace, unplaced)];
  const traceIds = new Set(trace.map(({ document }) => document.trace_id));
  const untraced = (document: Dated): string | undefined =>
    isOfRun(document) || traceIds.has(document.trace_id ?? "")
      ? undefined
      : "belongs to a trace that is not in the pack, left out";
  return {
    evidence: {
      inventory: [...given.inventory, ...keep(found.inventory, unplaced)],
      trace,
      regress: [...given.regress, ...keep(found.regress, unplaced)],
      approvalAudit: [...given.approvalAudit, ...keep(found.approvalAudit, untraced)],
      credential: [...given.credential, ...keep(found.credential, untraced)],
    },
    warnings: warnings.list(),
  };
}

function warnOfGiven(
  given: Evidence,
  runId: string,
  window: IncidentWindow | undefined,
  warnings: ReturnType<typeof collectWarnings>,
): void {
  for (const kind of Object.keys(given) as EvidenceKind[]) {
    for (const { name, document } of given[kind] as readonly Given<Dated>[]) {
      if (document.run_id && document.run_id !== runId) {
        warnings.add(`belongs to another run, ${JSON.stringify(document.run_id)}; included because it was named`, name);
      }
      if (window !== undefined && !isInside(window, document.created_at)) {
        warnings.add("outside the window; included because it was named", name);
      }
    }
  }
}
