/** What the formats of signatures beside a pack have in common (contract 11.3). */
import type { SignatureState, TrustSignature } from "../../../schema/account/trust.ts";

import type { VerificationKey } from "../key/public.ts";

/** What a signature is over. */
export type SignedContent =
  /** These bytes. */
  | { readonly message: Uint8Array }
  /** A message made of the file's digest. */
  | { readonly digest: "sha256" | "sha512" | "blake2b512"; messageOf(digest: Uint8Array): Uint8Array };

/** Names a key, and decides nothing. */
export type KeyHint =
  /** The key inside the signature: its id. */
  | { readonly kind: "key"; readonly id: string }
  /** minisign's key number. */
  | { readonly kind: "number"; readonly number: Uint8Array }
  /** What DSSE says; `other`: what the bundle around it says. */
  | { readonly kind: "hint"; readonly id: string; readonly other?: string };

/** A signature that can be checked. */
export interface ReadableSignature {
  /** File name, and line or place in it. */
  readonly from: string;
  readonly format: "dsse" | "sshsig" | "minisign";
  readonly hint: KeyHint;
  readonly signed: SignedContent;
  /** Ed25519: 64 bytes; ECDSA: DER. */
  readonly signature: Uint8Array;
  /** A second signature by the same key that must fit too: minisign's, over signature and comment. */
  readonly second?: { readonly message: Uint8Array; readonly signature: Uint8Array };
  /** SSHSIG only. */
  readonly namespace?: string;
  /** The key that an SSHSIG brings: whose it is, only a trust file says. */
  readonly key?: VerificationKey;
  /** The payload of a DSSE envelope, whose type is in-toto's. */
  readonly payload?: Uint8Array;
  /** Signed with the rest, and the signer's words. */
  readonly comment?: string;
  /** RFC 3161 tokens over the signature's raw bytes, which its bundle holds. */
  readonly tokens: readonly Uint8Array[];
  /** The files that hold it: a token in FILE.tsr is over FILE. */
  readonly files: readonly string[];
}

/** A signature that can't be checked, and why. */
export interface UnreadableSignature {
  readonly from: string;
  readonly format: TrustSignature["format"];
  readonly state: Extract<SignatureState, "malformed" | "unsupported" | "ignored">;
  readonly keyId?: string;
  readonly note: string;
  /** A version that is unknown here: nobody knows what it says, and that is a fault as damage is. */
  readonly isFault?: true;
}

export type Countersignature = ReadableSignature | UnreadableSignature;

export function isReadable(signature: Countersignature): signature is ReadableSignature {
  return !("state" in signature);
}

/** What a reader of one format gives. `from` is added by who knows the file. */
export type Unplaced<Kind> = Omit<Kind, "from" | "files">;

export function malformed(format: TrustSignature["format"], note: string): Unplaced<UnreadableSignature> {
  return { format, state: "malformed", note };
}

export function unsupported(format: TrustSignature["format"], note: string): Unplaced<UnreadableSignature> {
  return { format, state: "unsupported", note };
}

export function ignored(format: TrustSignature["format"], note: string): Unplaced<UnreadableSignature> {
  return { format, state: "ignored", note };
}

/** base64 or base64url, padded or not, without white space or stray bits: what DSSE and protobuf's JSON allow. */
export function decodeAnyBase64(text: string): Uint8Array | undefined {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(text)) return undefined;
  const bare = text.replace(/=+$/, "").replaceAll("-", "+").replaceAll("_", "/");
  const isPadded = bare.length !== text.length;
  if (isPadded && text.length % 4 !== 0) return undefined;
  try {
    const binary = atob(bare);
    if (btoa(binary).replace(/=+$/, "") !== bare) return undefined;
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
  } catch {
    return undefined;
  }
}
