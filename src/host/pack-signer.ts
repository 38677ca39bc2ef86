/** The private key that signs beside a pack, ready to sign; and public keys in any form. */
import { GaitError } from "../core/finding/error.ts";
import type { Platform } from "../core/platform/platform.ts";
import { describeKeySource } from "../core/signature/key.ts";
import { type PackSigner, type PrivateKeyBytes, readPrivateKey } from "../core/trust/key/private.ts";
import { p256Key, type VerificationKey } from "../core/trust/key/public.ts";
import { readPublicKey } from "../core/trust/key/read-public.ts";
import { joined } from "../core/trust/key/ssh-wire.ts";
import { ecdsaDer, P256_SHA256, verifySignature } from "../core/trust/key/verify-signature.ts";
import { exposedKeyWarning, type KeySource, readKeyText } from "./keys.ts";
import { createSigner, derivePublicKeyNative } from "./platform/ed25519-native.ts";

export interface LoadedPackSigner {
  readonly signer: PackSigner;
  readonly warning?: string;
}

/** @throws GaitError `invalid_key`, `not_found`, `not_readable`; none has a byte of the key in it */
export async function loadPackSigner(source: KeySource, platform: Platform): Promise<LoadedPackSigner> {
  const { text, name, mode } = await readKeyText(source);
  const key = await readPrivateKey(text, derivePublicKeyNative, platform, name);
  const signer = await signerOf(key, platform, name);
  // With a mismatched public half, the signature could never be verified: notice now, not years later.
  const probe = new TextEncoder().encode("gait");
  if (!(await verifySignature(signer.publicKey, await signer.sign(probe), probe, platform))) {
    throw new GaitError(
      "invalid_key",
      `${describeKeySource(name)} has a public half that does not match its private half`,
    );
  }
  const warning = exposedKeyWarning(source, mode);
  return { signer, ...(warning === undefined ? {} : { warning }) };
}

/** In any form of contract 11.2. @throws GaitError `invalid_key`, `not_found`, `not_readable` */
export async function loadVerificationKey(source: KeySource, platform: Platform): Promise<VerificationKey> {
  const { text, name } = await readKeyText(source);
  return readPublicKey(text, platform, describeKeySource(name));
}

async function signerOf(key: PrivateKeyBytes, platform: Platform, name: string): Promise<PackSigner> {
  if (key.algorithm === "ed25519") {
    const { sign } = await createSigner(key.seed, platform);
    return { publicKey: key.publicKey, sign };
  }
  const { imported, publicKey } = await importP256(key, platform, name);
  return {
    publicKey,
    async sign(message) {
      return ecdsaDer(new Uint8Array(await crypto.subtle.sign(P256_SHA256, imported, Uint8Array.from(message))));
    },
  };
}

const P256 = { name: "ECDSA", namedCurve: "P-256" } as const;

async function importP256(
  key: Extract<PrivateKeyBytes, { algorithm: "p256" }>,
  platform: Platform,
  name: string,
): Promise<{ readonly imported: CryptoKey; readonly publicKey: VerificationKey }> {
  try {
    if ("scalar" in key) {
      const { bytes } = key.publicKey;
      const jwk = {
        kty: "EC",
        crv: "P-256",
        x: base64url(bytes.subarray(1, 33)),
        y: base64url(bytes.subarray(33)),
        d: base64url(key.scalar),
      };
      return { imported: await crypto.subtle.importKey("jwk", jwk, P256, false, ["sign"]), publicKey: key.publicKey };
    }
    const imported = await crypto.subtle.importKey("pkcs8", Uint8Array.from(key.pkcs8), P256, true, ["sign"]);
    const { x = "", y = "" } = await crypto.subtle.exportKey("jwk", imported);
    const point = joined(Uint8Array.of(4), Buffer.from(x, "base64url"), Buffer.from(y, "base64url"));
    return { imported, publicKey: p256Key(platform, point) };
  } catch {
    // The platform's own message is not shown: nothing says that it holds no part of the key.
    throw new GaitError("invalid_key", `${describeKeySource(name)} is a P-256 private key whose content is damaged`, {
      hint: "Make one with `openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`.",
    });
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
