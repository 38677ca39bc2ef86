/**
 * Makes src/core/selftest/golden.ts: the data of `gait selftest` that is not copied from a standard. The bytes
 * change only with the formats: a test compares the file with this generator's output.
 * `npm run vectors` writes it.
 */
import { join } from "node:path";
import { encodeBase64 } from "../../src/core/bytes/encoding.ts";
import { bytesSource } from "../../src/core/bytes/source.ts";
import { selfDigest } from "../../src/core/contents/manifest.ts";
import { canonicalBytes } from "../../src/core/json/jcs.ts";
import { parseJson } from "../../src/core/json/parse.ts";
import { hex } from "../../src/core/selftest/check.ts";
import { deflated, longText, makePack, SEED } from "../../src/core/selftest/making.ts";
import { TEXT } from "../../src/core/selftest/text.ts";
import { sha256Hex } from "../../src/core/signature/digest.ts";
import { signedDigest } from "../../src/core/signature/signature.ts";
import { verifyArtifact } from "../../src/core/verify/verify.ts";
import { loadDeflater } from "../../src/core/zip/deflate.ts";
import { openArchive } from "../../src/core/zip/reader.ts";
import { createZipWriter } from "../../src/core/zip/writer.ts";
import { hostPlatform as platform } from "../../src/host/platform/bun.ts";
import { createSigner } from "../../src/host/platform/ed25519-native.ts";
import type { JsonObject } from "../../src/schema/document/primitives.ts";

export const GOLDEN_SOURCE = join(import.meta.dir, "../../src/core/selftest/golden.ts");
const RUN_PAYLOAD = "run_payload.json";
const MANIFEST = "pack_manifest.json";

/** A constant of the source, its value on a separate line when long, as the formatter would. */
function constant(name: string, text: string): string {
  const line = `export const ${name} = ${JSON.stringify(text)};`;
  return line.length <= 120 ? `${line}\n` : `export const ${name} =\n  ${JSON.stringify(text)};\n`;
}

function member([name, text]: readonly [string, string]): string {
  return `${name}: ${JSON.stringify(text)},\n`;
}

async function membersOf(pack: Uint8Array): Promise<Map<string, Uint8Array>> {
  const archive = await openArchive(bytesSource(pack), platform);
  const members = new Map<string, Uint8Array>();
  for (const { name } of archive.layout.entries) {
    const { bytes } = await archive.bytes(name, 2 ** 20);
    if (bytes !== undefined) members.set(name, bytes);
  }
  return members;
}

async function archiveOf(members: ReadonlyMap<string, Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const writer = createZipWriter({ write: (bytes) => void parts.push(bytes.slice()) }, platform);
  for (const [path, bytes] of members) await writer.add(path, bytes);
  await writer.close();
  return new Uint8Array(Buffer.concat(parts));
}

/** The pack with one document changed and its archive rewritten: only the change itself is wrong. */
async function withDocument(pack: Uint8Array, path: string, change: (document: JsonObject) => JsonObject) {
  const members = await membersOf(pack);
  const document = parseJson(members.get(path) ?? new Uint8Array(0)) as JsonObject;
  members.set(path, canonicalBytes(change(document)));
  return archiveOf(members);
}

function withPackId(manifest: JsonObject): JsonObject {
  const { pack_id: _, signatures, ...rest } = manifest;
  const unsigned: JsonObject = { ...rest };
  return { ...unsigned, pack_id: selfDigest(unsigned, "pack_id", platform), ...(signatures && { signatures }) };
}

/** Everything that a forger without the key can do. */
function withDigests(manifest: JsonObject): JsonObject {
  const agreed = withPackId(manifest);
  const [signature] = agreed["signatures"] as JsonObject[];
  return { ...agreed, signatures: [{ ...signature, signed_digest: signedDigest(platform, agreed) }] };
}

async function withoutMember(pack: Uint8Array, path: string): Promise<Uint8Array> {
  const members = await membersOf(pack);
  members.delete(path);
  return archiveOf(members);
}

