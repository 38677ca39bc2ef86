/** The public keys that sign packs: Ed25519 and ECDSA on P-256 with SHA-256 (contract 11.2). */
import { decodeHex, encodeBase64 } from "../../bytes/encoding.ts";
import { GaitError } from "../../finding/error.ts";
import { type Hashing, sha256Hex } from "../../signature/digest.ts";
import { publicKeyOf } from "../../signature/signature.ts";
import { joined, sshString } from "./ssh-wire.ts";

export type KeyAlgorithm = "ed25519" | "p256";

/** Plain data, so that it can cross threads. */
export interface VerificationKey {
  readonly algorithm: KeyAlgorithm;
  /** Ed25519: the 32 bytes of RFC 8032; P-256: the point, uncompressed, 65 bytes (SEC 1, 2.3.3). */
  readonly bytes: Uint8Array;
  /** Ed25519: SHA-256 of the 32 bytes, as in the contract; P-256: SHA-256 of the SPKI. 64 lower-case hex digits. */
  readonly id: string;
  /** The 8 bytes of minisign's key number, where the key came with one. */
  readonly number?: Uint8Array;
}

/** All names of a key, to compare with what the tool at hand shows. */
export interface KeyNames {
  readonly id: string;
  /** `SHA256:…` of `ssh-keygen -lf`. */
  readonly openssh: string;
  /** SHA-256 of the SubjectPublicKeyInfo in DER. */
  readonly spki: string;
  /** 16 hex digits, as minisign shows it. */
  readonly minisign?: string;
}

/** @throws GaitError `invalid_key` for a key that the one Ed25519 rule refuses */
export function ed25519Key(platform: Hashing, bytes: Uint8Array, number?: Uint8Array): VerificationKey {
  const { bytes: copy, id } = publicKeyOf(platform, bytes);
  return { algorithm: "ed25519", bytes: copy, id, ...(number === undefined ? {} : { number: number.slice() }) };
}

/** @throws GaitError `invalid_key` for bytes that are no uncompressed point of the curve */
export function p256Key(platform: Hashing, point: Uint8Array): VerificationKey {
  if (!isP256Point(point)) {
    const compressed =
      point.length === 33 ? "its point is compressed: write it with `openssl ec -conv_form uncompressed`" : "";
    const what = compressed === "" ? "its bytes are not a point of the curve P-256" : compressed;
    throw new GaitError("invalid_key", `this public key is refused: ${what}`, {
      hint: "Get the public key again from its owner.",
    });
  }
  const bytes = point.slice();
  return { algorithm: "p256", bytes, id: sha256Hex(platform, spkiOf({ algorithm: "p256", bytes })) };
}

type KeyBytes = Pick<VerificationKey, "algorithm" | "bytes">;

/** SubjectPublicKeyInfo in DER: RFC 8410 section 4, RFC 5480 section 2. */
export function spkiOf({ algorithm, bytes }: KeyBytes): Uint8Array {
  return joined(algorithm === "ed25519" ? ED25519_SPKI : P256_SPKI, bytes);
}

/** The key as SSH writes it: RFC 8709 section 4, RFC 5656 section 3.1. */
export function sshBlobOf({ algorithm, bytes }: KeyBytes): Uint8Array {
  if (algorithm === "ed25519") return joined(sshString("ssh-ed25519"), sshString(bytes));
  return joined(sshString("ecdsa-sha2-nistp256"), sshString("nistp256"), sshString(bytes));
}

export function keyNames(key: VerificationKey, platform: Hashing): KeyNames {
  const openssh = `SHA256:${encodeBase64(decodeHex(sha256Hex(platform, sshBlobOf(key))) ?? new Uint8Array(0)).replace(/=+$/, "")}`;
  return {
    id: key.id,
    openssh,
    spki: sha256Hex(platform, spkiOf(key)),
    ...(key.number === undefined ? {} : { minisign: keyNumberText(key.number) }),
  };
}

/** A key number as minisign shows it: a 64-bit number, little endian in the file. */
export function keyNumberText(number: Uint8Array): string {
  return Array.from(number.toReversed(), (byte) => byte.toString(16).padStart(2, "0"))
    .join("")
    .toUpperCase();
}

export const NAME_OF_ALGORITHM: Readonly<Record<KeyAlgorithm, string>> = { ed25519: "Ed25519", p256: "ECDSA P-256" };

const ED25519_SPKI = Uint8Array.of(0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00);
const P256_SPKI = Uint8Array.of(
  ...[0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01],
  ...[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00],
);

/** SEC 2, secp256r1: y^2 = x^3 - 3x + b over the integers modulo p. The curve has no points of small order. */
const P = 0xffffffff00000001000000000000000000000000ffffffffffffffffffffffffn;
const B = 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn;

function isP256Point(point: Uint8Array): boolean {
  if (point.length !== 65 || point[0] !== 4) return false;
  const x = bigEndian(point.subarray(1, 33));
  const y = bigEndian(point.subarray(33));
  return x < P && y < P && (y * y - (x * x * x - 3n * x + B)) % P === 0n;
}

function bigEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return value;
}
