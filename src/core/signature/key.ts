/**
 * Key files: base64 as in contract 5, and OpenSSL's PKCS#8 and SPKI in PEM (RFC 8410). No message may include a byte of
 * a key.
 */

import { decodeBase64, encodeBase64, encodeHex } from "../bytes/encoding.ts";
import { GaitError } from "../finding/error.ts";
import { withoutByteOrderMark } from "../text/byte-order-mark.ts";
import { bytesText } from "../text/quantities.ts";
import type { Hashing } from "./digest.ts";
import { DER, type DerElement, derElements, parsePem, trimKeyText } from "./pem.ts";
import { type PublicKey, publicKeyOf } from "./signature.ts";

export interface PrivateKey {
  /** The 32 secret bytes of RFC 8032 section 5.1.5. */
  readonly seed: Uint8Array;
  readonly publicKey: PublicKey;
}

/** The 32 public bytes of a 32-byte seed (RFC 8032 section 5.1.5). */
export type DerivePublicKey = (seed: Uint8Array) => Promise<Uint8Array>;

const MAKE_ONE = "Make a key pair with `gait keys init` or `openssl genpkey -algorithm ed25519`.";

/** Other algorithms in PKCS#8 or SPKI files, by the DER body of their object identifier. */
const OTHER_ALGORITHMS: Readonly<Record<string, string>> = {
  "2a864886f70d010101": "an RSA key",
  "2a864886f70d01010a": "an RSA-PSS key",
  "2a8648ce380401": "a DSA key",
  "2a8648ce3d0201": "an elliptic curve (ECDSA) key",
  "2b656e": "an X25519 key, which can't sign",
  "2b656f": "an X448 key, which can't sign",
  "2b6571": "an Ed448 key",
};
/** id-Ed25519, 1.3.101.112. */
const ED25519 = "2b6570";

/** PEM labels that are not usable keys. */
const OTHER_LABELS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  "ENCRYPTED PRIVATE KEY": [
    "is an encrypted private key",
    "Decrypt it first: `openssl pkey -in FILE -out DECRYPTED`; keep the result readable only by you.",
  ],
  "RSA PRIVATE KEY": ["is an RSA key", MAKE_ONE],
  "RSA PUBLIC KEY": ["is an RSA key", MAKE_ONE],
  "EC PRIVATE KEY": ["is an elliptic curve (ECDSA) key", MAKE_ONE],
  "DSA PRIVATE KEY": ["is a DSA key", MAKE_ONE],
  "OPENSSH PRIVATE KEY": ["is an OpenSSH key", MAKE_ONE],
  CERTIFICATE: ["is a certificate", "Extract its public key: `openssl x509 -in FILE -noout -pubkey`."],
};

/**
 * @param source `path:<path>` or `env:<variable>`: named in errors and kept as the public key's source
 * @throws GaitError `invalid_key` when the text is not a private Ed25519 key in one of the two formats, or its public
 * half does not match its seed
 */
export async function parsePrivateKey(
  text: string,
  derive: DerivePublicKey,
  platform: Hashing,
  source: string,
): Promise<PrivateKey> {
  const trimmed = trimKeyText(text);
  const { seed, publicBytes } = trimmed.startsWith("-----")
    ? privateFromPem(trimmed, source)
    : privateFromBase64(trimmed, source);
  const derived = await derive(seed);
  // If a stored public half were trusted, the key id could name one key and the signature come from another.
  if (publicBytes !== undefined && encodeHex(publicBytes) !== encodeHex(derived)) {
    throw invalid(
      source,
      "has a public half that does not match its private half",
      "The file is damaged or was assembled from two keys: use a different key.",
    );
  }
  return { seed, publicKey: publicKeyOf(platform, derived, source) };
}

/**
 * @param source `path:<path>` or `env:<variable>`: named in errors and kept as the key's source
 * @throws GaitError `invalid_key` when the text is not a usable public Ed25519 key in one of the two formats
 */
export function parsePublicKey(text: string, platform: Hashing, source: string): PublicKey {
  const trimmed = trimKeyText(text);
  const bytes = trimmed.startsWith("-----") ? publicFromPem(trimmed, source) : publicFromBase64(trimmed, source);
  return publicKeyOf(platform, bytes, source);
}

