/** Shared by the sections of a report: how evidence is shown, and the markup of a section, a list and a table. */

import { type Hashing, sha256OfText } from "../../signature/digest.ts";
import { el, type Markup, type MarkupElement } from "../../text/markup.ts";
import { printable } from "../../text/printable.ts";
import { countText, grouped } from "../../text/quantities.ts";

export interface View {
  /** Escaped text of the evidence; cut after `most` characters, with its length and digest. */
  show(text: string, most?: number): string;
  /** Level of an artifact's heading; those of its sections are one below. */
  readonly level: number;
  /** Prefix for the ids of an artifact's sections: a page may show two. */
  readonly prefix: string;
  /** Id of the element that names the artifact, to distinguish its sections; absent on a page with one. */
  readonly named?: string;
  /** The artifact did not verify. */
  readonly unverified: boolean;
}

const SHOWN_CHARACTERS = 600;
/** A thousand rows stay readable for browsers and people; the rest is counted. */
export const MOST_ROWS = 1000;

export function viewOf(platform: Hashing, frame: Omit<View, "show">): View {
  return { ...frame, show: (text, most = SHOWN_CHARACTERS) => shown(platform, text, most) };
}

function shown(platform: Hashing, text: string, most: number): string {
  if (text.length <= most) return flat(printable(text));
  const kept = text.slice(0, most).replace(/[\ud800-\udbff]$/, "");
  const digest = sha256OfText(platform, text.toWellFormed());
  return `${flat(printable(kept))}… (${grouped(text.length)} characters, SHA-256 ${digest})`;
}

/** Marks stacked on one letter would paint over the lines above and below. */
const PILED = /(\p{M}{4})(\p{M}+)/gu;
const NOT_PLAIN = /[^\x20-\x7e]/;

function flat(text: string): string {
  if (!NOT_PLAIN.test(text)) return text;
  return text.replace(PILED, (_, few: string, more: string) => few + [...more].map(escaped).join(""));
}

function escaped(mark: string): string {
  return `\\u{${(mark.codePointAt(0) ?? 0).toString(16)}}`;
}

export function section(
  view: View,
  name: string,
  title: string,
  ...children: readonly (Markup | undefined)[]
): MarkupElement {
  const id = `${view.prefix}${name}`;
  const mark = view.unverified ? el("span", { class: "mark-unverified" }, " unverified") : undefined;
  return el(
    "section",
    { class: `part ${name}`, id, "aria-labelledby": labelOf(view, id) },
    el(`h${view.level + 1}`, { id: `${id}-title` }, title, mark),
    ...children,
  );
}

export function labelOf({ named }: View, id: string): string {
  return named === undefined ? `${id}-title` : `${named} ${id}-title`;
}

/** A row without a value is left out. */
export type Row = readonly [label: string, value: Markup | undefined];

export function factList(rows: readonly Row[]): MarkupElement | undefined {
  const given = rows.filter((row): row is readonly [string, Markup] => row[1] !== undefined);
  if (given.length === 0) return undefined;
  return el(
    "dl",
    { class: "facts" },
    ...given.map(([label, value]) => el("div", {}, el("dt", {}, label), el("dd", {}, value))),
  );
}

export type Cell = Markup | undefined;

/** Makes rows lazily: a list may have a hundred thousand, and a table shows only the first. */
export type LazyRow = () => readonly Cell[];

/** A table in a box that scrolls on a narrow page. The first cell names the row. */
export function table(
  name: string,
  caption: string,
  heads: readonly string[],
  rows: readonly LazyRow[],
): MarkupElement {
  const more = rows.length - MOST_ROWS;
  const shown = rows.slice(0, MOST_ROWS).map((row) => row());
  // A column without anything in it says nothing, unless it is the first, or there are rows that are not shown.
  const kept = heads.map((_, column) => column === 0 || more > 0 || shown.some((cells) => !isEmptyCell(cells[column])));
  const keptOf = <T>(cells: readonly T[]): T[] => cells.filter((_, column) => kept[column]);
  const columns = keptOf(heads);
  return scrolling(
    caption,
    el(
      "table",
      { class: name },
      el("caption", {}, caption),
      headRow(columns),
      el("tbody", {}, ...shown.map((cells) => bodyRow(columns, keptOf(cells)))),
    ),
    more > 0 ? el("p", { class: "more" }, `${countText(more, "more row is", "more rows are")} not shown.`) : undefined,
  );
}

function isEmptyCell(cell: Cell): boolean {
  return cell === undefined || cell === "";
}

export function scrolling(label: string, ...children: readonly (Markup | undefined)[]): MarkupElement {
  return el("div", { class: "scroll", role: "group", tabindex: "0", "aria-label": label }, ...children);
}

export function headRow(heads: readonly string[]): MarkupElement {
  return el("thead", {}, el("tr", {}, ...heads.map((head) => el("th", { scope: "col" }, head))));
}

/** On a narrow page each cell has its own line, after the column's name. */
export function bodyRow(
  heads: readonly string[],
  [first, ...cells]: readonly Cell[],
  attributes: Record<string, string> = {},
): MarkupElement {
  return el(
    "tr",
    attributes,
    el("th", { scope: "row", "data-head": heads[0] }, first),
    ...cells.map((cell, index) =>
      el("td", { "data-head": heads[index + 1], ...(cell === undefined ? { class: "empty" } : {}) }, cell),
    ),
  );
}

export function code(text: string): MarkupElement {
  return el("code", {}, text);
}

export function codeOf(view: View, text: string | undefined, most?: number): MarkupElement | undefined {
  return text === undefined || text === "" ? undefined : code(view.show(text, most));
}

/** An address, which a narrow column breaks behind its slashes. */
export function locatorOf(view: View, text: string | undefined): MarkupElement | undefined {
  if (text === undefined || text === "") return undefined;
  const parts = view.show(text, 300).split(/(?<=[/])(?=[^/])/);
  return el("code", {}, ...parts.flatMap((part, index): Markup[] => (index === 0 ? [part] : [el("wbr", {}), part])));
}

export function note(text: string): MarkupElement {
  return el("p", { class: "note" }, text);
}
