/** One call in full, as text. */

import { printable } from "../../core/text/printable.ts";
import { durationText } from "../../core/text/quantities.ts";
import type { CallRecord } from "../../schema/account/call.ts";
import type { Terminal } from "../command/command.ts";
import { type LabelledRow, rows } from "../terminal/rows.ts";
import { paint } from "../terminal/style.ts";
import { heading, table } from "../terminal/table.ts";
import { idText, outcomeCell } from "./run.ts";

/** Maximum lines of a payload; --json has all. */
const SHOWN_LINES = 400;

export function callRecordLines(record: CallRecord, terminal: Terminal): string {
  const calls = record.calls.map((call) => {
    const [word, style] = outcomeCell(call.outcome, call.status) as readonly [string, LabelledRow[2]];
    const { index, tool_name, started_at, ended_at, seconds, verdict, reason_codes, violations, approved_by } = call;
    return (
      heading(`call ${idText(record.intent_id)}`, terminal) +
      rows(
        [
          ["place", `${index}`],
          ["tool", tool_name],
          ["outcome", word, style],
          ["verdict", verdict],
          ["reasons", reason_codes?.join(", ")],
          ["violations", violations?.join(", ")],
          ["approved by", approved_by],
          ["started at", started_at],
          ["ended at", ended_at],
          ["took", seconds === undefined ? undefined : durationText(seconds)],
          ["args digest", call.args_digest],
          ["result digest", call.result_digest],
        ],
        terminal,
        "  ",
      )
    );
  });
  const strays = record.stray_results.map(
    ({ index, why, status = "" }) =>
      `  ${printable(`result ${index}: ${why === "repeated" ? "more results than calls of this id" : "no call has this id"}; ${status}`)}\n`,
  );
  const left = record.left_out > 0 ? `  … ${record.left_out} more records of this id\n` : "";
  return (
    calls.join("") +
    (strays.length > 0 ? heading("results without a call", terminal) + strays.join("") : "") +
    record.intents.map((intent) => jsonLines("intent", "args", intent, terminal)).join("") +
    record.results.map((result) => jsonLines("result", "result", result, terminal)).join("") +
    left +
    aroundLines(record, terminal)
  );
}

function jsonLines(title: string, payload: string, value: object, terminal: Terminal): string {
  const lines = JSON.stringify(value, undefined, 2).split("\n");
  const shown = lines.slice(0, SHOWN_LINES).map((line) => `  ${printable(line)}\n`);
  const more = lines.length > SHOWN_LINES ? `  … ${lines.length - SHOWN_LINES} more lines: --json has all\n` : "";
  const kept = Object.hasOwn(value, payload)
    ? ""
    : `  ${paint(`(the ${payload === "args" ? "arguments were" : "result was"} not kept, only the digest)`, "dim", terminal)}\n`;
  return heading(title, terminal) + shown.join("") + more + kept;
}

function aroundLines({ events, references }: CallRecord, terminal: Terminal): string {
  const eventLines = events.map(({ event, at }) => [at, event]);
  const mentioned = {
    receipt: "names this call",
    args: "its id is in the arguments",
    result: "its id is in the result",
  };
  const receipts = references.map(({ mentioned_by, receipt }) => [
    String(receipt["ref_id"]),
    mentioned[mentioned_by],
    String(receipt["source_locator"]),
  ]);
  return (
    (events.length > 0 ? heading("events that refer to it", terminal) + table([{}, {}], eventLines, terminal) : "") +
    (references.length > 0 ? heading("references", terminal) + table([{}, {}, {}], receipts, terminal) : "")
  );
}
