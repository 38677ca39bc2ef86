/**
 * The signatures of timestamp authorities and their certificates: RSA (PKCS #1 v1.5 and PSS, 2048 bits and more), ECDSA on P-256,
 * P-384 and P-521, Ed25519; SHA-256 and better. Everything else is weak, unknown algorithms included.
 */
import type { Platform } from "../../platform/platform.ts";
import { webCrypto } from "../key/web-crypto.ts";
import { bitsOf, children, type Der, DerError, derOf, explicit, integerOf, oidOf, TAG } from "./der.ts";

export type HashName = "SHA-256" | "SHA-384" | "SHA-512";

/** An algorithm or key that is read, and not strong enough; or unknown. */
export class WeakError extends Error {
  override readonly name = "WeakError";
}

const HASHES: Readonly<Record<string, HashName>> = {
  "2.16.840.1.101.3.4.2.1": "SHA-256",
  "2.16.840.1.101.3.4.2.2": "SHA-384",
  "2.16.840.1.101.3.4.2.3": "SHA-512",
};
const HASH_BYTES: Readonly<Record<HashName, number>> = { "SHA-256": 32, "SHA-384": 48, "SHA-512": 64 };

/** The hash of an AlgorithmIdentifier: no parameters, or NULL. @throws WeakError for another one */
export function hashOf(algorithm: Der | undefined): HashName {
  const [id, parameters, ...more] = children(algorithm);
  const name = oidOf(id);
  if (more.length > 0 || (parameters !== undefined && !isNull(parameters)))
    throw new DerError("a hash with parameters");
  const hash = HASHES[name];
  if (hash === undefined) throw new WeakError(name === "1.3.14.3.2.26" ? "SHA-1" : `the hash ${name}`);
  return hash;
}

function isNull({ tag, body }: Der): boolean {
  return tag === TAG.null && body.length === 0;
}

interface Scheme {
  readonly kind: "rsa" | "pss" | "ecdsa" | "ed25519";
  /** Absent: the algorithm names none, and the caller's counts (`rsaEncryption` in CMS). */
  readonly hash?: HashName;
}

const SCHEMES: Readonly<Record<string, Scheme>> = {
  "1.2.840.113549.1.1.1": { kind: "rsa" },
  "1.2.840.113549.1.1.11": { kind: "rsa", hash: "SHA-256" },
  "1.2.840.113549.1.1.12": { kind: "rsa", hash: "SHA-384" },
  "1.2.840.113549.1.1.13": { kind: "rsa", hash: "SHA-512" },
  "1.2.840.113549.1.1.10": { kind: "pss" },
  "1.2.840.10045.4.3.2": { kind: "ecdsa", hash: "SHA-256" },
  "1.2.840.10045.4.3.3": { kind: "ecdsa", hash: "SHA-384" },
  "1.2.840.10045.4.3.4": { kind: "ecdsa", hash: "SHA-512" },
  "1.3.101.112": { kind: "ed25519", hash: "SHA-512" },
};

function schemeOf(algorithm: Der): Scheme {
  const [id, parameters, ...more] = children(algorithm);
  const name = oidOf(id);
  const scheme = SCHEMES[name];
  if (scheme === undefined) throw new WeakError(`the signature algorithm ${name}`);
  if (more.length > 0) throw new DerError("a signature algorithm with more than parameters");
  if (scheme.kind === "pss") return { kind: "pss", hash: pssHash(parameters) };
  const isBare = parameters === undefined || (scheme.kind === "rsa" && isNull(parameters));
  if (!isBare) throw new DerError("a signature algorithm with parameters");
  return scheme;
}

/** RSASSA-PSS-params (RFC 4055): one hash for all, a salt of its length. The defaults are SHA-1. */
function pssHash(parameters: Der | undefined): HashName {
  if (parameters === undefined) throw new WeakError("RSASSA-PSS with SHA-1");
  const [hashPart, maskPart, saltPart, ...more] = children(parameters);
  if (hashPart?.tag !== explicit(0) || maskPart?.tag !== explicit(1)) throw new WeakError("RSASSA-PSS with SHA-1");
  const hash = hashOf(derOf(hashPart.body));
  const [mask, maskHash, ...others] = children(derOf(maskPart.body));
  if (oidOf(mask) !== "1.2.840.113549.1.1.8" || others.length > 0 || hashOf(maskHash) !== hash)
    throw new WeakError("RSASSA-PSS of two hashes");
  const salt = saltPart?.tag === explicit(2) ? integerOf(derOf(saltPart.body)) : 20n;
  const trailer = more[0]?.tag === explicit(3) ? integerOf(derOf(more[0].body)) : 1n;
  if (salt !== BigInt(HASH_BYTES[hash]) || trailer !== 1n || more.length > 1)
    throw new WeakError("RSASSA-PSS with an odd salt");
  return hash;
}

