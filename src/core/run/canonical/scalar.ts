/** Numbers and escapes of a strict JSON text, as far as canonical text (RFC 8785) may have them otherwise. */

/** Any decimal with this many significant digits is the shortest text of its double (C's DBL_DIG). */
const SAFE_DIGITS = 15;
/** Below 10^-6 a double's text has an exponent (ECMA-262 section 6.1.6.1.20). */
const MOST_FIXED_ZEROS = 5;
/** Escapes are taken together up to this many bytes. */
const MOST_ESCAPES = 6000;

const MINUS = 0x2d;
const POINT = 0x2e;
const SLASH = 0x2f;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const LETTER_E = 0x65;
const LETTER_U = 0x75;

/** The end of the number at `start`, where it surely is its own canonical text; else 0. */
export function plainNumberEnd(bytes: Uint8Array, start: number): number {
  const whole = bytes[start] === MINUS ? start + 1 : start;
  let p = digitsEnd(bytes, whole);
  const digits = p - whole;
  if (bytes[p] !== POINT) {
    const isMinusZero = whole > start && bytes[whole] === ZERO;
    return digits > SAFE_DIGITS || isMinusZero || isExponentMark(bytes[p]) ? 0 : p;
  }
  const fraction = p + 1;
  p = fraction;
  while (bytes[p] === ZERO) p += 1;
  const zeros = p - fraction;
  p = digitsEnd(bytes, p);
  const isFixed = bytes[whole] !== ZERO || zeros <= MOST_FIXED_ZEROS;
  const isShortest = digits + p - fraction <= SAFE_DIGITS && bytes[p - 1] !== ZERO;
  return isFixed && isShortest && !isExponentMark(bytes[p]) ? p : 0;
}

/** The escapes that begin at `start`, each `\/` or `\u`: surrogate pairs are not cut. */
export function escapesAt(bytes: Uint8Array, start: number): string {
  let end = start;
  while (bytes[end] === BACKSLASH && (bytes[end + 1] === LETTER_U || bytes[end + 1] === SLASH))
    end += bytes[end + 1] === LETTER_U ? 6 : 2;
  if (end - start <= MOST_ESCAPES) return asciiText(bytes, start, end);
  const cut = asciiText(bytes, start, start + MOST_ESCAPES).replace(/\\(?:u[0-9A-Fa-f]{0,3})?$/, "");
  return cut.replace(/\\u[Dd][89ABab][0-9A-Fa-f]{2}$/, "");
}

/** A few bytes of ASCII. */
export function asciiText(bytes: Uint8Array, start: number, end: number): string {
  return String.fromCharCode(...bytes.subarray(start, end));
}

function digitsEnd(bytes: Uint8Array, start: number): number {
  let p = start;
  while ((bytes[p] as number) >= ZERO && (bytes[p] as number) <= NINE) p += 1;
  return p;
}

function isExponentMark(byte: number | undefined): boolean {
  return byte !== undefined && (byte | 0x20) === LETTER_E;
}
