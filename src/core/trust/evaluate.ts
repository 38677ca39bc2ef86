/**
 * The evaluation of contract 11.6: the pack as verified, the files beside it, the trust file and the clock give who counts for
 * what. Everything is collected, nothing stops at the first fault, and nothing is fetched or started.
 */
import type { HashedFile, TrustNeedReport, TrustReport, TrustSignature } from "../../schema/account/trust.ts";
import { encodeHex } from "../bytes/encoding.ts";
import type { ByteSource } from "../bytes/source.ts";
import { type Finding, finding } from "../finding/finding.ts";
import type { DigestName, Platform } from "../platform/platform.ts";
import type { SignatureReport } from "../signature/signature.ts";
import { type CheckedSignature, checkCountersignature, hintText, type JudgedFile, Keyring } from "./check-signature.ts";
import { digestFile } from "./file-digests.ts";
import {
  type Countersignature,
  isReadable,
  type ReadableSignature,
  type UnreadableSignature,
} from "./format/countersignature.ts";
import { readSignatureFile, type Sidecar } from "./format/read-file.ts";
import type { PackIdentity } from "./format/statement.ts";
import { assign } from "./policy/matching.ts";
import { policyText, type TrustPolicy, type TrustRule } from "./policy/policy.ts";
import { standingOf, type VerifiedSignature } from "./standing.ts";
import { type JudgedTokens, judgeTokens, type PlacedToken, tokensInFiles } from "./timestamps.ts";
import { metText, unmetFindings, unmetReason } from "./verdict-text.ts";

export interface TrustQuestion {
  readonly policy: TrustPolicy;
  /** Taken for now; UTC, contract 0.2. */
  readonly at: string;
  readonly clock: "system" | "given";
  readonly sidecars: readonly Sidecar[];
}

/** The pack as it was verified with the trusted Ed25519 keys, none of which was asked for. */
export interface VerifiedPack {
  readonly identity: PackIdentity;
  /** Of its manifest. */
  readonly signature: SignatureReport;
  /** Path of the manifest in the archive. */
  readonly manifest: string;
  /** Something other than a signature is wrong: then nobody's signature is looked at. */
  readonly isBroken: boolean;
  /** Findings about signatures inside the pack. */
  readonly signatureFindings: readonly Finding[];
}

export interface TrustOutcome {
  readonly trust: TrustReport;
  readonly file: HashedFile;
  /** Without those about signatures inside the pack. */
  readonly findings: readonly Finding[];
  readonly reason: string;
}

/** Signatures beside one pack that are checked; of more the rest is refused. */
const MAX_SIGNATURES = 100;

export async function evaluateTrust(
  question: TrustQuestion,
  pack: VerifiedPack,
  source: ByteSource,
  platform: Platform,
): Promise<TrustOutcome> {
  const { policy } = question;
  const rule = policy.rules.find((each) => each.for.some((kind) => kind === pack.identity.packType));
  if (pack.isBroken) {
    const { file } = await digestFile(source, [], platform);
    return { file, trust: reportOf(question, rule, [], [], []), findings: [], reason: "" };
  }
  const files = question.sidecars.map((sidecar) => readSignatureFile(sidecar, platform));
  const { signatures, tokens } = onceEach(files.flatMap((file) => file.signatures));
  const placed: PlacedToken[] = [...tokens, ...tokensInFiles(files)];
  const { file, digests } = await digestFile(source, await digestsFor(signatures, placed), platform);
  const judged: JudgedFile = { sha256: file.sha256, digests, pack: pack.identity };
  const keyring = new Keyring(policy, platform);
  const times = await judgeTokens({
    ...{ tokens: placed, sidecars: question.sidecars, authorities: policy.authorities, at: question.at, platform },
    packDigest: (algorithm) => digests.get(algorithm),
  });
  const entries = [
    ...manifestEntries(pack, keyring, times),
    ...(await besideEntries(signatures, keyring, judged, times, platform)),
  ];
  return concluded(question, pack, rule, entries, { file, times });
}

/** A signature as it is told, and what it would count for. */
interface Entry {
  readonly told: TrustSignature;
  /** Of a verified one. */
  readonly verified?: VerifiedSignature;
  readonly code?: "countersignature_invalid" | "countersignature_malformed" | "countersignature_contradicts";
}

