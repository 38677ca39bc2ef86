/** Signatures that some verifier wrongly takes for the trusted key's, and keys that must not be trusted. */
import { Point } from "@noble/ed25519";
import type { FindingCode } from "../../../src/core/finding/finding.ts";
import { canonicalize } from "../../../src/core/json/jcs.ts";
import type { Signer } from "../../../src/core/signature/signature.ts";
import type { JsonObject, JsonValue } from "../../../src/schema/document/primitives.ts";
import { testSigner } from "../../core/artifacts.ts";
import { refusedBy, type Scenario, type Verdict } from "./vector.ts";

const { n: L } = Point.CURVE();
const TEST = await testSigner("test");
const OTHER = await testSigner("other");

export const TEST_KEY = keyText(TEST.publicKey.bytes);
export const OTHER_KEY = keyText(OTHER.publicKey.bytes);
const INVALID = refusedBy("signature", "signature_invalid");
const MALFORMED: Verdict = refusedBy("document", "schema_invalid", "signature_invalid");

type Change = (signature: JsonObject, digest: string) => JsonValue;

/** Signed by the test key, then the one signature changed. */
function changed(rule: string, change: Change, verdict = INVALID): Scenario {
  return {
    class: "signature",
    rule,
    changes: {
      signers: [TEST],
      sealed: (manifest) => {
        const [signature] = manifest["signatures"] as [JsonObject];
        return { ...manifest, signatures: [change(signature, `${signature["signed_digest"]}`)] };
      },
    },
    verdict,
  };
}

/** The 64 bytes changed, and encoded correctly. */
function bytes(rule: string, change: (sig: Uint8Array) => Uint8Array): Scenario {
  return changed(rule, (signature) => ({ ...signature, sig: base64(change(sigOf(signature))) }));
}

/** In the alphabet of base64url; with this version, every format's signature has a letter that differs. */
function urlAlphabet(): Scenario {
  const scenario = changed("base64 for URLs", (signature) => {
    const text = `${signature["sig"]}`;
    const changedText = text.replaceAll("+", "-").replaceAll("/", "_");
    if (text === changedText) throw new Error("this signature is the same in both alphabets: choose another version");
    return { ...signature, sig: changedText };
  });
  const manifest = (all: JsonObject): JsonObject => ({ ...all, producer_version: "0.0.1" });
  return { ...scenario, changes: { ...scenario.changes, manifest } };
}

/** A signature by the test key over something else, under the right digest. */
function over(rule: string, message: (manifest: JsonObject, digest: string) => Uint8Array): Scenario {
  return {
    class: "signature",
    rule,
    changes: {
      signers: [TEST],
      sealed: async (manifest) => {
        const [signature] = manifest["signatures"] as [JsonObject];
        const sig = await TEST.sign(message(manifest, `${signature["signed_digest"]}`));
        return { ...manifest, signatures: [{ ...signature, sig: base64(sig) }] };
      },
    },
    verdict: INVALID,
  };
}

function plain(rule: string, signers: readonly Signer[], more: Omit<Scenario, "class" | "rule" | "changes">) {
  return { class: "signature", rule, changes: { signers }, ...more };
}

/** Correctly signed, but the verifier was given a key that proves nothing. */
function untrustworthy(rule: string, key: Uint8Array): Scenario {
  return {
    class: "keys",
    rule,
    changes: { signers: [TEST] },
    keys: [keyText(key)],
    verdict: { layer: "signature", codes: [], exit: 6 },
  };
}

const set =
  (over: JsonObject): Change =>
  (signature) => ({ ...signature, ...over });
const IDENTITY = encoded(1n);

