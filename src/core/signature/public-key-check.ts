/**
 * Checks that 32 bytes are a usable Ed25519 public key (RFC 8032 section 5.1.3, and stricter). In plain BigInt: one key
 * costs 0.3 ms; loading a curve library would cost 20.
 */

/** Field prime: 2^255 - 19. */
const P = (1n << 255n) - 19n;
/** Curve constant d = -121665/121666 in -x^2 + y^2 = 1 + d x^2 y^2. */
const D = 0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3n;
/** The y of two points of order 8; the other two have -y. */
const Y8 = 0x05fc536d880238b13933c6d305acdfd5f098eff289f4c345b027b2c28f95e826n;
/**
 * The y of the eight points of order 1, 2, 4 and 8, for either sign bit. With such a key, R = sB verifies for (nearly)
 * any message, without a private key.
 */
const SMALL_ORDER_Y: ReadonlySet<bigint> = new Set([0n, 1n, P - 1n, Y8, P - Y8]);

/**
 * Why bytes are not a usable public key.
 *
 * - `length`: they are not 32.
 * - `not_canonical`: y >= p, a second encoding of a point. Libraries disagree about these.
 * - `small_order`: one of the eight points for which anyone can make signatures.
 * - `not_on_curve`: no point has this y, so no signature can verify.
 */
export type PublicKeyFault = "length" | "not_canonical" | "small_order" | "not_on_curve";

export function publicKeyFault(bytes: Uint8Array): PublicKeyFault | undefined {
  if (bytes.length !== 32) return "length";
  const y = littleEndian(bytes) & ((1n << 255n) - 1n);
  if (y >= P) return "not_canonical";
  // Before the curve: x = 0 with the sign bit set is not a valid encoding either, and both such y are in the set.
  if (SMALL_ORDER_Y.has(y)) return "small_order";
  return isOnCurve(y) ? undefined : "not_on_curve";
}

/** Whether x^2 = (y^2 - 1) / (d y^2 + 1) has a root. u/v is a square exactly if uv is, so no division is needed. */
function isOnCurve(y: bigint): boolean {
  const square = (y * y) % P;
  const product = ((square - 1n + P) * (D * square + 1n)) % P;
  return power(product, (P - 1n) / 2n) === 1n;
}

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = base;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * factor) % P;
    factor = (factor * factor) % P;
  }
  return result;
}

/** Decodes `bytes` as a little-endian number, as in the curve's encodings. */
export function littleEndian(bytes: Uint8Array): bigint {
  let value = 0n;
  for (let index = bytes.length - 1; index >= 0; index--) value = (value << 8n) | BigInt(bytes[index] ?? 0);
  return value;
}