/** The same signature at two places is one, with the tokens of both. */
function onceEach(all: readonly Countersignature[]): {
  signatures: readonly Countersignature[];
  tokens: readonly PlacedToken[];
} {
  const merged = new Map<string, Countersignature>();
  const tokens: { readonly name: string; readonly from: string; readonly bytes: Uint8Array }[] = [];
  for (const [index, signature] of all.entries()) {
    const name = isReadable(signature) ? sameness(signature) : `${index}`;
    const first = merged.get(name);
    const isSame = first !== undefined && isReadable(first) && isReadable(signature);
    merged.set(name, isSame ? { ...first, files: [...first.files, ...signature.files] } : signature);
    if (isReadable(signature)) for (const bytes of signature.tokens) tokens.push({ name, from: signature.from, bytes });
  }
  const placed = tokens.map(({ name, from, bytes }): PlacedToken => {
    return { from, bytes, covers: { kind: "signature", of: merged.get(name) as ReadableSignature } };
  });
  return { signatures: [...merged.values()], tokens: placed };
}

/** Equal for two signatures that are one. */
function sameness({ signed, payload, format, namespace = "", hint, signature, comment }: ReadableSignature): string {
  const over = payload ?? ("message" in signed ? signed.message : new TextEncoder().encode(signed.digest));
  return [format, namespace, hint.kind, hintText(hint), encodeHex(signature), encodeHex(over), comment].join("\n");
}

async function digestsFor(
  signatures: readonly Countersignature[],
  tokens: readonly PlacedToken[],
): Promise<Set<DigestName>> {
  const names = new Set<DigestName>();
  for (const signature of signatures)
    if (isReadable(signature) && "digest" in signature.signed) names.add(signature.signed.digest);
  const overPack = tokens.filter(({ covers }) => covers.kind === "pack");
  if (overPack.length === 0) return names;
  const { TIME } = await import("./time/token.ts");
  for (const { bytes } of overPack) {
    const imprint = TIME.imprintOf(bytes);
    if (imprint !== undefined) names.add(imprint.algorithm);
  }
  return names;
}

function manifestEntries({ signature, manifest }: VerifiedPack, keyring: Keyring, times: JudgedTokens): Entry[] {
  const { ofPack } = times;
  const time = ofPack === undefined ? {} : { time: ofPack };
  return signature.checks.map(({ keyId, status, problem }, index): Entry => {
    const from = `${manifest}#$.signatures[${index}]`;
    const id = keyId === "" ? {} : { key_id: keyId };
    const owner = keyring.named(keyId);
    if (owner === undefined || status === "not_checked") {
      return {
        told: { from, format: "manifest", ...id, state: "unknown_key", note: "its key is not in the trust file" },
      };
    }
    const named = { from, format: "manifest", ...id, signer: owner.signer.id } as const;
    if (status === "failed")
      return { told: { ...named, state: "invalid", ...(problem === undefined ? {} : { note: problem }) } };
    return {
      told: { ...named, state: "spare", ...time },
      verified: { signer: owner.signer.id, key: owner.key, ...time },
    };
  });
}

async function besideEntries(
  signatures: readonly Countersignature[],
  keyring: Keyring,
  file: JudgedFile,
  times: JudgedTokens,
  platform: Platform,
): Promise<Entry[]> {
  const entries: Entry[] = [];
  let count = 0;
  for (const signature of signatures) {
    if (!isReadable(signature)) {
      entries.push(unreadable(signature));
      continue;
    }
    const checked = await checkCountersignature(signature, keyring, file, platform);
    if (checked.state !== "other_subject") count += 1;
    if (count <= MAX_SIGNATURES) entries.push(entryOf(signature, checked, times.timeOf(signature)));
    else {
      const note = `there are more than ${MAX_SIGNATURES} signatures beside the pack: the rest is not checked`;
      entries.push(unreadable({ from: signature.from, format: signature.format, state: "malformed", note }));
      break;
    }
  }
  return entries;
}

function unreadable({ from, format, state, keyId, note, isFault }: UnreadableSignature): Entry {
  const told = { from, format, ...(keyId === undefined ? {} : { key_id: keyId }), state, note };
  return state === "malformed" || isFault === true ? { told, code: "countersignature_malformed" } : { told };
}

const CODES = {
  invalid: "countersignature_invalid",
  malformed: "countersignature_malformed",
  contradicts: "countersignature_contradicts",
} as const;

function entryOf(signature: ReadableSignature, checked: CheckedSignature, time: string | undefined): Entry {
  const { from, format, hint, namespace, comment } = signature;
  const { owner, statement } = checked;
  const keyId = owner === undefined ? hintText(hint) : owner.key.key.id;
  // Before it verifies, a comment is nobody's.
  const words = checked.state === "verified" ? (statement?.comment ?? comment) : undefined;
  const named = {
    ...{ from, format },
    ...(keyId === undefined ? {} : { key_id: keyId }),
    ...(owner === undefined ? {} : { signer: owner.signer.id }),
    ...(statement === undefined ? {} : { predicate_type: statement.predicateType }),
    ...(statement?.role === undefined ? {} : { role: statement.role }),
    ...(time === undefined ? {} : { time }),
    ...(words === undefined ? {} : { comment: words }),
  };
  if (checked.state === "verified") {
    const { signer, key } = checked.owner;
    const { predicateType, role } = statement ?? {};
    return {
      told: { ...named, state: "spare" },
      verified: { signer: signer.id, key, namespace, predicateType, role, time },
    };
  }
  const told = { ...named, state: checked.state, ...(checked.note === undefined ? {} : { note: checked.note }) };
  return checked.state in CODES ? { told, code: CODES[checked.state as keyof typeof CODES] } : { told };
}

