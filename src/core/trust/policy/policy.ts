/** A trust file, read: whose signatures count for what. Plain data, so that it can cross threads. */
import type { VerificationKey } from "../key/public.ts";
import type { Authority } from "../time/judgement.ts";

export const PACK_KINDS = ["run", "job", "guard"] as const;
export type PackKind = (typeof PACK_KINDS)[number] | "call" | "authorization";

export interface TrustedKey {
  readonly key: VerificationKey;
  readonly from?: string;
  readonly until?: string;
  /** Without `since` it never counts. */
  readonly revoked?: { readonly since?: string; readonly reason: string };
  /** SSHSIG namespaces that count. */
  readonly namespaces: readonly string[];
}

export interface TrustedSigner {
  readonly id: string;
  readonly name?: string;
  readonly keys: readonly TrustedKey[];
}

export interface TrustNeed {
  readonly role: string;
  /** Ids of signers. */
  readonly of: readonly string[];
  readonly atLeast: number;
  readonly predicates: readonly string[];
}

export interface TrustRule {
  readonly for: readonly PackKind[];
  readonly need: readonly TrustNeed[];
  readonly isTimeRequired: boolean;
}

export interface TrustPolicy {
  readonly form: "gait.trust" | "allowed_signers";
  readonly name: string;
  /** 0 for a form that has none. */
  readonly version: number;
  /** SHA-256 of the file. */
  readonly sha256: string;
  readonly until?: string;
  readonly signers: readonly TrustedSigner[];
  readonly rules: readonly TrustRule[];
  readonly authorities: readonly Authority[];
}

/** `Alice Example (alice)`, or the id alone. */
export function signerText({ id, name }: Pick<TrustedSigner, "id" | "name">): string {
  return name === undefined || name === id ? id : `${name} (${id})`;
}

/** `Example Corp (v7)`. */
export function policyText({ name, version }: Pick<TrustPolicy, "name" | "version">): string {
  return version === 0 ? name : `${name} (v${version})`;
}
