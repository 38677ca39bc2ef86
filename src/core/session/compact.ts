/** A shorter journal of the same session (contract 15.3): its header, all checkpoints, and the events since the last one. */
import { journalLine } from "./event.ts";
import type { Journal } from "./journal.ts";

export interface Compacted {
  readonly text: string;
  /** Events that are kept. */
  readonly events: number;
}

export function compactJournal({ header, events, checkpoints }: Journal): Compacted {
  const since = checkpoints.at(-1)?.sequence_end ?? 0;
  const kept = events.filter(({ sequence }) => sequence > since);
  const lines = [
    journalLine({ header: { ...header, events: null } }),
    ...checkpoints.map((checkpoint) => journalLine({ checkpoint })),
    ...kept.map((event) => journalLine({ event })),
  ];
  return { text: lines.join(""), events: kept.length };
}
