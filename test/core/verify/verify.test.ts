/** Verdicts on whole artifacts: those of the Go implementation, and our packs with one thing wrong. */
import { describe, expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import type { FindingCode } from "../../../src/core/finding/finding.ts";
import type { PublicKey } from "../../../src/core/signature/signature.ts";
import type { VerificationData } from "../../../src/core/verify/verified.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { loadPublicKey } from "../../../src/host/keys.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { keyPath, vectorBytes, vectors } from "../../go-vectors.ts";

const KEYS = {
  test: await loadPublicKey({ path: keyPath("test", "public") }, hostPlatform),
  other: await loadPublicKey({ path: keyPath("other", "public") }, hostPlatform),
};

function verify(
  bytes: Uint8Array,
  keys: readonly PublicKey[] = [],
  requireSignature = false,
): Promise<VerificationData> {
  return verifyArtifact(bytesSource(bytes), { platform: hostPlatform, keys, requireSignature });
}

function codes({ findings }: VerificationData): FindingCode[] {
  return findings.map(({ code }) => code);
}

const RUNPACK_KINDS = [
  "runpack-unsigned",
  "runpack-signed",
  "runpack-raw",
  "runpack-raw-signed",
  "runpack-rich",
  "runpack-empty",
  "runpack-nanotime",
  "later-runpack-context",
];
const RUN_PACK_KINDS = [
  "pack-run-unsigned",
  "pack-run-signed",
  "pack-run-signed-other-key",
  "pack-run-raw-signed",
  "later-pack-run-context",
];
/** Its folder holds an evidence vector, which has separate tests. */
const VALID = vectors(...RUNPACK_KINDS, ...RUN_PACK_KINDS).filter(({ file }) => !file.startsWith("evidence/"));

describe("valid artifacts of the Go implementation", () => {
  for (const item of VALID) {
    const { file, signed_by: signer } = item;
    const bytes = vectorBytes(file);

    test(`${file}: intact without a key`, async () => {
      const verification = await verify(bytes);
      expect(codes(verification)).toEqual([]);
      expect(verification.verdict).toBe("intact");
      expect(verification.signature.status).toBe(signer === undefined ? "missing" : "skipped");
      expect(verification.packId).toBe(item.pack_id ?? item.manifest_digest ?? "");
      const ref = item.source_ref ?? item.run_id;
      if (ref !== undefined) expect(verification.sourceRef).toBe(ref);
    });

    test(`${file}: ${signer === undefined ? "intact" : "authentic"} with the signer's key`, async () => {
      const verification = await verify(bytes, [KEYS[signer ?? "test"]], signer !== undefined);
      expect(codes(verification)).toEqual([]);
      expect(verification.verdict).toBe(signer === undefined ? "intact" : "authentic");
    });

    test(`${file}: the signer's key among others is enough`, async () => {
      const verification = await verify(bytes, [KEYS.other, KEYS.test], signer !== undefined);
      expect(verification.verdict).toBe(signer === undefined ? "intact" : "authentic");
      expect(verification.signature.keyIds).toEqual(signer === undefined ? [] : [KEYS[signer].id]);
    });

    test(`${file}: failed where a signature is required and missing`, async () => {
      const expected = signer === undefined ? "signature_missing" : "signature_unchecked";
      expect(codes(await verify(bytes, [], true))).toEqual([expected]);
    });

    if (signer === undefined) continue;
    test(`${file}: failed with another key, required or not`, async () => {
      const stranger = signer === "test" ? KEYS.other : KEYS.test;
      expect(codes(await verify(bytes, [stranger]))).toEqual(["signature_invalid"]);
      expect(codes(await verify(bytes, [stranger], true))).toEqual(["signature_invalid"]);
    });
  }
});

describe("tampered artifacts of the Go implementation", () => {
  const CAUSES: Record<string, readonly FindingCode[]> = {
    "tampered/pk_crc_corrupt.zip": ["zip_crc_mismatch", "file_hash_mismatch"],
    "tampered/pk_pack_id_mismatch.zip": ["pack_id_mismatch"],
    "tampered/pk_source_garbage.zip": ["source_invalid"],
    "tampered/pk_undeclared.zip": ["file_undeclared"],
    "tampered/pk_unknown_field.zip": ["schema_invalid"],
    "tampered/rp_duplicate_entry.zip": ["zip_duplicate_entry"],
    "tampered/rp_files_empty.zip": [
      ...Array<FindingCode>(4).fill("required_file_undeclared"),
      ...Array<FindingCode>(4).fill("file_undeclared"),
    ],
    "tampered/rp_hash_mismatch.zip": ["file_hash_mismatch"],
    "tampered/rp_manifest_digest_zero.zip": ["manifest_digest_mismatch"],
  };

  test("every vector of a pack or runpack has its cause here", () => {
    const files = vectors("tampered").map(({ file }) => file);
    expect(files.filter((file) => /\/(pk|rp)_/.test(file)).sort()).toEqual(Object.keys(CAUSES).sort());
  });
  for (const [file, causes] of Object.entries(CAUSES)) {
    test(`${file}: ${[...new Set(causes)].join(", ")}`, async () => {
      const verification = await verify(vectorBytes(file));
      expect(verification.verdict).toBe("failed");
      expect(codes(verification)).toEqual([...causes]);
    });
  }

  test("a call pack of v1.2.4 verifies with its key", async () => {
    const verification = await verify(vectorBytes("later/pack_call_1.zip"), [KEYS.test], true);
    expect([codes(verification), verification.packType, verification.verdict]).toEqual([[], "call", "authentic"]);
  });
});

describe("files that are not artifacts", () => {
  test("an archive without a manifest is evidence with a missing manifest", async () => {
    expect(codes(await verify(emptyArchive()))).toEqual(["manifest_missing"]);
    expect(codes(await verify(emptyArchive(), [KEYS.test], true))).toEqual(["manifest_missing"]);
  });
  for (const [name, bytes] of [
    ["an empty file", new Uint8Array(0)],
    ["a text", new TextEncoder().encode("not an archive at all, but long enough to hold an end record")],
  ] as const) {
    test(`${name} is a usage error`, () => {
      expect(verify(bytes)).rejects.toMatchObject({ code: "not_an_archive" });
    });
  }
});

function emptyArchive(): Uint8Array {
  const bytes = new Uint8Array(22);
  bytes.set([0x50, 0x4b, 5, 6]);
  return bytes;
}
