/** The calls of a run as table rows: as HTML in the page, or as data for a script that shows the requested ones. */
import type { CallOutcome, RunAccount, RunCall, StrayResult } from "../../../schema/account/run.ts";
import { isFailure, isNotOk } from "../../account/call-outcome.ts";
import { el, type Markup, type MarkupElement } from "../../text/markup.ts";
import { countText, durationText, grouped, offsetText } from "../../text/quantities.ts";
import { secondsBetween } from "../../time/known-instant.ts";
import { outcomeBadge } from "./icons.ts";
import { bodyRow, type Cell, headRow, scrolling, section, type View } from "./view.ts";

/** A row, ready to be shown. Unknown texts are empty. */
export interface CallRow {
  readonly index: number;
  readonly outcome: CallOutcome;
  readonly tool: string;
  readonly id: string;
  readonly started: string;
  readonly after: string;
  readonly took: string;
  /** The producer's own words: status, verdict, reasons, violations. */
  readonly says: string;
  /** Digests. */
  readonly args: string;
  readonly result: string;
  /** The start of the arguments. */
  readonly argsText: string;
}

/** Without a script, and on paper: the failures up to a limit, then the first of the others. */
const MOST_FAILURES = 5000;
const FIRST_OTHERS = 200;

/** The columns, in order, each with whether a call has anything to say in it. One that no call needs is left out. */
const COLUMNS: Readonly<Record<string, (call: RunCall) => boolean>> = {
  "No.": () => true,
  Outcome: () => true,
  Tool: ({ tool_name }) => (tool_name ?? "") !== "",
  Arguments: ({ args_text }) => (args_text ?? "") !== "",
  Call: () => true,
  Started: ({ started_at }) => (started_at ?? "") !== "",
  Took: ({ seconds }) => seconds !== undefined,
  Says: ({ status, verdict, reason_codes: reasons = [], violations = [], approved_by: by }) =>
    [status, verdict, by].some((word) => word !== undefined) || reasons.length + violations.length > 0,
  Digests: ({ args_digest, result_digest }) => `${args_digest ?? ""}${result_digest ?? ""}` !== "",
};

export function callRow(view: View, call: RunCall, beganAt: string | undefined): CallRow {
  const { index, outcome, tool_name, intent_id, started_at, seconds, args_digest } = call;
  const after = secondsBetween(beganAt, started_at);
  return {
    index,
    outcome,
    tool: view.show(tool_name ?? "", 120),
    id: intent_id === "" ? "no id" : view.show(intent_id, 120),
    started: view.show(started_at ?? "", 60),
    after: after === undefined ? "" : offsetText(after),
    took: seconds === undefined ? "" : durationText(seconds),
    says: saysOf(view, call),
    args: view.show(args_digest ?? "", 80),
    result: view.show(call.result_digest ?? "", 80),
    argsText: view.show(call.args_text ?? "", 200),
  };
}

export function saysOf(
  view: View,
  { status, verdict, reason_codes = [], violations = [], approved_by }: RunCall | StrayResult,
): string {
  const words = [
    status,
    verdict === undefined ? undefined : `verdict ${verdict}`,
    ...reason_codes.slice(0, 20),
    ...violations.slice(0, 20),
    approved_by === undefined ? undefined : `approved by ${approved_by}`,
  ];
  return words.flatMap((word) => (word === undefined ? [] : [view.show(word, 120)])).join(", ");
}

/** `undefined` for a run without calls. */
export function callSection(view: View, { calls, began_at, totals }: RunAccount): MarkupElement | undefined {
  if (calls.length === 0) return undefined;
  const { shown, caption } = firstShown(calls);
  const rows = shown.map((call) => callRow(view, call, began_at));
  const columns = Object.entries(COLUMNS).flatMap(([name, isUsed]) => (calls.some(isUsed) ? [name] : []));
  return section(
    view,
    "calls",
    "Calls",
    el("p", { class: "note" }, payloadText(totals)),
    scrolling(
      "Calls",
      el(
        "table",
        { class: "call-table" },
        el("caption", {}, caption),
        headRow(columns),
        el("tbody", {}, ...rows.map((row) => callMarkup(row, columns))),
      ),
    ),
  );
}

