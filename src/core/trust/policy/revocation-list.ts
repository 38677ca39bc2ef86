/** `--revoked FILE`: public keys that never count, one a line, as `ssh-keygen -r` takes them as text. */
import { GaitError } from "../../finding/error.ts";
import type { Hashing } from "../../signature/digest.ts";
import { readPublicKey } from "../key/read-public.ts";
import type { TrustPolicy } from "./policy.ts";

/** Kinds of key that no trust file can name: a line of one revokes nothing here. */
const OTHER_KEYS = /^(?:ssh-rsa|ssh-dss|ecdsa-sha2-nistp384|ecdsa-sha2-nistp521|sk-\S+) [A-Za-z0-9+/]+=*(?: .*)?$/;

/**
 * Ids of the revoked keys.
 * @throws GaitError `invalid_trust` for a line that is no key, and for a binary KRL: neither is passed over
 */
export function readRevocations(bytes: Uint8Array, name: string, platform: Hashing): readonly string[] {
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  if (text.startsWith("SSHKRL\n")) {
    throw new GaitError("invalid_trust", `the revocation list ${name} is a binary KRL, which is not read`, {
      hint: "Give the revoked public keys as text, one a line.",
    });
  }
  return text.split(/\r?\n/).flatMap((line, index) => {
    const content = line.trim();
    if (content === "" || content.startsWith("#") || OTHER_KEYS.test(content)) return [];
    try {
      return [readPublicKey(content, platform, `line ${index + 1}:`).id];
    } catch (error) {
      if (!(error instanceof GaitError)) throw error;
      throw new GaitError("invalid_trust", `the revocation list ${name}: ${error.message}`, {
        hint: "Give one public key a line.",
      });
    }
  });
}

/** The policy with these keys revoked without `since`: they never count. */
export function withRevoked(policy: TrustPolicy, ids: readonly string[]): TrustPolicy {
  const revoked = new Set(ids);
  const signers = policy.signers.map((signer) => ({
    ...signer,
    keys: signer.keys.map((key) =>
      revoked.has(key.key.id) ? { ...key, revoked: { reason: "it is on the list of --revoked" } } : key,
    ),
  }));
  return { ...policy, signers };
}
