/**
 * How large a document may be that is held in memory as a whole (contract 9.4). Its values take several times its size, so
 * that some hundred kilobytes, deflated 200 to 1, came to a gigabyte.
 */
import { MAX_DOCUMENT_BYTES } from "../json/document.ts";
import type { Archive } from "../zip/reader.ts";

/** Whatever they deflate to, documents up to this size are read. */
export const FREE_DOCUMENT_BYTES = 8 * 1024 * 1024;
/** Larger ones only as long as they are not smaller in the archive than this. Receipts deflate 6 to 1, events 15 to 1. */
export const MAX_DOCUMENT_RATIO = 32;

/** For the document at `path`, whether it is there or not. */
export function documentLimit(archive: Archive, path: string): number {
  if (!archive.has(path)) return MAX_DOCUMENT_BYTES;
  const { compressedSize } = archive.entry(path);
  return Math.min(MAX_DOCUMENT_BYTES, Math.max(FREE_DOCUMENT_BYTES, compressedSize * MAX_DOCUMENT_RATIO));
}
