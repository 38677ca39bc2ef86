/**
 * SSHSIG: OpenSSH's PROTOCOL.sshsig, as `ssh-keygen -Y sign` writes it. Stricter than OpenSSH in one place: `reserved` must
 * be empty, because OpenSSH ignores it, so that nothing vouches for what it holds.
 */
import { decodeBase64, encodeBase64 } from "../../bytes/encoding.ts";
import { GaitError } from "../../finding/error.ts";
import type { Hashing } from "../../signature/digest.ts";
import { sshBlobOf, type VerificationKey } from "../key/public.ts";
import { sshBlobKey } from "../key/read-public.ts";
import { joined, SshReader, sameBytes, sshPositive, sshString, uint32 } from "../key/ssh-wire.ts";
import { ecdsaDer, ecdsaRaw } from "../key/verify-signature.ts";
import {
  malformed,
  type ReadableSignature,
  type Unplaced,
  type UnreadableSignature,
  unsupported,
} from "./countersignature.ts";

const BEGIN = "-----BEGIN SSH SIGNATURE-----";
const END = "-----END SSH SIGNATURE-----";
const MAGIC = new TextEncoder().encode("SSHSIG");

export function isSshsig(text: string): boolean {
  return text.includes(BEGIN);
}

/** @param text the whole file: the armour is all that may be in it */
export function readSshsig(
  text: string,
  platform: Hashing,
): Unplaced<ReadableSignature> | Unplaced<UnreadableSignature> {
  const bad = (note: string) => malformed("sshsig", note);
  if (!text.startsWith(BEGIN)) return bad("there is text before the armour");
  const [, armour = ""] =
    /^-----BEGIN SSH SIGNATURE-----\r?\n([A-Za-z0-9+/=\r\n]*)-----END SSH SIGNATURE-----[\r\n]*$/.exec(text) ?? [];
  const blob = decodeBase64(armour.replaceAll(/[\r\n]/g, ""));
  if (armour === "" || blob === undefined) return bad("the armour is damaged");
  const reader = new SshReader(blob);
  if (!sameBytes(reader.take(MAGIC.length) ?? new Uint8Array(0), MAGIC)) return bad("it does not begin with SSHSIG");
  const version = reader.uint32();
  if (version === undefined) return bad("it is cut off");
  if (version !== 1) return { ...unsupported("sshsig", `version ${version} is unknown here`), isFault: true };
  const [keyBlob, namespace, reserved, hash, signature] = [
    reader.string(),
    reader.name(),
    reader.string(),
    reader.name(),
    reader.string(),
  ];
  if (keyBlob === undefined || reserved === undefined || signature === undefined || !reader.isAtEnd)
    return bad("it is cut off, or longer than it says");
  if (namespace === undefined || namespace === "") return bad("its namespace is empty or no plain text");
  if (reserved.length > 0)
    return bad("its reserved field is filled; OpenSSH ignores that, so that nothing vouches for it");
  if (hash !== "sha256" && hash !== "sha512") return bad("its hash is neither sha256 nor sha512");
  let key: VerificationKey;
  try {
    key = sshBlobKey(keyBlob, platform);
  } catch (error) {
    if (!(error instanceof GaitError)) throw error;
    const note = `its key ${error.message.replace(/^this public key /, "")}`;
    return note.includes("damaged") || note.includes("refused") ? bad(note) : unsupported("sshsig", note);
  }
  const raw = sshRawSignature(signature, key);
  if (raw === undefined) return bad("the signature in it is damaged, or of another kind than the key");
  return {
    ...{ format: "sshsig", hint: { kind: "key", id: key.id }, key, namespace, tokens: [], signature: raw },
    signed: { digest: hash, messageOf: (digest) => signedData(namespace, hash, digest) },
  };
}

/** The signature in SSH's form, as Ed25519's 64 bytes or as DER; `undefined` for one of another kind than the key. */
export function sshRawSignature(
  blob: Uint8Array,
  { algorithm }: Pick<VerificationKey, "algorithm">,
): Uint8Array | undefined {
  const reader = new SshReader(blob);
  const type = reader.name();
  const body = reader.string();
  if (body === undefined || !reader.isAtEnd) return undefined;
  if (algorithm === "ed25519") return type === "ssh-ed25519" && body.length === 64 ? body : undefined;
  const numbers = new SshReader(body);
  const [r, s] = [numbers.positive(32), numbers.positive(32)];
  if (type !== "ecdsa-sha2-nistp256" || r === undefined || s === undefined || !numbers.isAtEnd) return undefined;
  return ecdsaDer(joined(r, s));
}

/** What is signed: it starts with SSHSIG, so that it is never a login request or a DSSE message. */
function signedData(namespace: string, hash: "sha256" | "sha512", digest: Uint8Array): Uint8Array {
  return joined(MAGIC, sshString(namespace), sshString(""), sshString(hash), sshString(digest));
}

/** The bytes to sign for a file, by the default of `ssh-keygen`: SHA-512. */
export function sshsigMessage(namespace: string, sha512: Uint8Array): Uint8Array {
  return signedData(namespace, "sha512", sha512);
}

/** The SSH form of a signature: Ed25519 of 64 bytes, ECDSA of DER. */
export function sshSignatureBlob({ algorithm }: Pick<VerificationKey, "algorithm">, signature: Uint8Array): Uint8Array {
  if (algorithm === "ed25519") return joined(sshString("ssh-ed25519"), sshString(signature));
  const raw = ecdsaRaw(signature);
  if (raw === undefined) throw new GaitError("internal", "an ECDSA signature is not DER");
  const numbers = joined(sshPositive(raw.subarray(0, 32)), sshPositive(raw.subarray(32)));
  return joined(sshString("ecdsa-sha2-nistp256"), sshString(numbers));
}

/** The file, with the bytes that `ssh-keygen -Y sign` writes. `blob`: `sshSignatureBlob`, or what an agent answers. */
export function writeSshsig(key: VerificationKey, namespace: string, blob: Uint8Array): string {
  const content = [
    uint32(1),
    sshString(sshBlobOf(key)),
    sshString(namespace),
    sshString(""),
    sshString("sha512"),
    sshString(blob),
  ];
  const lines = encodeBase64(joined(MAGIC, ...content)).match(/.{1,70}/g) ?? [];
  return `${[BEGIN, ...lines, END].join("\n")}\n`;
}
