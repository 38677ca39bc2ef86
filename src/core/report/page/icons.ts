/** A distinct shape for each verdict and outcome, so that nothing depends on colour alone. */

import type { CallOutcome } from "../../../schema/account/run.ts";
import type { Verdict } from "../../../schema/document/verdict.ts";
import { el, type MarkupElement } from "../../text/markup.ts";

const VERDICT_PATHS: Readonly<Record<Verdict | "refused", readonly string[]>> = {
  authentic: ["M12 2.5 20 5.5v6c0 5-3.4 8.6-8 10-4.6-1.4-8-5-8-10v-6z", "m8 12 3 3 5.5-6"],
  intact: ["M12 2.5a9.5 9.5 0 1 1 0 19 9.5 9.5 0 0 1 0-19z", "M7.5 12h9"],
  failed: ["M8 2.5h8L21.5 8v8L16 21.5H8L2.5 16V8z", "m8.5 8.5 7 7m0-7-7 7"],
  refused: ["M4 4h16v16H4z", "M12 7.5v5.5m0 3v.500"],
};

export function verdictIcon(verdict: Verdict | "refused"): MarkupElement {
  const paths = VERDICT_PATHS[verdict].map((d) => el("path", { d }));
  return el("svg", { viewBox: "0 0 24 24", "aria-hidden": "true", class: "icon" }, ...paths);
}

export const WORD_OF_OUTCOME: Readonly<Record<CallOutcome, string>> = {
  ok: "ok",
  unstated: "done, outcome not stated",
  failed: "failed",
  blocked: "blocked",
  open: "no result",
};

/** In a square of 14 units, centred. */
const OUTCOME_PATHS: Readonly<Record<CallOutcome, string>> = {
  ok: "M0-4.5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9z",
  unstated: "M-4.5 0h9M0-1v2",
  failed: "m-4.5-4.5 9 9m0-9-9 9",
  blocked: "M-4.5-4.5h9v9h-9zM-4.5 0h9",
  open: "M0-5 5 0 0 5-5 0z",
};

/** The mark of an outcome, placed in a picture. */
export function outcomeMark(outcome: CallOutcome, at?: readonly [x: number, y: number], title?: string): MarkupElement {
  return el(
    "path",
    {
      class: `mark ${outcome}`,
      d: OUTCOME_PATHS[outcome],
      transform: at === undefined ? undefined : `translate(${at[0]} ${at[1]})`,
    },
    title === undefined ? undefined : el("title", {}, title),
  );
}

export function outcomeIcon(outcome: CallOutcome): MarkupElement {
  return el("svg", { viewBox: "-7 -7 14 14", "aria-hidden": "true", class: "outcome-icon" }, outcomeMark(outcome));
}

/** The mark and its word. */
export function outcomeBadge(outcome: CallOutcome): MarkupElement {
  return el("span", { class: `ended ${outcome}` }, outcomeIcon(outcome), WORD_OF_OUTCOME[outcome]);
}
