/**
 * A public key in any form of contract 11.2. What signs no packs is refused by its name, with the next step; a private key
 * is refused, and no message holds a part of any key.
 */
import { decodeBase64 } from "../../bytes/encoding.ts";
import { GaitError } from "../../finding/error.ts";
import type { Hashing } from "../../signature/digest.ts";
import { DER, derElements, parsePem, trimKeyText } from "../../signature/pem.ts";
import { readJwk } from "./jwk.ts";
import { ed25519Key, p256Key, type VerificationKey } from "./public.ts";
import { SshReader } from "./ssh-wire.ts";

/**
 * @param where what the message begins with: `the key file a.pub`, or a JSON path
 * @throws GaitError `invalid_key`
 */
export function readPublicKey(text: string, platform: Hashing, where: string): VerificationKey {
  try {
    return keyOf(trimKeyText(text), platform);
  } catch (error) {
    if (!(error instanceof GaitError)) throw error;
    const told = error.message.startsWith("this public key")
      ? error.message.replace("this public key ", "")
      : error.message;
    throw new GaitError("invalid_key", `${where} ${told}`, error.hint === undefined ? {} : { hint: error.hint });
  }
}

const FORMS =
  "A public key is an OpenSSH line, PEM (BEGIN PUBLIC KEY), a minisign or signify key, a JWK, or base64 as written by " +
  "`gait keys init`; Ed25519 or ECDSA P-256.";
const GET_PUBLIC =
  "Give the public half: `gait keys show FILE` writes its names, `openssl pkey -in FILE -pubout` or FILE.pub has it.";
const OTHER_KEY =
  "Make an Ed25519 key (`gait keys init`, `ssh-keygen -t ed25519`) or an ECDSA P-256 key, which KMS and smart cards have.";

export function refusedKey(what: string, hint: string = FORMS): GaitError {
  return new GaitError("invalid_key", what, { hint });
}

function keyOf(text: string, platform: Hashing): VerificationKey {
  if (text === "") throw refusedKey("the key is empty");
  if (text.startsWith("-----") || text.startsWith("---- ")) return pemKey(text, platform);
  if (text.startsWith("{")) return readJwk(text, platform);
  if (/^untrusted comment:/i.test(text)) return commentedKey(text, platform);
  if (/^(?:ssh-|ecdsa-|sk-)/.test(text)) return sshKey(text, platform);
  return base64Key(text, platform);
}

/** PEM labels that are no usable public keys. */
const OTHER_LABELS: Readonly<Record<string, readonly [what: string, hint: string]>> = {
  "RSA PUBLIC KEY": ["is an RSA key, and RSA signs no packs", OTHER_KEY],
  CERTIFICATE: ["is a certificate, not a key", "Extract its key: `openssl x509 -in FILE -noout -pubkey`."],
  "PGP PUBLIC KEY BLOCK": ["is a PGP key, and PGP signs no packs", OTHER_KEY],
};

function pemKey(text: string, platform: Hashing): VerificationKey {
  const label = /^-----BEGIN ([A-Z0-9 ]{1,64})-----/.exec(text)?.[1] ?? "";
  if (label.includes("PRIVATE KEY")) throw refusedKey("is a private key, but a public key is needed", GET_PUBLIC);
  if (text.startsWith("---- BEGIN SSH2 PUBLIC KEY")) {
    throw refusedKey("is a key in the form of RFC 4716", "Convert it: `ssh-keygen -i -f FILE`.");
  }
  const other = OTHER_LABELS[label];
  if (other !== undefined) throw refusedKey(...other);
  const block = parsePem(text);
  if (block === undefined || label !== "PUBLIC KEY") throw refusedKey("is not exactly one PEM public key");
  return spkiKey(block.der, platform);
}

const OID = {
  ed25519: "43,101,112",
  ecPublicKey: "42,134,72,206,61,2,1",
  p256: "42,134,72,206,61,3,1,7",
} as const;

/** Algorithms and curves that sign no packs, by the body of their object identifier. */
const OTHER_ALGORITHMS: Readonly<Record<string, string>> = {
  "42,134,72,134,247,13,1,1,1": "an RSA key, and RSA signs no packs",
  "42,134,72,134,247,13,1,1,10": "an RSA-PSS key, and RSA signs no packs",
  "42,134,72,206,56,4,1": "a DSA key, and DSA signs no packs",
  "43,129,4,0,34": "an ECDSA key on P-384, and P-384 signs no packs: tools differ in the digest",
  "43,129,4,0,35": "an ECDSA key on P-521, and P-521 signs no packs",
  "43,129,4,0,10": "an ECDSA key on secp256k1, which signs no packs",
  "43,101,110": "an X25519 key, which can't sign",
  "43,101,111": "an X448 key, which can't sign",
  "43,101,113": "an Ed448 key, and Ed448 signs no packs",
};

