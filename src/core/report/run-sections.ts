/** The history of a run: the picture, the calls, and everything without a call. */
import type { CallOutcome, RunAccount } from "../../schema/account/run.ts";
import { el, type MarkupElement } from "../text/markup.ts";
import { grouped } from "../text/quantities.ts";
import { timeOf, totalsText } from "./page/account-text.ts";
import { callSection, saysOf } from "./page/call-table.ts";
import { outcomeBadge } from "./page/icons.ts";
import { type Cell, codeOf, locatorOf, scrolling, section, table, type View } from "./page/view.ts";
import { eventLegend, MOST_MARKS, runPicture } from "./picture/run.ts";

export function runSections(view: View, run: RunAccount): (MarkupElement | undefined)[] {
  return [
    timelineSection(view, run),
    callSection(view, run),
    straySection(view, run),
    eventSection(view, run),
    referenceSection(view, run),
  ];
}

function timelineSection(view: View, run: RunAccount): MarkupElement {
  const drawn = runPicture(view, run);
  return section(
    view,
    "timeline",
    "Timeline",
    el("p", {}, `${totalsText(run.totals)}.`),
    drawn === undefined ? undefined : scrolling("Picture of the run", drawn),
    drawn === undefined ? undefined : legend(run),
    run.tools.length === 0 ? undefined : toolTable(view, run),
  );
}

function legend(run: RunAccount): MarkupElement {
  const { totals, calls } = run;
  const outcomes = (["ok", "unstated", "failed", "blocked", "open"] as const satisfies readonly CallOutcome[]).filter(
    (each) => (totals[each] ?? 0) > 0,
  );
  const counts =
    calls.length > MOST_MARKS ? "Bars count the calls that began in each interval; a mark shows failures." : undefined;
  return el("p", { class: "legend" }, ...outcomes.map(outcomeBadge), ...eventLegend(run), counts);
}

function toolTable(view: View, { tools }: RunAccount): MarkupElement {
  const rows = tools.map(({ tool_name, calls, failures, open = 0 }) => (): Cell[] => [
    view.show(tool_name, 120),
    grouped(calls),
    failures === 0 ? undefined : grouped(failures),
    open === 0 ? undefined : grouped(open),
  ]);
  return table("tools", "Tools, the most used first", ["Tool", "Calls", "Failed or blocked", "Without a result"], rows);
}

function straySection(view: View, { stray_results: strays }: RunAccount): MarkupElement | undefined {
  if (strays.length === 0) return undefined;
  const why = { no_intent: "no intent has this id", repeated: "more results than calls of this id" };
  const rows = strays.map((stray) => (): Cell[] => [
    codeOf(view, stray.intent_id, 120) ?? "no id",
    why[stray.why],
    outcomeBadge(stray.outcome),
    saysOf(view, stray),
    codeOf(view, stray.result_digest),
  ]);
  const heads = ["Call", "Why it has no call", "Outcome", "Says", "Digest of the result"];
  return section(view, "strays", "Results without a call", table("strays", "Results without a call", heads, rows));
}

function eventSection(view: View, { events }: RunAccount): MarkupElement | undefined {
  if (events.length === 0) return undefined;
  const rows = events.map(({ event, at, ref }) => (): Cell[] => [
    view.show(event, 200),
    timeOf(view, at),
    codeOf(view, ref, 120),
  ]);
  return section(
    view,
    "events",
    "Events",
    table("events", "Events, in the order of the evidence", ["Event", "At", "About"], rows),
  );
}

function referenceSection(view: View, { references }: RunAccount): MarkupElement | undefined {
  if (references.length === 0) return undefined;
  const rows = references.map((reference) => (): Cell[] => [
    codeOf(view, reference.ref_id, 120) ?? "no id",
    view.show(reference.source_type, 60),
    // Never a link: the producer controls the target.
    locatorOf(view, reference.source_locator),
    timeOf(view, reference.retrieved_at),
    codeOf(view, reference.content_digest, 80),
    codeOf(view, reference.query_digest, 80),
    [reference.redaction_mode, reference.sensitivity_label, reference.immutability]
      .flatMap((word) => (word === undefined || word === "" ? [] : [view.show(word, 60)]))
      .join(", "),
  ]);
  const heads = [
    "Reference",
    "Type",
    "Source",
    "Retrieved",
    "Digest of the content",
    "Digest of the query",
    "Handling",
  ];
  return section(view, "references", "References", table("references", "References of the run", heads, rows));
}
