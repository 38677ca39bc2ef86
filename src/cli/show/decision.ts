/** What was decided and said in a call, and what an authorization rests on, in a terminal. */
import { printable } from "../../core/text/printable.ts";
import type { AuthorizationAccount, SpokenCallAccount } from "../../schema/account/decision.ts";
import { rows } from "../terminal/rows.ts";
import { paint, type TextStyle } from "../terminal/style.ts";
import type { AccountView } from "./head.ts";

const STYLES: Readonly<Record<string, TextStyle>> = { allow: "good", block: "bad", require_approval: "warn" };

export function spokenCallLines(call: SpokenCallAccount, { terminal }: AccountView): string {
  const decided = call.decisions.map(
    ({
      call_seq: seq,
      turn_index: turn,
      commitment_class: about,
      verdict,
      reason_codes: reasons = [],
      approval_ref: approval,
    }) => {
      const why = [...reasons, ...(approval === undefined ? [] : [`approval ${approval}`])].map(printable).join(", ");
      return [
        `${seq} turn ${turn}`,
        `${printable(about)}: ${printable(verdict)}${why === "" ? "" : ` (${why})`}`,
        STYLES[verdict],
      ] as const;
    },
  );
  const said = call.spoken.map(
    ({ call_seq: seq, turn_index: turn, commitment_class: about, emitted_at: at }) =>
      [`${seq} turn ${turn}`, `${printable(about)}, at ${printable(at)}`] as const,
  );
  return (
    rows(
      [["in it", `${call.events} events, ${call.commitments} commitments; ${printable(call.privacy_mode)}`]],
      terminal,
      "  ",
    ) +
    `${paint("what the gate decided", "strong", terminal)}\n${rows(decided, terminal, "  ")}` +
    `${paint("what was said", "strong", terminal)}\n${rows(said, terminal, "  ")}`
  );
}

export function authorizationLines(authorization: AuthorizationAccount, { terminal }: AccountView): string {
  const { outcome_status: status, linked } = authorization;
  return (
    rows(
      [
        ["outcome", status === undefined ? "not stated" : printable(status), STYLES[status ?? ""]],
        ["decided at", printable(authorization.decided_at)],
        ["policy", authorization.policy_digest],
        ["intent", authorization.intent_digest],
      ],
      terminal,
      "  ",
    ) +
    `${paint("evidence", "strong", terminal)}\n` +
    rows(
      linked.map(({ kind, path }) => [kind.replaceAll("_", " "), printable(path)] as const),
      terminal,
      "  ",
    )
  );
}
