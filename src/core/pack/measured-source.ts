/**
 * The file that a pack is built of, measured by the reading that verifies it: the copy in the pack is then checked against
 * what was verified, and neither is read more than once.
 */
import { digestingSource } from "../bytes/digesting-source.ts";
import type { ByteSource } from "../bytes/source.ts";
import type { Platform } from "../platform/platform.ts";
import type { Measurements } from "../zip/measure.ts";

export interface MeasuredSource {
  /** To be verified. */
  readonly source: ByteSource;
  /** Once, after the verification. What it did not read is read for this. */
  measurements(): Promise<SourceMeasurements>;
}

export interface SourceMeasurements extends Measurements {
  /** Whether the verification saw these very bytes, each of them. Otherwise it says nothing about this SHA-256. */
  readonly isVerified: boolean;
}

export function measuredSource(source: ByteSource, platform: Pick<Platform, "sha256" | "crc32">): MeasuredSource {
  const hash = platform.sha256();
  let crc32 = 0;
  const digesting = digestingSource(source, {
    update(bytes) {
      hash.update(bytes);
      crc32 = platform.crc32(bytes, crc32);
    },
    hex: () => hash.hex(),
  });
  return {
    source: digesting,
    async measurements() {
      const isVerified = digesting.isOneReading;
      const sha256 = await digesting.digest();
      return { size: source.size, crc32, sha256, isVerified };
    },
  };
}
