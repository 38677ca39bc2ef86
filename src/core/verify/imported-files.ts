/** The files that a run was imported from, as its receipts have them, and whether a pack has them too. */
import type { Refs } from "../../schema/document/runpack.ts";
import type { DeclaredFile } from "../contents/contents.ts";
import { IMPORT_SOURCES } from "../pack/attachment.ts";
import { IMPORT_RECEIPT } from "../run/input.ts";
import { sameDigest } from "../signature/digest.ts";

/** A file that an import read. */
export interface ImportedFrom {
  /** Its base name. */
  readonly name: string;
  readonly sha256: string;
  /** The entry of the pack that has these very bytes. */
  readonly path?: string;
}

/** Of a runpack that fits its schema; `declared` are the files of its pack, and `sound` those of them that verified. */
export function importedFrom(
  refs: Refs | undefined,
  declared: readonly DeclaredFile[] = [],
  sound: ReadonlySet<string> = new Set(),
): ImportedFrom[] {
  const kept = declared.filter(({ path }) => path.startsWith(IMPORT_SOURCES) && sound.has(path));
  return (refs?.receipts ?? [])
    .filter((receipt) => receipt.source_type === IMPORT_RECEIPT)
    .map(({ source_locator: name, content_digest }) => {
      const path = kept.find(({ sha256 }) => sameDigest(sha256, content_digest))?.path;
      return { name, sha256: content_digest, ...(path === undefined ? {} : { path }) };
    });
}

/** `session.jsonl, which is in the pack, and 2 more`. */
export function importedFromText(files: readonly ImportedFrom[]): string | undefined {
  const [first, ...others] = files;
  if (first === undefined) return undefined;
  const missing = files.filter(({ path }) => path === undefined).length;
  const names = others.length === 0 ? first.name : `${first.name} and ${others.length} more`;
  if (missing === files.length) return `${names}, by digest: not in the pack`;
  const are = others.length === 0 ? "which is" : "which are";
  return missing === 0 ? `${names}, ${are} in the pack` : `${names}, ${missing} of them not in the pack`;
}
