/**
 * Ed25519 verification for platforms without it, on noble's points. Not noble's `verify`: with its default (ZIP 215) or
 * `zip215: false` it multiplies by the cofactor, and so accepts signatures that OpenSSL and Go refuse.
 *
 * Loading and first use cost 25 ms, so code for a native verifier must not import this.
 */
import { Point } from "@noble/ed25519";
import { sha512 } from "@noble/hashes/sha2.js";
import { littleEndian, publicKeyFault } from "./public-key-check.ts";

/** Order of the base point: RFC 8032's L. */
const L = Point.CURVE().n;

/**
 * The one strict rule of `core/signature/signature.ts`: a usable key A, S < L, and R equal, byte for byte, to the encoding of
 * sB - kA with k = SHA-512(R, A, message) mod L (RFC 8032 section 5.1.7, the equation without the cofactor). Never throws.
 */
export async function verifyEd25519Portable(
  signature: Uint8Array,
  message: Uint8Array,
  publicKey: Uint8Array,
): Promise<boolean> {
  if (signature.length !== 64 || publicKeyFault(publicKey) !== undefined) return false;
  const encodedR = signature.subarray(0, 32);
  const s = littleEndian(signature.subarray(32));
  // S + L also verifies: accepting it would give every signature a second form.
  if (s >= L) return false;
  const k = littleEndian(sha512.create().update(encodedR).update(publicKey).update(message).digest()) % L;
  const expected = Point.BASE.multiplyUnsafe(s).subtract(Point.fromBytes(publicKey).multiplyUnsafe(k)).toBytes();
  return expected.every((byte, index) => byte === encodedR[index]);
}
