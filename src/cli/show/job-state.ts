/** Jobs as text. */

import { namesText, rejectionsText } from "../../core/account/job.ts";
import { allowedOperations, openDecisions, takesApproval } from "../../core/job/job.ts";
import { printable } from "../../core/text/printable.ts";
import type { JobCheckpoint, JobState, JobStatus } from "../../schema/document/job.ts";
import type { Terminal } from "../command/command.ts";
import { type LabelledRow, rows } from "../terminal/rows.ts";
import { lineStart, paint, type TextStyle } from "../terminal/style.ts";

/**
 * The job's status, its open decisions, and the allowed commands.
 * @param checkpoints how many the job has, where `state` leaves out some that stop nothing
 */
export function stateRows(state: JobState, last?: string, checkpoints = state.checkpoints.length): LabelledRow[] {
  const open = openDecisions(state);
  const waits = waitingLabel(state.status);
  return [
    ["status", state.status, styleOfStatus(state.status)],
    ["stop reason", state.stop_reason === "none" ? undefined : state.stop_reason],
    ["because of", state.status_reason_code],
    ["last event", last],
    ["revision", `${state.revision}, ${state.updated_at}`],
    ["submitted", state.created_at],
    ["environment", state.environment_fingerprint],
    ["checkpoints", checkpoints === 0 ? undefined : String(checkpoints)],
    ["approvals", state.approvals && namesText(state.approvals)],
    ["rejections", rejectionsText(state)],
    ...open.map(
      (decision): LabelledRow => [waits, `${decision.checkpoint_id}: ${decision.required_action ?? ""}`, "warn"],
    ),
    ["allowed", allowedOperations(state).join(", ") || "nothing: it is over"],
  ];
}

/** What an open decision of a job is called: one that is over asks nobody any more. */
export function waitingLabel(status: string): string {
  return takesApproval(status) ? "to decide" : "not approved";
}

export function checkpointRows(checkpoint: JobCheckpoint): LabelledRow[] {
  return [
    ["checkpoint", checkpoint.checkpoint_id],
    ["type", checkpoint.type],
    ["summary", checkpoint.summary],
    ["to decide", checkpoint.required_action],
    ["added", `${checkpoint.created_at}${by(checkpoint.actor)}`],
  ];
}

function by(actor: string | undefined): string {
  return actor === undefined ? "" : ` by ${actor}`;
}

/** A table with aligned columns; the last one is not cut. */
export function columns(
  head: readonly string[],
  table: readonly (readonly string[])[],
  terminal: Terminal,
  style?: (row: readonly string[], column: number) => TextStyle | undefined,
): string {
  const lines = table.map((row) =>
    row.map((cell, column) => (column === 0 ? lineStart(printable(cell)) : printable(cell))),
  );
  const widths = head.map((name, column) => Math.max(name.length, ...lines.map((row) => (row[column] ?? "").length)));
  const padded = (cell: string, column: number): string =>
    column === head.length - 1 ? cell : cell.padEnd(widths[column] ?? 0);
  const first = head.map(padded).join("  ").trimEnd();
  const rest = lines.map((row, line) =>
    row
      .map((cell, column) => {
        const color = style?.(table[line] ?? [], column);
        return color === undefined ? padded(cell, column) : paint(padded(cell, column), color, terminal);
      })
      .join("  ")
      .trimEnd(),
  );
  return [paint(first, "dim", terminal), ...rest].map((line) => `${line}\n`).join("");
}

export function block(title: string, entries: readonly LabelledRow[], terminal: Terminal): string {
  return `${paint(title, "strong", terminal)}\n${rows(entries, terminal, "  ")}`;
}

const STYLES: Readonly<Record<JobStatus, TextStyle>> = {
  running: "good",
  paused: "warn",
  decision_needed: "warn",
  blocked: "bad",
  completed: "good",
  cancelled: "dim",
  emergency_stopped: "bad",
};

/** No colour for an unknown state. */
export function styleOfStatus(status: string): TextStyle | undefined {
  return Object.hasOwn(STYLES, status) ? STYLES[status as JobStatus] : undefined;
}
