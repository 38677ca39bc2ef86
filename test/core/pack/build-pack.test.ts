/** Built packs: rebuilt from the Go runpacks, the same bytes every time, and refused after any change. */
import { describe, expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import { sha256Hex } from "../../../src/core/signature/digest.ts";
import type { PublicKey } from "../../../src/core/signature/signature.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import { vectorBytes, vectors } from "../../go-vectors.ts";
import { EXAMPLE_INPUT, membersOf, packOf, runpackOf, testSigner } from "../artifacts.ts";

async function verdictOf(bytes: Uint8Array, keys: readonly PublicKey[] = []) {
  const { verdict, findings } = await verifyArtifact(bytesSource(bytes), {
    platform: hostPlatform,
    keys,
    requireSignature: false,
  });
  return { verdict, codes: findings.map(({ code }) => code), paths: findings.map(({ path }) => path) };
}

describe("packs rebuilt from the runpacks of the Go implementation", () => {
  for (const { file, source = "", members, pack_id: id } of vectors("pack-run-raw-signed")) {
    test(`${source} gives the members of ${file}, including its signature`, async () => {
      const { bytes, built } = await packOf(vectorBytes(source), await testSigner());
      const digests = [...(await membersOf(bytes))].map(([path, member]) => [path, sha256Hex(hostPlatform, member)]);
      expect(Object.fromEntries(digests)).toEqual(members ?? {});
      expect(built.packId).toBe(id ?? "");
    });
  }
});

describe("the same input is the same bytes", () => {
  // They change with a major version only: a pack may be compared with one built years later.
  const GOLDEN = {
    runpack: "4160f3956bccef3cbdd3c05cfabcf6da8747448ad6278f3128c0d6fee8e38745",
    pack: "69be278e081a54f65159f3ef3faade2a453d49a1d4fcaaeaf1b1668beaca4632",
    signed: "32222599ca5bcae860ea8b1f09dc231e5120e27814049f128191e78b957b7c34",
  };

  test("golden archives of docs/examples/run.json", async () => {
    const { bytes: runpack } = await runpackOf(EXAMPLE_INPUT, { captureMode: "raw" });
    const { bytes: pack } = await packOf(runpack);
    const { bytes: signed } = await packOf(runpack, await testSigner());
    expect({
      runpack: sha256Hex(hostPlatform, runpack),
      pack: sha256Hex(hostPlatform, pack),
      signed: sha256Hex(hostPlatform, signed),
    }).toEqual(GOLDEN);
  });

  test("a signature is not part of the pack's id", async () => {
    const { bytes: runpack } = await runpackOf(EXAMPLE_INPUT);
    const unsigned = await packOf(runpack);
    const signed = await packOf(runpack, await testSigner());
    expect(signed.built.packId).toBe(unsigned.built.packId);
    expect(signed.bytes).not.toEqual(unsigned.bytes);
  });
});

describe("one byte changed in a signed pack", () => {
  /**
   * Changes that go unnoticed: header bytes that carry no evidence and that readers ignore.
   * Offsets within a local header (30 bytes and a name) and a central header (46 and a name), APPNOTE 4.3.7, 4.3.12.
   */
  const FREE_LOCAL = { "version needed": [4, 5], "time and date": [10, 11, 12, 13] };
  const FREE_CENTRAL = {
    "version made by": [4, 5],
    "version needed": [6, 7],
    "time and date": [12, 13, 14, 15],
    "internal attributes": [36, 37],
    "external attributes": [38, 39, 40, 41],
  };

  test("is refused anywhere except in the listed header bytes", async () => {
    const signer = await testSigner();
    const { bytes } = await packOf(
      (await runpackOf({ run: { run_id: "r", created_at: "2026-01-01T00:00:00Z" } })).bytes,
      signer,
    );
    const free = freeOffsets(bytes);
    const accepted: number[] = [];
    for (let at = 0; at < bytes.length; at += 1) {
      for (const flip of [0x01, 0x80]) {
        const changed = bytes.slice();
        changed[at] = (changed[at] ?? 0) ^ flip;
        // A file that no longer begins as a ZIP is refused as a usage error.
        const { verdict } = await verdictOf(changed, [signer.publicKey]).catch((error) => ({ verdict: error.code }));
        if (verdict !== "failed" && verdict !== "not_an_archive" && !accepted.includes(at)) accepted.push(at);
      }
    }
    expect(accepted.filter((at) => !free.has(at))).toEqual([]);
    // The list is minimal: a change to each kind of byte in it does go unnoticed.
    expect(accepted.length).toBeGreaterThan(0);
  }, 120_000);

  function freeOffsets(bytes: Uint8Array): Set<number> {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const free = new Set<number>();
    const end = bytes.length - 22;
    let at = view.getUint32(end + 16, true);
    for (let entry = 0; entry < view.getUint16(end + 10, true); entry += 1) {
      const local = view.getUint32(at + 42, true);
      for (const offset of Object.values(FREE_LOCAL).flat()) free.add(local + offset);
      for (const offset of Object.values(FREE_CENTRAL).flat()) free.add(at + offset);
      at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
    }
    return free;
  }
});
