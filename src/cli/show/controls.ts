/** The table of an evidence pack's controls, as a person reads it. */
import type { Control } from "../../schema/document/evidence-pack.ts";
import type { Terminal } from "../command/command.ts";
import { heading, type TableCell, table } from "../terminal/table.ts";

/** Each control with its evidence, one path a line; a control that has none says so. */
export function controlLines(controls: readonly Control[], terminal: Terminal): string {
  if (controls.length === 0) return "";
  const lines = controls.flatMap(({ control_id, title, evidence_paths }): TableCell[][] => [
    [[control_id, "strong"], title],
    ...(evidence_paths.length === 0
      ? [["", ["NO EVIDENCE", "bad"] as const]]
      : evidence_paths.map((path) => ["", path])),
  ]);
  return heading("controls", terminal) + table([{ most: 24 }, {}], lines, terminal);
}
