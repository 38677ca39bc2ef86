/** Ed25519 signing for platforms without it, by noble. Deterministic (RFC 8032 section 5.1.6), so the bytes are those of all others. */
import { getPublicKey, hashes, sign } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import type { Hashing } from "./digest.ts";
import { publicKeyOf, type Signer } from "./signature.ts";

/** The 32 public bytes of a 32-byte seed. */
export function derivePublicKeyPortable(seed: Uint8Array): Uint8Array {
  return withDigest(() => getPublicKey(seed));
}

/** A signer for a 32-byte seed. */
export function createPortableSigner(seed: Uint8Array, platform: Hashing): Signer {
  const secret = Uint8Array.from(seed);
  return {
    publicKey: publicKeyOf(platform, derivePublicKeyPortable(secret)),
    sign: async (message) => withDigest(() => sign(message, secret)),
  };
}

/** Without WebCrypto, which a page has in a secure context only. */
function withDigest<T>(use: () => T): T {
  hashes.sha512 ??= (message) => sha512(message);
  return use();
}
