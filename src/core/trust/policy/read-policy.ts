/**
 * Reads a trust file: ours (contract 11.1) or OpenSSH's allowed_signers. Strict, so that a typing mistake never loosens a
 * policy: whatever could mean something else than it says is an error. No message repeats a value of the file: it could
 * be a private key in the wrong place.
 */
import type { AuthorityDocument, TrustDocument, TrustedKeyDocument } from "../../../schema/document/trust.ts";
import { trustValidator } from "../../../schema/validator/trust.ts";
import { GaitError } from "../../finding/error.ts";
import { jsonPath, textIssues } from "../../json/document.ts";
import { JsonError } from "../../json/error.ts";
import { parseJsonText } from "../../json/parse.ts";
import type { Platform } from "../../platform/platform.ts";
import { sha256Hex } from "../../signature/digest.ts";
import { COUNTERSIGNATURE } from "../format/statement.ts";
import { readPublicKey } from "../key/read-public.ts";
import type { Authority } from "../time/judgement.ts";
import { readAllowedSigners } from "./allowed-signers.ts";
import { type Complain, checkWindow, type PolicyFault } from "./fault.ts";
import type { TrustedKey, TrustedSigner, TrustPolicy, TrustRule } from "./policy.ts";

export const MAX_TRUST_BYTES = 4 * 1024 * 1024;

/**
 * @param name the file's, for messages
 * @throws GaitError `invalid_trust` with the first fault
 */
export async function readPolicy(bytes: Uint8Array, name: string, platform: Platform): Promise<TrustPolicy> {
  const { policy, faults } = await examinePolicy(bytes, platform);
  const [first, ...others] = faults;
  if (first === undefined && policy !== undefined) return policy;
  const more = others.length === 0 ? "" : ` (and ${others.length} more)`;
  throw new GaitError("invalid_trust", `the trust file ${name}: ${first?.text ?? "can't be read"}${more}`, {
    hint: first?.hint ?? "Correct the trust file: `gait trust check FILE` says all that is wrong with it.",
  });
}

/** All that is wrong with a trust file; without faults, the policy. */
export async function examinePolicy(
  bytes: Uint8Array,
  platform: Platform,
): Promise<{ readonly policy?: TrustPolicy; readonly faults: readonly PolicyFault[] }> {
  const faults: PolicyFault[] = [];
  const complain: Complain = (where, what, hint) => {
    faults.push({ text: `${where} ${what}`, ...(hint === undefined ? {} : { hint }) });
  };
  const sha256 = sha256Hex(platform, bytes);
  // A JSON document; anything else can only be the other form.
  const isJson = bytes.find((byte) => byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) === 0x7b;
  const read = isJson ? await readDocument(bytes, platform, complain) : readAllowedSigners(bytes, platform, complain);
  if (read !== undefined) assertKeysOnce(read.signers, complain);
  return read === undefined || faults.length > 0 ? { faults } : { policy: { ...read, sha256 }, faults };
}

async function readDocument(
  bytes: Uint8Array,
  platform: Platform,
  complain: Complain,
): Promise<Omit<TrustPolicy, "sha256"> | undefined> {
  const document = fitting(bytes, complain);
  if (document === undefined) return undefined;
  const signers = document.signers.map(({ id, name, keys }, at) => ({
    id,
    ...(name === undefined ? {} : { name }),
    keys: keys.flatMap((key, index) => readKey(key, `signers[${at}].keys[${index}]`, platform, complain)),
  }));
  for (const [at, { id }] of signers.entries()) {
    if (signers.findIndex((other) => other.id === id) !== at)
      complain(`signers[${at}].id`, "is the id of another signer too");
  }
  const rules = document.rules.map(
    (rule): TrustRule => ({
      for: rule.for,
      need: rule.need.map(({ role, of, at_least: atLeast, predicates = [COUNTERSIGNATURE] }) => ({
        role,
        of,
        atLeast,
        predicates,
      })),
      isTimeRequired: rule.time === "required",
    }),
  );
  checkRules(rules, signers, (document.authorities ?? []).length > 0, complain);
  const { name, version, until } = document;
  const authorities = await readAuthorities(document.authorities ?? [], platform, complain);
  return { form: "gait.trust", name, version, ...(until === undefined ? {} : { until }), signers, rules, authorities };
}

