/** What was decided and said in a call, and what an authorization rests on. */
import type { AuthorizationAccount, SpokenCallAccount } from "../../schema/account/decision.ts";
import type { MarkupElement } from "../text/markup.ts";
import { countText, grouped } from "../text/quantities.ts";
import { timeOf } from "./page/account-text.ts";
import { type Cell, codeOf, factList, section, table, type View } from "./page/view.ts";

export function spokenCallSection(view: View, call: SpokenCallAccount): MarkupElement {
  return section(
    view,
    "spoken",
    "The call",
    factList([
      ["Call", codeOf(view, call.call_id)],
      ["Run", codeOf(view, call.run_id)],
      ["What was said is kept", view.show(call.privacy_mode.replaceAll("_", " "), 60)],
      ["In it", `${countText(call.events, "event")}, ${countText(call.commitments, "commitment")}`],
    ]),
    table(
      "decisions",
      "What the gate decided, in the order of the call",
      ["No.", "Turn", "About", "Decision", "Why", "Approval"],
      call.decisions.map((decision) => (): Cell[] => [
        grouped(decision.call_seq),
        grouped(decision.turn_index),
        view.show(decision.commitment_class, 60),
        view.show(decision.verdict, 60),
        decision.reason_codes === undefined ? undefined : view.show(decision.reason_codes.join(", ")),
        codeOf(view, decision.approval_ref, 120),
      ]),
    ),
    table(
      "spoken-receipts",
      "What was said, in the order of the call",
      ["No.", "Turn", "About", "At", "Token", "Digest of what was said"],
      call.spoken.map((said) => (): Cell[] => [
        grouped(said.call_seq),
        grouped(said.turn_index),
        view.show(said.commitment_class, 60),
        timeOf(view, said.emitted_at),
        codeOf(view, said.say_token_id, 120),
        codeOf(view, said.spoken_digest),
      ]),
    ),
  );
}

export function authorizationSection(view: View, authorization: AuthorizationAccount): MarkupElement {
  const { trace_id: trace, outcome_status: status, linked } = authorization;
  return section(
    view,
    "authorization",
    "The decision",
    factList([
      ["Trace", codeOf(view, trace)],
      ["Decided at", timeOf(view, authorization.decided_at)],
      ["Outcome", status === undefined ? "not stated" : view.show(status, 60)],
      ["Policy", codeOf(view, authorization.policy_digest)],
      ["Intent", codeOf(view, authorization.intent_digest)],
    ]),
    table(
      "linked",
      "The evidence that it links",
      ["What", "File", "Digest"],
      linked.map(({ kind, path, digest }) => (): Cell[] => [
        view.show(kind.replaceAll("_", " "), 60),
        codeOf(view, path, 200),
        codeOf(view, digest),
      ]),
    ),
  );
}
