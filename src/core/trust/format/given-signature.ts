/** A signature that another program made: raw, `r||s`, DER, or one of them in base64, as KMS and PKCS#11 give them. */
import { decodeBase64 } from "../../bytes/encoding.ts";
import type { Platform } from "../../platform/platform.ts";
import type { VerificationKey } from "../key/public.ts";
import { ecdsaDer, verifySignature } from "../key/verify-signature.ts";

/** As bundles have it: Ed25519 in 64 bytes, ECDSA in DER; `undefined` where no reading of it verifies. */
export async function givenSignature(
  bytes: Uint8Array,
  key: VerificationKey,
  message: Uint8Array,
  platform: Platform,
): Promise<Uint8Array | undefined> {
  const text = bytes.length > 1000 ? "" : String.fromCharCode(...bytes).replaceAll(/\s/g, "");
  const decoded = decodeBase64(text);
  for (const form of decoded === undefined ? [bytes] : [bytes, decoded]) {
    if (await verifySignature(key, form, message, platform)) return form;
    if (key.algorithm !== "p256" || form.length !== 64) continue;
    const der = ecdsaDer(form);
    if (await verifySignature(key, der, message, platform)) return der;
  }
  return undefined;
}
