/** What differs between two runs. */
import type { CallBrief, CallChange, RunDifference } from "../../../schema/account/difference.ts";
import { el, type Markup, type MarkupElement } from "../../text/markup.ts";
import { grouped } from "../../text/quantities.ts";
import { outcomeBadge } from "../page/icons.ts";
import { type Cell, code, type LazyRow, locatorOf, note, type View } from "../page/view.ts";
import { changeList, listed, type Names, part, sideWord } from "./sides.ts";

export function runComparison(view: View, run: RunDifference, names: Names): (MarkupElement | undefined)[] {
  return [callPart(view, run, names), referencePart(view, run, names), eventPart(view, run, names)];
}

/** What got worse comes first. */
function callPart(view: View, { calls }: RunDifference, names: Names): MarkupElement | undefined {
  const rank = ({ turned }: CallChange): number => (turned === "bad" ? 0 : 1);
  const changed = [...calls.changed].sort((one, other) => rank(one) - rank(other));
  const rows = changed.map((change) => (): Cell[] => [
    code(view.show(change.intent_id, 120)),
    change.tool_name === undefined ? undefined : view.show(change.tool_name, 120),
    outcomeBadge(change.left_outcome),
    outcomeBadge(change.right_outcome),
    el("span", {}, turnText(change.turned), changeList(view, change.changes), payloadList(view, change)),
  ]);
  const only = [
    ...calls.removed.map((call) => () => onlyRow(view, call, "removed", names)),
    ...calls.added.map((call) => () => onlyRow(view, call, "added", names)),
  ];
  const left = calls.payloads_not_compared;
  return part(
    view,
    "Calls",
    calls.reordered ? note("The calls are in a different order on the two sides.") : undefined,
    listed("call-changes", "Calls that differ, worsened calls first", ["Call", "Tool", ...names, "What differs"], rows),
    listed("only-calls", "Calls on one side only", ["Call", "Side", "Tool", "Outcome", "No."], only),
    left === 0 ? undefined : note(`${grouped(left)} payloads that differ were too many or too large to compare.`),
  );
}

function turnText(turned: CallChange["turned"]): MarkupElement | undefined {
  if (turned === undefined) return undefined;
  return el("strong", { class: `turned ${turned}` }, turned === "bad" ? "Got worse." : "Got better.");
}

function payloadList(view: View, { payloads = [] }: CallChange): Markup | undefined {
  const lines = payloads.flatMap(({ member, paths, more }) => [
    ...paths.map(({ path, change }) => el("li", {}, `${member} `, code(view.show(path, 200)), ` ${change}`)),
    ...(more === 0 ? [] : [el("li", {}, `${grouped(more)} more places in ${member}`)]),
  ]);
  return lines.length === 0 ? undefined : el("ul", { class: "changes" }, ...lines);
}

function onlyRow(
  view: View,
  { index, intent_id, tool_name, outcome }: CallBrief,
  change: "added" | "removed",
  names: Names,
): Cell[] {
  return [
    code(view.show(intent_id, 120)),
    sideWord(change, names),
    tool_name === undefined ? undefined : view.show(tool_name, 120),
    outcomeBadge(outcome),
    grouped(index),
  ];
}

function referencePart(view: View, { references }: RunDifference, names: Names): MarkupElement | undefined {
  const only = (change: "added" | "removed"): LazyRow[] =>
    references[change].map(({ ref_id, source_locator }) => () => [
      code(view.show(ref_id, 120)),
      sideWord(change, names),
      locatorOf(view, source_locator),
    ]);
  const changed = references.changed.map(({ ref_id, changes }) => (): Cell[] => [
    code(view.show(ref_id, 120)),
    sideWord("changed", names),
    changeList(view, changes),
  ]);
  const rows = [...changed, ...only("removed"), ...only("added")];
  return part(
    view,
    "References",
    listed("reference-changes", "References that differ", ["Reference", "Change", "What"], rows),
  );
}

function eventPart(
  view: View,
  { events, stray_results: strays }: RunDifference,
  names: Names,
): MarkupElement | undefined {
  const rows = (["removed", "added"] as const).flatMap((change) => [
    ...events[change].map(({ event, at, ref }) => (): Cell[] => [
      view.show(event, 200),
      sideWord(change, names),
      el("span", {}, view.show(at, 60), ref === undefined ? "" : ` about ${view.show(ref, 120)}`),
    ]),
    ...strays[change].map(({ intent_id, outcome }) => (): Cell[] => [
      `result without a call: ${view.show(intent_id, 120)}`,
      sideWord(change, names),
      outcomeBadge(outcome),
    ]),
  ]);
  return part(view, "Events", listed("event-changes", "Events on one side only", ["Event", "Side", "What"], rows));
}