/** Larger files are not keys: an RSA key of 16384 bits has 13 KB. */
export const MAX_KEY_BYTES = 64 * 1024;

/** @throws GaitError `invalid_key` for a file that is too large, before reading it */
export function assertKeySize(size: number, source: string): void {
  if (size > MAX_KEY_BYTES) throw invalid(source, `has ${size} bytes, which is too large for a key`, WANT_FILE);
}

/** The text of a key file. @throws GaitError `invalid_key` */
export function keyText(content: Uint8Array, source: string): string {
  const { bytes, isUtf16 } = withoutByteOrderMark(content);
  if (isUtf16) {
    const hint = "Save it as UTF-8 or ASCII; in PowerShell: `Out-File -Encoding ascii`.";
    throw invalid(source, "is in UTF-16, and a key is plain ASCII text", hint);
  }
  if (bytes.some((byte) => byte > 0x7e)) {
    const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
    const hint = isZip
      ? "It looks like a ZIP archive: give the file of the key."
      : "If it is in DER, convert it: `openssl pkey -inform DER -in FILE -out PEM`.";
    throw invalid(source, "is not plain text", hint);
  }
  return new TextDecoder().decode(bytes);
}

/** The contract's private file: base64 of seed and public key, and a line feed. */
export function serializePrivateKey(key: PrivateKey): string {
  return `${encodeBase64(Uint8Array.of(...key.seed, ...key.publicKey.bytes))}\n`;
}

/** The contract's public file: base64 of the key, and a line feed. */
export function serializePublicKey(key: PublicKey): string {
  return `${encodeBase64(key.bytes)}\n`;
}

interface PrivateHalves {
  readonly seed: Uint8Array;
  /** The public half, if the format includes one. */
  readonly publicBytes: Uint8Array | undefined;
}

const WANT_FILE = "Give a key file as written by `gait keys init` or OpenSSL.";
const WANT_PRIVATE = "A private key is base64 of 64 bytes (as written by `gait keys init`) or a PKCS#8 PEM file.";
const WANT_PUBLIC =
  "A public key is base64 of 32 bytes (as written by `gait keys init`) or a PEM file that starts with BEGIN " +
  "PUBLIC KEY.";

function privateFromBase64(text: string, source: string): PrivateHalves {
  const bytes = bytesOfBase64(text, source, WANT_PRIVATE);
  if (bytes.length === 32) {
    throw invalid(
      source,
      "has 32 bytes, which is a public key, but a private key is needed",
      "Give the file that ends in _private.key.",
    );
  }
  if (bytes.length !== 64)
    throw invalid(source, `has ${bytesText(bytes.length)}, but a private key has 64`, WANT_PRIVATE);
  return { seed: bytes.slice(0, 32), publicBytes: bytes.slice(32) };
}

function publicFromBase64(text: string, source: string): Uint8Array {
  const bytes = bytesOfBase64(text, source, WANT_PUBLIC);
  if (bytes.length === 64) {
    throw invalid(
      source,
      "has 64 bytes, which is a private key, but a public key is needed",
      "Give the file that ends in _public.key, and keep the private one secret.",
    );
  }
  if (bytes.length !== 32)
    throw invalid(source, `has ${bytesText(bytes.length)}, but a public key has 32`, WANT_PUBLIC);
  return bytes;
}

function bytesOfBase64(text: string, source: string, hint: string): Uint8Array {
  if (text === "") throw invalid(source, "is empty", hint);
  if (/^ssh-|^ecdsa-/.test(text)) throw invalid(source, "is an OpenSSH public key", MAKE_ONE);
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw invalid(source, "is neither padded standard base64 on one line nor PEM", hint);
  return bytes;
}

