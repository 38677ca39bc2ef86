/** docs/contract.md: every digest it shows is recomputed, from the vectors or from its rules alone. */
import { describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Glob } from "bun";
import { EXIT } from "../src/cli/command/exit.ts";
import { decodeBase64, encodeHex } from "../src/core/bytes/encoding.ts";
import { MAX_MANIFEST_BYTES, selfDigest } from "../src/core/contents/manifest.ts";
import { controlsOf, evidencePackId, TEMPLATE_IDS } from "../src/core/evidence/control.ts";
import { environmentFingerprint } from "../src/core/job/environment-fingerprint.ts";
import { MAX_LOG_FINDINGS } from "../src/core/job/replay.ts";
import { MAX_DOCUMENT_BYTES } from "../src/core/json/document.ts";
import { MAX_LINE_BYTES } from "../src/core/json/lines.ts";
import { MAX_JSON_DEPTH } from "../src/core/json/text.ts";
import { DEMO_DIGEST } from "../src/core/rerun/demo.ts";
import { digestOf, sha256Hex, sha256OfText } from "../src/core/signature/digest.ts";
import { keyId, MAX_SIGNATURES, signedDigest, signManifest } from "../src/core/signature/signature.ts";
import { DEFAULT_LIMITS, MAX_NAME_BYTES, RATIO_FREE_BYTES } from "../src/core/zip/limits.ts";
import { MAX_EVENT_BYTES } from "../src/host/job/events-file.ts";
import { hostPlatform as platform } from "../src/host/platform/bun.ts";
import type { EvidenceContent } from "../src/schema/document/evidence-pack.ts";
import type { JsonObject, JsonValue } from "../src/schema/document/primitives.ts";
import { archiveOf, documentOf, EXAMPLE_INPUT, membersOf, packOf, runpackOf, testSigner } from "./core/artifacts.ts";
import { keyPath, vectorBytes } from "./go-vectors.ts";

const CONTRACT = readFileSync(join(import.meta.dir, "../docs/contract.md"), "utf8");

/** What comes before the name of the first entry (APPNOTE 4.3.7). */
const LOCAL_HEADER_BYTES = 30;

/** The rows of the table in section `number`: a label and its value. */
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

  test.each(Object.keys(recomputed))("section %s shows the results of its rules", (number) => {
    expect(rowsOf(number)).toEqual(recomputed[number] ?? {});
  });

  test("every digest shown is recomputed", () => {
    const shown = [...CONTRACT.matchAll(/\b[0-9a-f]{64}\b/g)].map(([digest]) => digest);
    const known = Object.values(recomputed).flatMap((rows) => Object.values(rows).map((value) => value.slice(-64)));
    // 1.12; test/e2e/later/rerun.test.ts holds what `gait demo` writes against it.
    known.push(DEMO_DIGEST);
    expect(shown.length).toBeGreaterThan(20);
    expect(shown.filter((digest) => !known.includes(digest))).toEqual([]);
  });

  test("the documents shown match the digests beside them", () => {
    const documents = [...CONTRACT.matchAll(/^```json\n(.*)\n```$/gm)].map(([, text = ""]) => text);
    const digests = documents.map((text) => sha256OfText(platform, text));
    expect(digests).toEqual([recomputed["8.2"]?.["run.json"] ?? "", recomputed["8.3"]?.["run_payload.json"] ?? ""]);
  });

  test("the public key shown is the one in the file", () => {
    expect(CONTRACT).toContain(`\`${readFileSync(keyPath("test", "public"), "utf8").trim()}\``);
  });

  test("the archive shown is the writer's output", async () => {
    const written = await archiveOf(new Map([["a.json", new TextEncoder().encode("{}")]]));
    expect(encodeHex(dumpedArchive())).toBe(encodeHex(written));
  });

  test("the deflated text shown is the writer's output", async () => {
    const [, text = "", deflated = ""] = /^Deflate, of the text `(\w+)`:\n\n```\n(\w+)\n```$/m.exec(CONTRACT) ?? [];
    const archive = await archiveOf(new Map([["a", new TextEncoder().encode(text)]]));
    const start = LOCAL_HEADER_BYTES + 1;
    expect(text).toHaveLength(60);
    expect(encodeHex(archive.slice(start, start + deflated.length / 2))).toBe(deflated);
  });
});

