/** What several sections say of an account: its format, a time in it, and the totals of a run. */
import type { Account } from "../../../schema/account/account.ts";
import { el, type MarkupElement } from "../../text/markup.ts";
import { countText, grouped } from "../../text/quantities.ts";
import type { View } from "./view.ts";

const FORMATS: Readonly<Record<Account["format"], string>> = {
  pack: "PackSpec v1 pack",
  runpack: "runpack",
  evidence_pack: "evidence pack",
  unknown: "could not be read",
};

export function formatText({ format, about }: Account): string {
  return format === "pack" && about !== "unknown"
    ? `${FORMATS[format]} of ${about === "authorization" ? "an" : "a"} ${about}`
    : FORMATS[format];
}

const SUBJECTS: Readonly<Record<Account["about"], string>> = {
  ...{ run: "Run", evidence: "Run", unknown: "Run", job: "Job", call: "Call", authorization: "Trace" },
};

/** What `source_ref` is the id of, in the words of the terminal. */
export function subjectText({ about }: Account): string {
  return SUBJECTS[about];
}

/** As in the evidence. */
export function timeOf(view: View, at: string | undefined): MarkupElement | undefined {
  return at === undefined || at === "" ? undefined : el("span", { class: "time" }, view.show(at, 60));
}

type RunTotals = NonNullable<Account["run"]>["totals"];

/** `12 calls: 10 ok, 1 failed, 1 blocked`: a run in one line. */
export function totalsText({ calls, ok, unstated = 0, failed, blocked, open }: RunTotals): string {
  const counts = [
    [ok, "ok"],
    [unstated, "done, outcome not stated"],
    [failed, "failed"],
    [blocked, "blocked"],
    [open, "without a result"],
  ] as const;
  const parts = counts.filter(([count]) => count > 0).map(([count, word]) => `${grouped(count)} ${word}`);
  return parts.length === 0 ? countText(calls, "call") : `${countText(calls, "call")}: ${parts.join(", ")}`;
}
