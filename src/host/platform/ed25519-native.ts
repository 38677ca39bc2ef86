/**
 * Ed25519 by the host: the first few signatures by WebCrypto, later ones by `node:crypto`. Both are BoringSSL here. Cold, WebCrypto
 * costs 1.3 ms, `node:crypto` 4.8 and noble 25, and a small pack must verify in 20 with everything; warm, WebCrypto takes 90 to
 * 240 us, since it hops to another thread and back, and `node:crypto` 78.
 */
import type { KeyObject } from "node:crypto";
import { GaitError } from "../../core/finding/error.ts";
import type { Hashing } from "../../core/signature/digest.ts";
import { publicKeyFault } from "../../core/signature/public-key-check.ts";
import { publicKeyOf, type Signer } from "../../core/signature/signature.ts";

const ED25519 = "Ed25519";

/** The bytes before the seed in a PKCS#8 document of version 0 (RFC 8410 section 7). */
export const PKCS8_PREFIX: readonly number[] = [
  0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
];

/** The bytes before the key in a SubjectPublicKeyInfo (RFC 8410 section 4). */
const SPKI_PREFIX = [0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00];

/** Checked and imported keys, by their bytes: many packs are signed with few keys. `undefined` is one that is refused. */
class Keys<Key> {
  readonly #import: (publicKey: Uint8Array<ArrayBuffer>) => Key;
  readonly #known = new Map<string, Key | undefined>();

  constructor(importKey: (publicKey: Uint8Array<ArrayBuffer>) => Key) {
    this.#import = importKey;
  }

  get(publicKey: Uint8Array): Key | undefined {
    const name = String.fromCharCode(...publicKey);
    if (this.#known.has(name)) return this.#known.get(name);
    if (this.#known.size >= MOST_KNOWN) this.#known.clear();
    // BoringSSL accepts any key.
    const key = publicKeyFault(publicKey) === undefined ? this.#import(Uint8Array.from(publicKey)) : undefined;
    this.#known.set(name, key);
    return key;
  }
}

const MOST_KNOWN = 64;
const webKeys = new Keys((publicKey) => crypto.subtle.importKey("raw", publicKey, ED25519, false, ["verify"]));
/** A single pack rarely has more signatures than this. */
const BY_WEB = 4;
let verified = 0;
let later: typeof verifyEd25519Web | undefined;

/**
 * The one strict rule of `core/signature/signature.ts`. BoringSSL leaves the cofactor out, compares R as bytes and
 * refuses S >= L itself; it accepts any key, so the key is checked here. Never throws on odd input.
 */
export async function verifyEd25519Native(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): Promise<boolean> {
  verified += 1;
  if (verified > BY_WEB) later ??= createEd25519Verify();
  return (later ?? verifyEd25519Web)(signature, message, publicKey);
}

/** The rule by WebCrypto. */
export async function verifyEd25519Web(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): Promise<boolean> {
  if (signature.length !== 64) return false;
  const key = await webKeys.get(publicKey);
  return key !== undefined && crypto.subtle.verify(ED25519, key, Uint8Array.from(signature), Uint8Array.from(message));
}

/** The rule by `node:crypto`, which is loaded by this. */
export function createEd25519Verify(): typeof verifyEd25519Web {
  const { createPublicKey, verify } = process.getBuiltinModule("node:crypto");
  const keys = new Keys<KeyObject>((publicKey) =>
    createPublicKey({ key: Buffer.from([...SPKI_PREFIX, ...publicKey]), format: "der", type: "spki" }),
  );
  return async (signature, message, publicKey) => {
    if (signature.length !== 64) return false;
    const key = keys.get(publicKey);
    return key !== undefined && verify(null, message, key, signature);
  };
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
