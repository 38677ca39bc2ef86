/** The table of an evidence pack's controls, as a person reads it. */
import type { Control } from "../../schema/guard.ts";
import type { Terminal } from "../command.ts";
import { paint, printable } from "../output.ts";

const WIDEST_ID = 24;

/** Each control with its evidence, one path a line; a control that has none says so. */
export function controlLines(controls: readonly Control[], terminal: Terminal): string {
  if (controls.length === 0) return "";
  const width = Math.min(WIDEST_ID, Math.max(...controls.map(({ control_id }) => control_id.length)));
  const indent = " ".repeat(width + 4);
  const lines = controls.map(({ control_id, title, evidence_paths }) => {
    const head = `  ${paint(control_id.padEnd(width), "strong", terminal)}  ${printable(title)}\n`;
    if (evidence_paths.length === 0) return `${head}${indent}${paint("NO EVIDENCE", "bad", terminal)}\n`;
    return head + evidence_paths.map((path) => `${indent}${printable(path)}\n`).join("");
  });
  return `${paint("controls", "strong", terminal)}\n${lines.join("")}`;
}