/** OneAsymmetricKey of RFC 5958, with the algorithm of RFC 8410: version 0 without, version 1 with the public key. */
function privateFromPem(text: string, source: string): PrivateHalves {
  const [version, algorithm, key, ...rest] = sequenceFromPem(text, "PRIVATE KEY", source);
  assertEd25519(algorithm, source);
  const wrapped = key?.tag === DER.octetString ? derElements(key.body) : undefined;
  const [seed] = wrapped ?? [];
  const attributes = rest[0]?.tag === DER.attributes ? rest.shift() : undefined;
  const extra = rest.shift();
  const sound =
    version?.tag === DER.integer &&
    version.body.length === 1 &&
    version.body[0] === (extra === undefined ? 0 : 1) &&
    (attributes === undefined || derElements(attributes.body) !== undefined) &&
    wrapped?.length === 1 &&
    seed?.tag === DER.octetString &&
    seed.body.length === 32 &&
    (extra === undefined || (extra.tag === DER.publicKey && extra.body.length === 33 && extra.body[0] === 0)) &&
    rest.length === 0;
  if (!sound) throw invalid(source, "is a PEM private key whose content is damaged", MAKE_ONE);
  return { seed: seed.body.slice(), publicBytes: extra?.body.slice(1) };
}

/** SubjectPublicKeyInfo of RFC 5280 section 4.1, with the algorithm of RFC 8410. */
function publicFromPem(text: string, source: string): Uint8Array {
  const [algorithm, key, ...rest] = sequenceFromPem(text, "PUBLIC KEY", source);
  assertEd25519(algorithm, source);
  const sound = key?.tag === DER.bitString && key.body.length === 33 && key.body[0] === 0 && rest.length === 0;
  if (!sound)
    throw invalid(
      source,
      "is a PEM public key whose content is damaged",
      "Get the public key again from the producer.",
    );
  return key.body.slice(1);
}

/** The elements of the PEM block's one sequence. */
function sequenceFromPem(text: string, label: "PRIVATE KEY" | "PUBLIC KEY", source: string): DerElement[] {
  const want = label === "PRIVATE KEY" ? WANT_PRIVATE : WANT_PUBLIC;
  const block = parsePem(text);
  if (block === undefined) throw invalid(source, "is not exactly one PEM block", want);
  if (block.label === "PRIVATE KEY" && label === "PUBLIC KEY") {
    throw invalid(
      source,
      "is a private key, but a public key is needed",
      "Extract the public half: `openssl pkey -in FILE -pubout`.",
    );
  }
  if (block.label === "PUBLIC KEY" && label === "PRIVATE KEY") {
    throw invalid(
      source,
      "is a public key, but a private key is needed",
      "Give the file that starts with BEGIN PRIVATE KEY.",
    );
  }
  if (block.label !== label) {
    const [what, hint] = OTHER_LABELS[block.label] ?? ["is PEM, but not a usable key", want];
    throw invalid(source, what, hint);
  }
  const elements = block.der === undefined ? undefined : derElements(block.der);
  const [outer] = elements ?? [];
  const inner = elements?.length === 1 && outer?.tag === DER.sequence ? derElements(outer.body) : undefined;
  if (inner === undefined) throw invalid(source, "is PEM whose content is damaged", want);
  return inner;
}

/** AlgorithmIdentifier with id-Ed25519 and no parameters (RFC 8410 section 3). */
function assertEd25519(algorithm: DerElement | undefined, source: string): void {
  const parts = algorithm?.tag === DER.sequence ? derElements(algorithm.body) : undefined;
  const [identifier] = parts ?? [];
  if (identifier?.tag !== DER.objectIdentifier) throw invalid(source, "is PEM whose content is damaged", MAKE_ONE);
  const name = encodeHex(identifier.body);
  if (name !== ED25519) {
    throw invalid(
      source,
      `is ${OTHER_ALGORITHMS[name] ?? "a key of another algorithm"}, but signatures use Ed25519`,
      MAKE_ONE,
    );
  }
  if (parts?.length !== 1) throw invalid(source, "is PEM whose content is damaged", MAKE_ONE);
}

function invalid(source: string, what: string, hint: string): GaitError {
  return new GaitError("invalid_key", `${describeKeySource(source)} ${what}`, { hint });
}

/** `path:a.key` in words: `the key file a.key`. */
export function describeKeySource(source: string): string {
  if (source.startsWith("path:")) return `the key file ${source.slice("path:".length)}`;
  if (source.startsWith("env:")) return `the key in the environment variable ${source.slice("env:".length)}`;
  return "the key";
}
