/** What differs between two artifacts, side by side. */
import type { Difference, MemberChange } from "../../../schema/account/difference.ts";
import { el, type Markup, type MarkupElement } from "../../text/markup.ts";
import { grouped, sizeText } from "../../text/quantities.ts";
import { type Cell, code, codeOf, factList, section, type View } from "../page/view.ts";
import { jobComparison } from "./job.ts";
import { runComparison } from "./run.ts";
import { listed, type Names, part, sideWord, wordsOf } from "./sides.ts";

export function comparisonSection(view: View, difference: Difference, names: Names): MarkupElement {
  const parts = [
    memberPart(view, "Identity", difference.identity, names),
    ...(difference.run === undefined ? [] : runComparison(view, difference.run, names)),
    ...(difference.job === undefined ? [] : jobComparison(view, difference.job, names)),
    controlPart(view, difference, names),
    memberPart(view, "Provenance", difference.provenance, names),
    filePart(view, difference, names),
  ].filter((found) => found !== undefined);
  return section(
    view,
    "comparison",
    "Comparison",
    parts.length === 0 ? el("p", {}, "Nothing differs.") : summary(difference, names),
    ...parts,
  );
}

/** The difference at a glance. */
function summary({ run, job, files }: Difference, [left, right]: Names): MarkupElement | undefined {
  const rows: (readonly [label: string, count: number])[] = [
    ...(run === undefined
      ? []
      : ([
          ["Calls that got worse", run.calls.turned_bad],
          ["Calls that got better", run.calls.turned_good],
          [`Calls only in ${left}`, run.calls.removed.length],
          [`Calls only in ${right}`, run.calls.added.length],
          ["Calls that differ", run.calls.changed.length],
          ["Calls that are the same", run.calls.same],
        ] as const)),
    ...(job === undefined
      ? []
      : ([
          ["Events in common at the start", job.steps.common],
          [`Events only in ${left}`, job.steps.removed.length],
          [`Events only in ${right}`, job.steps.added.length],
          [`Approvals only in ${left}`, job.approvals.removed.length],
          [`Approvals only in ${right}`, job.approvals.added.length],
        ] as const)),
    ["Files that differ", files.length],
  ];
  return factList(rows.map(([label, count]) => [label, count === 0 ? undefined : grouped(count)]));
}

function memberPart(
  view: View,
  title: string,
  changes: readonly MemberChange[],
  names: Names,
): MarkupElement | undefined {
  const rows = changes.map(({ member, left, right }) => (): Cell[] => [
    wordsOf(view, member),
    codeOf(view, left),
    codeOf(view, right),
  ]);
  return part(view, title, listed("members", "Side by side", ["What", ...names], rows));
}

function controlPart(view: View, { controls = [] }: Difference, names: Names): MarkupElement | undefined {
  const rows = controls.map(({ control_id, change, added, removed }) => (): Cell[] => [
    code(view.show(control_id, 120)),
    sideWord(change, names),
    pathList(view, removed),
    pathList(view, added),
  ]);
  const heads = ["Control", "Change", `Evidence only in ${names[0]}`, `Evidence only in ${names[1]}`];
  return part(view, "Controls", listed("control-changes", "Controls that differ", heads, rows));
}

function pathList(view: View, paths: readonly string[]): Markup | undefined {
  return paths.length === 0
    ? undefined
    : el("ul", { class: "changes" }, ...paths.slice(0, 100).map((path) => el("li", {}, code(view.show(path, 200)))));
}

function filePart(view: View, { files }: Difference, names: Names): MarkupElement | undefined {
  const value = (size: number | undefined, digest: string | undefined): Cell =>
    size === undefined && digest === undefined
      ? undefined
      : el("span", {}, size === undefined ? "" : `${sizeText(size)} `, code(view.show(digest ?? "", 80)));
  const rows = files.map((file) => (): Cell[] => [
    code(view.show(file.archive === undefined ? file.path : `${file.archive}!/${file.path}`, 200)),
    sideWord(file.change, names),
    value(file.left_size, file.left_sha256),
    value(file.right_size, file.right_sha256),
  ]);
  return part(
    view,
    "Files",
    listed("file-changes", "Files that differ, manifests aside", ["Path", "Change", ...names], rows),
  );
}