function concluded(
  question: TrustQuestion,
  pack: VerifiedPack,
  rule: TrustRule | undefined,
  entries: readonly Entry[],
  { file, times }: { readonly file: HashedFile; readonly times: JudgedTokens },
): TrustOutcome {
  const { policy, at } = question;
  const standings = entries.map(({ verified }) =>
    verified === undefined ? undefined : standingOf(verified, rule, at),
  );
  const able = (rule?.need ?? []).map((_, need) => {
    const persons = new Set(
      entries.flatMap(({ verified }, index) => {
        const standing = standings[index];
        return verified !== undefined && standing !== undefined && "needs" in standing && standing.needs.includes(need)
          ? [verified.signer]
          : [];
      }),
    );
    return policy.signers.map(({ id }) => id).filter((id) => persons.has(id));
  });
  const counted = assign((rule?.need ?? []).map(({ atLeast }, need) => ({ atLeast, able: able[need] ?? [] })));
  const signatures = entries.map(({ told, verified }, index): TrustSignature => {
    const standing = standings[index];
    if (verified === undefined || standing === undefined) return told;
    if ("state" in standing) return { ...told, ...standing };
    const filled = standing.needs.find((need) => counted[need]?.includes(verified.signer));
    const role = filled === undefined ? undefined : rule?.need[filled]?.role;
    return role === undefined
      ? { ...told, note: spareNote(verified.signer, counted, rule) }
      : { ...told, state: "counted", role };
  });
  const trust = reportOf(question, rule, counted, signatures, times.timestamps);
  const findings = [
    ...entries.flatMap(({ told, code }) => (code === undefined ? [] : [signatureFinding(told, code)])),
    ...times.timestamps
      .filter(({ state }) => state === "mismatch")
      .map(({ from, covers, note }) =>
        finding("timestamp_mismatch", {
          path: from,
          message: note ?? `this timestamp is not over ${covers === "pack" ? "the pack" : covers}`,
        }),
      ),
    ...(rule === undefined
      ? [noRule(pack.identity.packType, policy)]
      : unmetFindings({ policy, rule, needs: trust.needs, signatures })),
  ];
  return { trust, file, findings, reason: reasonOf(trust, pack, policy, rule, findings.length) };
}

function spareNote(signer: string, counted: readonly (readonly string[])[], rule: TrustRule | undefined): string {
  const place = counted.findIndex((persons) => persons.includes(signer));
  return place < 0 ? "would count, but is not needed" : `its signer counts as ${rule?.need[place]?.role} already`;
}

function reportOf(
  { policy, at, clock }: TrustQuestion,
  rule: TrustRule | undefined,
  counted: readonly (readonly string[])[],
  signatures: readonly TrustSignature[],
  timestamps: TrustReport["timestamps"],
): TrustReport {
  const needs = (rule?.need ?? []).map(({ role, atLeast }, index): TrustNeedReport => {
    const persons = counted[index] ?? [];
    return { role, at_least: atLeast, counted: persons, missing: atLeast - persons.length };
  });
  const met = rule !== undefined && needs.every(({ missing }) => missing === 0);
  const { name, version, sha256 } = policy;
  return { name, version, sha256, at, clock, met, needs, signatures, timestamps };
}

function signatureFinding(told: TrustSignature, code: NonNullable<Entry["code"]>): Finding {
  const by = told.signer === undefined ? "" : ` by ${told.signer}`;
  const message =
    code === "countersignature_malformed" ? (told.note ?? "it can't be read") : `the signature${by}: ${told.note}`;
  return finding(code, { path: told.from, message });
}

function noRule(packType: string, policy: TrustPolicy): Finding {
  return finding("trust_no_rule", { message: `${policyText(policy)} has no rule for a pack of a ${packType}` });
}

function reasonOf(
  trust: TrustReport,
  pack: VerifiedPack,
  policy: TrustPolicy,
  rule: TrustRule | undefined,
  beside: number,
): string {
  if (rule === undefined)
    return `intact, but ${policyText(policy)} has no rule for a pack of a ${pack.identity.packType}`;
  if (!trust.met) return unmetReason(trust.needs, policy);
  const count = beside + pack.signatureFindings.length;
  if (count === 0) return metText(trust.needs, policy);
  return `intact, but ${count === 1 ? "1 finding" : `${count} findings`} about its signatures`;
}
