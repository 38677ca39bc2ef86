/** Decisions in a report as PDF: what was decided and said in a call, and what an authorization rests on. */
import { countText, grouped } from "../../core/text/quantities.ts";
import type { AuthorizationAccount, SpokenCallAccount } from "../../schema/account/decision.ts";
import { cut, MOST_ROWS, rest } from "./report-history.ts";
import { BAD, BODY, CODE, type Sheet, SMALL, STRONG } from "./sheet.ts";

/** A block is what an auditor looks for. */
const styleOf = (verdict: string) => (verdict === "block" ? BAD : BODY);

export function spokenCallPages(sheet: Sheet, call: SpokenCallAccount): void {
  sheet.section("The call");
  sheet.fact("Call", call.call_id, STRONG);
  if (call.run_id !== undefined) sheet.fact("Run", call.run_id);
  sheet.fact("What was said is kept", call.privacy_mode.replaceAll("_", " "));
  sheet.fact("In it", `${countText(call.events, "event")}, ${countText(call.commitments, "commitment")}`);
  sheet.section("What the gate decided");
  for (const decision of call.decisions.slice(0, MOST_ROWS)) {
    const { call_seq: seq, turn_index: turn, commitment_class: about, verdict, reason_codes: reasons = [] } = decision;
    const approval = decision.approval_ref === undefined ? [] : [`approval ${decision.approval_ref}`];
    sheet.columns(
      [grouped(seq), 0.06, SMALL],
      [`turn ${grouped(turn)}`, 0.14, SMALL],
      [cut(about), 0.22],
      [cut(verdict), 0.2, styleOf(verdict)],
      [cut([...reasons, ...approval].join(", ")), 0.38],
    );
  }
  if (call.decisions.length === 0) sheet.paragraph("nothing", BODY);
  rest(sheet, call.decisions.length - MOST_ROWS);
  sheet.section("What was said");
  for (const said of call.spoken.slice(0, MOST_ROWS)) {
    const { call_seq: seq, turn_index: turn, commitment_class: about, emitted_at: at, spoken_digest: digest } = said;
    sheet.columns(
      [grouped(seq), 0.06, SMALL],
      [`turn ${grouped(turn)}`, 0.14, SMALL],
      [cut(about), 0.22],
      [cut(at), 0.58, SMALL],
    );
    sheet.columns(["", 0.2], ["SHA-256", 0.14, SMALL], [digest, 0.66, CODE]);
  }
  if (call.spoken.length === 0) sheet.paragraph("nothing", BODY);
  rest(sheet, call.spoken.length - MOST_ROWS);
}

export function authorizationPages(sheet: Sheet, authorization: AuthorizationAccount): void {
  const { trace_id: trace, outcome_status: status, linked } = authorization;
  sheet.section("The decision");
  sheet.fact("Trace", trace, CODE);
  sheet.fact("Decided at", authorization.decided_at);
  sheet.fact("Outcome", status ?? "not stated", status === "block" ? BAD : STRONG);
  sheet.fact("Policy", authorization.policy_digest, CODE);
  sheet.fact("Intent", authorization.intent_digest, CODE);
  sheet.section("The evidence that it links");
  for (const { kind, path, digest } of linked.slice(0, MOST_ROWS)) {
    sheet.columns([cut(kind.replaceAll("_", " ")), 0.4], [cut(path), 0.6]);
    if (digest !== undefined) sheet.columns(["", 0.4], [digest, 0.6, CODE]);
  }
  rest(sheet, linked.length - MOST_ROWS);
}
