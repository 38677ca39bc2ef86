/** How a signature is made: with a key in a file, by the agent, by a command, or elsewhere in two steps. */
import { GaitError } from "../../../../core/finding/error.ts";
import { preAuthentication, readPreAuthentication } from "../../../../core/trust/format/dsse.ts";
import { givenSignature } from "../../../../core/trust/format/given-signature.ts";
import { sshRawSignature } from "../../../../core/trust/format/sshsig.ts";
import type { VerificationKey } from "../../../../core/trust/key/public.ts";
import { verifySignature } from "../../../../core/trust/key/verify-signature.ts";
import { readInput } from "../../../../host/files/input.ts";
import { loadPackSigner, loadVerificationKey } from "../../../../host/pack-signer.ts";
import { hostPlatform } from "../../../../host/platform/bun.ts";
import { runSigner } from "../../../../host/signing/signer-command.ts";
import { sshAgent } from "../../../../host/signing/ssh-agent.ts";
import type { Call, Flag } from "../../../command/command.ts";
import { privateKeySource } from "../../../flags/keys.ts";

export type SigningWay = "private key" | "agent" | "command" | "to sign" | "signed" | "add";

const FLAGS: readonly (readonly [flag: Flag, way: SigningWay])[] = [
  ["--private-key", "private key"],
  ["--private-key-env", "private key"],
  ["--ssh-agent", "agent"],
  ["--signer", "command"],
  ["--to-sign", "to sign"],
  ["--signed", "signed"],
  ["--add", "add"],
];

/** @throws GaitError `invalid_input` unless the flags say exactly one way */
export function wayOf(call: Call, verb: "sign" | "attest"): SigningWay {
  const given = FLAGS.filter(([flag]) => (verb === "sign" || flag !== "--add") && call.has(flag));
  const ways = new Set(given.map(([, way]) => way));
  const [way] = ways;
  if (way === undefined || ways.size > 1) {
    const what =
      way === undefined
        ? "nothing says how to sign"
        : `${given.map(([flag]) => flag).join(" and ")} are given, and only one way can be`;
    throw new GaitError("invalid_input", what, {
      hint: "Give --private-key FILE, --ssh-agent, --signer COMMAND, --to-sign FILE, or --signed FILE with --signature FILE.",
    });
  }
  if (call.has("--signature") !== (way === "signed")) {
    throw new GaitError("invalid_input", "--signed and --signature belong together", {
      hint: "Give both: the bytes, and their signature.",
    });
  }
  if (way === "private key" && call.has("--public-key")) {
    throw new GaitError("invalid_input", "a public key and a private key are both given", {
      hint: "Give only the private key.",
    });
  }
  return way;
}

export interface MadeSignature {
  readonly key: VerificationKey;
  /** Ed25519: 64 bytes; ECDSA: DER. */
  readonly signature: Uint8Array;
  readonly warnings: readonly string[];
}

/** Signs a message at once. @throws GaitError `invalid_key`, `invalid_signature`, `invalid_input` */
export async function signMessage(call: Call, way: SigningWay, message: Uint8Array): Promise<MadeSignature> {
  switch (way) {
    case "private key":
      return withFileKey(call, message);
    case "agent":
      return withAgent(call, message);
    case "command":
      return withCommand(call, message);
    default:
      throw new GaitError("internal", `${way} signs nothing at once`);
  }
}

async function withFileKey(call: Call, message: Uint8Array): Promise<MadeSignature> {
  const source = privateKeySource(call);
  if (source === undefined) throw new GaitError("invalid_input", "no private key is given");
  const { signer, warning } = await loadPackSigner(source, hostPlatform);
  const signature = await signer.sign(message);
  await assertVerifies(signer.publicKey, signature, message);
  return { key: signer.publicKey, signature, warnings: warning === undefined ? [] : [warning] };
}

async function withAgent(call: Call, message: Uint8Array): Promise<MadeSignature> {
  const agent = sshAgent(call.env["SSH_AUTH_SOCK"], hostPlatform);
  const wanted = call.has("--public-key") ? await publicKeyFor(call) : undefined;
  const keys = await agent.keys();
  const fitting = wanted === undefined ? keys : keys.filter(({ id }) => id === wanted.id);
  const [key, ...others] = fitting;
  if (key === undefined) {
    const what = wanted === undefined ? "no Ed25519 or ECDSA P-256 key" : "not the key of --public-key";
    throw new GaitError("invalid_key", `the ssh-agent has ${what}`, {
      hint: "`ssh-add -l` lists its keys; `ssh-add FILE` adds one.",
    });
  }
  if (others.length > 0) {
    throw new GaitError("invalid_input", `the ssh-agent has ${fitting.length} keys that can sign packs`, {
      hint: "Name one with --public-key FILE.pub.",
    });
  }
  const blob = await agent.sign(key, message);
  const signature = sshRawSignature(blob, key);
  if (signature === undefined)
    throw new GaitError("invalid_signature", "the ssh-agent gave a signature of another kind than the key");
  await assertVerifies(key, signature, message);
  return { key, signature, warnings: [] };
}

async function withCommand(call: Call, message: Uint8Array): Promise<MadeSignature> {
  const key = await publicKeyFor(call);
  const given = await runSigner(call.option("--signer") ?? "", message);
  const signature = await givenSignature(given, key, message, hostPlatform);
  if (signature !== undefined) return { key, signature, warnings: [] };
  throw new GaitError("invalid_signature", "what the signer wrote does not verify with the public key", {
    hint: "It has to sign the bytes on its stdin as they are: Ed25519, or ECDSA P-256 with SHA-256.",
  });
}

/** The public half that --signer, --to-sign and --signed need. */
export async function publicKeyFor(call: Call): Promise<VerificationKey> {
  const path = call.option("--public-key");
  if (path !== undefined) return loadVerificationKey({ path }, hostPlatform);
  throw new GaitError("invalid_input", "--public-key is missing", {
    hint: "Give the public half of the key that signs.",
  });
}

/** What --signed and --signature bring back: the payload that was signed, and its signature. */
export async function broughtBack(call: Call): Promise<MadeSignature & { readonly payload: Uint8Array }> {
  const key = await publicKeyFor(call);
  const signed = await readInput(call.option("--signed") ?? "", { limit: MAX_SIGNED_BYTES });
  const payload = readPreAuthentication(signed);
  if (payload === undefined) {
    throw new GaitError("invalid_signature", "the file of --signed is not what --to-sign wrote", {
      hint: "Give that file as it is.",
    });
  }
  const given = await readInput(call.option("--signature") ?? "", { limit: MAX_SIGNATURE_BYTES });
  const signature = await givenSignature(given, key, preAuthentication(payload), hostPlatform);
  if (signature !== undefined) return { key, payload, signature, warnings: [] };
  throw new GaitError(
    "invalid_signature",
    "the signature does not verify with the public key over what was to be signed",
    {
      hint: "Sign the file of --to-sign as it is: Ed25519 (pure), or ECDSA P-256 with SHA-256; raw, r||s, DER or base64.",
    },
  );
}

const MAX_SIGNED_BYTES = 16 * 1024 * 1024;
const MAX_SIGNATURE_BYTES = 64 * 1024;

async function assertVerifies(key: VerificationKey, signature: Uint8Array, message: Uint8Array): Promise<void> {
  if (await verifySignature(key, signature, message, hostPlatform)) return;
  throw new GaitError("invalid_signature", "the signature just made does not verify with its public key", {
    hint: "The key is damaged, or the agent signed something else: use a different key.",
  });
}
