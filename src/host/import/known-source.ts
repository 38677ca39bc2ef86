/** What was imported before, by the digests of source files that the runpacks of a folder have as receipts. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { chunks } from "../../core/bytes/source.ts";
import { isObject } from "../../core/json/document.ts";
import { parseJson } from "../../core/json/parse.ts";
import { IMPORT_RECEIPT } from "../../core/run/input.ts";
import { openArchive } from "../../core/zip/reader.ts";
import { openSource } from "../files/input.ts";
import { hostPlatform } from "../platform/bun.ts";

const MOST_BYTES = 64 * 1024 * 1024;

/** The digests of the files of all imports whose runpacks are in the folder. */
export async function knownSources(folder: string): Promise<ReadonlySet<string>> {
  const known = new Set<string>();
  for (const name of namesIn(folder)) {
    if (!/^runpack_.*\.zip$/.test(name)) continue;
    // What can't be read is no reason to leave anything out.
    for (const digest of await sourceDigests(join(folder, name)).catch(() => [])) known.add(digest);
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

async function sourceDigests(path: string): Promise<string[]> {
  const opened = await openSource(path);
  try {
    const archive = await openArchive(opened.source, hostPlatform);
    if (!archive.has("refs.json")) return [];
    const { bytes } = await archive.bytes("refs.json", MOST_BYTES);
    const refs = bytes === undefined ? undefined : parseJson(bytes);
    const receipts = isObject(refs) && Array.isArray(refs["receipts"]) ? refs["receipts"] : [];
    const sources = receipts.filter(isObject).filter((receipt) => receipt["source_type"] === IMPORT_RECEIPT);
    return sources.flatMap(({ content_digest: digest }) => (typeof digest === "string" ? [digest.toLowerCase()] : []));
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
