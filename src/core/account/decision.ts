/** What was decided in a spoken call, or by an authorization. */
import type { AuthorizationAccount, SpokenCallAccount } from "../../schema/account/decision.ts";
import type { AuthorizationBundle } from "../../schema/document/decision.ts";
import { linkedBy } from "../authorization/bundle.ts";
import type { CallEvidence } from "../pack/call-evidence.ts";

/** `undefined` where the payload or a line could not be read. */
export function spokenCallAccount({ payload, lines }: CallEvidence): SpokenCallAccount | undefined {
  if (payload === undefined || lines === undefined) return undefined;
  return {
    call_id: payload.call_id,
    ...(payload.run_id === undefined ? {} : { run_id: payload.run_id }),
    privacy_mode: payload.privacy_mode,
    events: lines.events.length,
    commitments: lines.commitments.length,
    decisions: lines.decisions.map(
      ({ call_seq, turn_index, commitment_class, verdict, reason_codes: reasons, approval_ref: approval }) => ({
        ...{ call_seq, turn_index, commitment_class, verdict },
        ...(reasons === undefined ? {} : { reason_codes: reasons }),
        ...(approval === undefined ? {} : { approval_ref: approval }),
      }),
    ),
    spoken: lines.receipts.map(
      ({ call_seq, turn_index, commitment_class, emitted_at, say_token_id, spoken_digest }) => ({
        ...{ call_seq, turn_index, commitment_class, emitted_at, say_token_id, spoken_digest },
      }),
    ),
  };
}

export function authorizationAccount(bundle: AuthorizationBundle): AuthorizationAccount {
  const { trace_id, created_at, policy_digest, intent_digest, outcome_status: status } = bundle;
  return {
    trace_id,
    decided_at: created_at,
    policy_digest,
    intent_digest,
    ...(status === undefined ? {} : { outcome_status: status }),
    linked: linkedBy(bundle).map(({ kind, path, digest }) => ({
      kind,
      path,
      ...(digest === undefined ? {} : { digest }),
    })),
  };
}
