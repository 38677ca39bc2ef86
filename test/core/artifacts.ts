/** Artifacts for the tests, and copies with one thing changed and everything else made consistent with it. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { bytesSource } from "../../src/core/bytes/source.ts";
import { selfDigest } from "../../src/core/contents/manifest.ts";
import { canonicalBytes } from "../../src/core/json/jcs.ts";
import { parseJson } from "../../src/core/json/parse.ts";
import { type Built, buildRunPack, type PackMember, writePack } from "../../src/core/pack/build-pack.ts";
import { documentParts } from "../../src/core/run/input-document.ts";
import { type Recorded, type RecordOptions, recordRun } from "../../src/core/run/record-run.ts";
import { type RunpackReport, verifyRunpack } from "../../src/core/run/verify-runpack.ts";
import type { Signer } from "../../src/core/signature/signature.ts";
import { openArchive } from "../../src/core/zip/reader.ts";
import { createZipWriter } from "../../src/core/zip/writer.ts";
import { loadPrivateKey } from "../../src/host/keys.ts";
import { hostPlatform as platform } from "../../src/host/platform/bun.ts";
import type { JsonObject, JsonValue } from "../../src/schema/document/primitives.ts";
import { keyPath } from "../go-vectors.ts";

export const EXAMPLE_INPUT = new Uint8Array(readFileSync(join(import.meta.dir, "../../docs/examples/run.json")));
export const PRODUCER_VERSION = "0.0.0-dev";

export async function testSigner(name: "test" | "other" = "test"): Promise<Signer> {
  return (await loadPrivateKey({ path: keyPath(name, "private") }, platform)).signer;
}

/** Collects everything that is written. */
export function byteSink(): { write(bytes: Uint8Array): void; bytes(): Uint8Array } {
  const parts: Uint8Array[] = [];
  return { write: (bytes) => void parts.push(bytes.slice()), bytes: () => new Uint8Array(Buffer.concat(parts)) };
}

export const RECORD_OPTIONS: RecordOptions = {
  platform,
  now: () => "2026-11-23T00:00:00Z",
  machine: { os: "linux", arch: "amd64" },
};

export async function runpackOf(
  input: JsonValue | Uint8Array,
  options: Partial<RecordOptions> = {},
): Promise<{ bytes: Uint8Array; recorded: Recorded }> {
  const sink = byteSink();
  const bytes = input instanceof Uint8Array ? input : new TextEncoder().encode(JSON.stringify(input));
  const recorded = await recordRun(documentParts(bytes), sink, { ...RECORD_OPTIONS, ...options });
  return { bytes: sink.bytes(), recorded };
}

export async function packOf(runpack: Uint8Array, signer?: Signer): Promise<{ bytes: Uint8Array; built: Built }> {
  const sink = byteSink();
  const built = await buildRunPack(bytesSource(runpack), await reportOf(runpack), sink, {
    platform,
    producerVersion: PRODUCER_VERSION,
    signer,
  });
  return { bytes: sink.bytes(), built };
}

export async function reportOf(runpack: Uint8Array): Promise<RunpackReport> {
  return verifyRunpack(await openArchive(bytesSource(runpack), platform), { keys: [], platform });
}

/** The members of an archive, by path, in file order. */
export async function membersOf(archive: Uint8Array): Promise<Map<string, Uint8Array>> {
  const opened = await openArchive(bytesSource(archive), platform);
  const members = new Map<string, Uint8Array>();
  for (const { name } of opened.layout.entries) {
    const { bytes } = await opened.bytes(name, 64 * 1024 * 1024);
    if (bytes !== undefined) members.set(name, bytes);
  }
  return members;
}

export function documentOf(members: ReadonlyMap<string, Uint8Array>, path: string): JsonObject {
  return parseJson(members.get(path) ?? new Uint8Array(0)) as JsonObject;
}

/** A pack whose manifest agrees with any `members`: ids and hashes are right, and only the content is wrong. */
export async function consistentPack(
  members: readonly PackMember[],
  sourceRef: string,
  signer?: Signer,
): Promise<Uint8Array> {
  const sink = byteSink();
  await writePack("run", sourceRef, members, sink, { platform, producerVersion: PRODUCER_VERSION, signer });
  return sink.bytes();
}

/** A runpack whose manifest agrees with `members`; `manifest` may change the manifest before its digest. */
export async function consistentRunpack(
  members: ReadonlyMap<string, Uint8Array>,
  manifest: (stored: JsonObject) => JsonObject = (stored) => stored,
): Promise<Uint8Array> {
  const sink = byteSink();
  const writer = createZipWriter(sink, platform);
  const files: JsonObject[] = [];
  for (const [path, bytes] of members) {
    if (path === "manifest.json") continue;
    const { sha256 } = await writer.add(path, bytes);
    files.push({ path, sha256 });
  }
  const { signatures: _, ...unsigned } = manifest({ ...documentOf(members, "manifest.json"), files });
  const digest = selfDigest(unsigned, "manifest_digest", platform);
  await writer.add("manifest.json", canonicalBytes({ ...unsigned, manifest_digest: digest }));
  await writer.close();
  return sink.bytes();
}

/** An archive of these members as they are, the manifest's own digests included. */
export async function archiveOf(members: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const sink = byteSink();
  const writer = createZipWriter(sink, platform);
  for (const [path, bytes] of members) await writer.add(path, bytes);
  await writer.close();
  return sink.bytes();
}