function payloadText({ calls, args_kept, results_kept }: RunAccount["totals"]): string {
  if (args_kept + results_kept === 0) return "The evidence has only the digests of arguments and results.";
  if (args_kept === calls && results_kept === calls) return "The evidence has the full arguments and results.";
  return `The evidence has the arguments of ${countText(args_kept, "call")} and the results of ${grouped(results_kept)}; for the others, only digests.`;
}

/** Failures first, then the calls without a result. */
function firstShown(calls: readonly RunCall[]): { readonly shown: readonly RunCall[]; readonly caption: string } {
  const failures = calls.filter(({ outcome }) => isFailure(outcome));
  const open = calls.filter(({ outcome }) => outcome === "open");
  const others = calls.filter(({ outcome }) => !isNotOk(outcome));
  const shown = [
    ...failures.slice(0, MOST_FAILURES),
    ...open.slice(0, MOST_FAILURES),
    ...others.slice(0, FIRST_OTHERS),
  ];
  const all = countText(calls.length, "call");
  if (shown.length === calls.length) {
    const first = [failures.length > 0 ? "failures" : "", open.length > 0 ? "calls without a result" : ""];
    const named = first.filter((text) => text !== "");
    return { shown, caption: named.length === 0 ? all : `${all}, ${named.join(" and ")} first` };
  }
  const listed = [
    firstOf(failures.length, countText(failures.length, "failure"), "failures"),
    ...(open.length === 0
      ? []
      : [firstOf(open.length, `${grouped(open.length)} without a result`, "without a result")]),
  ];
  const rest = others.slice(0, FIRST_OTHERS).length;
  return { shown, caption: `Of ${all}: ${listed.join(", ")}, then the first ${grouped(rest)} of the others` };
}

function firstOf(count: number, counted: string, name: string): string {
  return count > MOST_FAILURES ? `the first ${grouped(MOST_FAILURES)} ${name}` : `all ${counted}`;
}

/** `columns`: names of those that the table has, as its head shows them. */
export function callMarkup(row: CallRow, columns: readonly string[]): MarkupElement {
  return bodyRow(
    columns,
    columns.map((name) => cellOf(row, name)),
    { class: row.outcome },
  );
}

function cellOf(row: CallRow, column: string): Cell {
  const { index, outcome, tool, id, started, after, took, says, args, result, argsText } = row;
  const plain = (text: string): Cell => (text === "" ? undefined : text);
  switch (column) {
    case "No.":
      return grouped(index);
    case "Outcome":
      return outcomeBadge(outcome);
    case "Tool":
      return plain(tool);
    case "Arguments":
      return argsText === "" ? undefined : el("code", { class: "given" }, argsText);
    case "Call":
      return el("code", {}, id);
    case "Started":
      return started === "" ? undefined : el("span", { class: "time", title: started }, after === "" ? started : after);
    case "Took":
      return plain(took);
    case "Says":
      return plain(says);
    default:
      return digestsOf(args, result);
  }
}

function digestsOf(args: string, result: string): Cell {
  if (args === "" && result === "") return undefined;
  const line = (label: string, digest: string): Markup | undefined =>
    digest === "" ? undefined : el("div", {}, el("dt", {}, label), el("dd", {}, el("code", {}, digest)));
  const digests = el("dl", {}, line("arguments", args), line("result", result));
  return el("details", {}, el("summary", {}, el("code", {}, (args || result).slice(0, 8))), digests);
}

const OUTCOMES: readonly CallOutcome[] = ["ok", "failed", "blocked", "open", "unstated"];

/** The rows as data: lists in a fixed order are half as long as objects. */
export function packRows(rows: readonly CallRow[]): unknown[][] {
  return rows.map(({ index, outcome, tool, id, started, after, took, says, args, result, argsText }) => [
    ...[index, OUTCOMES.indexOf(outcome), tool, id, started, after, took, says, args, result],
    ...(argsText === "" ? [] : [argsText]),
  ]);
}

/** The reverse; the data comes from this program. */
export function unpackRows(packed: readonly (readonly (string | number)[])[]): CallRow[] {
  return packed.map((row) => {
    const text = (place: number): string => String(row[place] ?? "");
    return {
      index: Number(row[0]),
      outcome: OUTCOMES[Number(row[1])] ?? "open",
      tool: text(2),
      id: text(3),
      started: text(4),
      after: text(5),
      took: text(6),
      says: text(7),
      args: text(8),
      result: text(9),
      argsText: text(10),
    };
  });
}
