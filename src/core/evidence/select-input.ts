/**
 * Which of the evidence that lies beside a runpack belongs to its run (contract 3.1, 3.7): a folder may hold
 * the evidence of a hundred runs, and a pack that took it all would say of one run what others did.
 */
import type { IncidentWindow } from "../../schema/document/evidence-pack.ts";
import { collectWarnings } from "../finding/warning.ts";
import { isInside } from "./incident-window.ts";
import type { Evidence, EvidenceKind, Given } from "./input.ts";

export interface SelectionOptions {
  readonly runId: string;
  /** What the caller named: it is taken whatever it says. */
  readonly given: Evidence;
  readonly window?: IncidentWindow | undefined;
}

export interface Selection {
  readonly evidence: Evidence;
  /** One for each document that was left out, or is odd. */
  readonly warnings: readonly string[];
}

interface Dated {
  readonly created_at: string;
  readonly run_id?: string;
  readonly trace_id?: string;
}

/**
 * `given` and whatever of `found` belongs to the run: by the run id that it states, or, where it states none, by the
 * trace that it belongs to; traces and regress results, which have neither, by the window. With a window, everything
 * found lies in it.
 */
export function selectEvidence(found: Evidence, { runId, given, window }: SelectionOptions): Selection {
  const warnings = collectWarnings();
  warnOfGiven(given, runId, window, warnings);

  const isOfRun = ({ run_id }: Dated): boolean => run_id === runId;
  const outside = (document: Dated): string | undefined => {
    if (window !== undefined && !isInside(window, document.created_at)) return "outside the window, left out";
    return document.run_id && !isOfRun(document) ? "of another run, left out" : undefined;
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
    window === undefined && !isOfRun(document) ? "nothing says that it is of this run, left out" : undefined;

  const trace = [...given.trace, ...keep(found.trace, unplaced)];
  const traceIds = new Set(trace.map(({ document }) => document.trace_id));
  const untraced = (document: Dated): string | undefined =>
    isOfRun(document) || traceIds.has(document.trace_id ?? "")
      ? undefined
      : "of a trace that is not in the pack, left out";
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
        warnings.add(`of another run, ${JSON.stringify(document.run_id)}; taken because it was named`, name);
      }
      if (window !== undefined && !isInside(window, document.created_at)) {
        warnings.add("outside the window; taken because it was named", name);
      }
    }
  }
}
