/** The findings, grouped by code, with explanations. */
import type { Account } from "../../schema/account/account.ts";
import { EXPLANATIONS } from "../explain/finding.ts";
import { FINDING_RULES, type FindingCode } from "../finding/finding.ts";
import { el, type MarkupElement } from "../text/markup.ts";
import { countText } from "../text/quantities.ts";
import { type Cell, codeOf, factList, section, table, type View } from "./page/view.ts";
import { capital } from "./verdict-section.ts";

type Found = Account["findings"][number];

export function findingSection(view: View, { findings, warnings }: Account): MarkupElement | undefined {
  if (findings.length === 0 && warnings.length === 0) return undefined;
  const byCode = Map.groupBy(findings, ({ code }) => code);
  const title = findings.length === 0 ? "Warnings" : capital(countText(findings.length, "finding"));
  return section(
    // These texts come from this program, not from the file.
    { ...view, unverified: false },
    "findings",
    title,
    ...[...byCode].map(([code, found]) => findingGroup(view, code, found)),
    warnings.length === 0 ? undefined : warningList(view, warnings, findings.length > 0),
  );
}

function findingGroup(view: View, code: string, found: readonly Found[]): MarkupElement {
  const known = Object.hasOwn(FINDING_RULES, code) ? (code as FindingCode) : undefined;
  const explanation = known === undefined ? undefined : EXPLANATIONS[known];
  const rule = known === undefined ? undefined : FINDING_RULES[known];
  const heads = ["Where", "What", "Expected", "Found"];
  const rows = found.map(({ path, message, expected, actual }) => (): Cell[] => [
    codeOf(view, path) ?? "the whole file",
    view.show(capital(message)),
    codeOf(view, expected),
    codeOf(view, actual),
  ]);
  return el(
    "div",
    { class: "finding" },
    el(`h${view.level + 2}`, {}, el("code", {}, view.show(code)), found.length > 1 ? ` ×${found.length}` : ""),
    table("places", `Where ${view.show(code)} was found`, heads, rows),
    factList([
      ["The rule", rule?.rule],
      ["It means", explanation?.meaning],
      ["Innocently", explanation?.innocently],
      ["An attacker", explanation?.attack],
      ["What to do", explanation?.action ?? rule?.hint],
    ]),
  );
}

function warningList(view: View, warnings: readonly string[], titled: boolean): MarkupElement {
  return el(
    "div",
    { class: "warnings" },
    titled ? el(`h${view.level + 2}`, {}, "Warnings") : undefined,
    el("ul", {}, ...warnings.slice(0, 200).map((warning) => el("li", {}, view.show(warning)))),
  );
}
