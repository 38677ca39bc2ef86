/** The signatures and timestamps of a trust report, each as one line of text for people. */
import type { TrustSignature, TrustTimestamp } from "../../schema/account/trust.ts";

/** `P.zip.alice.sig: alice as approver, existed 2026-03-01T00:00:00Z, says "…"`. */
export function signatureText({
  from,
  signer,
  role,
  state,
  time,
  comment,
  note,
  key_id: keyId,
}: TrustSignature): string {
  const who = signer ?? (keyId === undefined ? undefined : `key ${keyId}`);
  const as = role === undefined ? "" : ` ${state === "counted" ? "as" : "for"} ${role}`;
  const parts = [
    ...(who === undefined ? [] : [`${who}${as}`]),
    ...(time === undefined ? [] : [`existed at ${time}`]),
    ...(comment === undefined ? [] : [`says ${JSON.stringify(comment)}`]),
    ...(note === undefined ? [] : [note]),
  ];
  return [from, parts.join(", ")].filter((part) => part !== "").join(": ");
}

export function timestampText({ from, covers, authority, gen_time: genTime, note }: TrustTimestamp): string {
  const over = covers === from ? "the signature" : covers;
  const parts = [
    ...(genTime === undefined ? [] : [genTime]),
    ...(authority === undefined ? [] : [`by ${authority}`]),
    `over ${over === "pack" ? "the pack" : over}`,
    ...(note === undefined ? [] : [note]),
  ];
  return `${from}: ${parts.join(", ")}`;
}

/** `other_subject` in words. */
export function stateText(state: string): string {
  return state.replaceAll("_", " ");
}
