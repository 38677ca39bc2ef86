/** What became of the sources of a call. */
import type { GaitError } from "../../../../core/finding/error.ts";
import type { ImportSummary } from "../../../../core/import/report.ts";
import type { RunImportOutput } from "../../../../schema/answer/run-import.ts";

/** What became of one source. */
export interface SourceOutcome {
  readonly format: string;
  readonly files: RunImportOutput["files"];
  readonly runs: RunImportOutput["runs"];
  readonly summary: ImportSummary;
  /** Records that `--strict` refuses. */
  readonly notUnderstood: number;
}

/** What a call imported, and what it did not. */
export interface ImportOutcome {
  readonly sources: readonly SourceOutcome[];
  readonly leftOut: readonly Unimported[];
  readonly refused: readonly RefusedSource[];
}

export interface Unimported {
  readonly path: string;
  readonly reason: string;
}

export interface RefusedSource extends Unimported {
  readonly error: GaitError;
}
