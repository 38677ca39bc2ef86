/** What a person reads of a verdict with a trust file: people are named, not digests. */
import type { TrustNeedReport, TrustSignature } from "../../schema/account/trust.ts";
import { type Finding, finding } from "../finding/finding.ts";
import { policyText, signerText, type TrustPolicy, type TrustRule } from "./policy/policy.ts";

export interface NeedsJudged {
  readonly policy: TrustPolicy;
  readonly rule: TrustRule;
  /** In the order of the rule's needs. */
  readonly needs: readonly TrustNeedReport[];
  readonly signatures: readonly TrustSignature[];
}

/** `approver 1 of 2, auditor 0 of 1`: the needs that are not met. */
export function unmetText(needs: readonly TrustNeedReport[]): string {
  return needs
    .filter(({ missing }) => missing > 0)
    .map(({ role, at_least: atLeast, counted }) => `${role} ${counted.length} of ${atLeast}`)
    .join(", ");
}

/** `producer runner; approver Alice Example (alice), bob`. */
export function metText(needs: readonly TrustNeedReport[], policy: TrustPolicy): string {
  const names = (ids: readonly string[]) => ids.map((id) => personText(id, policy)).join(", ");
  return `vouched for as ${policyText(policy)} asks: ${needs.map(({ role, counted }) => `${role} ${names(counted)}`).join("; ")}`;
}

export function unmetReason(needs: readonly TrustNeedReport[], policy: TrustPolicy): string {
  return `intact, but not vouched for as ${policyText(policy)} asks: ${unmetText(needs)}`;
}

/** One finding for each need that is not met: who counts, and why each of the others does not. */
export function unmetFindings({ policy, rule, needs, signatures }: NeedsJudged): Finding[] {
  return needs.flatMap(({ role, at_least: atLeast, counted, missing }, index) => {
    if (missing === 0) return [];
    const others = (rule.need[index]?.of ?? []).filter((id) => !counted.includes(id));
    const filled = (id: string) => needs.find((need) => need.counted.includes(id));
    const reasons = others.map((id) => `${personText(id, policy)}: ${whyNot(id, filled(id), signatures)}`);
    const names = counted.length === 0 ? "" : ` (${counted.map((id) => personText(id, policy)).join(", ")})`;
    const message = [`${role}: ${counted.length} of ${atLeast}${names}`, ...reasons].join("; ");
    const expected = `${atLeast} of ${(rule.need[index]?.of ?? []).join(", ")}`;
    return [
      finding("trust_unmet", {
        message,
        expected,
        actual: counted.length === 0 ? "none" : counted.join(", "),
        hint: hintFor(others, signatures),
      }),
    ];
  });
}

function personText(id: string, { signers }: TrustPolicy): string {
  return signerText(signers.find((signer) => signer.id === id) ?? { id });
}

function whyNot(id: string, elsewhere: TrustNeedReport | undefined, signatures: readonly TrustSignature[]): string {
  if (elsewhere !== undefined) return `counts as ${elsewhere.role}`;
  const own = signatures.filter(({ signer }) => signer === id);
  const [first] = own;
  if (first === undefined) return "none";
  return own.map(({ note, state }) => note ?? state.replaceAll("_", " ")).join(", ");
}

/** What would have helped, where it is a proof of time. */
function hintFor(others: readonly string[], signatures: readonly TrustSignature[]): string | undefined {
  const own = signatures.filter(({ signer }) => signer !== undefined && others.includes(signer));
  const isLate = own.some(
    ({ state, time }) => ["expired", "revoked", "no_trusted_time"].includes(state) && time === undefined,
  );
  if (!isLate) return undefined;
  return (
    "A trusted timestamp over the signature, made while its key was good, would count: `gait pack timestamp request`. Else " +
    "ask for a new signature."
  );
}
