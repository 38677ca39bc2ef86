/** Inflates small deflate streams in one call. */
import type { ByteSource } from "../../bytes/source.ts";
import type { Platform } from "../../platform/platform.ts";

/** Larger data is inflated in pieces. */
const MOST_BYTES = 16 * 1024;

/**
 * The content of a small deflate stream that ends at the last set bit of `data`. Returns nothing otherwise: inflating
 * in pieces and `hasStrayBits` report what is wrong.
 */
export async function inflateSmallStream(
  data: ByteSource,
  { inflateSmall }: Pick<Platform, "inflateSmall">,
): Promise<Uint8Array | undefined> {
  if (inflateSmall === undefined || data.size === 0 || data.size > MOST_BYTES) return undefined;
  // `Uint8Array.from` would take the values one by one.
  const bytes = new Uint8Array(await data.read(0, data.size));
  try {
    const content = inflateSmall(bytes);
    return hasEndBefore(bytes, inflateSmall) ? undefined : content;
  } catch {
    return undefined;
  }
}

/** Whether the data still inflates to anything without its last set bit, or without its last byte if that is zero. */
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
