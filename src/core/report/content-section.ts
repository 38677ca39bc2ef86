/** The contents of the file, as a tree with sizes and digests; and the controls of an evidence pack. */
import type { Account, EvidenceAccount } from "../../schema/account/account.ts";
import type { ContentFile } from "../../schema/account/parts.ts";
import { type ContentNode, contentTree, type UncheckedArchives, uncheckedArchives } from "../account/contents.ts";
import { evidenceState, fileState, NO_EVIDENCE } from "../account/state-text.ts";
import { el, type MarkupElement } from "../text/markup.ts";
import { countText, sizeText } from "../text/quantities.ts";
import { type Cell, code, codeOf, type LazyRow, note, section, table, type View } from "./page/view.ts";
import { signedNote } from "./trust-section.ts";

export function contentSection(view: View, { contents }: Account): MarkupElement {
  const { files, size, packed_size, entries } = contents;
  const rows: LazyRow[] = [];
  walk(view, contentTree(contents), 0, rows, uncheckedArchives(contents));
  return section(
    view,
    "contents",
    "Contents",
    el(
      "p",
      {},
      `${countText(entries, "entry", "entries")}, ${sizeText(size)}; ${sizeText(packed_size)} in the archive.`,
    ),
    files.length === 0
      ? note("Nothing in the file could be read.")
      : table(
          "contents",
          "Contents of the file",
          ["Path", "State", "Size", "In the archive", "Declared SHA-256"],
          rows,
        ),
  );
}

/** Rows of a tree: indented by depth; a folder shows its number of files. */
function walk(view: View, node: ContentNode, depth: number, rows: LazyRow[], unchecked: UncheckedArchives): void {
  const { name, children } = node;
  if (name !== "") rows.push(() => nodeRow(view, node, depth, unchecked));
  for (const child of children) walk(view, child, name === "" ? 0 : depth + 1, rows, unchecked);
}

function nodeRow(
  view: View,
  { name, file, files, size, packed_size }: ContentNode,
  depth: number,
  unchecked: UncheckedArchives,
): Cell[] {
  const level = `depth-${Math.min(depth, 6)}`;
  const kind = file === undefined ? "folder" : "file";
  const state = file === undefined ? countText(files, "file") : stateOf(file, unchecked);
  const isThere = file === undefined || file.size !== undefined;
  return [
    el("span", { class: `${level} ${kind}` }, code(`${view.show(name, 200)}${file === undefined ? "/" : ""}`)),
    state,
    isThere ? sizeText(size) : undefined,
    isThere ? `${sizeText(packed_size)}${file?.method === undefined ? "" : `, ${file.method}`}` : undefined,
    codeOf(view, file?.sha256, 80),
  ];
}

function stateOf(file: ContentFile, unchecked: UncheckedArchives): MarkupElement {
  const { role, state, archive } = file;
  const isUnchecked = unchecked.has(archive);
  const words =
    role === "manifest"
      ? `manifest${isUnchecked ? ", not used" : ""}`
      : (fileState(file, unchecked)?.text ?? "as declared");
  const tone = isUnchecked ? "unchecked" : state;
  return el("span", { class: role === "manifest" && !isUnchecked ? "state" : `state ${tone}` }, words);
}

export function controlSection(
  view: View,
  { controls, template_id, window, runpack }: EvidenceAccount,
  signed: Account["approvers"],
): MarkupElement {
  const rows = controls.map(({ control_id, title, evidence, has_evidence }) => (): Cell[] => [
    code(view.show(control_id, 120)),
    view.show(title),
    has_evidence
      ? el("span", { class: "has-evidence" }, countText(evidence.length, "entry", "entries"))
      : el("span", { class: "no-evidence" }, NO_EVIDENCE),
    evidence.length === 0
      ? undefined
      : el(
          "ul",
          { class: "evidence-list" },
          ...evidence.slice(0, 200).map((each) => {
            const state = evidenceState(each);
            return el("li", {}, code(view.show(each.path, 200)), state === undefined ? "" : ` (${state})`);
          }),
        ),
  ]);
  const about = [
    `Template ${view.show(template_id, 120)}`,
    window === undefined ? undefined : `incident from ${view.show(window.from, 60)} to ${view.show(window.to, 60)}`,
    runpack === undefined
      ? undefined
      : `run of ${countText(runpack.intents, "intent")}, ${countText(runpack.results, "result")} and ${countText(runpack.receipts, "reference")}`,
  ].filter((text) => text !== undefined);
  return section(
    view,
    "controls",
    "Controls",
    el("p", {}, `${about.join("; ")}.`),
    signedNote(view, signed),
    controls.length === 0
      ? note("The pack lists no controls.")
      : table("controls", "Controls, in the order of the template", ["Control", "Title", "Evidence", "Entries"], rows),
  );
}
