/** The files that a run was imported from, as its receipts have them, and whether a pack has them too. */
import type { Refs } from "../../schema/document/runpack.ts";
import type { DeclaredFile } from "../contents/contents.ts";
import { IMPORTER, importManner } from "../import/format-name.ts";
import { IMPORT_SOURCES } from "../pack/attachment.ts";
import { IMPORT_RECEIPT } from "../run/input.ts";
import { type Hashing, sameDigest } from "../signature/digest.ts";

/** A file that an import read. */
export interface ImportedFrom {
  /** Its base name. */
  readonly name: string;
  readonly sha256: string;
  /** What it was read as, and by which rules, where they are known here. */
  readonly format?: string;
  readonly importer?: string;
  /** Likely secrets were replaced. */
  readonly redacted?: true;
  /** The entry of the pack that has these very bytes. */
  readonly path?: string;
}

/** Of a runpack that fits its schema; `declared` are the files of its pack, and `sound` those of them that verified. */
export function importedFrom(
  platform: Hashing,
  refs: Refs | undefined,
  declared: readonly DeclaredFile[] = [],
  sound: ReadonlySet<string> = new Set(),
): ImportedFrom[] {
  const kept = declared.filter(({ path }) => path.startsWith(IMPORT_SOURCES) && sound.has(path));
  return (refs?.receipts ?? [])
    .filter((receipt) => receipt.source_type === IMPORT_RECEIPT)
    .map(({ source_locator: name, content_digest, query_digest }) => {
      const manner = importManner(platform, query_digest);
      const path = kept.find(({ sha256 }) => sameDigest(sha256, content_digest))?.path;
      return {
        name,
        sha256: content_digest,
        ...(manner === undefined ? {} : { format: manner.format, importer: IMPORTER }),
        ...(manner?.redact ? { redacted: true as const } : {}),
        ...(path === undefined ? {} : { path }),
      };
    });
}

/** `gait.import/1, as claude-code`. */
export function importerText([first]: readonly ImportedFrom[]): string | undefined {
  if (first?.format === undefined) return undefined;
  return `${first.importer}, as ${first.format}${first.redacted ? ", likely secrets replaced" : ""}`;
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
