/** Values of a JSON text that hold no others and are no strings: numbers, `true`, `false` and `null`. */
import { isExactNumber, numberEnd, shortIntegerEnd } from "./number.ts";

const WORDS = ["true", "false", "null"].map((word) => new TextEncoder().encode(word));

/** The end of the number, `true`, `false` or `null` at `p`, which is below `end`; 0 where there is none, or a lossy number. */
export function scalarEnd(bytes: Uint8Array, p: number, end: number): number {
  const first = bytes[p] as number;
  if (first === 0x2d || (first >= 0x30 && first <= 0x39)) {
    const shortInteger = shortIntegerEnd(bytes, p, end);
    if (shortInteger > 0) return shortInteger;
    const numberEnds = numberEnd(bytes, p, end);
    return numberEnds > 0 && isExactNumber(bytes, p, numberEnds) ? numberEnds : 0;
  }
  for (const word of WORDS) {
    if (first !== word[0]) continue;
    let i = 1;
    while (i < word.length && p + i < end && bytes[p + i] === word[i]) i++;
    return i === word.length ? p + i : 0;
  }
  return 0;
}
