/** Helpers shared by the parts of a comparison. */
import type { MemberChange } from "../../../schema/account/difference.ts";
import { isSha256Hex } from "../../signature/digest.ts";
import { el, type Markup, type MarkupElement } from "../../text/markup.ts";
import { code, type LazyRow, table, type View } from "../page/view.ts";

/** The page's names for the two sides. */
export type Names = readonly [left: string, right: string];

/** A part of the comparison, left out if empty. */
export function part(
  view: View,
  title: string,
  ...tables: readonly (MarkupElement | undefined)[]
): MarkupElement | undefined {
  const given = tables.filter((each) => each !== undefined);
  return given.length === 0
    ? undefined
    : el("div", { class: "compared" }, el(`h${view.level + 2}`, {}, title), ...given);
}

/** A table, or nothing if it has no rows. */
export function listed(
  name: string,
  caption: string,
  heads: readonly string[],
  rows: readonly LazyRow[],
): MarkupElement | undefined {
  return rows.length === 0 ? undefined : table(name, caption, heads, rows);
}

/** Labels for members with unclear names. */
const WORDS: Readonly<Record<string, string>> = {
  source_ref: "run or job",
  about: "evidence of",
  "source.manifest_digest": "manifest digest of the runpack",
  "context.set_digest": "context",
};

export function wordsOf(view: View, member: string): string {
  if (Object.hasOwn(WORDS, member)) return WORDS[member] ?? "";
  return view.show(member, 120).replaceAll(/[_.]/g, " ");
}

/** The changed members for one cell, old and new. Digests are cut, but long enough to find in the list of calls. */
export function changeList(view: View, changes: readonly MemberChange[]): Markup {
  const value = (text: string | undefined): Markup =>
    text === undefined
      ? el("span", { class: "none" }, "none")
      : code(isSha256Hex(text) ? `${text.slice(0, 12)}…` : view.show(text, 120));
  return el(
    "ul",
    { class: "changes" },
    ...changes.map(({ member, left, right }) =>
      el("li", {}, `${wordsOf(view, member)}: `, value(left), " → ", value(right)),
    ),
  );
}

export function sideWord(change: "added" | "removed" | "changed", [left, right]: Names): MarkupElement {
  const words = { added: `only ${right}`, removed: `only ${left}`, changed: "differs" };
  return el("span", { class: `change ${change}` }, words[change]);
}