/** The rows of the table that follows a heading, each with its cells. */
function tableOf(number: string): string[][] {
  const section = CONTRACT.split(/^### /m).find((text) => text.startsWith(`${number} `)) ?? "";
  const rows = [...section.matchAll(/^\| (.+) \|$/gm)].map(([, row = ""]) => row.split(" | "));
  return rows.slice(1);
}

describe("the contract's tables agree with the code", () => {
  test("9.4, the limits", () => {
    const count = (value: number): string => value.toLocaleString("en");
    const size = (value: number): string => (value >= 2 ** 40 ? `${value / 2 ** 40} TiB` : `${value / 2 ** 20} MiB`);
    expect(tableOf("9.4").map((cells) => cells.at(-1))).toEqual([
      count(DEFAULT_LIMITS.maxEntries),
      size(DEFAULT_LIMITS.maxBytes),
      `${DEFAULT_LIMITS.maxRatio} bytes`,
      `${count(MAX_NAME_BYTES)} bytes`,
      size(MAX_MANIFEST_BYTES),
      MAX_DOCUMENT_BYTES === MAX_LINE_BYTES ? size(MAX_DOCUMENT_BYTES) : "two limits",
      size(MAX_EVENT_BYTES),
      count(MAX_JSON_DEPTH),
      count(MAX_SIGNATURES),
      "1,000, 20",
      `20; ${MAX_LOG_FINDINGS}`,
    ]);
    expect(CONTRACT).toContain(`judged above ${size(RATIO_FREE_BYTES)} of content`);
  });

  test("3.4, the controls", () => {
    // One entry for each text of the table, of a type that no control requires.
    const names = ["approval_audit_", "credential_evidence_"].map((stem) => `${stem}01.json`);
    const made = ["runpack_summary", "referenced_runpacks", "trace_summary", "regress_summary", "policy_digests"];
    const paths = [...names, ...made.map((stem) => `${stem}.json`)].sort();
    const types = ["runpack", "evidence", "trace", "report"] as const;
    const rows = TEMPLATE_IDS.flatMap((template) => {
      const byName = controlsOf(
        template,
        paths.map((path) => ({ path, type: "none" as "report" })),
      );
      const byType = controlsOf(
        template,
        types.map((type) => ({ path: type, type })),
      );
      return byName.map(({ control_id, title, evidence_paths }, index) => [
        `\`${template}\``,
        control_id,
        title,
        [...(byType[index]?.evidence_paths ?? [])].sort(),
        evidence_paths,
      ]);
    });
    const shown = tableOf("3.4").map(([template = "", id = "", title = "", kinds = "", texts = ""]) => [
      template,
      id,
      title,
      kinds.split(", ").sort(),
      paths.filter((path) =>
        texts
          .replaceAll("`", "")
          .split(", ")
          .some((text) => path.includes(text)),
      ),
    ]);
    expect(shown).toEqual(rows);
  });

  test("6.4, the exits", () => {
    expect(tableOf("6.4").map(([exit]) => Number(exit))).toEqual(Object.values(EXIT).sort());
  });
});

describe("every member of a published document is in the contract", () => {
  const SCHEMAS = join(import.meta.dir, "../schemas/v1");
  const files = [...new Glob("{runpack,pack,job,context,guard}/*.json").scanSync(SCHEMAS)].sort();
  const words = new Set(CONTRACT.match(/\w+/g) ?? []);

  test.each(files)("%s", (file) => {
    const members = membersIn(JSON.parse(readFileSync(join(SCHEMAS, file), "utf8")) as JsonValue);
    expect(members.length).toBeGreaterThan(1);
    expect(members.filter((name) => !words.has(name))).toEqual([]);
  });
});

function membersIn(schema: JsonValue): string[] {
  if (typeof schema !== "object" || schema === null) return [];
  const own = Array.isArray(schema) ? [] : Object.keys((schema["properties"] as JsonObject | undefined) ?? {});
  return [...own, ...Object.values(schema).flatMap(membersIn)];
}
