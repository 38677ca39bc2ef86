/** How much an archive may ask of its reader. */

export interface ZipLimits {
  /** Most entries. */
  readonly maxEntries: number;
  /** Most bytes of content, all entries together, inflated. */
  readonly maxBytes: number;
  /** Most bytes of content per byte of archive; judged only for more than 256 MiB of content (`RATIO_FREE_BYTES`). */
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

const UNITS: readonly [letter: string, size: number][] = [
  ["G", 2 ** 30],
  ["M", 2 ** 20],
  ["K", 2 ** 10],
];

export const WANT_LIMIT =
  "Give a whole number from 1 to 2^53, with K, M or G behind it for 2^10, 2^20 or 2^30: 500, 64M.";

/** A limit as people write it (`WANT_LIMIT`); `undefined` where it is none. */
export function parseLimit(text: string): number | undefined {
  const [, digits = "", letter = ""] = /^([0-9]{1,16})([KMG]?)$/i.exec(text) ?? [];
  const unit = UNITS.find(([name]) => name === letter.toUpperCase())?.[1] ?? 1;
  const value = digits === "" ? 0 : Number(digits) * unit;
  return value >= 1 && Number.isSafeInteger(value) ? value : undefined;
}

/** `value` in the largest unit that it is a multiple of. */
export function limitText(value: number): string {
  const [letter, size] = UNITS.find(([, each]) => value % each === 0) ?? ["", 1];
  return `${value / size}${letter}`;
}
