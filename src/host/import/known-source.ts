/** What was imported before, by the digests of source files that the runpacks of a folder have as receipts. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { chunks } from "../../core/bytes/source.ts";
import { SOURCE_TYPE } from "../../core/import/imported.ts";
import { isObject } from "../../core/json/document.ts";
import { parseJson } from "../../core/json/parse.ts";
import { openArchive } from "../../core/zip/reader.ts";
import { openSource } from "../files/input.ts";
import { hostPlatform } from "../platform/bun.ts";

const MOST_BYTES = 64 * 1024 * 1024;

/** The digests of the main files of all imports whose runpacks are in the folder. */
export async function knownSources(folder: string): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const name of namesIn(folder)) {
    if (!/^runpack_.*\.zip$/.test(name)) continue;
    const digest = await sourceDigest(join(folder, name)).catch(() => undefined);
    if (digest !== undefined) known.add(digest);
  }
  return known;
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    // There is none yet.
    return [];
  }
}

async function sourceDigest(path: string): Promise<string | undefined> {
  const opened = await openSource(path);
  try {
    const archive = await openArchive(opened.source, hostPlatform);
    if (!archive.has("refs.json")) return undefined;
    const { bytes } = await archive.bytes("refs.json", MOST_BYTES);
    const refs = bytes === undefined ? undefined : parseJson(bytes);
    const receipts = isObject(refs) && Array.isArray(refs["receipts"]) ? refs["receipts"] : [];
    const source = receipts.filter(isObject).find((receipt) => receipt["source_type"] === SOURCE_TYPE);
    const digest = source?.["content_digest"];
    return typeof digest === "string" ? digest.toLowerCase() : undefined;
  } finally {
    opened.close();
  }
}

/** SHA-256 of a file, 64 lower-case hex digits. */
export async function digestOfFile(path: string): Promise<string> {
  const opened = await openSource(path);
  try {
    const hash = hostPlatform.sha256();
    for await (const chunk of chunks(opened.source)) hash.update(chunk);
    return hash.hex();
  } finally {
    opened.close();
  }
}
