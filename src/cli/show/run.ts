/** A run as text: its outcome, the failures, then the timeline. */

import { isFailure, isNotOk } from "../../core/account/call-outcome.ts";
import { runTimeline, type TimelineItem, timelineLength } from "../../core/account/run-timeline.ts";
import { canonicalize } from "../../core/json/jcs.ts";
import { countText, durationText, grouped, offsetText } from "../../core/text/quantities.ts";
import type { CallOutcome, RunAccount, RunCall, StrayResult } from "../../schema/account/run.ts";
import type { JsonValue } from "../../schema/document/primitives.ts";
import type { Terminal } from "../command/command.ts";
import { type LabelledRow, rows } from "../terminal/rows.ts";
import { paint, type TextStyle } from "../terminal/style.ts";
import { type Column, heading, type TableCell, table } from "../terminal/table.ts";
import type { AccountView } from "./head.ts";

/** Maximum lines of a list unless everything is asked for, to fit a screen. */
const SHOWN = { failures: 20, items: 40, references: 10, tools: 6 } as const;

const OUTCOMES: Record<CallOutcome, readonly [word: string, style: TextStyle | undefined]> = {
  ok: ["ok", "good"],
  unstated: ["done, outcome not stated", undefined],
  failed: ["FAILED", "bad"],
  blocked: ["BLOCKED", "bad"],
  open: ["NO RESULT", "warn"],
};

/** The word carries the meaning; colour only helps. */
export function outcomeCell(outcome: CallOutcome, status?: string): TableCell {
  const [word, style] = OUTCOMES[outcome];
  const same = status === undefined || status === "" || status.toLowerCase() === word.toLowerCase();
  const text = same || outcome === "unstated" ? word : `${word} (${status})`;
  return style === undefined ? text : [text, style];
}

export function runLines(run: RunAccount, view: AccountView): string {
  return summaryLines(run, view) + failureLines(run, view) + timelineLines(run, view) + referenceLines(run, view);
}

export function summaryLines(run: RunAccount, { terminal, all }: AccountView): string {
  const { totals } = run;
  const { unstated = 0 } = totals;
  const bad: readonly (readonly [number, string])[] = [
    [totals.ok, "ok"],
    [unstated, "done, outcome not stated"],
    [totals.failed, "FAILED"],
    [totals.blocked, "BLOCKED"],
    [totals.open, "WITHOUT RESULT"],
  ];
  const counts = bad.filter(([count]) => count > 0).map(([count, word]) => `${grouped(count)} ${word}`);
  const notBad = unstated === 0 ? "good" : undefined;
  const style: TextStyle | undefined = totals.ok + unstated === totals.calls ? notBad : "bad";
  const tools = run.tools.slice(0, all ? undefined : SHOWN.tools).map(({ tool_name, calls, failures, open = 0 }) => {
    const bad = [
      failures > 0 ? `${grouped(failures)} not ok` : "",
      open > 0 ? `${grouped(open)} without result` : "",
    ].filter((text) => text !== "");
    const failed = bad.length > 0 ? ` (${bad.join(", ")})` : "";
    return `${tool_name || "(no name)"} ${grouped(calls)}${failed}`;
  });
  const more = run.tools.length - tools.length;
  return (
    heading("run", terminal) +
    rows(
      [
        ["calls", totals.calls === 0 ? "none" : `${grouped(totals.calls)}: ${counts.join(", ")}`, style],
        [
          "stray results",
          totals.stray_results === 0 ? undefined : `${grouped(totals.stray_results)} without a call`,
          "bad",
        ],
        ["tools", tools.length === 0 ? undefined : tools.join(", ") + (more > 0 ? `, and ${grouped(more)} more` : "")],
        ["took", spanText(run)],
        ["kept", keptText(run)],
        ["events", String(totals.events)],
        ["references", String(totals.references)],
      ],
      terminal,
      "  ",
    )
  );
}

function spanText({ began_at, ended_at, seconds }: RunAccount): string | undefined {
  if (began_at === undefined || seconds === undefined) return undefined;
  return seconds === 0 ? `nothing: all times are ${began_at}` : `${durationText(seconds)}: ${began_at} to ${ended_at}`;
}

function keptText({ totals: { calls, results, args_kept, results_kept } }: RunAccount): string | undefined {
  if (args_kept === 0 && results_kept === 0) return undefined;
  const args = args_kept === calls ? "all calls" : countText(args_kept, "call");
  const kept = results_kept === results ? "all results" : countText(results_kept, "result");
  return `arguments of ${args}, ${results === 0 ? "no results" : kept}`;
}

export function failureLines(run: RunAccount, { terminal, all }: AccountView): string {
  const strays = run.stray_results.map((result) => [strayCells(result), strayText(result)]);
  const calls = run.calls.filter(({ outcome }) => isNotOk(outcome));
  calls.sort((left, right) => Number(isFailure(right.outcome)) - Number(isFailure(left.outcome)));
  const lines = calls.map((call) => [callCells(call), spokenText(call)]);
  const found = [...lines, ...strays];
  if (found.length === 0) return "";
  const shown = found.slice(0, all ? undefined : SHOWN.failures);
  const text = table(
    [NUMBER, NAME, NAME, OUTCOME, {}],
    shown.map(([cells = [], last = ""]) => [...(cells as readonly TableCell[]), last as string]),
    terminal,
  );
  return heading("not ok", terminal) + text + rest(found.length - shown.length, "--timeline", terminal);
}

