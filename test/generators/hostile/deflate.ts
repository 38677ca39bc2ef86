/** Deflate streams whose bytes are fixed here, not by a platform's codec. */
import { concat, u16 } from "../../core/zip/archive/builder.ts";

/** RFC 1951 section 3.2.4: one stored block, for content of less than 64 KiB. */
export function storedBlock(content: Uint8Array): Uint8Array {
  return concat(Uint8Array.of(1), u16(content.length, ~content.length & 0xffff), content);
}

/** An empty stored block followed by another. */
export const EMPTY_BLOCK = Uint8Array.of(0, 0, 0, 0xff, 0xff);
