import { describe, expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { encodeBase64, encodeHex } from "../../../src/core/bytes/encoding.ts";
import { GaitError } from "../../../src/core/finding/error.ts";
import {
  parsePrivateKey,
  parsePublicKey,
  serializePrivateKey,
  serializePublicKey,
} from "../../../src/core/signature/key.ts";
import { publicKeyOf } from "../../../src/core/signature/signature.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { createSigner, derivePublicKeyNative } from "../../../src/host/platform/ed25519-native.ts";

const PRIVATE_TEXT = vectorText("test_private.key");
const PUBLIC_TEXT = vectorText("test_public.key");
const SEED = bytesOf(PRIVATE_TEXT).slice(0, 32);
const PUBLIC = bytesOf(PUBLIC_TEXT);
const ID = "b6b093ac23fae057621b7f200a8d374c5c449121073afa09f277b25982cd51b9";

const ED25519 = [0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70];
const SEED_ELEMENT = [0x04, 0x22, 0x04, 0x20, ...SEED];
const PUBLIC_ELEMENT = [0x81, 0x21, 0x00, ...PUBLIC];
const ATTRIBUTES = [0xa0, 0x04, 0x30, 0x02, 0x05, 0x00];
const PKCS8 = sequence([0x02, 0x01, 0x00], ED25519, SEED_ELEMENT);
const SPKI = sequence(ED25519, [0x03, 0x21, 0x00, ...PUBLIC]);

function readPrivate(text: string, source = "path:a.key") {
  return parsePrivateKey(text, derivePublicKeyNative, hostPlatform, source);
}

function readPublic(text: string, source = "path:a.key") {
  return parsePublicKey(text, hostPlatform, source);
}

describe("private keys", () => {
  test.each([
    ["base64 of seed and public half", PRIVATE_TEXT],
    ["no line feed at its end", PRIVATE_TEXT.trim()],
    ["white space around it", ` \t\r\n${PRIVATE_TEXT}\r\n\t `],
    ["a byte order mark before it, as Windows saves", `\ufeff${PRIVATE_TEXT}`],
    ["PKCS#8 as OpenSSL writes it", pem("PRIVATE KEY", PKCS8)],
    ["PKCS#8 with CRLF", pem("PRIVATE KEY", PKCS8).replaceAll("\n", "\r\n")],
    ["PKCS#8 with white space around it", `\n\n ${pem("PRIVATE KEY", PKCS8)}\n`],
    ["PKCS#8 on one line", pem("PRIVATE KEY", PKCS8).replaceAll("\n", "")],
    ["PKCS#8 version 1 with its public key (RFC 8410 section 7)", privatePem([1], PUBLIC_ELEMENT)],
    ["PKCS#8 version 0 with attributes", privatePem([0], ATTRIBUTES)],
    ["PKCS#8 version 1 with both", privatePem([1], ATTRIBUTES, PUBLIC_ELEMENT)],
  ])("taken: %s", async (_rule, text) => {
    const key = await readPrivate(text);
    expect(encodeHex(key.seed)).toBe(encodeHex(SEED));
    expect(key.publicKey).toEqual({ bytes: PUBLIC, id: ID, source: "path:a.key" });
  });

  const otherPublic = bytesOf(vectorText("other_public.key"));
  test.each([
    ["nothing", "", "is empty"],
    ["white space", " \n", "is empty"],
    ["a public key", PUBLIC_TEXT, "which is a public key"],
    ["a public PEM", pem("PUBLIC KEY", SPKI), "is a public key"],
    ["halves of two keys", encodeBase64(Uint8Array.of(...SEED, ...otherPublic)), "does not match its private half"],
    ["halves the wrong way round", encodeBase64(Uint8Array.of(...PUBLIC, ...SEED)), "does not match"],
    ["a public half of zeros", encodeBase64(Uint8Array.of(...SEED, ...new Uint8Array(32))), "does not match"],
    ["63 bytes", encodeBase64(bytesOf(PRIVATE_TEXT).slice(1)), "has 63 bytes"],
    ["65 bytes", encodeBase64(Uint8Array.of(...bytesOf(PRIVATE_TEXT), 0)), "has 65 bytes"],
    ["hexadecimal", encodeHex(bytesOf(PRIVATE_TEXT)), "has 96 bytes"],
    ["no padding", PRIVATE_TEXT.trim().replace(/=+$/, ""), "neither padded standard base64"],
    ["base64url", PRIVATE_TEXT.replaceAll("+", "-").replaceAll("/", "_"), "neither padded standard base64"],
    ["a line feed inside", `${PRIVATE_TEXT.slice(0, 40)}\n${PRIVATE_TEXT.slice(40)}`, "neither padded standard base64"],
    ["a form feed around it", `\f${PRIVATE_TEXT}`, "neither padded standard base64"],
    ["an OpenSSH public key", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIDsK me@here", "OpenSSH"],
    ["an OpenSSH private key", pem("OPENSSH PRIVATE KEY", PKCS8), "OpenSSH"],
    ["an encrypted key", pem("ENCRYPTED PRIVATE KEY", PKCS8), "encrypted"],
    ["an RSA key, PKCS#1", pem("RSA PRIVATE KEY", PKCS8), "RSA"],
    ["an RSA key, PKCS#8", privatePemOf("06092a864886f70d0101010500"), "RSA"],
    ["an elliptic curve key, SEC 1", pem("EC PRIVATE KEY", PKCS8), "ECDSA"],
    ["an elliptic curve key, PKCS#8", privatePemOf("06072a8648ce3d020106082a8648ce3d030107"), "ECDSA"],
    ["an X25519 key", privatePemOf("06032b656e"), "X25519"],
    ["an Ed448 key", privatePemOf("06032b6571"), "Ed448"],
    ["another algorithm", privatePemOf("06032b0102"), "another algorithm"],
    ["a certificate", pem("CERTIFICATE", PKCS8), "certificate"],
    ["something else in PEM", pem("X509 CRL", PKCS8), "not a usable key"],
    ["two PEM blocks", pem("PRIVATE KEY", PKCS8).repeat(2), "not exactly one PEM block"],
    ["a PEM block with text after it", `${pem("PRIVATE KEY", PKCS8)}# mine`, "not exactly one PEM block"],
    ["a PEM block without an end", pem("PRIVATE KEY", PKCS8).split("-----END")[0] ?? "", "not exactly one PEM block"],
    [
      "a PEM block with another block's end",
      pem("PRIVATE KEY", PKCS8).replace("END PRIVATE", "END PUBLIC"),
      "not exactly one PEM block",
    ],
    [
      "a PEM header line",
      pem("PRIVATE KEY", PKCS8).replace("\n", "\nProc-Type: 4,ENCRYPTED\n"),
      "not exactly one PEM block",
    ],
    ["an empty PEM block", pem("PRIVATE KEY", []), "damaged"],
    ["PEM that is not base64", "-----BEGIN PRIVATE KEY-----\n????\n-----END PRIVATE KEY-----\n", "damaged"],
    ["bytes after the sequence", pem("PRIVATE KEY", [...PKCS8, 0]), "damaged"],
    ["a truncated sequence", pem("PRIVATE KEY", PKCS8.slice(0, -1)), "damaged"],
    ["an indefinite length", pem("PRIVATE KEY", [0x30, 0x80, ...PKCS8.slice(2), 0, 0]), "damaged"],
    ["a length in more bytes than needed", pem("PRIVATE KEY", [0x30, 0x81, ...PKCS8.slice(1)]), "damaged"],
    ["a length of 4 GB", pem("PRIVATE KEY", [0x30, 0x84, 0xff, 0xff, 0xff, 0xff]), "damaged"],
    ["parameters beside the algorithm", privatePemOf("06032b65700500"), "damaged"],
    ["version 0 with a public key", privatePem([0], PUBLIC_ELEMENT), "damaged"],
    ["version 1 without one", privatePem([1]), "damaged"],
    ["version 2", privatePem([2], PUBLIC_ELEMENT), "damaged"],
    ["a version of two bytes", privatePem([0, 0]), "damaged"],
    [
      "a seed of 31 bytes",
      pem("PRIVATE KEY", sequence([2, 1, 0], ED25519, [4, 33, 4, 31, ...SEED.slice(1)])),
      "damaged",
    ],
    ["an unwrapped seed", pem("PRIVATE KEY", sequence([2, 1, 0], ED25519, [4, 32, ...SEED])), "damaged"],
    ["a public key with unused bits", privatePem([1], [0x81, 0x21, 0x01, ...PUBLIC]), "damaged"],
    ["a public key twice", privatePem([1], PUBLIC_ELEMENT, PUBLIC_ELEMENT), "damaged"],
    ["another key's public half", privatePem([1], [0x81, 0x21, 0x00, ...otherPublic]), "does not match"],
  ])("refused: %s", async (_rule, text, reason) => {
    const error = await readPrivate(text).catch((thrown: unknown) => thrown);
    expectRefusal(error, reason);
    // The public half is not secret; the rest of the text must not be printed.
    expectNothingOf(error, SEED);
  });

  test("the error names the variable that held the key", () => {
    return expect(readPrivate("", "env:MY_KEY")).rejects.toThrow("environment variable MY_KEY");
  });
});

describe("public keys", () => {
  test.each([
    ["base64", PUBLIC_TEXT],
    ["white space around it", `\r\n\t ${PUBLIC_TEXT} `],
    ["SPKI as OpenSSL writes it", pem("PUBLIC KEY", SPKI)],
    ["SPKI with CRLF", pem("PUBLIC KEY", SPKI).replaceAll("\n", "\r\n")],
  ])("taken: %s", (_rule, text) => {
    expect(readPublic(text)).toEqual({ bytes: PUBLIC, id: ID, source: "path:a.key" });
  });

  const smallOrder = new Uint8Array(32);
  test.each([
    ["nothing", "", "is empty"],
    ["a private key", PRIVATE_TEXT, "which is a private key"],
    ["a private PEM", pem("PRIVATE KEY", PKCS8), "is a private key"],
    ["31 bytes", encodeBase64(PUBLIC.slice(1)), "has 31 bytes"],
    ["33 bytes", encodeBase64(Uint8Array.of(...PUBLIC, 0)), "has 33 bytes"],
    ["stray bits in the last digit", PUBLIC_TEXT.replace("FY=", "FZ="), "neither padded standard base64"],
    ["a point of small order", encodeBase64(smallOrder), "small order"],
    ["a point of small order in PEM", pem("PUBLIC KEY", sequence(ED25519, [3, 0x21, 0, ...smallOrder])), "small order"],
    ["a second encoding", encodeBase64(new Uint8Array(32).fill(0xff)), "second encoding"],
    ["not a point", encodeBase64(Uint8Array.of(2, ...new Uint8Array(31))), "not a point of the curve"],
    ["an RSA key", pem("RSA PUBLIC KEY", SPKI), "RSA"],
    ["a certificate", pem("CERTIFICATE", SPKI), "certificate"],
    ["unused bits", pem("PUBLIC KEY", sequence(ED25519, [0x03, 0x21, 0x01, ...PUBLIC])), "damaged"],
    ["a key of 31 bytes", pem("PUBLIC KEY", sequence(ED25519, [0x03, 0x20, 0x00, ...PUBLIC.slice(1)])), "damaged"],
    ["something after the key", pem("PUBLIC KEY", sequence(ED25519, [3, 0x21, 0, ...PUBLIC], [5, 0])), "damaged"],
    ["no algorithm", pem("PUBLIC KEY", sequence([0x03, 0x21, 0x00, ...PUBLIC])), "damaged"],
  ])("refused: %s", (_rule, text, reason) => {
    const error = thrownBy(() => readPublic(text));
    expectRefusal(error, reason);
    expectNothingOf(error, SEED);
  });
});

test("keys are written as the contract says, and can be read back", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 32, maxLength: 32 }), async (seed) => {
      const { publicKey } = await createSigner(seed, hostPlatform);
      const privateText = serializePrivateKey({ seed, publicKey });
      const publicText = serializePublicKey(publicKey);
      expect(privateText).toMatch(/^[A-Za-z0-9+/]{86}==\n$/);
      expect(publicText).toMatch(/^[A-Za-z0-9+/]{43}=\n$/);
      expect(await readPrivate(privateText)).toEqual({ seed, publicKey: { ...publicKey, source: "path:a.key" } });
      expect(readPublic(publicText)).toEqual({ ...publicKey, source: "path:a.key" });
    }),
    { numRuns: 20 },
  );
  const publicKey = publicKeyOf(hostPlatform, PUBLIC);
  expect(serializePrivateKey({ seed: SEED, publicKey })).toBe(PRIVATE_TEXT);
  expect(serializePublicKey(publicKey)).toBe(PUBLIC_TEXT);
});

