/** Durations in Go's notation: `48h`, `1h30m`, `1.5s`. */

const NANOSECONDS_OF_UNIT: Readonly<Record<string, bigint>> = {
  ns: 1n,
  us: 1_000n,
  // U+00B5 and U+03BC: both are used for micro.
  "\u00b5s": 1_000n,
  "\u03bcs": 1_000n,
  ms: 1_000_000n,
  s: 1_000_000_000n,
  m: 60_000_000_000n,
  h: 3_600_000_000_000n,
};

const PART = /(\d+\.?\d*|\.\d+)(ns|us|\u00b5s|\u03bcs|ms|s|m|h)/y;
/** Beyond the range of `time.Duration`. */
const MAX_LENGTH = 64;

/** Nanoseconds, truncated; `undefined` if it is not a duration or is negative. */
export function parseDuration(text: string): bigint | undefined {
  if (text === "0") return 0n;
  if (text === "" || text.length > MAX_LENGTH) return undefined;
  let total = 0n;
  for (let at = 0; at < text.length; at = PART.lastIndex) {
    PART.lastIndex = at;
    const [part, number = "", unit = ""] = PART.exec(text) ?? [];
    if (part === undefined) return undefined;
    const [whole = "", fraction = ""] = number.split(".");
    const scale = NANOSECONDS_OF_UNIT[unit] ?? 0n;
    total += BigInt(whole || "0") * scale + (BigInt(fraction || "0") * scale) / 10n ** BigInt(fraction.length);
  }
  return total;
}
