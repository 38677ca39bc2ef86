/** Manifests: equivalent spellings, and each rule that can be broken. */
import { describe, expect, test } from "bun:test";
import { bytesSource } from "../../../src/core/bytes/source.ts";
import type { FindingCode } from "../../../src/core/finding/finding.ts";
import { canonicalBytes } from "../../../src/core/json/jcs.ts";
import type { PublicKey } from "../../../src/core/signature/signature.ts";
import { verifyArtifact } from "../../../src/core/verify/verify.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";
import type { JsonObject, JsonValue } from "../../../src/schema/document/primitives.ts";
import { archiveOf, documentOf, EXAMPLE_INPUT, membersOf, packOf, runpackOf } from "../artifacts.ts";

async function verdictOf(bytes: Uint8Array, keys: readonly PublicKey[] = []) {
  const { verdict, findings } = await verifyArtifact(bytesSource(bytes), {
    platform: hostPlatform,
    keys,
    requireSignature: false,
  });
  return { verdict, codes: findings.map(({ code }) => code), paths: findings.map(({ path }) => path) };
}

const PACK = (await packOf((await runpackOf(EXAMPLE_INPUT)).bytes)).bytes;
const encode = (text: string) => new TextEncoder().encode(text);

describe("manifests", () => {
  async function withManifest(change: (manifest: JsonObject) => JsonValue | string): Promise<Uint8Array> {
    const members = await membersOf(PACK);
    const changed = change(documentOf(members, "pack_manifest.json"));
    members.set("pack_manifest.json", typeof changed === "string" ? encode(changed) : canonicalBytes(changed));
    return archiveOf(members);
  }
  const contents = (manifest: JsonObject) => manifest["contents"] as JsonObject[];

  test("spacing and the order of members don't matter", async () => {
    const pretty = await withManifest((manifest) =>
      JSON.stringify(Object.fromEntries(Object.entries(manifest).reverse()), null, 2),
    );
    expect(await verdictOf(pretty)).toMatchObject({ verdict: "intact" });
  });
  test("digests may be in upper case", async () => {
    const members = await membersOf(PACK);
    const shouted = await consistentPackWithCapitals(members);
    expect(await verdictOf(shouted)).toMatchObject({ verdict: "intact" });
  });
  async function consistentPackWithCapitals(members: Map<string, Uint8Array>): Promise<Uint8Array> {
    const { selfDigest } = await import("../../../src/core/contents/manifest.ts");
    const manifest = documentOf(members, "pack_manifest.json");
    for (const item of contents(manifest)) item["sha256"] = String(item["sha256"]).toUpperCase();
    manifest["pack_id"] = selfDigest(manifest, "pack_id", hostPlatform).toUpperCase();
    members.set("pack_manifest.json", canonicalBytes(manifest));
    return archiveOf(members);
  }

  const CASES: readonly (readonly [string, (manifest: JsonObject) => JsonValue | string, FindingCode])[] = [
    ["another version", (manifest) => ({ ...manifest, schema_version: "2.0.0" }), "schema_version_unsupported"],
    ["another schema", (manifest) => ({ ...manifest, schema_id: "gait.pack.other" }), "schema_version_unsupported"],
    ["an unknown pack type", (manifest) => ({ ...manifest, pack_type: "chat" }), "pack_type_unsupported"],
    ["the zero time", (manifest) => ({ ...manifest, created_at: "0001-01-01T00:00:00Z" }), "schema_invalid"],
    [
      "a path twice",
      (manifest) => ({ ...manifest, contents: [...contents(manifest), ...contents(manifest)] }),
      "file_declared_twice",
    ],
    [
      "the manifest itself among its files",
      (manifest) => ({
        ...manifest,
        contents: [...contents(manifest), { path: "pack_manifest.json", sha256: "0".repeat(64), type: "json" }],
      }),
      "file_declared_twice",
    ],
    [
      "a file that is not there",
      (manifest) => ({
        ...manifest,
        contents: [...contents(manifest), { path: "gone.json", sha256: "0".repeat(64), type: "json" }],
      }),
      "file_missing",
    ],
    [
      "the source undeclared",
      (manifest) => ({ ...manifest, contents: contents(manifest).slice(0, 1) }),
      "required_file_undeclared",
    ],
    [
      "the wrong type of a file",
      (manifest) => ({ ...manifest, contents: contents(manifest).map((item) => ({ ...item, type: "blob" })) }),
      "schema_invalid",
    ],
    ["no contents", (manifest) => ({ ...manifest, contents: null }), "schema_invalid"],
    ["a signature that is not an object", (manifest) => ({ ...manifest, signatures: [1] }), "schema_invalid"],
    ["a name twice", (manifest) => JSON.stringify(manifest).replace("{", '{"pack_type":"run",'), "json_duplicate_name"],
    ["nothing at all", () => "", "json_invalid"],
  ];
  for (const [name, change, code] of CASES) {
    test(name, async () => {
      const { verdict, codes } = await verdictOf(await withManifest(change));
      expect(verdict).toBe("failed");
      expect(codes).toContain(code);
    });
  }
});
