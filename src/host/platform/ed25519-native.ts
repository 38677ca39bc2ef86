/**
 * Ed25519 by the host's own WebCrypto. It costs 1.3 ms cold, `node:crypto` 4.8 and noble 25, and a small pack must
 * verify in 20 with everything: so nothing here imports another.
 */

import { GaitError } from "../../core/finding/error.ts";
import type { Hashing } from "../../core/signature/digest.ts";
import { publicKeyFault } from "../../core/signature/public-key-check.ts";
import { publicKeyOf, type Signer } from "../../core/signature/signature.ts";

const ED25519 = "Ed25519";

/** The bytes before the seed in a PKCS#8 document of version 0 (RFC 8410 section 7). */
const PKCS8_PREFIX = [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];

/**
 * The one strict rule of `core/signature/signature.ts`. BoringSSL leaves the cofactor out, compares R as bytes and
 * refuses S >= L itself; it accepts any key, so the key is checked here. Never throws on odd input.
 */
export async function verifyEd25519Native(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): Promise<boolean> {
  if (signature.length !== 64) return false;
  const key = await usableKey(publicKey);
  return key !== undefined && crypto.subtle.verify(ED25519, key, Uint8Array.from(signature), Uint8Array.from(message));
}

/** Cache of checked and imported keys, by their bytes: many packs are signed with few keys. */
const judged = new Map<string, Promise<CryptoKey> | undefined>();
const MOST_JUDGED = 64;

/** The key for verification, or `undefined` if the strict rule refuses it. */
function usableKey(publicKey: Uint8Array): Promise<CryptoKey> | undefined {
  const name = String.fromCharCode(...publicKey);
  if (judged.has(name)) return judged.get(name);
  if (judged.size >= MOST_JUDGED) judged.clear();
  const key =
    publicKeyFault(publicKey) === undefined
      ? crypto.subtle.importKey("raw", Uint8Array.from(publicKey), ED25519, false, ["verify"])
      : undefined;
  judged.set(name, key);
  return key;
}

/** The 32 public bytes of a 32-byte seed. */
export async function derivePublicKeyNative(seed: Uint8Array): Promise<Uint8Array> {
  const { x } = await crypto.subtle.exportKey("jwk", await importSeed(seed, true));
  if (x === undefined) throw new GaitError("internal", "the platform gave no public half for a private key");
  return Uint8Array.from(atob(x.replaceAll("-", "+").replaceAll("_", "/")), (character) => character.charCodeAt(0));
}

/** A signer for a 32-byte seed; the seed itself is not kept. `source` becomes the public key's source. */
export async function createSigner(seed: Uint8Array, platform: Hashing, source?: string): Promise<Signer> {
  const publicKey = publicKeyOf(platform, await derivePublicKeyNative(seed), source);
  const key = await importSeed(seed, false);
  return {
    publicKey,
    async sign(message) {
      return new Uint8Array(await crypto.subtle.sign(ED25519, key, Uint8Array.from(message)));
    },
  };
}

async function importSeed(seed: Uint8Array, extractable: boolean): Promise<CryptoKey> {
  if (seed.length !== 32) throw new GaitError("internal", `an Ed25519 seed has 32 bytes, not ${seed.length}`);
  return crypto.subtle.importKey("pkcs8", Uint8Array.of(...PKCS8_PREFIX, ...seed), ED25519, extractable, ["sign"]);
}
