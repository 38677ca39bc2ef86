/**
 * The run of `gait demo` (contract 1.12): always the same, so that its digest is known before. It keeps arguments and results, though
 * its capture mode is `reference`: that is what the Go implementation has always written.
 */
import type { JsonObject } from "../../schema/document/primitives.ts";
import { RUNPACK_MANIFEST, selfDigest } from "../contents/manifest.ts";
import { canonicalBytes, canonicalize } from "../json/jcs.ts";
import type { Platform } from "../platform/platform.ts";
import { digestOf, type Hashing, sha256OfText } from "../signature/digest.ts";
import { type ByteSink, createZipWriter } from "../zip/writer.ts";

export const DEMO_RUN = "run_demo";
export const DEMO_DIGEST = "88913ed84855671786b9ecc3eab94f760332a6c19a3ff2195ab8afd914d57725";

const TIME = "2026-02-05T00:00:00Z";

const CALLS: readonly (readonly [tool: string, args: JsonObject])[] = [
  ["tool.search", { query: "gait demo: offline verification" }],
  ["tool.fetch", { url: "https://example.local/demo" }],
  ["tool.summarize", { input_ref: "ref_1" }],
];

/** Writes the runpack to `sink`. @returns its `manifest_digest` */
export async function writeDemoRun(sink: ByteSink, platform: Platform): Promise<string> {
  const writer = createZipWriter(sink, platform);
  const files: { path: string; sha256: string }[] = [];
  for (const [path, bytes] of demoFiles(platform)) {
    const { sha256 } = await writer.add(path, bytes);
    files.push({ path, sha256 });
  }
  const manifest: JsonObject = { ...stamp("manifest"), capture_mode: "reference", files };
  const digest = selfDigest(manifest, "manifest_digest", platform);
  await writer.add(RUNPACK_MANIFEST, canonicalBytes({ ...manifest, manifest_digest: digest }));
  await writer.close();
  return digest;
}

function demoFiles(hashing: Hashing): (readonly [path: string, bytes: Uint8Array])[] {
  const intents = CALLS.map(([tool_name, args], index) => ({
    ...stamp("intent"),
    intent_id: `intent_${index + 1}`,
    tool_name,
    args_digest: digestOf(hashing, args),
    args,
  }));
  const results = CALLS.map((_, index) => {
    const result = { ok: true, message: `demo result ${index + 1}` };
    const digest = digestOf(hashing, result);
    return { ...stamp("result"), intent_id: `intent_${index + 1}`, status: "ok", result_digest: digest, result };
  });
  const receipts = CALLS.map(([tool], index) => ({
    ref_id: `ref_${index + 1}`,
    source_type: "demo",
    source_locator: tool,
    query_digest: sha256OfText(hashing, `query-${index + 1}`),
    content_digest: sha256OfText(hashing, `content-${index + 1}`),
    retrieved_at: TIME,
    redaction_mode: "reference",
  }));
  const timeline = [
    { event: "start", ts: TIME },
    { event: "finish", ts: "2026-02-05T00:00:02Z" },
  ];
  return [
    ["intents.jsonl", linesOf(intents)],
    ["refs.json", canonicalBytes({ ...stamp("refs"), receipts })],
    ["results.jsonl", linesOf(results)],
    ["run.json", canonicalBytes({ ...stamp("run"), env: { os: "demo", arch: "demo", runtime: "go" }, timeline })],
  ];
}

function stamp(document: string): JsonObject {
  return {
    schema_id: `gait.runpack.${document}`,
    schema_version: "1.0.0",
    created_at: TIME,
    producer_version: "0.0.0-dev",
    run_id: DEMO_RUN,
  };
}

function linesOf(records: readonly JsonObject[]): Uint8Array {
  return new TextEncoder().encode(records.map((record) => `${canonicalize(record)}\n`).join(""));
}
