/** The work of `gait trust show`. */
import {
  signerText,
  type TrustedKey,
  type TrustedSigner,
  type TrustPolicy,
} from "../../../core/trust/policy/policy.ts";
import { ruleSentences } from "../../../core/trust/policy/text.ts";
import type { VerificationData } from "../../../core/verify/verified.ts";
import { withVerified } from "../../../host/packs/artifact-file.ts";
import type { TrustShowOutput } from "../../../schema/answer/trust-file.ts";
import type { Answer, Call } from "../../command/command.ts";
import { EXIT, exitOfVerdict } from "../../command/exit.ts";
import { limitsOf } from "../../flags/limits.ts";
import { policyOf } from "../../flags/policy.ts";
import { keyNamesShown, keyRows } from "../../show/key.ts";
import { trustLines } from "../../show/trust.ts";
import { verdictLine } from "../../show/verdict.ts";
import { type LabelledRow, rows } from "../../terminal/rows.ts";
import { UNKEYED } from "../artifact.ts";

export async function showTrust(call: Call): Promise<Answer<TrustShowOutput>> {
  const [path = "", pack] = call.positionals;
  const trust = await policyOf(call, path);
  const { policy } = trust;
  const options = { ...UNKEYED, limits: limitsOf(call), trust };
  const verification = pack === undefined ? undefined : await withVerified(pack, options, async (verified) => verified);
  const { form, name, version, sha256, until, signers, authorities } = policy;
  const json = {
    ...{ path, form, name, version, sha256 },
    ...(until === undefined ? {} : { until }),
    sentences: ruleSentences(policy),
    signers: signers.map(shownSigner),
    authorities: authorities.map(({ id, name: called }) => ({ id, ...(called === undefined ? {} : { name: called }) })),
    ...(pack === undefined || verification === undefined ? {} : { pack: shownPack(pack, verification) }),
  };
  const exit = verification === undefined ? EXIT.ok : exitOfVerdict(verification.verdict);
  return { exit, json, text: policyLines(path, policy, call) + packLines(pack, verification, call) };
}

function shownSigner({ id, name, keys }: TrustedSigner): TrustShowOutput["signers"][number] {
  const shown = keys.map(({ key, from, until, revoked, namespaces }) => ({
    names: keyNamesShown(key),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
    ...(revoked === undefined ? {} : { revoked }),
    namespaces,
  }));
  return { id, ...(name === undefined ? {} : { name }), keys: shown };
}

function shownPack(
  path: string,
  { verdict, reason, trust, findings }: VerificationData,
): NonNullable<TrustShowOutput["pack"]> {
  const missing = findings.filter(({ code }) => code === "trust_unmet").map(({ message }) => message);
  return { path, verdict, reason, ...(trust === undefined ? {} : { trust }), missing };
}

function policyLines(path: string, policy: TrustPolicy, call: Call): string {
  const { name, version, sha256, until, authorities } = policy;
  const head: LabelledRow[] = [
    ["trust file", path],
    ["name", version === 0 ? name : `${name} (v${version})`],
    ["sha256", sha256],
    ["until", until],
    ...ruleSentences(policy).map((sentence) => ["rule", sentence] as const),
    ...authorities.map((each) => ["time", signerText(each)] as const),
  ];
  const signers = policy.signers.flatMap((signer) =>
    signer.keys.map(
      (key) => `\n${rows([["signer", signerText(signer)], ...keyRows(key.key), ...limitRows(key)], call.stdout)}`,
    ),
  );
  return rows(head, call.stdout) + signers.join("");
}

function limitRows({ from, until, revoked, namespaces }: TrustedKey): LabelledRow[] {
  const since = revoked?.since === undefined ? "" : `since ${revoked.since}: `;
  return [
    ["from", from],
    ["until", until],
    ["revoked", revoked === undefined ? undefined : `${since}${revoked.reason}`],
    ["namespace", namespaces.join(", ") === "file" ? undefined : namespaces.join(", ")],
  ];
}

function packLines(path: string | undefined, verification: VerificationData | undefined, call: Call): string {
  if (path === undefined || verification === undefined) return "";
  const { trust } = verification;
  const missing = shownPack(path, verification).missing.map((text) => ["missing", text] as const);
  const told = trust === undefined ? "" : trustLines(trust, call.stdout);
  return `\n${verdictLine(path, verification, call.stdout)}${rows(missing, call.stdout, "  ")}${told}`;
}
