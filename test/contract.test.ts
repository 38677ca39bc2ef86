/** docs/contract.md: every digest that it shows is recomputed, from the vectors or from nothing but its own rules. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { decodeBase64, encodeHex } from "../src/core/bytes/encoding.ts";
import { selfDigest } from "../src/core/contents/manifest.ts";
import { evidencePackId } from "../src/core/evidence/pack-id.ts";
import { environmentFingerprint } from "../src/core/job/environment-fingerprint.ts";
import type { JsonObject } from "../src/core/json/parse.ts";
import { digestOf, sha256Hex, sha256OfText } from "../src/core/signature/digest.ts";
import { keyId, signedDigest, signManifest } from "../src/core/signature/signature.ts";
import { hostPlatform as platform } from "../src/host/platform/bun-platform.ts";
import type { EvidenceContent } from "../src/schema/document/evidence-pack.ts";
import { archiveOf, documentOf, EXAMPLE_INPUT, membersOf, packOf, runpackOf, testSigner } from "./core/artifacts.ts";
import { keyPath, vectorBytes } from "./go-vectors.ts";

const CONTRACT = readFileSync(join(import.meta.dir, "../docs/contract.md"), "utf8");

/** The rows of the table in section `number`: what, and its value. */
function rowsOf(number: string): Record<string, string> {
  const section = CONTRACT.split(/^### /m).find((text) => text.startsWith(`${number} `)) ?? "";
  return Object.fromEntries([...section.matchAll(/^\| (.+) \| `(.+)` \|$/gm)].map(([, what, value]) => [what, value]));
}

async function vector(file: string): Promise<ReadonlyMap<string, Uint8Array>> {
  return membersOf(vectorBytes(file));
}

function digestsOf(members: ReadonlyMap<string, Uint8Array>, ...paths: string[]): Record<string, string> {
  return Object.fromEntries(paths.map((path) => [path, sha256Hex(platform, members.get(path) ?? new Uint8Array(0))]));
}

function keyIdOf(name: "test" | "other"): string {
  const key = decodeBase64(readFileSync(keyPath(name, "public"), "utf8").trim());
  return keyId(platform, key ?? new Uint8Array(0));
}

/** The bytes of the dump in 8.8: each line an offset, then pairs of hex digits. */
function dumpedArchive(): Uint8Array {
  const [, dump = ""] = /^### 8\.8 .*?^```\n(.*?)^```$/ms.exec(CONTRACT) ?? [];
  const digits = dump.replace(/^[0-9a-f]{4}: /gm, "").replace(/\s/g, "");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

async function examples(): Promise<Record<string, Record<string, string>>> {
  const runpack = await vector("runpacks/signed/runpack_run_alpha.zip");
  const runManifest = documentOf(runpack, "manifest.json");
  const signer = await testSigner();
  const runPack = await vector("packs/pack_run_alpha_signed.zip");
  const packManifest = documentOf(runPack, "pack_manifest.json");
  const jobPack = await vector("packs/pack_job_completed.zip");
  const guard = await vector("guard/guard_soc2_min.zip");
  const guardManifest = documentOf(guard, "pack_manifest.json");
  const context = await vector("later/pack_run_ctx.zip");
  const contents = guardManifest["contents"] as unknown as EvidenceContent[];
  const { bytes: recorded } = await runpackOf(EXAMPLE_INPUT, { captureMode: "raw" });
  const unsigned = await packOf(recorded);
  const signed = await packOf(recorded, signer);
  return {
    "8.1": {
      "key_id of keys/test_public.key": keyIdOf("test"),
      "key_id of keys/other_public.key": keyIdOf("other"),
    },
    "8.2": {
      ...digestsOf(runpack, "run.json", "intents.jsonl", "results.jsonl", "refs.json"),
      manifest_digest: selfDigest(runManifest, "manifest_digest", platform),
      signed_digest: signedDigest(platform, runManifest),
      "sig, with the key of 8.1": (await signManifest(runManifest, signer, platform)).sig,
    },
    "8.3": {
      ...digestsOf(runPack, "run_payload.json", "source/runpack.zip"),
      pack_id: selfDigest(packManifest, "pack_id", platform),
      signed_digest: signedDigest(platform, packManifest),
    },
    "8.4": {
      ...digestsOf(jobPack, "job_events.jsonl", "job_payload.json", "job_state.json"),
      pack_id: selfDigest(documentOf(jobPack, "pack_manifest.json"), "pack_id", platform),
    },
    "8.5": {
      ...digestsOf(guard, "control_index.json", "evidence_pointers.json"),
      ...digestsOf(guard, "referenced_runpacks.json", "runpack_summary.json"),
      pack_id: evidencePackId(String(guardManifest["run_id"]), contents, platform),
      signed_digest: signedDigest(platform, guardManifest),
    },
    "8.6": {
      environment_fingerprint: environmentFingerprint(
        { goos: "linux", goarch: "amd64", goversion: "go1.26.10", shell: "/bin/bash" },
        platform,
      ),
    },
    "8.7": {
      context_set_digest: digestOf(platform, documentOf(context, "context_envelope.json")["records"] as JsonObject[]),
      pack_id: selfDigest(documentOf(context, "pack_manifest.json"), "pack_id", platform),
    },
    "8.8": {
      "the archive above": sha256Hex(platform, dumpedArchive()),
      "the runpack, as a file": sha256Hex(platform, recorded),
      "the unsigned pack, as a file": sha256Hex(platform, unsigned.bytes),
      "the pack signed with the key of 8.1, as a file": sha256Hex(platform, signed.bytes),
      "pack_id of both packs": unsigned.built.packId,
    },
  };
}

describe("the worked examples of section 8", async () => {
  const recomputed = await examples();

  test.each(Object.keys(recomputed))("section %s shows what its rules give", (number) => {
    expect(rowsOf(number)).toEqual(recomputed[number] ?? {});
  });

  test("no digest is shown that is not recomputed", () => {
    const shown = [...CONTRACT.matchAll(/\b[0-9a-f]{64}\b/g)].map(([digest]) => digest);
    const known = Object.values(recomputed).flatMap((rows) => Object.values(rows).map((value) => value.slice(-64)));
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.filter((digest) => !known.includes(digest))).toEqual([]);
  });

  test("the documents shown have the digests beside them", () => {
    const documents = [...CONTRACT.matchAll(/^```json\n(.*)\n```$/gm)].map(([, text = ""]) => text);
    const digests = documents.map((text) => sha256OfText(platform, text));
    expect(digests).toEqual([recomputed["8.2"]?.["run.json"] ?? "", recomputed["8.3"]?.["run_payload.json"] ?? ""]);
  });

  test("the public key shown is that of the file", () => {
    expect(CONTRACT).toContain(`\`${readFileSync(keyPath("test", "public"), "utf8").trim()}\``);
  });

  test("the archive shown is what the writer makes", async () => {
    const written = await archiveOf(new Map([["a.json", new TextEncoder().encode("{}")]]));
    expect(encodeHex(dumpedArchive())).toBe(encodeHex(written));
  });
});
