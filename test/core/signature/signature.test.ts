import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { encodeBase64 } from "../../../src/core/bytes/encoding.ts";
import { parseJson } from "../../../src/core/json/parse.ts";
import { parsePublicKey } from "../../../src/core/signature/key.ts";
import {
  checkSignatures,
  type Ed25519Signature,
  keyId,
  type PublicKey,
  publicKeyOf,
  type Signer,
  signedDigest,
  signManifest,
  UNSIGNED,
} from "../../../src/core/signature/signature.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { createSigner } from "../../../src/host/platform/ed25519-native.ts";
import type { JsonObject, JsonValue } from "../../../src/schema/document/primitives.ts";
import vectors from "../../vectors/ed25519.json" with { type: "json" };

const VECTORS = new URL("../../vectors/", import.meta.url);

describe("public keys", () => {
  test.each(vectors.keys.map((row) => [row.fault === null ? "taken" : "refused", row.rule, row] as const))(
    "%s: %s",
    (_verdict, _rule, row) => {
      const bytes = Uint8Array.from(Buffer.from(row.key, "hex"));
      const take = () => publicKeyOf(hostPlatform, bytes, "path:k");
      if (row.fault === null) expect(take()).toEqual({ bytes, id: keyId(hostPlatform, bytes), source: "path:k" });
      else
        expect(take).toThrow(
          expect.objectContaining({ code: "invalid_key", message: expect.stringContaining("path:k") }),
        );
    },
  );

  test("the key id is the SHA-256 of the 32 bytes (contract 8.1)", () => {
    expect(vectorKey("test").id).toBe("b6b093ac23fae057621b7f200a8d374c5c449121073afa09f277b25982cd51b9");
    expect(vectorKey("other").id).toBe("e55b25f05c828a413a2a7cc4ef2ffa3854d5d584994ce2268fff68aa0b3fc594");
  });

  test("the bytes are copied", () => {
    const given = Uint8Array.from(vectorKey("test").bytes);
    const key = publicKeyOf(hostPlatform, given);
    given.fill(0);
    expect(key.bytes).toEqual(vectorKey("test").bytes);
  });
});

describe("signatures of the Go implementation", () => {
  const [own, other] = [vectorKey("test"), vectorKey("other")];
  test.each([
    ["pack_run_alpha", "missing", "missing"],
    ["pack_run_alpha_signed", "verified", "failed"],
    ["pack_run_alpha_otherkey", "failed", "verified"],
    ["pack_run_delta_signed", "verified", "failed"],
    ["pack_run_golf_raw", "verified", "failed"],
    ["pack_job_resumed_signed", "verified", "failed"],
    ["runpack_run_alpha_signed", "verified", "failed"],
    ["guard_soc2_min", "verified", "failed"],
    ["guard_ir_full", "failed", "verified"],
    // Go's check ignores the unknown member (D08); here it is part of the manifest as stored.
    ["gd_unknown_field_signed", "failed", "failed"],
  ] as const)("%s: %s with the test key, %s with the other one", async (name, withTest, withOther) => {
    const manifest = vectorManifest(name);
    expect((await checkSignatures(manifest, [own], hostPlatform)).status).toBe(withTest);
    expect((await checkSignatures(manifest, [other], hostPlatform)).status).toBe(withOther);
    const withNone = await checkSignatures(manifest, [], hostPlatform);
    expect(withNone.status).toBe(withTest === "missing" ? "missing" : "skipped");
  });

  test.each(["pack_run_alpha_signed", "pack_job_resumed_signed", "runpack_run_alpha_signed", "guard_soc2_min"])(
    "%s: signing again gives the same signature",
    async (name) => {
      const { signatures, ...unsigned } = vectorManifest(name);
      const signature = await signManifest(unsigned, await vectorSigner("test"), hostPlatform);
      expect([{ ...signature }]).toEqual(signatures as unknown as Ed25519Signature[]);
    },
  );
});