export const SIGNATURE_SCENARIOS: readonly Scenario[] = [
  plain("another key's signature", [OTHER], { verdict: INVALID }),
  plain("no signature where one is required", [], {
    verdict: refusedBy("signature", "signature_missing"),
    flags: ["--require-signature"],
  }),
  plain("a required signature, and no key to check it with", [TEST], {
    verdict: refusedBy("signature", "signature_unchecked"),
    keys: [],
    flags: ["--require-signature"],
  }),
  {
    class: "signature",
    rule: "a valid signature of another document",
    changes: { signers: [TEST], sealed: async (all) => ({ ...all, signatures: await signaturesOf({ x: 1 }) }) },
    verdict: INVALID,
  },
  {
    class: "signature",
    rule: "a signature of another document under the digest of this one",
    changes: {
      signers: [TEST],
      sealed: async (all) => {
        const [own] = all["signatures"] as [JsonObject];
        const [foreign] = await signaturesOf({ x: 1 });
        return { ...all, signatures: [{ ...own, sig: foreign?.["sig"] ?? "" }] };
      },
    },
    verdict: INVALID,
  },
  changed("the algorithm none", set({ alg: "none" }), INVALID),
  changed("the algorithm in capitals", set({ alg: "ED25519" }), INVALID),
  changed("the algorithm ed25519ph", set({ alg: "ed25519ph" }), INVALID),
  changed("the algorithm hs256, keyed with the public key", set({ alg: "hs256" }), INVALID),
  changed("the key id of another key", set({ key_id: OTHER.publicKey.id })),
  changed("the first half of the key id", set({ key_id: TEST.publicKey.id.slice(0, 32) })),
  changed("the key id with a space after it", set({ key_id: `${TEST.publicKey.id} ` })),
  plain("the trusted key's id on another key's signature", [OTHER], { verdict: INVALID }),
  changed("a digest that differs from the document's", set({ signed_digest: "0".repeat(64) })),
  changed("no digest", set({ signed_digest: "" })),
  changed("a digest in capitals", (signature, digest) => ({ ...signature, signed_digest: digest.toUpperCase() })),
  changed("base64 without padding", (signature) => ({ ...signature, sig: `${signature["sig"]}`.replace(/=+$/, "") })),
  urlAlphabet(),
  changed("base64 with a newline", (signature) => ({ ...signature, sig: `${signature["sig"]}\n` })),
  changed("base64 with bits after its end", (signature) => ({
    ...signature,
    sig: `${signature["sig"]}`.replace(/(.)==$/, (_, last: string) => `${following(last)}==`),
  })),
  changed("hex", (signature) => ({ ...signature, sig: Buffer.from(sigOf(signature)).toString("hex") })),
  changed("nothing", set({ sig: "" }), MALFORMED),
  changed("no algorithm", ({ alg: _, ...rest }) => rest, MALFORMED),
  changed("no key id", set({ key_id: "" }), refusedBy("document", "schema_invalid")),
  changed("an unknown member", set({ x: 1 }), refusedBy("document", "schema_invalid")),
  bytes("63 bytes", (sig) => sig.slice(0, 63)),
  bytes("65 bytes", (sig) => Uint8Array.of(...sig, 0)),
  bytes("S plus the order of the group", (sig) => withS(sig, scalarOf(sig) + L)),
  bytes("S plus eight times the order", (sig) => withS(sig, (scalarOf(sig) + 8n * L) % 2n ** 256n)),
  bytes("S of ones only", (sig) => withS(sig, 2n ** 256n - 1n)),
  bytes("the negative of S", (sig) => withS(sig, L - scalarOf(sig))),
  bytes("S of zero and R of the identity", (sig) => withS(Uint8Array.of(...IDENTITY, ...sig.slice(32)), 0n)),
  bytes("R with its sign flipped", (sig) => sig.map((byte, index) => (index === 31 ? byte ^ 0x80 : byte))),
  bytes("R that is not canonical", (sig) => Uint8Array.of(...encoded(2n ** 255n - 18n), ...sig.slice(32))),
  bytes("zeros", () => new Uint8Array(64)),
  bytes("R and S swapped", (sig) => Uint8Array.of(...sig.slice(32), ...sig.slice(0, 32))),
  over("a signature over the digest's hex text", (_, digest) => new TextEncoder().encode(digest)),
  over("a signature over the document instead of its digest", ({ signatures: _, ...manifest }) =>
    new TextEncoder().encode(canonicalize(manifest)),
  ),
  over("a signature over an empty message", () => new Uint8Array(0)),
  changed("a signature that is a text", (signature) => `${signature["sig"]}`, MALFORMED),
  changed("a signature that is null", () => null, MALFORMED),
  {
    class: "signature",
    rule: "signatures that are an object",
    changes: {
      signers: [TEST],
      sealed: (all) => ({ ...all, signatures: (all["signatures"] as JsonValue[])[0] ?? null }),
    },
    verdict: MALFORMED,
  },
  plain("the key of the identity point is never trusted", [TEST], { verdict: INVALID, keys: [OTHER_KEY] }),
  untrustworthy("the identity as a key", IDENTITY),
  untrustworthy("a point of order 2 as a key", encoded(2n ** 255n - 20n)),
  untrustworthy("a point of order 4 as a key", encoded(0n)),
  untrustworthy("the identity with its sign bit set as a key", encoded(1n + 2n ** 255n)),
  untrustworthy("a second encoding of the identity as a key", encoded(2n ** 255n - 18n)),
  untrustworthy("a second encoding of a key of full order", encoded(2n ** 255n - 19n + 3n)),
  untrustworthy("bytes that are not a point as a key", encoded(2n)),
  untrustworthy("a key of 31 bytes", TEST.publicKey.bytes.slice(1)),
];

