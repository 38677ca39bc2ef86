/** Where a JSON value ends, in a text that goes on behind it: brackets and quotes are counted, nothing is proven. */
import { PLAIN } from "../../json/string.ts";

const QUOTE = 0x22;
const BACKSLASH = 0x5c;

/** The end of the object or list that begins at the first byte from `start` on that is no white space. */
export function valueEnd(bytes: Uint8Array, start: number): number | undefined {
  let depth = 0;
  for (let p = start; p < bytes.length; p += 1) {
    const byte = bytes[p] as number;
    if (byte === QUOTE && depth > 0) {
      p = quoteEnd(bytes, p + 1);
    } else if (byte === 0x7b || byte === 0x5b) {
      depth += 1;
    } else if (byte === 0x7d || byte === 0x5d) {
      depth -= 1;
      if (depth <= 0) return depth === 0 ? p + 1 : undefined;
    } else if (depth === 0 && byte > 0x20) return undefined;
  }
  return undefined;
}

/** Where the closing quote is. */
function quoteEnd(bytes: Uint8Array, start: number): number {
  let p = start;
  while (p < bytes.length && bytes[p] !== QUOTE) {
    if (bytes[p] === BACKSLASH) p += 2;
    else if (PLAIN[bytes[p] as number] === 1 || (bytes[p] as number) >= 0x80) p += 1;
    else return p;
  }
  return p;
}
