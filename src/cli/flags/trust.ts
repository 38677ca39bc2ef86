/** The options of a verifying command: the keys to trust, whether a signature is required, the limits. */
import { GaitError } from "../../core/finding/error.ts";
import type { PublicKey } from "../../core/signature/signature.ts";
import type { VerifyOptions } from "../../core/verify/verify.ts";
import type { KeySource } from "../../host/keys.ts";
import { hostPlatform } from "../../host/platform/bun.ts";
import type { Call } from "../command/command.ts";
import { privateKeySource, publicKeySources } from "./keys.ts";
import { limitsOf } from "./limits.ts";

/** The keys of `--public-key` and `--public-key-env`. @throws GaitError what is wrong with a key */
export function publicKeysOf(call: Call): Promise<PublicKey[]> {
  return loadPublicKeys(publicKeySources(call));
}

/** Without a key, what reads keys is not loaded: that takes as long as verifying a small pack. */
async function loadPublicKeys(sources: readonly KeySource[]): Promise<PublicKey[]> {
  if (sources.length === 0) return [];
  const { loadPublicKey } = await import("../../host/keys.ts");
  return Promise.all(sources.map((source) => loadPublicKey(source, hostPlatform)));
}

/** @throws GaitError `invalid_input` for `--profile strict` without a key, for a bad limit and for an invalid key */
export async function trustOf(call: Call): Promise<VerifyOptions> {
  const limits = limitsOf(call);
  const publicSources = publicKeySources(call);
  const privateSource = privateKeySource(call);
  if (publicSources.length > 0 && privateSource !== undefined) {
    throw new GaitError("invalid_input", "a public key and a private key are both given", {
      hint: "Give only the public keys.",
    });
  }
  const keys = await loadPublicKeys(publicSources);
  if (privateSource !== undefined) {
    const { loadPrivateKey } = await import("../../host/keys.ts");
    keys.push((await loadPrivateKey(privateSource, hostPlatform)).signer.publicKey);
  }
  const strict = call.option("--profile") === "strict";
  if (strict && keys.length === 0) {
    throw new GaitError("invalid_input", "--profile strict needs a key to verify with", {
      hint: "Give the producer's public key with --public-key FILE.",
    });
  }
  const requireSignature = strict || call.has("--require-signature");
  return { platform: hostPlatform, keys, requireSignature, limits };
}