/** One valid signature of a trusted key is enough, whatever others sign; one in the trusted key's name must be valid. */
export const SOUND_SIGNATURES: readonly Scenario[] = [
  plain("signed by the trusted key", [TEST], { verdict: authentic() }),
  plain("signed by two, the second trusted", [OTHER, TEST], { verdict: authentic() }),
  plain("signed by two, the first trusted", [TEST, OTHER], { verdict: authentic() }),
  plain("signed by one of two trusted keys", [OTHER], { verdict: authentic(), keys: [TEST_KEY, OTHER_KEY] }),
  plain("signed and required", [TEST], { verdict: authentic(), flags: ["--require-signature"] }),
  plain("signed and strict", [TEST], { verdict: authentic(), flags: ["--profile", "strict"] }),
  plain("signed, and no key given", [TEST], { verdict: intact(), keys: [] }),
  plain("not signed, and a key given", [], { verdict: intact() }),
  {
    class: "signature",
    rule: "an odd signature of another key beside a valid one",
    changes: {
      signers: [TEST],
      sealed: (all) => ({
        ...all,
        signatures: (all["signatures"] as JsonObject[]).flatMap((each) => [
          { ...each, key_id: OTHER.publicKey.id, sig: "AA==" },
          each,
        ]),
      }),
    },
    verdict: authentic(),
  },
  beside("an odd signature", (sound) => ({ ...sound, sig: "AA==" })),
  beside("a signature of other bytes", (sound) => ({ ...sound, sig: base64(sigOf(sound).reverse()) })),
  beside("a signature of another document", (sound) => ({ ...sound, signed_digest: "0".repeat(64) })),
  {
    class: "signature",
    rule: "of two given keys one signs, and the other's name is on a signature that does not verify",
    changes: {
      signers: [TEST, OTHER],
      sealed: (all) => {
        const [sound = {}, forged = {}] = all["signatures"] as JsonObject[];
        return { ...all, signatures: [sound, { ...forged, sig: sound["sig"] ?? "" }] };
      },
    },
    verdict: INVALID,
    keys: [TEST_KEY, OTHER_KEY],
    flags: ["--profile", "strict"],
  },
];

/** Refused: it names the trusted key, and is beside a valid signature of that key. */
function beside(rule: string, change: (sound: JsonObject) => JsonObject): Scenario {
  return {
    class: "signature",
    rule: `${rule} in the name of the trusted key, beside a valid one`,
    changes: {
      signers: [TEST],
      sealed: (all) => ({
        ...all,
        signatures: (all["signatures"] as JsonObject[]).flatMap((each) => [change(each), each]),
      }),
    },
    verdict: INVALID,
  };
}

/** In 16 MB there is room for millions of signatures: none of them may be checked, nor get a finding of its own. */
export const COSTLY_SIGNATURES: readonly Scenario[] = [
  repeated(
    "100 signatures, of which the last is the trusted key's",
    100,
    (wrong, sound, last) => (last ? sound : wrong),
    "signature_invalid",
  ),
  repeated("101 signatures, all of them sound", 101, (_, sound) => sound, "signature_invalid"),
  repeated("20,000 signatures that do not verify", 20_000, (wrong) => wrong, "signature_invalid"),
  repeated("5 million signatures that are empty objects", 5_000_000, () => ({}), "schema_invalid"),
  repeated("7 million signatures that are numbers", 7_000_000, () => 1, "schema_invalid"),
];

function repeated(
  rule: string,
  count: number,
  each: (wrong: JsonObject, sound: JsonObject, last: boolean) => JsonValue,
  code?: FindingCode,
): Scenario {
  const sealed = (all: JsonObject): JsonObject => {
    const [sound = {}] = all["signatures"] as JsonObject[];
    const wrong = { ...sound, sig: base64(sigOf(sound).map((byte, index) => (index === 40 ? byte ^ 1 : byte))) };
    return { ...all, signatures: Array.from({ length: count }, (_, index) => each(wrong, sound, index === count - 1)) };
  };
  const verdict = code === undefined ? authentic() : refusedBy("signature", code);
  return { class: "cost", rule, changes: { signers: [TEST], sealed }, verdict, generated: true };
}

function authentic(): Verdict {
  return { codes: [], exit: 0, verdict: "authentic" };
}

function intact(): Verdict {
  return { codes: [], exit: 0, verdict: "intact" };
}

async function signaturesOf(document: JsonObject): Promise<JsonObject[]> {
  const { signManifest } = await import("../../../src/core/signature/signature.ts");
  const { hostPlatform } = await import("../../../src/host/platform/bun.ts");
  return [{ ...(await signManifest(document, TEST, hostPlatform)) }];
}

function keyText(key: Uint8Array): string {
  return `${base64(key)}\n`;
}

function base64(data: Uint8Array): string {
  return Buffer.from(data).toString("base64");
}

function sigOf(signature: JsonObject): Uint8Array {
  return new Uint8Array(Buffer.from(`${signature["sig"]}`, "base64"));
}

/** The next letter of base64: with different bits in the part that decoders drop. */
function following(letter: string): string {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  return letters[letters.indexOf(letter) + 1] ?? "B";
}

function encoded(value: bigint): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => Number((value >> BigInt(8 * index)) & 0xffn));
}

function scalarOf(sig: Uint8Array): bigint {
  return sig.slice(32).reduceRight((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
}

function withS(sig: Uint8Array, scalar: bigint): Uint8Array {
  return Uint8Array.of(...sig.slice(0, 32), ...encoded(scalar));
}