const NUMBER: Column = { right: true, least: 1 };
/** A truncated time would mean something else. */
export const MOMENT: Column = { right: true, least: 9 };
const NAME: Column = { least: 6 };
const OUTCOME: Column = { least: 9 };

function callCells({ index, intent_id, tool_name, outcome, status }: RunCall): TableCell[] {
  return [String(index), idText(intent_id), tool_name ?? "", outcomeCell(outcome, status)];
}

/** Calls that were asked for, in the order of the evidence; each payload as one line of JSON below its call. */
export function foundCallLines(
  found: readonly { readonly call: RunCall; readonly args?: JsonValue; readonly result?: JsonValue }[],
  terminal: Terminal,
): string {
  const rowOf = (call: RunCall): TableCell[] => [...callCells(call), spokenText(call)];
  const columns = [NUMBER, NAME, NAME, OUTCOME, {}];
  if (found.every(({ args, result }) => args === undefined && result === undefined)) {
    return table(
      columns,
      found.map(({ call }) => rowOf(call)),
      terminal,
    );
  }
  return found
    .map(({ call, args, result }) => {
      const payloads: LabelledRow[] = [
        ["args", args === undefined ? undefined : canonicalize(args)],
        ["result", result === undefined ? undefined : canonicalize(result)],
      ];
      return table(columns, [[...callCells(call), callText(call)]], terminal) + rows(payloads, terminal, "       ");
    })
    .join("");
}

/** Some agents give their calls no ids. */
export function idText(id: string): string {
  return id === "" ? "(no id)" : id;
}

/** The reason in the result, and the duration. */
function callText({ verdict, reason_codes, violations, approved_by, seconds }: RunCall): string {
  return [
    verdict,
    reason_codes?.join(", "),
    violations === undefined ? undefined : `violates ${violations.join(", ")}`,
    approved_by === undefined ? undefined : `approved by ${approved_by}`,
    seconds === undefined ? undefined : `took ${durationText(seconds)}`,
  ]
    .filter((part) => part !== undefined)
    .join("; ");
}

/** With the start of the arguments, where they were asked for. */
function spokenText(call: RunCall): string {
  return [callText(call), call.args_text ?? ""].filter((part) => part !== "").join("; ");
}

function strayCells({ index, intent_id, outcome, status }: StrayResult): TableCell[] {
  return [String(index), idText(intent_id), "(a result)", outcomeCell(outcome, status)];
}

function strayText({ why }: StrayResult): string {
  return why === "repeated" ? "more results than calls of this id" : "no call has this id";
}

export function timelineLines(run: RunAccount, { terminal, all }: AccountView): string {
  const length = timelineLength(run);
  if (length === 0) return "";
  const shown = runTimeline(run, all ? undefined : SHOWN.items);
  const lines = shown.map((item) => [item.seconds === undefined ? "" : offsetText(item.seconds), ...itemCells(item)]);
  const columns = [MOMENT, NAME, NAME, OUTCOME, {}];
  const title = run.began_at === undefined ? "timeline" : `timeline, from ${run.began_at}`;
  return (
    heading(title, terminal) + table(columns, lines, terminal) + rest(length - shown.length, "--timeline", terminal)
  );
}

function itemCells(item: TimelineItem): TableCell[] {
  switch (item.kind) {
    case "call": {
      const { intent_id, tool_name, outcome, status } = item.call;
      return [idText(intent_id), tool_name ?? "", outcomeCell(outcome, status), spokenText(item.call)];
    }
    case "event": {
      const { event, ref } = item.event;
      return [ref ?? "", ["event", "dim"], [event, "strong"], ""];
    }
    case "reference": {
      const { ref_id, source_type, source_locator } = item.reference;
      return [ref_id, ["reference", "dim"], source_type, source_locator];
    }
    case "stray_result": {
      const [, id = "", tool = "", outcome = ""] = strayCells(item.result);
      return [id, tool, outcome, strayText(item.result)];
    }
  }
}

export function referenceLines({ references }: RunAccount, { terminal, all }: AccountView): string {
  if (references.length === 0) return "";
  const shown = references.slice(0, all ? undefined : SHOWN.references);
  const lines = shown.map(({ ref_id, source_type, source_locator, redaction_mode, content_digest }) => {
    const mode = redaction_mode === "" ? "" : ` (${redaction_mode})`;
    return [ref_id, source_type, `${source_locator}${mode}`, content_digest];
  });
  const columns = [{}, {}, { most: 60 }, {}];
  const left = rest(references.length - shown.length, "--timeline", terminal);
  return heading("references (with the digest of the content read)", terminal) + table(columns, lines, terminal) + left;
}

/** How many were omitted, and how to see them. */
export function rest(count: number, flag: string | undefined, terminal: Terminal): string {
  if (count <= 0) return "";
  const how = flag === undefined ? "--json shows all" : `${flag} shows all, --json has them as data`;
  return `  ${paint(`… ${grouped(count)} more: ${how}`, "dim", terminal)}\n`;
}
