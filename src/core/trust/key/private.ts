/**
 * A private key that signs beside a pack: contract base64, PKCS#8 (Ed25519, P-256), OpenSSH without a passphrase. No message
 * holds a byte of a key.
 */
import { GaitError } from "../../finding/error.ts";
import type { Hashing } from "../../signature/digest.ts";
import { type DerivePublicKey, describeKeySource, parsePrivateKey } from "../../signature/key.ts";
import { DER, derElements, parsePem, trimKeyText } from "../../signature/pem.ts";
import { ed25519Key, p256Key, type VerificationKey } from "./public.ts";
import { SshReader, sameBytes } from "./ssh-wire.ts";

/** Signs without exposing its private key. */
export interface PackSigner {
  readonly publicKey: VerificationKey;
  /** Ed25519: 64 bytes; P-256: DER. */
  sign(message: Uint8Array): Promise<Uint8Array>;
}

export type PrivateKeyBytes =
  | { readonly algorithm: "ed25519"; readonly seed: Uint8Array; readonly publicKey: VerificationKey }
  /** As PKCS#8 in DER, or as the number with its point. */
  | { readonly algorithm: "p256"; readonly pkcs8: Uint8Array }
  | { readonly algorithm: "p256"; readonly scalar: Uint8Array; readonly publicKey: VerificationKey };

const USE_AGENT =
  "Keep it so, and sign with --ssh-agent (after `ssh-add FILE`), or with `ssh-keygen -Y sign -n file -f FILE PACK` and --add.";

/**
 * @param source `path:<path>` or `env:<variable>`
 * @throws GaitError `invalid_key`
 */
export async function readPrivateKey(
  text: string,
  derive: DerivePublicKey,
  platform: Hashing,
  source: string,
): Promise<PrivateKeyBytes> {
  const trimmed = trimKeyText(text);
  const refused = (what: string, hint?: string) =>
    new GaitError("invalid_key", `${describeKeySource(source)} ${what}`, hint === undefined ? {} : { hint });
  if (/^untrusted comment:/i.test(trimmed)) {
    throw refused(
      "is a minisign or signify key",
      "Sign with `minisign -S -m PACK`, which puts PACK.minisig beside it.",
    );
  }
  if (trimmed.startsWith("{")) {
    throw refused("is a JWK: a private key is not read from one", "Give it as PKCS #8 in PEM, or as OpenSSH's key.");
  }
  const block = trimmed.startsWith("-----") ? parsePem(trimmed) : undefined;
  if (block?.label === "OPENSSH PRIVATE KEY") return opensshKey(block.der, derive, platform, refused);
  if (block?.label === "PRIVATE KEY" && block.der !== undefined && isP256(block.der)) {
    return { algorithm: "p256", pkcs8: block.der };
  }
  if (block?.label === "EC PRIVATE KEY") {
    throw refused("is in the older form of SEC 1", "Convert it: `openssl pkcs8 -topk8 -nocrypt -in FILE -out NEW`.");
  }
  const { seed, publicKey } = await parsePrivateKey(text, derive, platform, source);
  return { algorithm: "ed25519", seed, publicKey: ed25519Key(platform, publicKey.bytes) };
}

/** id-ecPublicKey with prime256v1 (RFC 5480), as the algorithm of a OneAsymmetricKey (RFC 5958). */
function isP256(der: Uint8Array): boolean {
  const [outer] = derElements(der) ?? [];
  const [, algorithm] = (outer?.tag === DER.sequence && derElements(outer.body)) || [];
  const [name, curve] = (algorithm?.tag === DER.sequence && derElements(algorithm.body)) || [];
  return name?.body.join() === "42,134,72,206,61,2,1" && curve?.body.join() === "42,134,72,206,61,3,1,7";
}

const MAGIC = new TextEncoder().encode("openssh-key-v1\0");

/** `openssh-key-v1` (OpenSSH's PROTOCOL.key), one key, without a passphrase. */
async function opensshKey(
  der: Uint8Array | undefined,
  derive: DerivePublicKey,
  platform: Hashing,
  refused: (what: string, hint?: string) => GaitError,
): Promise<PrivateKeyBytes> {
  const damaged = () => refused("is an OpenSSH private key whose content is damaged");
  const outer = new SshReader(der ?? new Uint8Array(0));
  if (!sameBytes(outer.take(MAGIC.length) ?? new Uint8Array(0), MAGIC)) throw damaged();
  const [cipher, kdf, options, count] = [outer.name(), outer.name(), outer.string(), outer.uint32()];
  if (cipher !== "none" || kdf !== "none") {
    if (cipher === undefined || kdf === undefined) throw damaged();
    throw refused("is an OpenSSH private key with a passphrase", USE_AGENT);
  }
  const [, section] = [outer.string(), outer.string()];
  if (options?.length !== 0 || count !== 1 || section === undefined || !outer.isAtEnd) throw damaged();
  const inner = new SshReader(section);
  const [first, second, type] = [inner.uint32(), inner.uint32(), inner.name()];
  if (first === undefined || first !== second) throw damaged();
  if (type === "ssh-ed25519") {
    const [bytes, halves, comment] = [inner.string(), inner.string(), inner.string()];
    if (bytes === undefined || halves?.length !== 64 || comment === undefined || !isPadding(inner)) throw damaged();
    const seed = halves.slice(0, 32);
    const derived = await derive(seed);
    // If a stored public half were trusted, the key id could name one key and the signature come from another.
    if (!sameBytes(derived, bytes) || !sameBytes(derived, halves.subarray(32))) {
      throw refused("has a public half that does not match its private half");
    }
    return { algorithm: "ed25519", seed, publicKey: ed25519Key(platform, derived) };
  }
  if (type === "ecdsa-sha2-nistp256") {
    const [curve, point, scalar, comment] = [inner.name(), inner.string(), inner.positive(32), inner.string()];
    if (curve !== "nistp256" || point === undefined || scalar === undefined || comment === undefined) throw damaged();
    if (!isPadding(inner)) throw damaged();
    return { algorithm: "p256", scalar, publicKey: p256Key(platform, point) };
  }
  throw refused(
    `is an OpenSSH key of another kind (${type ?? "unknown"}), and Ed25519 or ECDSA P-256 sign packs`,
    "Make one with `ssh-keygen -t ed25519`.",
  );
}

/** The rest of the section: 1, 2, 3, … up to a multiple of the cipher's block. */
function isPadding(reader: SshReader): boolean {
  for (let expected = 1; !reader.isAtEnd; expected += 1) {
    if (expected > 255 || reader.take(1)?.[0] !== expected) return false;
  }
  return true;
}
