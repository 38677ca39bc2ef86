/** The options of a verifying command: the keys to trust, whether a signature is required, the limits. */
import { GaitError } from "../../core/finding/error.ts";
import type { PublicKey } from "../../core/signature/signature.ts";
import type { KeySource } from "../../host/keys.ts";
import type { FileOptions } from "../../host/packs/artifact-file.ts";
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

/**
 * The keys of `KEYED_FLAGS`: the public ones, or the public half of the private one.
 * @throws GaitError `invalid_input` where both are given, and what is wrong with a key
 */
export async function verifyingKeysOf(call: Call): Promise<PublicKey[]> {
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
  return keys;
}

/**
 * @throws GaitError `invalid_input` for `--profile strict` without a key or trust file, for a bad limit and for both;
 * `invalid_key`, `invalid_trust`
 */
export async function trustOf(call: Call): Promise<FileOptions> {
  const limits = limitsOf(call);
  const trustFile = call.option("--trust");
  if (trustFile !== undefined) return { ...(await withTrustFile(call, trustFile)), limits };
  for (const flag of TRUST_ONLY) {
    if (!call.has(flag)) continue;
    throw new GaitError("invalid_input", `${flag} is given without --trust`, {
      hint: "Give the trust file too: --trust FILE.",
    });
  }
  const keys = await verifyingKeysOf(call);
  const strict = call.option("--profile") === "strict";
  if (strict && keys.length === 0) {
    throw new GaitError("invalid_input", "--profile strict needs a key to verify with", {
      hint: "Give the producer's public key with --public-key FILE, or a trust file with --trust FILE.",
    });
  }
  const requireSignature = strict || call.has("--require-signature");
  return { platform: hostPlatform, keys, requireSignature, limits };
}

/** Flags that mean nothing without a trust file. */
const TRUST_ONLY = ["--bundle", "--at", "--trust-sha256", "--revoked"] as const;

/** A trust file names the keys, and asks for more than `--require-signature` does. */
async function withTrustFile(call: Call, path: string): Promise<FileOptions> {
  if (publicKeySources(call).length > 0 || privateKeySource(call) !== undefined) {
    throw new GaitError("invalid_input", "a trust file and a key are both given", {
      hint: "Give only the trust file: it names the keys.",
    });
  }
  const { policyOf } = await import("./policy.ts");
  return { platform: hostPlatform, keys: [], requireSignature: false, trust: await policyOf(call, path) };
}
