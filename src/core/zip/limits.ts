/** How much an archive may ask of its reader. */

export interface ZipLimits {
  /** Most entries. */
  readonly maxEntries: number;
  /** Most bytes of content, all entries together, inflated. */
  readonly maxBytes: number;
  /** Most bytes of content per byte of archive; judged only where the content is more than `RATIO_FREE_BYTES`. */
  readonly maxRatio: number;
}

/**
 * What the archives around this one took already. An archive in an archive counts against the same limits: else a small
 * file that inflates to a larger one, which inflates to a huge one, would pass each time and keep its reader for hours.
 */
export interface Surroundings {
  readonly entries: number;
  /** Bytes of their content. */
  readonly bytes: number;
  /** Size of the outermost archive in bytes: what the ratio is to. */
  readonly archiveSize: number;
}

/**
 * - 10,000 entries: a pack has fewer than ten, an evidence pack some hundreds; 10,000 names fit in 20 MB.
 * - 1 TiB: memory does not grow with content, so this only bounds how long a reader can be kept busy.
 * - 200 to 1: JSON and logs deflate 5 to 30 to 1, the best that deflate can do is 1032 to 1.
 */
export const DEFAULT_LIMITS: ZipLimits = { maxEntries: 10_000, maxBytes: 2 ** 40, maxRatio: 200 };

/** A log of one line repeated is real and deflates 500 to 1. Below this size it costs a second at most: no bomb. */
export const RATIO_FREE_BYTES = 256 * 1024 * 1024;

/** Longest name in bytes. The format allows 65,535, which 10,000 entries would make 650 MB of memory. */
export const MAX_NAME_BYTES = 1024;
