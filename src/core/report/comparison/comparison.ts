/** What differs between two artifacts, side by side. */
import type { Difference, MemberChange } from "../../../schema/account/difference.ts";
import { el, type Markup, type MarkupElement } from "../../text/markup.ts";
import { countText, grouped, sizeText } from "../../text/quantities.ts";
import { type Cell, code, codeOf, section, type View } from "../page/view.ts";
import { jobComparison } from "./job.ts";
import { runComparison } from "./run.ts";
import { listed, type Names, part, sideWord, wordsOf } from "./sides.ts";

type CallsDiffer = NonNullable<Difference["run"]>["calls"];
type StepsDiffer = NonNullable<Difference["job"]>["steps"];
type ApprovalsDiffer = NonNullable<Difference["job"]>["approvals"];

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

/** The difference at a glance, in numbers that add up to what each side has. */
function summary({ run, job, files }: Difference, names: Names): MarkupElement {
  const lines = [
    ...(run === undefined ? [] : [callLine(run.calls, names)]),
    ...(job === undefined ? [] : [stepLine(job.steps, names), approvalLine(job.approvals, names)]),
    files.length === 0 ? undefined : `${countText(files.length, "file differs", "files differ")}.`,
  ];
  return el(
    "ul",
    { class: "at-a-glance" },
    ...lines.filter((line) => line !== undefined).map((line) => el("li", {}, line)),
  );
}

/** `6 calls on each side: 3 the same, 3 that differ (2 of them got worse).` */
function callLine(
  { same, changed, removed, added, turned_bad: worse, turned_good: better }: CallsDiffer,
  names: Names,
): string {
  const turned = [
    worse > 0 ? `${grouped(worse)} of them got worse` : "",
    better > 0 ? `${grouped(better)} of them got better` : "",
  ].filter((text) => text !== "");
  const differ = `${grouped(changed.length)} that ${changed.length === 1 ? "differs" : "differ"}`;
  const parts = [
    same > 0 ? `${grouped(same)} the same` : "",
    changed.length > 0 ? `${differ}${turned.length === 0 ? "" : ` (${turned.join(", ")})`}` : "",
  ];
  const common = same + changed.length;
  return sidesText("call", common, { removed: removed.length, added: added.length }, parts, names);
}

function stepLine({ common, removed, added }: StepsDiffer, names: Names): string {
  const parts = [common > 0 ? `${grouped(common)} in common at the start` : ""];
  return sidesText("event", common, { removed: removed.length, added: added.length }, parts, names);
}

function approvalLine({ removed, added }: ApprovalsDiffer, [left, right]: Names): string | undefined {
  const parts = [
    removed.length > 0 ? `${countText(removed.length, "approval")} only in ${left}` : "",
    added.length > 0 ? `${countText(added.length, "approval")} only in ${right}` : "",
  ].filter((text) => text !== "");
  return parts.length === 0 ? undefined : `${parts.join(", ")}.`;
}

function sidesText(
  what: string,
  common: number,
  only: { readonly removed: number; readonly added: number },
  parts: readonly string[],
  [left, right]: Names,
): string {
  const [inLeft, inRight] = [common + only.removed, common + only.added];
  const totals =
    inLeft === inRight
      ? `${countText(inLeft, what)} on each side`
      : `${countText(inLeft, what)} in ${left}, ${grouped(inRight)} in ${right}`;
  const all = [
    ...parts,
    only.removed > 0 ? `${grouped(only.removed)} only in ${left}` : "",
    only.added > 0 ? `${grouped(only.added)} only in ${right}` : "",
  ].filter((text) => text !== "");
  return all.length === 0 ? `${totals}.` : `${totals}: ${all.join(", ")}.`;
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
