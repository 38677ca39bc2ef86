/** Which trusted key made a signature, if any: the state before the question whether it counts (contract 11.6, step 3). */
import type { SignatureState } from "../../schema/account/trust.ts";
import type { DigestName, Platform } from "../platform/platform.ts";
import type { KeyHint, ReadableSignature } from "./format/countersignature.ts";
import { otherKind } from "./format/dsse.ts";
import { type PackIdentity, readStatement, type Statement } from "./format/statement.ts";
import { keyNames, keyNumberText } from "./key/public.ts";
import { sameBytes } from "./key/ssh-wire.ts";
import { verifySignature } from "./key/verify-signature.ts";
import type { TrustedKey, TrustedSigner, TrustPolicy } from "./policy/policy.ts";

/** The file that is judged. */
export interface JudgedFile {
  readonly sha256: string;
  readonly digests: ReadonlyMap<DigestName, Uint8Array>;
  readonly pack: PackIdentity;
}

export interface KeyOwner {
  readonly signer: TrustedSigner;
  readonly key: TrustedKey;
}

export type CheckedSignature =
  | { readonly state: "verified"; readonly owner: KeyOwner; readonly statement?: Statement }
  | {
      readonly state: Extract<
        SignatureState,
        "unknown_key" | "invalid" | "malformed" | "contradicts" | "other_subject" | "ignored" | "unsupported"
      >;
      readonly owner?: KeyOwner;
      readonly note?: string;
      readonly statement?: Statement;
    };

/** The keys of a policy, to be found by what signatures say of them. */
export class Keyring {
  readonly owners: readonly KeyOwner[];
  readonly #named = new Map<string, KeyOwner>();

  constructor(policy: TrustPolicy, platform: Platform) {
    this.owners = policy.signers.flatMap((signer) => signer.keys.map((key) => ({ signer, key })));
    for (const owner of this.owners) {
      const { id, openssh, spki } = keyNames(owner.key.key, platform);
      for (const name of [id, openssh, spki]) this.#named.set(name, owner);
    }
  }

  named(id: string): KeyOwner | undefined {
    return this.#named.get(id);
  }

  /** Those that a signature may be of, the likeliest first; `isNamed`: the signature names the first. */
  candidates(hint: KeyHint): { readonly owners: readonly KeyOwner[]; readonly isNamed: boolean } {
    switch (hint.kind) {
      case "key": {
        const owner = this.named(hint.id);
        return { owners: owner === undefined ? [] : [owner], isNamed: true };
      }
      case "number": {
        const owners = this.owners.filter(
          ({ key }) => key.key.number !== undefined && sameBytes(key.key.number, hint.number),
        );
        return { owners, isNamed: true };
      }
      case "hint": {
        const first = this.named(hint.id) ?? this.named(hint.other ?? "");
        if (first === undefined) return { owners: this.owners, isNamed: false };
        return { owners: [first, ...this.owners.filter((owner) => owner !== first)], isNamed: true };
      }
    }
  }
}

/** What a signature says of its key, to be shown. */
export function hintText(hint: KeyHint): string | undefined {
  if (hint.kind === "number") return keyNumberText(hint.number);
  return hint.id === "" ? undefined : hint.id;
}

export async function checkCountersignature(
  signature: ReadableSignature,
  keyring: Keyring,
  file: JudgedFile,
  platform: Platform,
): Promise<CheckedSignature> {
  const { owners, isNamed } = keyring.candidates(signature.hint);
  const [first] = owners;
  if (first === undefined) return { state: "unknown_key", note: "its key is not in the trust file" };
  // A file for a whole folder has a thousand statements about others: those are not tried with every key.
  if (!isNamed && isElsewhere(signature, file)) return OTHER_SUBJECT;
  const message = "message" in signature.signed ? signature.signed.message : messageOver(signature.signed, file);
  for (const owner of owners) {
    if (await fits(signature, message, owner, platform)) return judged(signature, file, owner);
  }
  if (!isNamed) {
    const kind = otherKind(signature.signature);
    if (kind !== undefined) return { state: "unsupported", note: kind };
    return { state: "unknown_key", note: "no key of the trust file made it" };
  }
  return { state: "invalid", owner: first, note: "it names a trusted key, and does not verify over this file" };
}

const OTHER_SUBJECT = { state: "other_subject", note: "a statement about another file" } as const;

function isElsewhere({ payload }: ReadableSignature, file: JudgedFile): boolean {
  if (payload === undefined) return false;
  const statement = readStatement(payload, file.sha256, file.pack);
  return !("state" in statement) && !statement.isAbout;
}

function messageOver(signed: Extract<ReadableSignature["signed"], { digest: string }>, file: JudgedFile): Uint8Array {
  const digest = file.digests.get(signed.digest);
  if (digest === undefined) throw new TypeError(`the ${signed.digest} of the file was not taken`);
  return signed.messageOf(digest);
}

async function fits(
  { signature, second }: ReadableSignature,
  message: Uint8Array,
  { key }: KeyOwner,
  platform: Platform,
): Promise<boolean> {
  if (!(await verifySignature(key.key, signature, message, platform))) return false;
  return second === undefined || verifySignature(key.key, second.signature, second.message, platform);
}

/** A signature that verifies, by what its statement says; the bytes that were verified are the bytes that are read. */
function judged({ payload }: ReadableSignature, file: JudgedFile, owner: KeyOwner): CheckedSignature {
  if (payload === undefined) return { state: "verified", owner };
  const statement = readStatement(payload, file.sha256, file.pack);
  if ("state" in statement) return { ...statement, owner };
  if (!statement.isAbout) return { ...OTHER_SUBJECT, statement, owner };
  const { contradiction } = statement;
  if (contradiction !== undefined) return { state: "contradicts", note: contradiction, statement, owner };
  return { state: "verified", statement, owner };
}