/** SubjectPublicKeyInfo (RFC 5280 section 4.1) of Ed25519 (RFC 8410) or of a named curve (RFC 5480). */
function spkiKey(der: Uint8Array | undefined, platform: Hashing): VerificationKey {
  const outer = der === undefined ? undefined : derElements(der);
  const [algorithm, bits, ...rest] =
    (outer?.length === 1 && outer[0]?.tag === DER.sequence && derElements(outer[0].body)) || [];
  const [name, parameters, ...more] = (algorithm?.tag === DER.sequence && derElements(algorithm.body)) || [];
  const id = name?.tag === DER.objectIdentifier ? name.body.join() : "";
  const curve = parameters?.tag === DER.objectIdentifier ? parameters.body.join() : "";
  const known = OTHER_ALGORITHMS[id === OID.ecPublicKey ? curve : id];
  if (known !== undefined) throw refusedKey(`is ${known}`, OTHER_KEY);
  const key = bits?.tag === DER.bitString && bits.body[0] === 0 ? bits.body.subarray(1) : undefined;
  const isWhole = key !== undefined && rest.length === 0 && more.length === 0;
  if (isWhole && id === OID.ed25519 && parameters === undefined) return ed25519Key(platform, key);
  if (isWhole && id === OID.ecPublicKey && curve === OID.p256) return p256Key(platform, key);
  throw refusedKey("is PEM whose content is damaged, or a key of another algorithm");
}

const OTHER_SSH: readonly (readonly [start: RegExp, what: string])[] = [
  [/^[a-z0-9-]+-cert-v01@openssh\.com/, "is an OpenSSH certificate, not a key"],
  [/^sk-/, "is a key of a FIDO device (sk-ssh), which signs no packs yet"],
  [/^ssh-rsa/, "is an RSA key, and RSA signs no packs"],
  [/^ssh-dss/, "is a DSA key, and DSA signs no packs"],
  [
    /^ecdsa-sha2-nistp(?:384|521)/,
    "is an ECDSA key on P-384 or P-521, which sign no packs: tools differ in the digest",
  ],
];

/** One line as in `id_ed25519.pub`: type, base64, comment. */
function sshKey(text: string, platform: Hashing): VerificationKey {
  for (const [start, what] of OTHER_SSH) if (start.test(text)) throw refusedKey(what, OTHER_KEY);
  const [, type, base64] =
    /^(ssh-ed25519|ecdsa-sha2-nistp256)[ \t]+([A-Za-z0-9+/]+=*)(?:[ \t][^\r\n]*)?$/.exec(text) ?? [];
  const blob = base64 === undefined ? undefined : decodeBase64(base64);
  if (type === undefined || blob === undefined) throw refusedKey("is not one OpenSSH public key line");
  return sshBlobKey(blob, platform, type);
}

/**
 * The key in the bytes of an OpenSSH line or of an SSHSIG. `type`: the one that the line states.
 * @throws GaitError `invalid_key`, whose message says which kind it is
 */
export function sshBlobKey(blob: Uint8Array, platform: Hashing, type?: string): VerificationKey {
  const reader = new SshReader(blob);
  const stated = reader.name() ?? "";
  for (const [start, what] of OTHER_SSH) if (start.test(stated)) throw refusedKey(what, OTHER_KEY);
  const curve = stated === "ecdsa-sha2-nistp256" ? reader.name() : "nistp256";
  const bytes = reader.string();
  const isWhole =
    bytes !== undefined && reader.isAtEnd && curve === "nistp256" && (type === undefined || type === stated);
  if (isWhole && stated === "ssh-ed25519") return ed25519Key(platform, bytes);
  if (isWhole && stated === "ecdsa-sha2-nistp256") return p256Key(platform, bytes);
  throw refusedKey("is an OpenSSH key whose content is damaged");
}

/** minisign and signify: a comment line, then base64. */
function commentedKey(text: string, platform: Hashing): VerificationKey {
  const [, base64, ...more] = text.split(/\r?\n/);
  if (base64 === undefined || more.length > 0) throw refusedKey("is not a minisign or signify key of two lines");
  return base64Key(base64.trim(), platform);
}

function base64Key(text: string, platform: Hashing): VerificationKey {
  const bytes = decodeBase64(text);
  if (bytes === undefined) throw refusedKey("is no public key in a form that is known here");
  const isMinisign = bytes[0] === 0x45 && bytes[1] === 0x64;
  if (bytes.length === 32) return ed25519Key(platform, bytes);
  if (bytes.length === 42 && isMinisign) return ed25519Key(platform, bytes.subarray(10), bytes.subarray(2, 10));
  if (bytes.length === 64 || (isMinisign && bytes.length > 42)) {
    throw refusedKey("is a private key, but a public key is needed", GET_PUBLIC);
  }
  throw refusedKey(`is base64 of ${bytes.length} bytes, which no form of a public key has`);
}
