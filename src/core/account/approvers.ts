/**
 * Who approved, as a signature beside the artifact proves: people of the trust file whose countersignature counts in the
 * role `approver` (contract 11.6). A log or an audit only says who did.
 */
import type { Approver } from "../../schema/account/account.ts";
import type { TrustReport } from "../../schema/account/trust.ts";
import { compareTimestamps } from "../time/timestamp.ts";

const ROLE = "approver";

/** Each once, in the order of their signatures, with the earliest time that a trusted timestamp proves. */
export function approversIn(trust: TrustReport | undefined): readonly Approver[] {
  const approvers = new Map<string, Approver>();
  for (const { signer, state, role, time } of trust?.signatures ?? []) {
    if (state !== "counted" || signer === undefined || role?.toLowerCase() !== ROLE) continue;
    const known = approvers.get(signer);
    const isEarlier = time !== undefined && (known?.time === undefined || compareTimestamps(time, known.time) < 0);
    if (known !== undefined && !isEarlier) continue;
    approvers.set(signer, { signer, ...(time === undefined ? {} : { time }) });
  }
  return [...approvers.values()];
}

/** `alice, bob (since 2026-03-01T00:00:00Z)`; `undefined` for nobody. */
export function approversText(approvers: readonly Approver[] | undefined): string | undefined {
  if (approvers === undefined || approvers.length === 0) return undefined;
  return approvers.map(({ signer, time }) => (time === undefined ? signer : `${signer} (since ${time})`)).join(", ");
}

/** The actor of an approval, marked where a signature proves that this person approved. */
export function approverText(actor: string, approvers: readonly Approver[] | undefined): string {
  return approvers?.some(({ signer }) => signer === actor) === true ? `${actor} (signed)` : actor;
}
