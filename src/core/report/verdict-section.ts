/** What may and may not be concluded: the first section of a report. */
import type { Account } from "../../schema/account/account.ts";
import type { Verdict } from "../../schema/document/verdict.ts";
import { VERDICTS } from "../explain/verdict.ts";
import { el, type MarkupElement } from "../text/markup.ts";
import { countText } from "../text/quantities.ts";
import { headFacts } from "./head-section.ts";
import { verdictIcon } from "./page/icons.ts";
import { factList, labelOf, type View } from "./page/view.ts";

/** What a verdict does not mean. */
export const NOT_SAID: Readonly<Record<Verdict, string>> = {
  authentic: "That the recorded actions were right, or that the producer recorded everything.",
  intact: "Who made it, or that it was not rebuilt from scratch.",
  failed: "Which parts are true: they can't be distinguished.",
};

export function verdictSection(view: View, account: Account): MarkupElement {
  const { verdict, reason, findings } = account;
  const { summary, meaning, action } = VERDICTS[verdict];
  const id = `${view.prefix}verdict`;
  return el(
    "section",
    { class: `part verdict-part ${verdict}`, id, "aria-labelledby": labelOf(view, id) },
    el(
      "div",
      { class: "banner" },
      el(
        `h${view.level + 1}`,
        { id: `${id}-title` },
        verdictIcon(verdict),
        el("span", { class: "hidden" }, "Verdict: "),
        verdict,
      ),
      el("p", {}, summary),
      verdict === "failed" ? undefined : headFacts(view, account),
    ),
    factList([
      ["Why", `${capital(view.show(reason))}.`],
      ["Meaning", meaning],
      ["It does not say", NOT_SAID[verdict]],
      ["What to do", action],
      [
        "Findings",
        findings.length === 0
          ? "none"
          : el("a", { href: `#${view.prefix}findings` }, countText(findings.length, "finding")),
      ],
    ]),
  );
}

export function capital(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}