test("any text is a key or a GaitError", async () => {
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 100 }),
    fc.uint8Array({ maxLength: 70 }).map(encodeBase64),
    fc.uint8Array({ maxLength: 90 }).map((bytes) => pem("PRIVATE KEY", [...bytes])),
    fc.tuple(fc.nat(PKCS8.length - 1), fc.nat(255)).map(([at, byte]) => pem("PRIVATE KEY", PKCS8.with(at, byte))),
    fc.tuple(fc.nat(SPKI.length - 1), fc.nat(255)).map(([at, byte]) => pem("PUBLIC KEY", SPKI.with(at, byte))),
  );
  await fc.assert(
    fc.asyncProperty(texts, async (text) => {
      const results = [await readPrivate(text).catch((error: unknown) => error), thrownBy(() => readPublic(text))];
      for (const result of results) {
        if (result instanceof Error) expect(result).toMatchObject({ name: "GaitError", code: "invalid_key" });
      }
    }),
    { numRuns: 500 },
  );
});

describe.skipIf(Bun.which("openssl") === null)("keys of OpenSSL", () => {
  const openssl = (...args: string[]) => Bun.spawnSync(["openssl", ...args], { stderr: "pipe" }).success;

  test("a new Ed25519 pair is read, and signs what OpenSSL verifies", async () => {
    const folder = mkdtempSync(join(tmpdir(), "gait-key-"));
    try {
      const file = (name: string) => join(folder, name);
      expect(openssl("genpkey", "-algorithm", "ed25519", "-out", file("private.pem"))).toBe(true);
      expect(openssl("pkey", "-in", file("private.pem"), "-pubout", "-out", file("public.pem"))).toBe(true);
      const key = await readPrivate(readFileSync(file("private.pem"), "utf8"));
      expect(readPublic(readFileSync(file("public.pem"), "utf8"))).toEqual(key.publicKey);

      const signer = await createSigner(key.seed, hostPlatform);
      await Bun.write(file("message"), "to be signed");
      await Bun.write(file("signature"), await signer.sign(new TextEncoder().encode("to be signed")));
      const verify = ["pkeyutl", "-verify", "-pubin", "-inkey", file("public.pem"), "-rawin"];
      expect(openssl(...verify, "-in", file("message"), "-sigfile", file("signature"))).toBe(true);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test.each([
    ["an RSA key", ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:1024"], "RSA"],
    ["an elliptic curve key", ["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"], "ECDSA"],
    ["an X25519 key", ["genpkey", "-algorithm", "X25519"], "X25519"],
    ["an Ed448 key", ["genpkey", "-algorithm", "ED448"], "Ed448"],
    ["an encrypted key", ["genpkey", "-algorithm", "ed25519", "-aes-256-cbc", "-pass", "pass:secret"], "encrypted"],
    ["a key with its text", ["genpkey", "-algorithm", "ed25519", "-text"], "not exactly one PEM block"],
  ])("refused: %s", async (_rule, args, reason) => {
    const made = Bun.spawnSync(["openssl", ...args], { stderr: "pipe" });
    expect(made.success).toBe(true);
    expectRefusal(await readPrivate(made.stdout.toString()).catch((error: unknown) => error), reason);
  });
});

/** Field by field: `toMatchObject` with matchers inside writes them into the error under test. */
function expectRefusal(error: unknown, reason: string): void {
  if (!(error instanceof GaitError)) throw error;
  expect(error.code).toBe("invalid_key");
  expect(error.message).toContain(reason);
  expect(error.message).toContain("a.key");
  expect(error.hint).toBeString();
}

/** No eight characters of the base64 or hexadecimal of the secret are in the error, at any offset. */
function expectNothingOf(error: unknown, secret: Uint8Array): void {
  const inspected = Bun.inspect(error, { depth: 10 });
  for (let at = 0; at + 6 <= secret.length; at++) {
    expect(inspected).not.toContain(encodeBase64(secret.slice(at, at + 6)));
    expect(inspected).not.toContain(encodeHex(secret.slice(at, at + 6)));
  }
}

function thrownBy(call: () => unknown): unknown {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof GaitError)) throw error;
    return error;
  }
}

function vectorText(name: string): string {
  return readFileSync(new URL(`../../vectors/keys/${name}`, import.meta.url), "utf8");
}

function bytesOf(base64: string): Uint8Array {
  return Uint8Array.from(Buffer.from(base64, "base64"));
}

function sequence(...elements: number[][]): number[] {
  const body = elements.flat();
  return [0x30, ...(body.length < 0x80 ? [body.length] : [0x81, body.length]), ...body];
}

function privatePem(version: number[], ...rest: number[][]): string {
  return pem("PRIVATE KEY", sequence([0x02, version.length, ...version], ED25519, SEED_ELEMENT, ...rest));
}

/** A PKCS#8 block with another algorithm: the elements of its identifier in hexadecimal. */
function privatePemOf(identifier: string): string {
  const algorithm = sequence([...Buffer.from(identifier, "hex")]);
  return pem("PRIVATE KEY", sequence([0x02, 0x01, 0x00], algorithm, SEED_ELEMENT));
}

function pem(label: string, der: number[]): string {
  const lines = encodeBase64(Uint8Array.from(der)).match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ""].join("\n");
}
