/** A trust file in words: its rules as sentences, what is odd about them, what changed. */
import { compareTimestamps } from "../../time/timestamp.ts";
import { COUNTERSIGNATURE } from "../format/statement.ts";
import { assign } from "./matching.ts";
import { PACK_KINDS, signerText, type TrustedSigner, type TrustPolicy, type TrustRule } from "./policy.ts";

/** One sentence for each rule. */
export function ruleSentences(policy: TrustPolicy): string[] {
  return policy.rules.map((rule) => {
    const needs = rule.need.map(({ role, of, atLeast, predicates }) => {
      const persons = of.map((id) => signerText(policy.signers.find((signer) => signer.id === id) ?? { id }));
      const who = of.length === atLeast ? listText(persons, "and") : `${atLeast} of ${listText(persons, "or")}`;
      const kinds =
        predicates.join() === COUNTERSIGNATURE ? "" : `, by a statement of type ${listText(predicates, "or")}`;
      return `as ${role} ${who}${kinds}`;
    });
    const time = rule.isTimeRequired ? " Only signatures with a trusted timestamp count." : "";
    const once = rule.need.length > 1 ? " Nobody counts twice." : "";
    return `A pack of a ${listText(rule.for, "or")} must be vouched for ${listText(needs, "and")}.${once}${time}`;
  });
}

function listText(items: readonly string[], word: string): string {
  return items.length < 2 ? (items[0] ?? "") : `${items.slice(0, -1).join(", ")} ${word} ${items.at(-1)}`;
}

/** What is allowed, and probably not meant. */
export function policyWarnings(policy: TrustPolicy, at: string): string[] {
  const warnings: string[] = [];
  for (const rule of policy.rules)
    if (!canBeMet(rule, policy))
      warnings.push(`the rule for ${rule.for.join(", ")} can never be met: each person fills one place only`);
  const missing = PACK_KINDS.filter((kind) => !policy.rules.some((rule) => rule.for.includes(kind)));
  if (missing.length > 0) warnings.push(`there is no rule for ${listText(missing, "and")}: such packs fail`);
  const named = new Set(policy.rules.flatMap(({ need }) => need.flatMap(({ of }) => of)));
  for (const signer of policy.signers) {
    if (!named.has(signer.id)) warnings.push(`no rule names ${signer.id}`);
    if (signer.keys.every((key) => isOver(key, at))) warnings.push(`every key of ${signer.id} has ended or is revoked`);
  }
  if (policy.until !== undefined && compareTimestamps(at, policy.until) > 0)
    warnings.push(`the file is refused since ${policy.until}`);
  return warnings;
}

function canBeMet(rule: TrustRule, { signers }: TrustPolicy): boolean {
  const able = rule.need.map(({ of, atLeast }) => ({
    atLeast,
    able: signers.map(({ id }) => id).filter((id) => of.includes(id)),
  }));
  return assign(able).every((persons, index) => persons.length === rule.need[index]?.atLeast);
}

function isOver({ until, revoked }: TrustedSigner["keys"][number], at: string): boolean {
  return revoked !== undefined || (until !== undefined && compareTimestamps(at, until) > 0);
}

/** What a new trust file changes of an old one; `fault`: it does not follow it. */
export function policyChanges(
  before: TrustPolicy,
  after: TrustPolicy,
): { readonly changes: string[]; readonly fault?: string } {
  const changes: string[] = [];
  if (before.name !== after.name) changes.push(`the name is "${after.name}", and was "${before.name}"`);
  const [old, now] = [keysOf(before), keysOf(after)];
  for (const [id, text] of now) if (!old.has(id)) changes.push(`new: ${text}`);
  for (const [id, text] of old) if (!now.has(id)) changes.push(`gone: ${text}`);
  for (const [id, text] of now) {
    const was = old.get(id);
    if (was !== undefined && was !== text) changes.push(`changed: ${text}; it was: ${was}`);
  }
  const [oldRules, newRules] = [ruleSentences(before), ruleSentences(after)];
  for (const sentence of newRules) if (!oldRules.includes(sentence)) changes.push(`new rule: ${sentence}`);
  for (const sentence of oldRules) if (!newRules.includes(sentence)) changes.push(`rule gone: ${sentence}`);
  const isSame = before.sha256 === after.sha256;
  if (isSame || after.version > before.version || after.version === 0) return { changes };
  return {
    changes,
    fault: `version is ${after.version}, and the previous file has ${before.version}: it has to rise with each change`,
  };
}

function keysOf({ signers }: TrustPolicy): Map<string, string> {
  return new Map(
    signers.flatMap((signer) =>
      signer.keys.map(({ key, from, until, revoked, namespaces }) => {
        const window = `${from === undefined ? "" : ` from ${from}`}${until === undefined ? "" : ` until ${until}`}`;
        const state =
          revoked === undefined ? "" : ` revoked${revoked.since === undefined ? "" : ` since ${revoked.since}`}`;
        return [
          key.id,
          `${signerText(signer)}, key ${key.id}${window}${state}, namespace ${namespaces.join(", ")}`,
        ] as const;
      }),
    ),
  );
}