async function tamperedWith(pack: Uint8Array): Promise<{ what: string; pack: Uint8Array }[]> {
  const flipped = pack.slice();
  const inside = Buffer.from(pack).indexOf("PK\u0003\u0004", 4) + 60;
  flipped[inside] = (flipped[inside] ?? 0) ^ 1;
  return [
    {
      what: "a payload changed behind the manifest",
      pack: await withDocument(pack, RUN_PAYLOAD, (payload) => ({ ...payload, results_count: 3 })),
    },
    {
      what: "the manifest changed",
      pack: await withDocument(pack, MANIFEST, (manifest) => ({ ...manifest, producer_version: "9.9.9" })),
    },
    {
      what: "the manifest changed, its id made to agree",
      pack: await withDocument(pack, MANIFEST, (manifest) => withPackId({ ...manifest, producer_version: "9.9.9" })),
    },
    {
      what: "the manifest changed, its id and signed digest made to agree",
      pack: await withDocument(pack, MANIFEST, (manifest) => withDigests({ ...manifest, producer_version: "9.9.9" })),
    },
    { what: "a declared file taken out", pack: await withoutMember(pack, RUN_PAYLOAD) },
    { what: "a bit of the runpack inside flipped", pack: flipped },
    { what: "a byte behind the end", pack: Uint8Array.of(...pack, 0) },
    { what: "the last byte cut off", pack: pack.subarray(0, -1) },
  ];
}

/** The expected file. */
export async function goldenText(): Promise<string> {
  const signer = await createSigner(hex(SEED), platform);
  const { runpack, pack } = await makePack(platform, signer);
  const { pack: unsigned } = await makePack(platform, undefined);
  const keys = [signer.publicKey];
  const judged = await verifyArtifact(bytesSource(pack), { platform, keys, requireSignature: true });
  if (judged.verdict !== "authentic") throw new Error(`the golden pack is ${judged.verdict}: ${judged.reason}`);
  const golden = {
    packId: judged.packId,
    runpackSha256: sha256Hex(platform, runpack),
    packSha256: sha256Hex(platform, pack),
    unsignedSha256: sha256Hex(platform, unsigned),
    pack: encodeBase64(pack),
  };
  const tampered: { what: string; findings: string; pack: string }[] = [];
  for (const { what, pack: bytes } of await tamperedWith(pack)) {
    const { findings } = await verifyArtifact(bytesSource(bytes), { platform, keys, requireSignature: false });
    tampered.push({ what, findings: findings.map(({ code }) => code).join(", "), pack: encodeBase64(bytes) });
  }
  const deflater = await loadDeflater();
  const short = await deflated(deflater, new TextEncoder().encode(TEXT), TEXT.length);
  const long = sha256Hex(platform, await deflated(deflater, longText(), 65_536));
  return goldenSource(encodeBase64(short), long, golden, tampered);
}

function goldenSource(
  deflatedText: string,
  deflatedLong: string,
  golden: Readonly<Record<string, string>>,
  tampered: readonly { what: string; findings: string; pack: string }[],
): string {
  const members = Object.entries(golden).map((each) => `  ${member(each)}`);
  const rows = tampered.map(
    (row) =>
      `  {\n${Object.entries(row)
        .map((each) => `    ${member(each)}`)
        .join("")}  },\n`,
  );
  return [
    "/** Made by test/generators/selftest.ts: the golden data of the self-test. */\n",
    `/** base64 of the expected deflate output for the text. */\n${constant("DEFLATED_TEXT", deflatedText)}`,
    `/** SHA-256 of the expected output for the long text. */\n${constant("DEFLATED_LONG", deflatedLong)}`,
    `/** The pack of the run, signed. */\nexport const GOLDEN = {\n${members.join("")}};\n`,
    "/** Tampered copies of it, with the expected findings in order. */\n" +
      `export const TAMPERED: readonly { what: string; findings: string; pack: string }[] = [\n${rows.join("")}];\n`,
  ].join("\n");
}
