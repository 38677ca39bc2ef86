/** The id of a run that is made of a source's own id: of a session, a trace or a conversation. */

/** Longest id of a run, in UTF-16 code units. */
export const MOST_RUN_ID = 128;

/** `run_` and the id, with `_` for what a run id can't hold. */
export function runIdOf(sourceId: string): string {
  return `run_${sourceId.replace(/[^A-Za-z0-9_-]/gu, "_")}`.slice(0, MOST_RUN_ID);
}
