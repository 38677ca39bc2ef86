/** Bits of the last byte of deflate data after the end of the stream. */
import { type ByteSource, bytesSource } from "../../bytes/source.ts";
import type { Platform } from "../../platform/platform.ts";
import { inflate } from "./inflate.ts";

/** Entries up to these sizes, deflated and inflated, are inflated again to find stray bits. */
const STRAY_BITS_BYTES = { deflated: 1024 * 1024, inflated: 16 * 1024 * 1024 };

interface DeflatedSize {
  readonly compressedSize: number;
  readonly uncompressedSize: number;
  readonly crc32: number;
}

/**
 * A deflate stream ends within a byte, and no inflater tells where: the bits after its end could be changed unnoticed.
 * So the highest set bit is cleared: if the rest is still complete and the same, the bit was not part of the stream.
 * Writers leave these bits zero. Large entries are not checked: it would halve their speed for eight meaningless bits.
 */
export async function hasStrayBits(
  data: ByteSource,
  { compressedSize, uncompressedSize, crc32 }: DeflatedSize,
  platform: Pick<Platform, "crc32" | "InflateRaw">,
): Promise<boolean> {
  if (compressedSize > STRAY_BITS_BYTES.deflated || uncompressedSize > STRAY_BITS_BYTES.inflated) return false;
  const cleared = Uint8Array.from(await data.read(0, compressedSize));
  const last = cleared.at(-1) ?? 0;
  if (last === 0) return false;
  cleared[compressedSize - 1] = last & ~(1 << (31 - Math.clz32(last)));
  let crc = 0;
  let size = 0;
  const fault = await inflate(bytesSource(cleared), platform, (chunk) => {
    crc = platform.crc32(chunk, crc);
    size += chunk.length;
    return size <= uncompressedSize;
  });
  return fault === undefined && size === uncompressedSize && crc === crc32;
}
