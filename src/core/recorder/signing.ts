/** The signer of what a program records and builds. */
import { GaitError } from "../finding/error.ts";
import { parsePrivateKey, parsePublicKey } from "../signature/key.ts";
import type { Signer } from "../signature/signature.ts";
import type { RecorderSetting, SigningOptions } from "./options.ts";

/** @throws GaitError `invalid_key`; `invalid_input` for two */
export async function signerOf(
  { privateKey, signer }: SigningOptions,
  { platform, host }: RecorderSetting,
): Promise<Signer | undefined> {
  if (privateKey !== undefined && signer !== undefined) {
    throw new GaitError("invalid_input", "a private key and a signer are both given", { hint: "Give one of them." });
  }
  if (signer !== undefined) {
    const publicKey = parsePublicKey(signer.publicKey, platform, "signer.publicKey");
    return { publicKey, sign: (message) => signer.sign(message) };
  }
  if (privateKey === undefined) return undefined;
  const derive = (seed: Uint8Array) => host.derivePublicKey(seed);
  const { seed } = await parsePrivateKey(privateKey, derive, platform, "privateKey");
  return host.createSigner(seed, platform);
}
