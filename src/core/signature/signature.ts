/**
 * The one signature scheme of every format: Ed25519 over the 32 raw bytes of H(document without `signatures`).
 *
 * Libraries disagree about edge cases, so there is one rule everywhere, and a table of test vectors pins it: the
 * equation without the cofactor, R compared as bytes, S < L (RFC 8032 section 5.1.7; what Go, OpenSSL and WebCrypto
 * do), and a public key that is canonical and not of small order, refused when it is loaded.
 */

import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import type { SignatureStatus } from "../../schema/document/verdict.ts";
import { decodeBase64, decodeHex, encodeBase64 } from "../bytes/encoding.ts";
import { GaitError } from "../finding/error.ts";
import { type Finding, finding } from "../finding/finding.ts";
import type { Platform } from "../platform/platform.ts";
import { bytesText } from "../text/quantities.ts";
import { digestOf, type Hashing, sha256Hex } from "./digest.ts";
import { type PublicKeyFault, publicKeyFault } from "./public-key-check.ts";

export interface PublicKey {
  /** The 32 bytes of RFC 8032 section 5.1.2; always usable: `publicKeyOf` refuses others. */
  readonly bytes: Uint8Array;
  /** `keyId` of the bytes. */
  readonly id: string;
  /** Its source: `path:<path>`, `env:<variable>`, `derived`. */
  readonly source?: string;
}