function fitting(bytes: Uint8Array, complain: Complain): TrustDocument | undefined {
  try {
    const text = parseJsonText(bytes);
    const issues = textIssues(text, bytes, trustValidator);
    for (const { path, expected } of issues) complain(jsonPath(path), `must be ${expected}`);
    return issues.length === 0 ? (text.value as unknown as TrustDocument) : undefined;
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    complain(`line ${error.line}, column ${error.column}:`, "it is not strict JSON (RFC 8259, no repeated names)");
    return undefined;
  }
}

function readKey(document: TrustedKeyDocument, where: string, platform: Platform, complain: Complain): TrustedKey[] {
  const { from, until, revoked, namespaces = ["file"] } = document;
  checkWindow(document, where, complain);
  try {
    const key = readPublicKey(document.key, platform, `${where}.key`);
    const window = { ...(from === undefined ? {} : { from }), ...(until === undefined ? {} : { until }) };
    return [{ key, ...window, ...(revoked === undefined ? {} : { revoked }), namespaces }];
  } catch (error) {
    if (!(error instanceof GaitError)) throw error;
    faultOf(error, complain);
    return [];
  }
}

/** A fault that was thrown with its place in the message. */
function faultOf(error: GaitError, complain: Complain): void {
  const space = error.message.indexOf(" ");
  complain(error.message.slice(0, space), error.message.slice(space + 1), error.hint);
}

/** What a schema can't say of the rules. */
function checkRules(
  rules: readonly TrustRule[],
  signers: readonly TrustedSigner[],
  hasAuthorities: boolean,
  complain: Complain,
): void {
  const kinds = new Set<string>();
  for (const [at, rule] of rules.entries()) {
    const where = `rules[${at}]`;
    for (const kind of rule.for) {
      if (kinds.has(kind)) complain(`${where}.for`, `names ${kind} a second time: one rule for each kind`);
      kinds.add(kind);
    }
    if (rule.isTimeRequired && !hasAuthorities)
      complain(`${where}.time`, "is required, but the file names no authorities");
    for (const [index, { of, atLeast }] of rule.need.entries()) {
      const place = `${where}.need[${index}]`;
      if (new Set(of).size !== of.length) complain(`${place}.of`, "names a signer twice");
      if (atLeast > of.length) complain(`${place}.at_least`, `is ${atLeast}, but \`of\` names only ${of.length}`);
      for (const [position, id] of of.entries()) {
        if (!signers.some((signer) => signer.id === id))
          complain(`${place}.of[${position}]`, "names nobody of `signers`");
      }
    }
  }
}

async function readAuthorities(
  documents: readonly AuthorityDocument[],
  platform: Platform,
  complain: Complain,
): Promise<Authority[]> {
  if (documents.length === 0) return [];
  const { TIME } = await import("../time/token.ts");
  const authorities: Authority[] = [];
  for (const [at, document] of documents.entries()) {
    const where = `authorities[${at}]`;
    if (documents.findIndex(({ id }) => id === document.id) !== at)
      complain(`${where}.id`, "is the id of another authority too");
    checkWindow(document, where, complain);
    try {
      authorities.push(await TIME.readAuthority(document, where, platform));
    } catch (error) {
      if (!(error instanceof GaitError)) throw error;
      faultOf(error, complain);
    }
  }
  return authorities;
}

/** One key at two places would let one person count as two, or be judged by two windows. */
function assertKeysOnce(signers: readonly TrustedSigner[], complain: Complain): void {
  const seen = new Map<string, string>();
  for (const { id, keys } of signers) {
    for (const { key } of keys) {
      const other = seen.get(key.id);
      if (other !== undefined)
        complain(`the key ${key.id}`, `is named twice: by ${other === id ? id : `${other} and by ${id}`}`);
      seen.set(key.id, id);
    }
  }
}
