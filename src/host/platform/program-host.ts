/** What the npm library has of the program that it runs in, in Node and in Bun: its machine, its clock, and a signer. */
import { createPrivateKey, createPublicKey, type KeyObject, sign } from "node:crypto";
import type { LibraryHost } from "../../core/recorder/options.ts";
import { publicKeyOf } from "../../core/signature/signature.ts";
import { PKCS8_PREFIX } from "./ed25519-native.ts";
import { machineInGoNaming } from "./machine.ts";

/** @param runtime with its version: `node/20.12.0` */
export function programHost(runtime: string): LibraryHost {
  return {
    now: () => new Date().toISOString(),
    env: { ...machineInGoNaming(), runtime },
    derivePublicKey: async (seed) => publicBytes(privateKeyOf(seed)),
    async createSigner(seed, platform) {
      const key = privateKeyOf(seed);
      // Node's WebCrypto has Ed25519 too, and warns on each program's standard error that it is experimental.
      return { publicKey: publicKeyOf(platform, publicBytes(key)), sign: async (message) => sign(null, message, key) };
    },
  };
}

function privateKeyOf(seed: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.from([...PKCS8_PREFIX, ...seed]), format: "der", type: "pkcs8" });
}

function publicBytes(key: KeyObject): Uint8Array {
  return Uint8Array.from(createPublicKey(key).export({ format: "der", type: "spki" }).subarray(-32));
}