/** Signs without exposing its private key. */
export interface Signer {
  readonly publicKey: PublicKey;
  /** The 64 bytes of the deterministic signature (RFC 8032 section 5.1.6) over `message`. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

/** A signature in a manifest. */
export interface Ed25519Signature {
  alg: "ed25519";
  /** `keyId` of the signing key. */
  key_id: string;
  /** Padded standard base64 of 64 bytes. */
  sig: string;
  /** The digest that was signed, 64 lower-case hex digits. */
  signed_digest: string;
}

/** What checking signatures needs from the platform. */
export type Verifying = Pick<Platform, "sha256" | "verifyEd25519">;

export interface SignatureCheck {
  /** As in the signature; "" if absent. */
  readonly keyId: string;
  readonly status: "verified" | "failed" | "not_checked";
  /** Why it is not valid. */
  readonly problem?: string;
}

export interface SignatureReport {
  readonly status: SignatureStatus;
  readonly total: number;
  readonly valid: number;
  /** Ids of the keys that verified a signature, sorted, without duplicates. */
  readonly keyIds: readonly string[];
  /** Each signature, in document order. */
  readonly checks: readonly SignatureCheck[];
  /** One for each invalid signature, or one if nothing was checked; sorted. */
  readonly errors: readonly string[];
  /** `signature_invalid` for each invalid signature if none is valid, else for each of those that name a given key. */
  readonly findings: readonly Finding[];
}

/** Used when the document could not be read. `checkSignatures` never returns this object. */
export const UNSIGNED: SignatureReport = {
  status: "missing",
  total: 0,
  valid: 0,
  keyIds: [],
  checks: [],
  errors: [],
  findings: [],
};

/** A manifest with more signatures than this is refused unchecked: millions would each cost a finding. */
export const MAX_SIGNATURES = 100;

/** SHA-256 of the 32 raw bytes of the key, 64 lower-case hex digits. */
export function keyId(platform: Hashing, publicKey: Uint8Array): string {
  return sha256Hex(platform, publicKey);
}

const KEY_FAULTS: Record<PublicKeyFault, string> = {
  length: "an Ed25519 public key has 32 bytes",
  not_canonical: "its bytes are a second encoding of another key (y is not below 2^255 - 19)",
  small_order: "it is a point of small order, which anyone can make signatures for",
  not_on_curve: "its bytes are not a point of the curve, so nothing can verify with it",
};

/**
 * The key in `bytes`, which are copied.
 * @throws GaitError `invalid_key` for a key that the strict rule refuses
 */
export function publicKeyOf(platform: Hashing, bytes: Uint8Array, source?: string): PublicKey {
  const fault = publicKeyFault(bytes);
  if (fault !== undefined) {
    const from = source === undefined ? "" : ` (${source})`;
    throw new GaitError("invalid_key", `this public key${from} is refused: ${KEY_FAULTS[fault]}`, {
      hint: "Get the public key again from the producer; no legitimate key looks like this.",
    });
  }
  const key = { bytes: Uint8Array.from(bytes), id: keyId(platform, bytes) };
  return source === undefined ? key : { ...key, source };
}

/** H(document without `signatures`): unknown members are signed too. */
export function signedDigest(platform: Hashing, document: JsonObject): string {
  const { signatures: _, ...unsigned } = document;
  return digestOf(platform, unsigned);
}

/**
 * Signs `document`; existing signatures are not part of what is signed.
 * @throws GaitError `invalid_key` when the new signature does not verify with the signer's public key
 */
export async function signManifest(
  document: JsonObject,
  signer: Signer,
  platform: Verifying,
): Promise<Ed25519Signature> {
  return signDigest(signedDigest(platform, document), signer, platform);
}

/**
 * The signature of `signer` over a digest, 64 lower-case hex digits.
 * @throws GaitError `invalid_key` when what the signer returns does not verify with its public key
 */
export async function signDigest(digest: string, signer: Signer, platform: Verifying): Promise<Ed25519Signature> {
  const bytes = await signed(digestBytes(digest), signer, platform);
  return { alg: "ed25519", key_id: signer.publicKey.id, sig: encodeBase64(bytes), signed_digest: digest };
}

/**
 * The signature of `signer` over the UTF-8 bytes of `text`, 64 bytes.
 * @throws GaitError `invalid_key` as `signDigest`
 */
export async function signText(text: string, signer: Signer, platform: Verifying): Promise<Uint8Array> {
  return signed(new TextEncoder().encode(text), signer, platform);
}

async function signed(message: Uint8Array, signer: Signer, platform: Verifying): Promise<Uint8Array> {
  const bytes = await signer.sign(message);
  // With a mismatched public half, the signature could never be verified: notice now, not years later.
  if (await platform.verifyEd25519(bytes, message, signer.publicKey.bytes)) return bytes;
  throw new GaitError("invalid_key", "the signature just made does not verify with the signer's own public key", {
    hint: "The two halves of the key don't match: use a different key.",
  });
}

/**
 * Checks every signature of a manifest as stored. A signature is valid if it passes the whole check with one of `keys`.
 * `path` names the manifest in the findings. One that names a given key and is not sound is a finding whatever is beside
 * it. Of a document embedded in a signed one these are all: others may have signed it for themselves.
 */
export async function checkSignatures(
  document: JsonObject,
  keys: readonly PublicKey[],
  platform: Verifying,
  path?: string,
  isEmbedded = false,
): Promise<SignatureReport> {
  const signatures = member(document, "signatures") ?? [];
  if (!Array.isArray(signatures)) return refused({ reason: "`signatures` is not a list" }, 0, path);
  const total = signatures.length;
  if (total === 0) return { ...UNSIGNED };
  if (total > MAX_SIGNATURES) {
    const reason = `there are ${total} signatures, but a manifest may have at most ${MAX_SIGNATURES}`;
    return refused({ reason, expected: `at most ${MAX_SIGNATURES}`, actual: `${total}` }, total, path);
  }
  if (keys.length === 0) {
    const errors = ["no public key was given: nothing was checked"];
    const checks = signatures.map((each) => ({ keyId: signatureKeyId(each), status: "not_checked" as const }));
    return { status: "skipped", total, valid: 0, keyIds: [], checks, errors, findings: [] };
  }

  const digest = signedDigest(platform, document);
  const faults: PlacedFault[] = [];
  const keyIds = new Set<string>();
  const checks: SignatureCheck[] = [];
  for (const [index, signature] of signatures.entries()) {
    const result = await checkSignature(signature, digest, keys, platform);
    if ("reason" in result) {
      const id = signatureKeyId(signature);
      const isNamed = keys.some((key) => key.id === id);
      faults.push({ place: `$.signatures[${index}]`, ...result, isNamed });
      checks.push({ keyId: id, status: "failed", problem: result.reason });
    } else {
      keyIds.add(result.id);
      // The signature's key_id may be empty; use the id of the key that verified it.
      checks.push({ keyId: result.id, status: "verified" });
    }
  }
  const valid = total - faults.length;
  const counted = valid === 0 && !isEmbedded ? faults : faults.filter(({ isNamed }) => isNamed);
  return {
    status: valid === 0 || counted.length > 0 ? "failed" : "verified",
    total,
    valid,
    keyIds: [...keyIds].sort(),
    checks,
    errors: errorsOf(faults),
    findings: findingsOf(counted, path),
  };
}

export interface SignatureFault {
  readonly reason: string;
  readonly expected?: string | undefined;
  readonly actual?: string | undefined;
}

interface PlacedFault extends SignatureFault {
  readonly place: string;
  /** The signature's `key_id` is that of a given key. */
  readonly isNamed: boolean;
}

/**
 * The key that verifies the signature, or the first problem, in the order of contract 0.5. That order also has
 * "signed_digest is 32 bytes of hex", which follows from equality with the recomputed digest.
 */
export async function checkSignature(
  signature: JsonValue,
  digest: string,
  keys: readonly PublicKey[],
  platform: Verifying,
): Promise<PublicKey | SignatureFault> {
  if (typeof signature !== "object" || signature === null || Array.isArray(signature))
    return fault("the signature is not an object");
  const signed = member(signature, "signed_digest") ?? "";
  if (signed === "") return fault("signed_digest is empty", digest);
  // Exact text, including letter case: other implementations compare this way, and a signature has one form.
  if (signed !== digest) return fault("signed_digest differs from the digest of this document", digest, shown(signed));
  // The algorithm is fixed here, never taken from the document: naming another one must not switch to it.
  const alg = member(signature, "alg");
  if (alg !== "ed25519") return fault("alg is not ed25519", "ed25519", shown(alg));

  const id = member(signature, "key_id") ?? "";
  const candidates = id === "" ? keys : keys.filter((key) => key.id === id);
  if (candidates.length === 0)
    return fault(
      "key id mismatch: key_id is not one of the given keys",
      keys.map((key) => key.id).join(", "),
      shown(id),
    );

  const text = member(signature, "sig");
  const bytes = typeof text === "string" ? decodeBase64(text) : undefined;
  if (bytes === undefined) return fault("sig is not padded standard base64", undefined, shown(text));
  if (bytes.length !== 64) {
    const reason = `sig has ${bytesText(bytes.length)}, but an Ed25519 signature has 64`;
    return fault(reason, "64 bytes", bytesText(bytes.length));
  }
  const message = digestBytes(digest);
  for (const key of candidates) {
    if (await platform.verifyEd25519(bytes, message, key.bytes)) return key;
  }
  return fault("the signature does not verify", `a signature by ${candidates.map((key) => key.id).join(" or ")}`);
}

/** The `key_id` that a signature gives itself; "" where it gives none. */
export function signatureKeyId(signature: JsonValue): string {
  const isObject = typeof signature === "object" && signature !== null && !Array.isArray(signature);
  const id = isObject ? member(signature, "key_id") : undefined;
  return typeof id === "string" ? id : "";
}

function fault(reason: string, expected?: string, actual?: string): SignatureFault {
  return { reason, expected, actual };
}

/** What a signature has in a member, cut where it is longer than anything sound. */
function shown(value: JsonValue | undefined): string | undefined {
  if (value === undefined) return undefined;
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}

const MAX_SHOWN = 100;

/** Of a list that is refused as a whole. */
function refused(fault: SignatureFault, total: number, path: string | undefined): SignatureReport {
  const faults = [{ place: "$.signatures", isNamed: false, ...fault }];
  const findings = findingsOf(faults, path);
  return { status: "failed", total, valid: 0, keyIds: [], checks: [], errors: errorsOf(faults), findings };
}

function findingsOf(faults: readonly PlacedFault[], path: string | undefined): Finding[] {
  return faults.map(({ place, reason: message, expected, actual }) =>
    finding("signature_invalid", {
      // The place is said once: by the path where there is one.
      message: path === undefined ? `${place}: ${message}` : message,
      path: path === undefined ? undefined : `${path}#${place}`,
      expected,
      actual,
    }),
  );
}

function errorsOf(faults: readonly PlacedFault[]): string[] {
  return faults.map(({ place, reason }) => `${place}: ${reason}`).sort();
}

/** Reads an own member only, to be safe from prototype pollution. `null` counts as absent. */
function member(object: JsonObject, name: string): JsonValue | undefined {
  return Object.hasOwn(object, name) ? (object[name] ?? undefined) : undefined;
}

function digestBytes(digest: string): Uint8Array {
  const bytes = decodeHex(digest);
  if (bytes === undefined) throw new GaitError("internal", "a digest is not hexadecimal");
  return bytes;
}
