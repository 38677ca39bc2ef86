/** What differs between two artifacts, side by side. */
import type { Difference, MemberChange } from "../../schema/difference.ts";
import { el, type Markup, type MarkupElement } from "../markup.ts";
import { listed, type Names, part, sideWord, wordsOf } from "./compared.ts";
import { jobComparison } from "./job-comparison.ts";
import { countText, sizeText } from "./quantity.ts";
import { runComparison } from "./run-comparison.ts";
import { type Cell, code, codeOf, section, type View } from "./view.ts";

export function comparisonSection(view: View, difference: Difference, names: Names): MarkupElement {
  const parts = [
    memberPart(view, "What they are", difference.identity, names),
    ...(difference.run === undefined ? [] : runComparison(view, difference.run, names)),
    ...(difference.job === undefined ? [] : jobComparison(view, difference.job, names)),
    controlPart(view, difference, names),
    memberPart(view, "Where they come from", difference.provenance, names),
    filePart(view, difference, names),
  ].filter((found) => found !== undefined);
  return section(
    view,
    "comparison",
    "Comparison",
    parts.length === 0 ? el("p", {}, "Both are evidence of the same: nothing differs.") : summary(difference, names),
    ...parts,
  );
}

/** The difference in a glance. */
function summary({ run, job, files }: Difference, [left, right]: Names): MarkupElement {
  const lines: (readonly [number, string])[] = [
    ...(run === undefined
      ? []
      : ([
          [run.calls.turned_bad, `turned from ok on ${left} to a failure on ${right}`],
          [run.calls.turned_good, `turned from a failure on ${left} to ok on ${right}`],
          [run.calls.added.length, `calls are on ${right} only`],
          [run.calls.removed.length, `calls are on ${left} only`],
          [run.calls.changed.length, "calls differ"],
          [run.calls.same, "calls are the same, times aside"],
        ] as const)),
    ...(job === undefined
      ? []
      : ([
          [job.steps.added.length, `events are on ${right} only`],
          [job.steps.removed.length, `events are on ${left} only`],
          [job.approvals.added.length, `approvals are on ${right} only`],
          [job.approvals.removed.length, `approvals are on ${left} only`],
        ] as const)),
    [files.length, "files differ"],
  ];
  const told = lines.filter(([count]) => count > 0);
  return el(
    "ul",
    { class: "glance" },
    ...told.map(([count, what]) => el("li", {}, el("strong", {}, countText(count)), ` ${what}`)),
  );
}

function memberPart(
  view: View,
  title: string,
  changes: readonly MemberChange[],
  names: Names,
): MarkupElement | undefined {
  const rows = changes.map(({ member, left, right }): Cell[] => [
    wordsOf(view, member),
    codeOf(view, left),
    codeOf(view, right),
  ]);
  return part(view, title, listed("members", title, ["What", ...names], rows));
}

function controlPart(view: View, { controls = [] }: Difference, names: Names): MarkupElement | undefined {
  const rows = controls.map(({ control_id, change, added, removed }): Cell[] => [
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
  const rows = files.map((file): Cell[] => [
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