const CURVES: Readonly<Record<string, readonly [name: string, bytes: number]>> = {
  "1.2.840.10045.3.1.7": ["P-256", 32],
  "1.3.132.0.34": ["P-384", 48],
  "1.3.132.0.35": ["P-521", 66],
};

/**
 * Whether `signature` of the key in `spki` is over `message`.
 * @param digest the hash that a SignerInfo states beside the algorithm: both have to agree
 * @throws WeakError, DerError
 */
export async function isSignedBy(
  spki: Der,
  algorithm: Der,
  signature: Uint8Array,
  message: Uint8Array,
  platform: Pick<Platform, "verifyEd25519">,
  digest?: HashName,
): Promise<boolean> {
  const { kind, hash: stated } = schemeOf(algorithm);
  const hash = stated ?? digest;
  if (hash === undefined) throw new WeakError("a signature algorithm without a hash");
  if (digest !== undefined && digest !== hash) throw new DerError("two hashes for one signature");
  const [keyAlgorithm, keyBits] = children(spki);
  const [id, parameters] = children(keyAlgorithm);
  const key = bitsOf(keyBits);
  switch (oidOf(id)) {
    case "1.3.101.112":
      return kind === "ed25519" && platform.verifyEd25519(signature, message, key);
    case "1.2.840.10045.2.1": {
      const [curve, size] = CURVES[oidOf(parameters)] ?? [];
      if (curve === undefined || size === undefined) throw new WeakError("an elliptic curve that is unknown here");
      const raw = kind === "ecdsa" ? rawEcdsa(signature, size) : undefined;
      if (raw === undefined) return false;
      const named = { name: "ECDSA", namedCurve: curve };
      return verify("raw", key, named, { name: "ECDSA", hash }, raw, message);
    }
    case "1.2.840.113549.1.1.1": {
      if (rsaBits(key) < 2048) throw new WeakError(`RSA of ${rsaBits(key)} bits`);
      if (kind !== "rsa" && kind !== "pss") return false;
      const name = kind === "rsa" ? "RSASSA-PKCS1-v1_5" : "RSA-PSS";
      return verify("spki", spki.bytes, { name, hash }, { name, saltLength: HASH_BYTES[hash] }, signature, message);
    }
    default:
      throw new WeakError("a key of an unknown algorithm");
  }
}

async function verify(
  format: "raw" | "spki",
  key: Uint8Array,
  kind: EcKeyImportParams | RsaHashedImportParams,
  how: EcdsaParams | RsaPssParams,
  signature: Uint8Array,
  message: Uint8Array,
): Promise<boolean> {
  const subtle = webCrypto();
  try {
    const imported = await subtle.importKey(format, Uint8Array.from(key), kind, false, ["verify"]);
    return await subtle.verify(how, imported, Uint8Array.from(signature), Uint8Array.from(message));
  } catch (error) {
    // Some browsers lack a curve: that is not the signature's fault.
    if (error instanceof Error && error.name === "NotSupportedError")
      throw new WeakError(`${"namedCurve" in kind ? kind.namedCurve : kind.name}, which can't be checked here`);
    // A key that the platform refuses: a point off the curve, an exponent of one.
    return false;
  }
}

/** Largest RSA key that is tried: more only takes time. */
const MAX_RSA_BITS = 16_384;

function rsaBits(key: Uint8Array): number {
  const [modulus] = children(derOf(key));
  if (modulus === undefined || modulus.tag !== TAG.integer || modulus.body.length > MAX_RSA_BITS / 8 + 1)
    throw new DerError("no RSA key");
  const digits = modulus.body[0] === 0 ? modulus.body.subarray(1) : modulus.body;
  return digits.length * 8 - Math.clz32(digits[0] ?? 0) + 24;
}

/** r and s, `size` bytes each; `undefined` for anything but their DER. */
function rawEcdsa(der: Uint8Array, size: number): Uint8Array | undefined {
  try {
    const numbers = children(derOf(der)).map((number) => {
      if (integerOf(number, TAG.integer) <= 0n) throw new DerError("no positive number");
      const digits = number.body[0] === 0 ? number.body.subarray(1) : number.body;
      if (digits.length > size) throw new DerError("a number that is too long");
      return digits;
    });
    const raw = new Uint8Array(2 * size);
    for (const [at, digits] of numbers.entries()) raw.set(digits, (at + 1) * size - digits.length);
    return numbers.length === 2 ? raw : undefined;
  } catch (error) {
    if (error instanceof DerError) return undefined;
    throw error;
  }
}
