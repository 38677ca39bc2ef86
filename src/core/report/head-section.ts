/** What the artifact is, in a few lines below the verdict: the first thing that a reader wants to know. */
import type { Account } from "../../schema/account/account.ts";
import { el, type MarkupElement } from "../text/markup.ts";
import { countText, durationText, grouped } from "../text/quantities.ts";
import { formatText, timeOf, totalsText } from "./page/account-text.ts";
import { type Cell, codeOf, factList, type View } from "./page/view.ts";

/** Between the findings of an artifact that failed and all that comes from the file. */
export function claimSection(view: View, account: Account): MarkupElement {
  return el(
    "div",
    { class: "claims" },
    el("p", { class: "alarm" }, "Unverified: everything below is only what the file claims."),
    headFacts(view, account),
  );
}

export function headFacts(view: View, account: Account): MarkupElement {
  const { source_ref: source, provenance } = account;
  return el(
    "div",
    { class: "head" },
    factList([
      ["What", named(view, formatText(account), source)],
      ["What happened", happenedText(view, account)],
      ["When", timeText(view, account)],
      ["Recorded by", provenance.producer === undefined ? undefined : view.show(provenance.producer, 120)],
      ["Signed by", signedText(view, account)],
    ]),
  );
}

function named(view: View, format: string, source: string | undefined): Cell {
  const id = codeOf(view, source, 120);
  return id === undefined ? format : el("span", {}, `${format} `, id);
}

/** In one line each: the calls of a run, the state of a job, the controls of an evidence pack. */
function happenedText(view: View, { run, job, call, authorization, evidence }: Account): string | undefined {
  if (call !== undefined)
    return `${countText(call.decisions.length, "decision")}, ${countText(call.spoken.length, "commitment")} said`;
  if (authorization !== undefined)
    return `${view.show(authorization.outcome_status ?? "outcome not stated", 60).replaceAll("_", " ")}, with ${countText(authorization.linked.length, "piece of evidence", "pieces of evidence")}`;
  if (run !== undefined) return totalsText(run.totals);
  if (job !== undefined)
    return `${view.show(job.status, 60).replaceAll("_", " ")}, after ${countText(job.totals.events, "event")}`;
  if (evidence === undefined) return undefined;
  const shown = evidence.controls.filter(({ has_evidence: has }) => has).length;
  return `${grouped(shown)} of ${countText(evidence.controls.length, "control")} with evidence`;
}

function timeText(view: View, { run, job, provenance }: Account): MarkupElement | undefined {
  const from = run?.began_at ?? job?.submitted_at ?? provenance.recorded_at;
  const seconds = run?.seconds ?? job?.seconds;
  const at = timeOf(view, from);
  return at === undefined ? undefined : el("span", {}, at, seconds === undefined ? "" : `, ${durationText(seconds)}`);
}

/** Persons where a trust file names them, else keys, each with what was found of its signature. */
function signedText(view: View, { trust, provenance, format }: Account): Cell {
  if (trust !== undefined) {
    const counted = trust.needs.flatMap(({ role, counted: who }) =>
      who.map((id) => `${view.show(id)} (${view.show(role)})`),
    );
    return counted.length === 0 ? "nobody that the trust file counts" : [...new Set(counted)].join(", ");
  }
  const { signatures } = provenance;
  if (signatures.length === 0) return format === "unknown" ? undefined : "nobody";
  const words = { verified: "verified", failed: "does not verify", not_checked: "not checked" } as const;
  return el(
    "span",
    {},
    ...signatures
      .slice(0, 3)
      .flatMap(({ key_id: key, status }, index) => [
        index === 0 ? "" : ", ",
        key === "" ? "no key id" : codeOf(view, `${key.slice(0, 16)}…`),
        ` ${words[status]}`,
      ]),
    signatures.length > 3 ? ` and ${grouped(signatures.length - 3)} more` : "",
  );
}
