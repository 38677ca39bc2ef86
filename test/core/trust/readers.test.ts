/** The readers of keys and signatures on anything: they answer or refuse, and never fall over. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { encodeBase64 } from "../../../src/core/bytes/encoding.ts";
import { GaitError } from "../../../src/core/finding/error.ts";
import { decodeAnyBase64, isReadable } from "../../../src/core/trust/format/countersignature.ts";
import { bundleLine, preAuthentication, readPreAuthentication } from "../../../src/core/trust/format/dsse.ts";
import { readSignatureFile } from "../../../src/core/trust/format/read-file.ts";
import { sshSignatureBlob, sshsigMessage, writeSshsig } from "../../../src/core/trust/format/sshsig.ts";
import { readStatement } from "../../../src/core/trust/format/statement.ts";
import { readPrivateKey } from "../../../src/core/trust/key/private.ts";
import { ed25519Key, keyNames, p256Key, sshBlobOf } from "../../../src/core/trust/key/public.ts";
import { readPublicKey } from "../../../src/core/trust/key/read-public.ts";
import { SshReader, sshPositive } from "../../../src/core/trust/key/ssh-wire.ts";
import { ecdsaDer, ecdsaRaw, verifySignature } from "../../../src/core/trust/key/verify-signature.ts";
import { isSidecarName } from "../../../src/core/trust/sidecar-name.ts";
import { hostPlatform as platform } from "../../../src/host/platform/bun.ts";
import { derivePublicKeyNative } from "../../../src/host/platform/ed25519-native.ts";
import { wordsOfCommand } from "../../../src/host/signing/signer-command.ts";
import { KEYS, RUN_ALPHA, trustBytes, trustItems, trustText } from "../../trust-vectors.ts";

const FILES = trustItems("sshsig", "minisign", "signify", "sigstore-bundle", "dsse").map(({ file }) =>
  trustBytes(file),
);
const MUTATED = fc
  .tuple(
    fc.constantFrom(...FILES),
    fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 5 }),
    fc.nat(),
    fc.uint8Array({ maxLength: 20 }),
  )
  .map(([file, changes, cut, more]) => {
    const bytes = file.slice(0, cut % 3 === 0 ? cut % (file.length + 1) : file.length);
    for (const [at, value] of changes) if (bytes.length > 0) bytes[at % bytes.length] = value;
    return cut % 2 === 0 ? bytes : Uint8Array.of(...bytes, ...more);
  });

describe("anything", () => {
  test("a signature file is read, or told as malformed", () => {
    fc.assert(
      fc.property(fc.oneof(MUTATED, fc.uint8Array({ maxLength: 300 })), (bytes) => {
        const { signatures, token } = readSignatureFile({ name: "P.zip.sig", bytes }, platform);
        for (const signature of signatures) expect(isReadable(signature) || signature.note !== "").toBe(true);
        expect(signatures.length > 0 || token !== undefined || new TextDecoder().decode(bytes).trim() !== "x").toBe(
          true,
        );
      }),
      { numRuns: 2000 },
    );
  });
  test("a key is read, or refused as a key, without a part of it in the message", () => {
    const texts = trustItems("key-public", "key-private").map(({ file }) => trustText(file));
    const text = fc.tuple(fc.constantFrom(...texts), fc.nat(), fc.string({ maxLength: 3 })).map(([key, at, more]) => {
      const place = at % key.length;
      return key.slice(0, place) + more + key.slice(place + 1);
    });
    fc.assert(
      fc.property(fc.oneof(text, fc.string()), (key) => {
        try {
          readPublicKey(key, platform, "k");
        } catch (error) {
          if (!(error instanceof GaitError)) throw error;
          expect(error.code).toBe("invalid_key");
          for (const word of key.match(/[A-Za-z0-9+/_-]{24,}/g) ?? []) expect(error.message).not.toContain(word);
        }
      }),
      { numRuns: 1500 },
    );
  });
  test("a payload is a statement, or malformed", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.json().map((text) => new TextEncoder().encode(text)),
          fc.uint8Array(),
        ),
        (payload) => {
          const read = readStatement(payload, "0".repeat(64), RUN_ALPHA);
          expect("state" in read || typeof read.isAbout === "boolean").toBe(true);
        },
      ),
    );
  });
  test("a namespace of a megabyte is refused, and not spread over the stack", () => {
    const reader = new SshReader(Uint8Array.of(0, 16, 0, 0, ...[]));
    expect(reader.name()).toBeUndefined();
    const long = new Uint8Array(4 + 1024 * 1024).fill(0x61);
    new DataView(long.buffer).setUint32(0, 1024 * 1024);
    expect(new SshReader(long).name()).toBeUndefined();
  });
});

describe("there and back", () => {
  const ed25519 = readPublicKey(KEYS.alice, platform, "k");
  const p256 = readPublicKey(KEYS.p256Pem, platform, "k");
  test("a key in every form is one key", () => {
    for (const key of [ed25519, p256]) {
      const line = `${key.algorithm === "ed25519" ? "ssh-ed25519" : "ecdsa-sha2-nistp256"} ${encodeBase64(sshBlobOf(key))}`;
      expect(keyNames(readPublicKey(line, platform, "k"), platform)).toEqual(keyNames(key, platform));
    }
    expect(readPublicKey(encodeBase64(ed25519.bytes), platform, "k").id).toBe(ed25519.id);
  });
  test("r and s: raw, DER, SSH", () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 64, maxLength: 64 }), (raw) => {
        const der = ecdsaDer(raw);
        expect(ecdsaRaw(der)).toEqual(new Uint8Array(raw));
        if (raw.subarray(0, 32).every((byte) => byte === 0)) return;
        expect(new SshReader(sshPositive(raw.subarray(0, 32))).positive(32)).toEqual(raw.slice(0, 32));
      }),
    );
  });
  test("SSHSIG", () => {
    const signature = new Uint8Array(64).fill(7);
    const text = writeSshsig(ed25519, "file", sshSignatureBlob(ed25519, signature));
    const { signatures } = readSignatureFile({ name: "a", bytes: new TextEncoder().encode(text) }, platform);
    expect(signatures[0]).toMatchObject({ format: "sshsig", namespace: "file", signature });
    const [first] = signatures;
    const digest = new Uint8Array(64).fill(1);
    if (first === undefined || !isReadable(first) || !("digest" in first.signed)) throw new Error("not read");
    expect(first.signed.messageOf(digest)).toEqual(sshsigMessage("file", digest));
  });
  test("a bundle line, and the bytes to sign", () => {
    fc.assert(
      fc.property(fc.uint8Array(), fc.uint8Array({ minLength: 64, maxLength: 64 }), (payload, signature) => {
        const line = bundleLine(payload, ed25519, signature);
        const { signatures } = readSignatureFile({ name: "a.jsonl", bytes: new TextEncoder().encode(line) }, platform);
        expect(signatures).toEqual([
          expect.objectContaining({ format: "dsse", signature, payload, hint: { kind: "hint", id: ed25519.id } }),
        ]);
        const pae = preAuthentication(payload);
        expect(readPreAuthentication(pae)).toEqual(payload);
        expect(readPreAuthentication(Uint8Array.of(...pae, 0))).toBeUndefined();
      }),
    );
  });
  test("base64 of both alphabets, padded or not, and no other text of the same bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const padded = encodeBase64(bytes);
        const url = padded.replaceAll("+", "-").replaceAll("/", "_");
        for (const text of [padded, url, padded.replace(/=+$/, ""), url.replace(/=+$/, "")])
          expect(decodeAnyBase64(text)).toEqual(bytes);
        for (const text of [`${padded} `, `=${padded}`, `${padded}=`.replace(/^=$/, "a")])
          expect(decodeAnyBase64(text)).toBeUndefined();
      }),
    );
    expect(decodeAnyBase64("AB")).toBeUndefined();
  });
});

describe("small readers", () => {
  test("which names are beside a pack", () => {
    const yes = [
      "sig",
      "sshsig",
      "minisig",
      "tsr",
      "alice.sig",
      "a_B-1@x.sigs.jsonl",
      "sigs.jsonl.tsr",
      "alice.sig.tsr",
      "sigstore.json",
      "x.intoto.jsonl",
      "tsr.tsr",
    ];
    const no = ["", "sig.bak", "a.b.sig", "old.zip.sig", ".sig", "json", "sigx", "SIG", "a b.sig", "sig\n"];
    for (const ending of yes) expect([ending, isSidecarName(`P.zip.${ending}`, "P.zip")]).toEqual([ending, true]);
    for (const ending of no) expect([ending, isSidecarName(`P.zip.${ending}`, "P.zip")]).toEqual([ending, false]);
    expect(isSidecarName("P.zip", "P.zip")).toBe(false);
    expect(isSidecarName("Q.zip.sig", "P.zip")).toBe(false);
  });
  test("the words of a command", () => {
    expect(wordsOfCommand(`a  b\t"c d" 'e "f"' g"h i"j ''`)).toEqual(["a", "b", "c d", 'e "f"', "gh ij", ""]);
    for (const wrong of ["", "  ", "'a", 'a "b', '""']) expect(() => wordsOfCommand(wrong)).toThrow("--signer");
  });
  test("points that are not on the curve, or compressed, are no keys", () => {
    const point = readPublicKey(KEYS.p256Pem, platform, "k").bytes.slice();
    point[64] = (point[64] ?? 0) ^ 1;
    expect(() => p256Key(platform, point)).toThrow("not a point");
    expect(() => p256Key(platform, Uint8Array.of(2, ...point.subarray(1, 33)))).toThrow("compressed");
    expect(() => ed25519Key(platform, new Uint8Array(32))).toThrow("small order");
  });
});

describe("a JWK", () => {
  const P256 = JSON.parse(trustText("keys/TEST-ONLY-p256.jwk.json"));
  const ED = JSON.parse(trustText("keys/TEST-ONLY-alice.jwk.json"));
  const read = (jwk: object) => readPublicKey(JSON.stringify(jwk), platform, "it").algorithm;
  test("that says it is for this is read", () => {
    for (const more of [{ use: "sig" }, { key_ops: ["sign", "verify"] }, { kid: "x" }]) {
      expect([read({ ...P256, ...more, alg: "ES256" }), read({ ...ED, ...more, alg: "EdDSA" })]).toEqual([
        "p256",
        "ed25519",
      ]);
    }
  });
  const OTHER: Readonly<Record<string, object>> = {
    "for encryption": { ...P256, use: "enc" },
    "for key agreement": { ...P256, key_ops: ["deriveKey"] },
    "for another hash": { ...P256, alg: "ES384" },
    "for another curve's algorithm": { ...ED, alg: "ES256" },
    "with padding": { ...P256, x: `${P256.x}=` },
    "off the curve": { ...P256, y: P256.x },
    "of another kind": { ...P256, kty: "OKP" },
    "without y": { ...P256, y: undefined },
    "a set": { keys: [P256] },
    "with d": { ...P256, d: "AAAA" },
  };
  for (const [what, jwk] of Object.entries(OTHER)) {
    test(`${what} is refused`, () => expect(() => read(jwk)).toThrow(GaitError));
  }
  test("is no private key that is read, and the message says what it is", async () => {
    const reading = readPrivateKey(JSON.stringify({ ...ED, d: "c2VjcmV0" }), derivePublicKeyNative, platform, "path:k");
    const message = await reading.then(String, (error: GaitError) => error.message);
    expect([message.includes("is a JWK"), message.includes("c2VjcmV0")]).toEqual([true, false]);
  });
});

test("without WebCrypto there is no verdict on what needs it: an error that says so, and no signature that counts", async () => {
  const subtle = Object.getOwnPropertyDescriptor(Object.getPrototypeOf(crypto), "subtle");
  Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });
  try {
    const signature = ecdsaDer(new Uint8Array(64).fill(1));
    const checking = verifySignature({ algorithm: "p256", bytes: new Uint8Array(65) }, signature, signature, platform);
    expect(await checking.catch((error: unknown) => (error as GaitError).code)).toBe("unsupported");
  } finally {
    Reflect.deleteProperty(crypto, "subtle");
  }
  expect([subtle !== undefined, typeof crypto.subtle]).toEqual([true, "object"]);
});
