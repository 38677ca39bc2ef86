/** The whole report on one or more artifacts, with the difference between two, as pieces of an HTML file. */
import type { Account } from "../../schema/account/account.ts";
import type { Difference } from "../../schema/account/difference.ts";
import type { Hashing } from "../signature/digest.ts";
import { el, type Markup, type MarkupElement } from "../text/markup.ts";
import { artifactSections } from "./artifact-sections.ts";
import { comparisonSection } from "./comparison/comparison.ts";
import { formatText, totalsText } from "./page/account-text.ts";
import { callRow, packRows } from "./page/call-table.ts";
import { escapeHtml, htmlOf, jsonBlock } from "./page/html.ts";
import { verdictIcon } from "./page/icons.ts";
import type { PageTemplate } from "./page/template.ts";
import { section, type View, viewOf } from "./page/view.ts";

export interface Reported {
  /** Its name on the page. */
  readonly name: string;
  readonly account: Account;
  /** SHA-256 of the whole file. */
  readonly digest?: string;
}

export interface ReportDocument {
  readonly artifacts: readonly Reported[];
  /** Only for exactly two artifacts that verified. */
  readonly difference?: Difference;
  /** The program that made the page. */
  readonly producer: string;
}

/** A name with more characters is shown smaller. */
const LONG_NAME = 40;
/** With more files than this, the title only counts them. */
const MOST_NAMES = 3;

/** Files are shown by base name, so that the bytes don't depend on the folder. */
export function* reportHtml(
  platform: Hashing,
  report: ReportDocument,
  [head, body, end]: PageTemplate,
): Generator<string> {
  const { artifacts, difference, producer } = report;
  const several = artifacts.length > 1;
  const views = artifacts.map(({ account }, index) => {
    const prefix = several ? `${"abcdefghijklmnopqrstuvwxyz"[index] ?? `z${index}`}-` : "";
    const frame = { level: 2, prefix, unverified: account.verdict === "failed" };
    return viewOf(platform, several ? { ...frame, named: `${prefix}artifact-title` } : frame);
  });
  const whole = viewOf(platform, { level: 1, prefix: "", unverified: false });
  const names = namesOf(whole, artifacts);
  const title = names.length > MOST_NAMES ? `${names.length} files` : names.join(", ");
  yield head + escapeHtml(`${title}: evidence report`) + body;
  yield* htmlOf([heading(names)]);
  yield '<main id="main" tabindex="-1">\n';
  if (several) yield* htmlOf([overview(whole, report, views, names)]);
  if (difference !== undefined) {
    const [left = "", right = ""] = names;
    yield* htmlOf([comparisonSection(whole, difference, [left, right])]);
  }
  for (const [index, reported] of artifacts.entries())
    yield* artifactHtml(views[index] as View, reported, names[index] ?? "");
  yield "</main>\n";
  yield* htmlOf([footer(producer, title, several ? undefined : artifacts[0]?.digest)]);
  yield end;
}

/** Files with the same name are numbered. */
function namesOf(whole: View, artifacts: readonly Reported[]): string[] {
  const isAlone = ({ name }: Reported): boolean => artifacts.filter((other) => other.name === name).length === 1;
  return artifacts.map((each, index) => `${whole.show(each.name, 120)}${isAlone(each) ? "" : ` (${index + 1})`}`);
}

function heading(names: readonly string[]): MarkupElement {
  return el(
    "header",
    { class: "top" },
    el("p", { class: "kind" }, "Evidence report"),
    el("h1", {}, ...(names.length > MOST_NAMES ? [`${names.length} files`] : joined(names))),
  );
}

function joined(names: readonly string[]): Markup[] {
  return names.flatMap((name, index): Markup[] => [
    ...(index === 0 ? [] : [el("span", { class: "and" }, " and ")]),
    el("span", { class: name.length > LONG_NAME ? "file-name long" : "file-name" }, name),
  ]);
}

function* artifactHtml(view: View, { account, digest }: Reported, name: string): Generator<string> {
  const sections = artifactSections(view, account, digest);
  const id = `${view.prefix}artifact`;
  yield `<article id="${escapeHtml(id)}" class="artifact ${account.verdict}" aria-labelledby="${escapeHtml(id)}-title">\n`;
  yield* htmlOf([el("h2", { id: `${id}-title` }, name), contentsNav(name, sections)]);
  yield* htmlOf(sections);
  const { run } = account;
  if (run !== undefined && run.calls.length > 0) {
    yield `<script type="application/json" id="${escapeHtml(view.prefix)}call-data">`;
    yield* rowBlocks(view, run);
    yield "</script>\n";
  }
  yield "</article>\n";
}

/** The rows as JSON in batches: a hundred thousand rows are never one string. */
function* rowBlocks(view: View, { calls, began_at }: NonNullable<Account["run"]>): Generator<string> {
  const AT_ONCE = 500;
  for (let from = 0; from < calls.length; from += AT_ONCE) {
    const rows = calls.slice(from, from + AT_ONCE).map((call) => callRow(view, call, began_at));
    const block = jsonBlock(packRows(rows)).slice(1, -1);
    yield `${from === 0 ? "[" : ","}${block}\n`;
  }
  yield "]";
}

function contentsNav(name: string, sections: readonly MarkupElement[]): MarkupElement {
  const links = sections.flatMap(({ attributes, children }) => {
    const id = attributes["id"];
    const [title] = children;
    return typeof id !== "string" || id.endsWith("verdict") || typeof title !== "object"
      ? []
      : [el("li", {}, el("a", { href: `#${id}` }, ...title.children.filter((child) => typeof child === "string")))];
  });
  return el("nav", { "aria-label": `Sections on ${name}` }, el("ul", {}, ...links));
}

/** A card for each artifact, to distinguish them at a glance. */
function overview(
  whole: View,
  { artifacts, difference }: ReportDocument,
  views: readonly View[],
  names: readonly string[],
): MarkupElement {
  return section(
    whole,
    "overview",
    "Verdicts",
    el(
      "ul",
      { class: "cards" },
      ...artifacts.map(({ account }, index) => {
        const { verdict, run } = account;
        return el(
          "li",
          { class: `card ${verdict}` },
          el("p", { class: "card-verdict" }, verdictIcon(verdict), verdict),
          el("p", {}, el("a", { href: `#${views[index]?.prefix}artifact` }, names[index])),
          el("p", { class: "note" }, `${formatText(account)}${run === undefined ? "" : `; ${totalsText(run.totals)}`}`),
        );
      }),
    ),
    artifacts.length !== 2 || difference !== undefined
      ? undefined
      : el("p", { class: "alarm" }, "Not compared: an artifact that fails verification can't be compared."),
  );
}

/** What stands at the foot of every printed page is in its attributes. */
function footer(producer: string, title: string, digest: string | undefined): MarkupElement {
  return el(
    "footer",
    { "data-file": title, ...(digest === undefined ? {} : { "data-sha256": digest }) },
    el("p", {}, `Made by ${producer} with gait pack report. It loads nothing and sends nothing.`),
    el("p", {}, "A report is a reading aid, not evidence. To be sure, verify the file itself with gait pack verify."),
  );
}
