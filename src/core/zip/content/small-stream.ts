/** Small deflate streams, inflated at once. */
import type { ByteSource } from "../../bytes/source.ts";
import type { Platform } from "../../platform/platform.ts";

/** Data of more than this is inflated in pieces. */
const MOST_BYTES = 16 * 1024;

/**
 * The content of a small deflate stream that ends in the very last bit that is set in `data`. Of anything else nothing is
 * said here: the stream of pieces, and `hasStrayBits`, say what is wrong with it.
 */
export async function inflateSmallStream(
  data: ByteSource,
  { inflateSmall }: Pick<Platform, "inflateSmall">,
): Promise<Uint8Array | undefined> {
  if (inflateSmall === undefined || data.size === 0 || data.size > MOST_BYTES) return undefined;
  const bytes = Uint8Array.from(await data.read(0, data.size));
  try {
    const content = inflateSmall(bytes);
    return hasEndBefore(bytes, inflateSmall) ? undefined : content;
  } catch {
    return undefined;
  }
}

/** Whether the data still inflates, to whatever, without its last bit that is set, or its last byte where that has none. */
function hasEndBefore(bytes: Uint8Array, inflateSmall: (bytes: Uint8Array) => Uint8Array): boolean {
  const last = bytes.at(-1) ?? 0;
  if (last !== 0) bytes[bytes.length - 1] = last & ~(1 << (31 - Math.clz32(last)));
  try {
    inflateSmall(last === 0 ? bytes.subarray(0, -1) : bytes);
    return true;
  } catch {
    return false;
  }
}
