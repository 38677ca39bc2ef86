/** The key that a writing command signs with (contract 5). */
import { encodeBase64 } from "../../core/bytes/encoding.ts";
import { GaitError } from "../../core/finding/error.ts";
import type { Signer } from "../../core/signature/signature.ts";
import { generateKeyPair, loadPrivateKey } from "../../host/keys.ts";
import { hostPlatform } from "../../host/platform/bun.ts";
import { createSigner } from "../../host/platform/ed25519-native.ts";
import type { Call } from "../command/command.ts";
import { privateKeySource } from "./keys.ts";

export interface Signing {
  /** Absent: unsigned. */
  readonly signer?: Signer;
  /** base64 of a throw-away key's public half; without it the signature could never be verified. */
  readonly publicKey?: string;
  readonly warnings: readonly string[];
}

/** @throws GaitError `invalid_input` for a conflicting mode and key, and for an invalid key */
export async function signingOf(call: Call): Promise<Signing> {
  const source = privateKeySource(call);
  const mode = call.option("--key-mode") ?? (source === undefined ? "none" : "prod");
  if (mode === "prod") {
    if (source !== undefined) {
      const { signer, warning } = await loadPrivateKey(source, hostPlatform);
      return { signer, warnings: warning === undefined ? [] : [warning] };
    }
    throw new GaitError("invalid_input", "--key-mode prod needs a private key", {
      hint: "Give one with --private-key FILE or --private-key-env VAR.",
    });
  }
  if (source !== undefined) {
    throw new GaitError("invalid_input", `--key-mode ${mode} and a private key are both given`, {
      hint: "Leave one of them out.",
    });
  }
  if (mode === "none") return { warnings: [] };
  const pair = await generateKeyPair(hostPlatform);
  return {
    signer: await createSigner(pair.seed, hostPlatform),
    publicKey: encodeBase64(pair.publicKey.bytes),
    warnings: ["signed with a throw-away key (--key-mode dev): it identifies nobody, and its private half is gone"],
  };
}
