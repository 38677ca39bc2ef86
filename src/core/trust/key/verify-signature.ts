/** Does this key's signature fit this message? One strict rule for each algorithm. */
import type { Platform } from "../../platform/platform.ts";
import type { VerificationKey } from "./public.ts";
import { webCrypto } from "./web-crypto.ts";

/** Ed25519: 64 bytes by the rule of `core/signature/signature.ts`; P-256: SHA-256, DER. Never throws on odd input. */
export async function verifySignature(
  key: Pick<VerificationKey, "algorithm" | "bytes">,
  signature: Uint8Array,
  message: Uint8Array,
  platform: Pick<Platform, "verifyEd25519">,
): Promise<boolean> {
  if (key.algorithm === "ed25519") return platform.verifyEd25519(signature, message, key.bytes);
  const raw = ecdsaRaw(signature);
  if (raw === undefined) return false;
  const subtle = webCrypto();
  const imported = await subtle.importKey("raw", Uint8Array.from(key.bytes), P256, false, ["verify"]);
  return subtle.verify(P256_SHA256, imported, raw, Uint8Array.from(message));
}

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;
export const P256_SHA256 = { name: "ECDSA", hash: "SHA-256" } as const;

/** r and s as 32 bytes each, from Ecdsa-Sig-Value (RFC 3279 section 2.2.3) in DER; `undefined` for anything else. */
export function ecdsaRaw(der: Uint8Array): Uint8Array<ArrayBuffer> | undefined {
  if (der[0] !== 0x30 || der[1] !== der.length - 2 || der.length > 72) return undefined;
  const raw = new Uint8Array(64);
  let at = 2;
  for (const end of [32, 64]) {
    const length = der[at + 1] ?? 0;
    const number = der.subarray(at + 2, at + 2 + length);
    if (der[at] !== 0x02 || length === 0 || number.length !== length) return undefined;
    const [first = 0, second = 0] = number;
    // Positive and as short as can be: one form for one number.
    if (first >= 0x80 || (first === 0 && length > 1 && second < 0x80)) return undefined;
    const digits = first === 0 ? number.subarray(1) : number;
    if (digits.length > 32) return undefined;
    raw.set(digits, end - digits.length);
    at += 2 + length;
  }
  return at === der.length ? raw : undefined;
}

/** The DER of r and s, 32 bytes each. */
export function ecdsaDer(raw: Uint8Array): Uint8Array {
  const numbers = [raw.subarray(0, 32), raw.subarray(32)].flatMap((bytes) => {
    const first = bytes.findIndex((byte) => byte !== 0);
    const digits = first < 0 ? [0] : [...bytes.subarray(first)];
    const body = (digits[0] ?? 0) >= 0x80 ? [0, ...digits] : digits;
    return [0x02, body.length, ...body];
  });
  return Uint8Array.of(0x30, numbers.length, ...numbers);
}