describe("the check of one signature, in the specified order (contract 0.5)", () => {
  const DOCUMENT = { schema_id: "gait.pack.manifest", pack_id: "p", extra: [1, { "": null }] };
  const WRONG_DIGEST = "0".repeat(64);

  async function signature(changes: { [member: string]: JsonValue } = {}): Promise<JsonObject> {
    return { ...(await signManifest(DOCUMENT, await vectorSigner("test"), hostPlatform)), ...changes };
  }

  function check(signatures: JsonValue, keys: readonly PublicKey[] = [vectorKey("test")], path?: string) {
    return checkSignatures({ ...DOCUMENT, signatures }, keys, hostPlatform, path);
  }

  test("a good one", async () => {
    expect(await check([await signature()])).toEqual({
      status: "verified",
      total: 1,
      valid: 1,
      keyIds: [vectorKey("test").id],
      checks: [{ keyId: vectorKey("test").id, status: "verified" }],
      errors: [],
      findings: [],
    });
  });

  test("an empty key_id matches any key", async () => {
    expect((await check([await signature({ key_id: "" })])).status).toBe("verified");
  });

  const sig63 = encodeBase64(new Uint8Array(63));
  const sig65 = encodeBase64(new Uint8Array(65));
  test.each<[rule: string, changes: { [member: string]: JsonValue }, reason: string]>([
    ["signed_digest empty", { signed_digest: "" }, "signed_digest is empty"],
    ["signed_digest null", { signed_digest: null }, "signed_digest is empty"],
    ["signed_digest of another document", { signed_digest: WRONG_DIGEST }, "signed_digest differs from the digest"],
    ["signed_digest not hex", { signed_digest: "none" }, "signed_digest differs from the digest"],
    ["signed_digest not text", { signed_digest: 1 }, "signed_digest differs from the digest"],
    ["alg ED25519", { alg: "ED25519" }, "alg is not ed25519"],
    ["alg Ed25519ph", { alg: "Ed25519ph" }, "alg is not ed25519"],
    ["alg none", { alg: "none" }, "alg is not ed25519"],
    ["alg empty", { alg: "" }, "alg is not ed25519"],
    ["alg null", { alg: null }, "alg is not ed25519"],
    ["alg in a list", { alg: ["ed25519"] }, "alg is not ed25519"],
    ["key_id of another key", { key_id: vectorKey("other").id }, "key id mismatch"],
    ["key_id in upper case", { key_id: vectorKey("test").id.toUpperCase() }, "key id mismatch"],
    ["key_id cut", { key_id: vectorKey("test").id.slice(1) }, "key id mismatch"],
    ["key_id not text", { key_id: 0 }, "key id mismatch"],
    ["sig not base64", { sig: "*" }, "sig is not padded standard base64"],
    ["sig with a line feed", { sig: `${encodeBase64(new Uint8Array(64))}\n` }, "sig is not padded"],
    ["sig without padding", { sig: encodeBase64(new Uint8Array(64)).slice(0, -2) }, "sig is not padded"],
    ["sig with stray bits", { sig: encodeBase64(new Uint8Array(64)).replace(/A==$/, "B==") }, "sig is not padded"],
    ["sig null", { sig: null }, "sig is not padded standard base64"],
    ["sig empty", { sig: "" }, "sig has 0 bytes"],
    ["sig of 63 bytes", { sig: sig63 }, "sig has 63 bytes"],
    ["sig of 65 bytes", { sig: sig65 }, "sig has 65 bytes"],
    ["sig of something else", { sig: encodeBase64(new Uint8Array(64)) }, "the signature does not verify"],
    // Of two faults, the first is reported.
    ["digest before alg", { signed_digest: "", alg: "rsa" }, "signed_digest is empty"],
    ["alg before key_id", { alg: "rsa", key_id: "x" }, "alg is not ed25519"],
    ["key_id before sig", { key_id: "x", sig: "*" }, "key id mismatch"],
  ])("refused: %s", async (_rule, changes, reason) => {
    const report = await check([await signature(changes)], [vectorKey("test")], "pack_manifest.json");
    expect(report).toMatchObject({ status: "failed", total: 1, valid: 0, keyIds: [] });
    expect(report.errors).toEqual([expect.stringContaining(`$.signatures[0]: ${reason}`)]);
    expect(report.findings).toEqual([
      expect.objectContaining({
        code: "signature_invalid",
        path: "pack_manifest.json#$.signatures[0]",
        message: expect.stringContaining(reason),
      }),
    ]);
  });

  test("signed_digest in upper case is refused: its text is compared", async () => {
    const good = await signature();
    const upper = String(good["signed_digest"]).toUpperCase();
    expect((await check([{ ...good, signed_digest: upper }])).status).toBe("failed");
  });

  test.each<[rule: string, signatures: JsonValue]>([
    ["a null", null],
    ["an empty list", []],
  ])("%s is not a signature", async (_rule, signatures) => {
    expect(await check(signatures)).toMatchObject({ status: "missing", total: 0, errors: [] });
    // The marker for "no document could be read" is never returned for a document.
    expect(await check(signatures)).not.toBe(UNSIGNED);
    expect(await check(signatures, [])).toMatchObject({ status: "missing" });
  });

  test.each<[rule: string, signatures: JsonValue]>([
    ["an object", {}],
    ["a text", "none"],
    ["false", false],
    ["a list of a null", [null]],
    ["a list of a list", [[]]],
    ["a list of a number", [0]],
    ["a list of an empty object", [{}]],
  ])("%s fails", async (_rule, signatures) => {
    const report = await check(signatures);
    expect(report).toMatchObject({ status: "failed", valid: 0 });
    expect(report.findings).toHaveLength(1);
    expect(report.errors).toHaveLength(1);
  });

  test("without a key nothing is checked, and the result says so", async () => {
    const report = await check([await signature(), {}], []);
    expect(report).toMatchObject({ status: "skipped", total: 2, valid: 0, keyIds: [], findings: [] });
    expect(report.errors).toHaveLength(1);
  });

  test("one good signature verifies, and the others are reported in order", async () => {
    const key_id = vectorKey("other").id;
    const bad = await Promise.all([
      signature({ sig: "*", key_id }),
      signature({ alg: "x", key_id: "" }),
      signature({ signed_digest: "", key_id }),
    ]);
    const report = await check([...bad, await signature()]);
    expect(report).toMatchObject({ status: "verified", total: 4, valid: 1, findings: [] });
    expect(report.errors).toEqual([...report.errors].sort());
    expect(report.errors).toHaveLength(3);
  });

  test.each<[rule: string, changes: { [member: string]: JsonValue }]>([
    ["sig", { sig: encodeBase64(new Uint8Array(64)) }],
    ["alg", { alg: "x" }],
    ["signed_digest", { signed_digest: WRONG_DIGEST }],
  ])("one that names a given key and is not sound is a finding beside a good one: %s", async (_rule, changes) => {
    const report = await check([await signature(), await signature(changes)], [vectorKey("test")], "m.json");
    expect(report).toMatchObject({ status: "failed", total: 2, valid: 1, keyIds: [vectorKey("test").id] });
    expect(report.findings).toMatchObject([{ code: "signature_invalid", path: "m.json#$.signatures[1]" }]);
  });

  test("a finding has the place once, what was wanted and what is there", async () => {
    const report = await check([await signature()], [vectorKey("other")], "m.json");
    expect(report.findings).toMatchObject([
      {
        message: "key id mismatch: key_id is not one of the given keys",
        expected: vectorKey("other").id,
        actual: vectorKey("test").id,
      },
    ]);
  });

  test("with several keys, each signature is checked with the one it names", async () => {
    const keys = [vectorKey("other"), vectorKey("test")];
    const second = await signManifest(DOCUMENT, await vectorSigner("other"), hostPlatform);
    const ids = keys.map((key) => key.id).sort();
    expect(await check([await signature(), { ...second }], keys)).toMatchObject({
      status: "verified",
      valid: 2,
      keyIds: ids,
    });
    expect(await check([await signature({ key_id: "" })], keys)).toMatchObject({ status: "verified", valid: 1 });
    // It verifies with one key and names the other: the whole check passes for neither.
    const crossed = await signature({ key_id: vectorKey("other").id });
    expect(await check([crossed], keys)).toMatchObject({
      status: "failed",
      errors: ["$.signatures[0]: the signature does not verify"],
    });
  });

  test("the signatures themselves are not signed, everything else is", async () => {
    const good = await signature();
    const digest = signedDigest(hostPlatform, DOCUMENT);
    expect(signedDigest(hostPlatform, { ...DOCUMENT, signatures: [good] })).toBe(digest);
    for (const change of [{ extra: [1] }, { Signatures: [] }, { unknown: 1 }, { pack_id: "q" }]) {
      const changed = await checkSignatures(
        { ...DOCUMENT, ...change, signatures: [good] },
        [vectorKey("test")],
        hostPlatform,
      );
      expect(changed.status).toBe("failed");
    }
  });

  test("a member named __proto__ is signed like any other", async () => {
    const text = '{"a":1,"__proto__":{"alg":"ed25519"},"signatures":[]}';
    const document = parseJson(new TextEncoder().encode(text)) as JsonObject;
    const plain = parseJson(new TextEncoder().encode('{"a":1}')) as JsonObject;
    expect(signedDigest(hostPlatform, document)).not.toBe(signedDigest(hostPlatform, plain));
  });

  test("nothing is taken from an object's prototype", async () => {
    const { alg: _, ...withoutAlg } = await signature();
    const inherited: JsonObject = Object.assign(Object.create({ alg: "ed25519" }), withoutAlg);
    expect((await check([inherited])).errors).toEqual(["$.signatures[0]: alg is not ed25519"]);
  });

  test("a signer whose public key is not its own is detected", async () => {
    const signer = { ...(await vectorSigner("test")), publicKey: vectorKey("other") };
    await expect(signManifest(DOCUMENT, signer, hostPlatform)).rejects.toMatchObject({ code: "invalid_key" });
  });
});

function vectorText(path: string): string {
  return readFileSync(new URL(path, VECTORS), "utf8");
}

function vectorKey(name: "test" | "other"): PublicKey {
  return parsePublicKey(vectorText(`keys/${name}_public.key`), hostPlatform, `path:${name}`);
}

function vectorManifest(name: string): JsonObject {
  return parseJson(new TextEncoder().encode(vectorText(`manifests/${name}.json`))) as JsonObject;
}

async function vectorSigner(name: "test" | "other"): Promise<Signer> {
  const seed = Uint8Array.from(Buffer.from(vectorText(`keys/${name}_private.key`), "base64").subarray(0, 32));
  return createSigner(seed, hostPlatform);
}
