/** What is wrong with a trust file, collected. */
import { compareTimestamps } from "../../time/timestamp.ts";

export interface PolicyFault {
  /** The place, and what is wrong there. */
  readonly text: string;
  readonly hint?: string;
}

/** Collects the faults, so that `gait trust check` can say all of them. */
export type Complain = (where: string, what: string, hint?: string) => void;

export function checkWindow(
  { from, until }: { readonly from?: string | undefined; readonly until?: string | undefined },
  where: string,
  complain: Complain,
): void {
  if (from !== undefined && until !== undefined && compareTimestamps(from, until) > 0) {
    complain(where, "has a `from` after its `until`");
  }
}
