/** Archives whose every byte is fixed. The digests cover whole files. */
import { createHash } from "node:crypto";
import { loadDeflater } from "../../../src/core/zip/deflate.ts";
import type { Content } from "../../../src/core/zip/measure.ts";
import { createZipWriter } from "../../../src/core/zip/writer.ts";
import { hostPlatform } from "../../../src/host/platform/bun.ts";

export interface GoldenArchive {
  readonly rule: string;
  readonly entries: () => [path: string, content: Uint8Array][];
  readonly sha256: string;
}

const MEBIBYTE = 1024 * 1024;

export const GOLDEN_ARCHIVES: readonly [GoldenArchive, ...GoldenArchive[]] = [
  { rule: "no entries", entries: () => [], sha256: "8739c76e681f900923b900c9df0ef75cf421d39cabb54650c4b9ad19b6a76d85" },
  {
    rule: "an empty entry",
    entries: () => [["empty.json", text("")]],
    sha256: "ddafb6104bf0ce448a4122d97e40de7eb8b58f36e34c78f8c3d48de5f7ebedd7",
  },
  {
    rule: "one byte",
    entries: () => [["one.json", text("{")]],
    sha256: "7d115a1dea54b47f6badb04b6e9bbae2e07c36f19f5bfed202f04a49b7870130",
  },
  {
    rule: "a stored archive",
    entries: () => [["source/runpack.zip", text("PK")]],
    sha256: "64df9df92f6456291658c8cb6aa8318769143e3a5561aad98699126912652335",
  },
  {
    rule: "1 MiB that deflates well",
    entries: () => [["intents.jsonl", records(MEBIBYTE)]],
    sha256: "fcb2d5ab0cfe85453cdcd33d683f2b67967018c042171b667eb47aac972a9d82",
  },
  {
    rule: "1 MiB that does not deflate",
    entries: () => [["noise.bin", noise(MEBIBYTE)]],
    sha256: "1ea41c46ceca2fa9547ed5e65ace6da7ef59ea71626f634764499d5b676742ff",
  },
  {
    rule: "all of these",
    entries: () => [
      ["empty.json", text("")],
      ["intents.jsonl", records(MEBIBYTE)],
      ["noise.bin", noise(MEBIBYTE)],
      ["one.json", text("{")],
      ["source/runpack.zip", text("PK")],
    ],
    sha256: "e3de0b788e94ddda284954f9c46f85be24ed6acb87b669ee0177bf035942998d",
  },
];

/** The bytes that the writer produces for `entries`. */
export async function write(
  entries: readonly (readonly [string, Content])[],
  platform = hostPlatform,
): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  const writer = createZipWriter({ write: (bytes) => void parts.push(bytes.slice()) }, platform);
  for (const [path, content] of entries) await writer.add(path, content);
  await writer.close();
  return new Uint8Array(Buffer.concat(parts));
}

/** This process's output and codec, for another process to compare. */
export async function digests(): Promise<{ codec: string; digests: string[] }> {
  const all: string[] = [];
  for (const { entries } of GOLDEN_ARCHIVES)
    all.push(
      createHash("sha256")
        .update(await write(entries()))
        .digest("hex"),
    );
  return { codec: (await loadDeflater()).codec, digests: all };
}

function text(content: string): Uint8Array {
  return new TextEncoder().encode(content);
}

/** Lines like those of a run's record. */
function records(size: number): Uint8Array {
  let lines = "";
  for (let index = 0; lines.length < size; index += 1) {
    lines += `{"args":{"path":"/data/${(index * 7919) % 977}"},"intent_id":"int_${index}","tool":"fs.read"}\n`;
  }
  return text(lines.slice(0, size));
}

/** SHA-256 of one number after the other: bytes that no codec can compress. */
function noise(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  for (let at = 0; at < size; at += 32) bytes.set(createHash("sha256").update(`${at}`).digest(), at);
  return bytes;
}
