/** Does a verified signature count? The first rule that fails is the state told (contract 11.6, step 4). */
import type { SignatureState } from "../../schema/account/trust.ts";
import { compareTimestamps } from "../time/timestamp.ts";
import type { TrustedKey, TrustRule } from "./policy/policy.ts";

/** What is judged: a verified signature of a trusted key. */
export interface VerifiedSignature {
  /** Id of the signer. */
  readonly signer: string;
  readonly key: TrustedKey;
  /** SSHSIG only. */
  readonly namespace?: string | undefined;
  /** Of a statement: absent for formats without one, which count for every role of the person. */
  readonly predicateType?: string | undefined;
  /** The role that the statement gives itself. */
  readonly role?: string | undefined;
  /** Earliest trusted time at which it existed. */
  readonly time?: string | undefined;
}

export type Standing =
  /** Places in the rule's `need` that it is good for. */
  { readonly needs: readonly number[] } | { readonly state: SignatureState; readonly note: string };

export function standingOf(signature: VerifiedSignature, rule: TrustRule | undefined, at: string): Standing {
  const { key, namespace, time, signer, predicateType, role } = signature;
  if (namespace !== undefined && !key.namespaces.includes(namespace)) {
    return failed(
      "wrong_namespace",
      `it was made for "${namespace}"; this key counts for ${key.namespaces.map((each) => `"${each}"`).join(", ")}`,
    );
  }
  if (rule?.isTimeRequired === true && time === undefined)
    return failed("no_trusted_time", "the rule counts only signatures with a trusted timestamp");
  const then = time ?? at;
  if (key.from !== undefined && compareTimestamps(then, key.from) < 0)
    return failed("not_yet_valid", `its key counts from ${key.from} on`);
  if (key.until !== undefined && compareTimestamps(then, key.until) > 0) {
    const hint =
      time === undefined ? ", and no trusted timestamp proves that it is older" : `, and it is proven for ${time} only`;
    return failed("expired", `its key counts until ${key.until}${hint}`);
  }
  const { revoked } = key;
  if (revoked !== undefined) {
    if (revoked.since === undefined) return failed("revoked", `its key is revoked: ${revoked.reason}`);
    if (time === undefined || compareTimestamps(time, revoked.since) >= 0) {
      const proof =
        time === undefined ? "no trusted timestamp proves that it is older" : `it is proven for ${time} only`;
      return failed("revoked", `its key is revoked since ${revoked.since} (${revoked.reason}), and ${proof}`);
    }
  }
  if (rule === undefined) return failed("no_role", "the trust file has no rule for this kind of pack");
  const needs = rule.need.flatMap((need, index) => {
    const isNamed = need.of.includes(signer);
    const fitsRole = role === undefined || role === need.role;
    const fitsPredicate = predicateType === undefined || need.predicates.includes(predicateType);
    return isNamed && fitsRole && fitsPredicate ? [index] : [];
  });
  if (needs.length > 0) return { needs };
  return failed("no_role", noRole(signature, rule));
}

function noRole({ signer, role, predicateType }: VerifiedSignature, rule: TrustRule): string {
  const own = rule.need.filter(({ of }) => of.includes(signer));
  if (own.length === 0) return "the rule for this kind of pack does not name its signer";
  if (predicateType !== undefined && !own.some(({ predicates }) => predicates.includes(predicateType))) {
    return `statements of type ${predicateType} don't count here`;
  }
  return `its statement is for the role ${role}, which the rule does not give to its signer`;
}

function failed(state: SignatureState, note: string): Standing {
  return { state, note };
}
