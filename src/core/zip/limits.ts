/** Limits on the resources that reading an archive may take. */

export interface ZipLimits {
  /** Maximum number of entries. */
  readonly maxEntries: number;
  /** Maximum bytes of uncompressed content, all entries together. */
  readonly maxBytes: number;
  /** Maximum bytes of content per byte of archive; checked only above 256 MiB of content (`RATIO_FREE_BYTES`). */
  readonly maxRatio: number;
}

/**
 * What the enclosing archives already used. A nested archive counts against the same limits: otherwise a small file
 * that inflates to a larger one, which inflates to a huge one, would pass each time and take hours to read.
 */
export interface Surroundings {
  readonly entries: number;
  /** Bytes of their content. */
  readonly bytes: number;
  /** Size of the outermost archive in bytes, for the ratio. */
  readonly archiveSize: number;
}

/**
 * - 10,000 entries: a pack has fewer than ten, an evidence pack some hundreds; 10,000 names fit in 20 MB.
 * - 1 TiB: memory does not grow with content, so this only bounds the reading time.
 * - 200 to 1: JSON and logs deflate 5 to 30 to 1, the best that deflate can do is 1032 to 1.
 */
export const DEFAULT_LIMITS: ZipLimits = { maxEntries: 10_000, maxBytes: 2 ** 40, maxRatio: 200 };

/**
 * A log of one repeated line is legitimate and deflates 500 to 1. Below this size it takes at most a second: not a
 * bomb.
 */
export const RATIO_FREE_BYTES = 256 * 1024 * 1024;

/** Longest name in bytes. The format allows 65,535, which 10,000 entries would make 650 MB of memory. */
export const MAX_NAME_BYTES = 1024;

const UNITS: readonly [letter: string, size: number][] = [
  ["G", 2 ** 30],
  ["M", 2 ** 20],
  ["K", 2 ** 10],
];

export const WANT_LIMIT =
  "Give a whole number from 1 to 2^53, optionally followed by K, M or G for 2^10, 2^20 or 2^30: 500, 64M.";

/** Parses a limit (`WANT_LIMIT`); `undefined` if it is invalid. */
export function parseLimit(text: string): number | undefined {
  const [, digits = "", letter = ""] = /^([0-9]{1,16})([KMG]?)$/i.exec(text) ?? [];
  const unit = UNITS.find(([name]) => name === letter.toUpperCase())?.[1] ?? 1;
  const value = digits === "" ? 0 : Number(digits) * unit;
  return value >= 1 && Number.isSafeInteger(value) ? value : undefined;
}

/** Formats `value` in the largest unit that divides it. */
export function limitText(value: number): string {
  const [letter, size] = UNITS.find(([, each]) => value % each === 0) ?? ["", 1];
  return `${value / size}${letter}`;
}
