/**
 * Numbers of a JSON text (RFC 8259 section 6), and whether a double preserves them. The rule: the text and the ES6 text
 * of its double have the same decimal value. So `4.50`, `1E30`, `-0` and `5e-324` are preserved, but `9007199254740993`
 * and `1e400` are not. `scalarEnd` takes the words `true`, `false` and `null` as well.
 */
import { decodeText } from "./string.ts";

/** Any decimal with this many significant digits round-trips through a normal double (C's DBL_DIG). */
const SAFE_DIGITS = 15;
/** No ES6 text has more significant digits (ECMA-262 section 6.1.6.1.20). */
const MOST_DIGITS = 17;
/** Longest ES6 text of a double, `-1.2345678901234567e-300`, with room to spare. */
const USUAL_LENGTH = 32;
/** Powers of ten between which every double is normal, with room to spare. */
const SAFE_EXPONENT = 290;
/** Beyond these, a decimal parses as zero or infinity. */
const LEAST_EXPONENT = -400;
const MOST_EXPONENT = 400;

/** The end of the integer at `start` if a double certainly holds it; 0 for any other number or none. */
export function shortIntegerEnd(bytes: Uint8Array, start: number, end: number): number {
  const p = digitsEnd(bytes, start, end);
  if (p === start || p - start > SAFE_DIGITS || (bytes[start] === 0x30 && p - start > 1)) return 0;
  return p < end && (bytes[p] === 0x2e || isExponentMark(bytes[p] as number)) ? 0 : p;
}

/** The end of the number at `start`, or `~offset` of the byte that breaks the grammar. */
export function numberEnd(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  if (bytes[p] === 0x2d) p += 1;
  if (p < end && bytes[p] === 0x30) p += 1;
  else {
    const digits = p;
    p = digitsEnd(bytes, p, end);
    if (p === digits) return ~p;
  }
  if (p < end && bytes[p] === 0x2e) {
    const digits = p + 1;
    p = digitsEnd(bytes, digits, end);
    if (p === digits) return ~p;
  }
  if (p < end && isExponentMark(bytes[p] as number)) {
    p += 1;
    if (p < end && (bytes[p] === 0x2b || bytes[p] === 0x2d)) p += 1;
    const digits = p;
    p = digitsEnd(bytes, p, end);
    if (p === digits) return ~p;
  }
  return p;
}

function digitsEnd(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  while (p < end && isDigit(bytes[p] as number)) p++;
  return p;
}

function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** Whether a double preserves the number at `bytes[start, end)`, whose grammar is already checked. */
export function isExactNumber(bytes: Uint8Array, start: number, end: number): boolean {
  if (end - start <= SAFE_DIGITS && !hasExponent(bytes, start, end)) return true;
  if (end - start <= USUAL_LENGTH) {
    const text = decodeText(bytes, start, end);
    if (String(Number(text)) === text) return true;
  }
  return isExactDecimal(bytes, start, end);
}

/** Whether the scalar at `bytes[start, end)` is a number written with a point or an exponent. */
export function isFraction(bytes: Uint8Array, start: number, end: number): boolean {
  const first = bytes[start] as number;
  if (first !== 0x2d && !isDigit(first)) return false;
  for (let p = start + 1; p < end; p++) {
    if (bytes[p] === 0x2e || isExponentMark(bytes[p] as number)) return true;
  }
  return false;
}

function hasExponent(bytes: Uint8Array, start: number, end: number): boolean {
  for (let p = start; p < end; p++) {
    if (isExponentMark(bytes[p] as number)) return true;
  }
  return false;
}

function isExponentMark(byte: number): boolean {
  return byte === 0x65 || byte === 0x45;
}

function isExactDecimal(bytes: Uint8Array, start: number, end: number): boolean {
  // Digits are compared without the zeros around them, as 0.d1d2d3... times a power of ten. `zeros` counts those since
  // the last non-zero digit: they matter only if another follows.
  let digits = "";
  let zeros = 0;
  let exponent = 0;
  let fraction = false;
  let p = start;
  for (; p < end; p++) {
    const byte = bytes[p] as number;
    if (byte === 0x2e) fraction = true;
    else if (isExponentMark(byte)) break;
    else if (byte === 0x30) {
      if (digits !== "") zeros += 1;
      // A zero before the point raises the power once digits have begun, one after it lowers it until they begin.
      if (digits !== "" && !fraction) exponent += 1;
      else if (digits === "" && fraction) exponent -= 1;
    } else if (byte !== 0x2d) {
      // A double's text has at most 17 digits, so a longer number is decided without converting it.
      if (digits.length + zeros >= MOST_DIGITS) return false;
      digits += "0".repeat(zeros) + String.fromCharCode(byte);
      zeros = 0;
      if (!fraction) exponent += 1;
    }
  }
  if (digits === "") return true;
  if (p < end) exponent += writtenExponent(bytes, p + 1, end);
  if (digits.length <= SAFE_DIGITS && Math.abs(exponent) <= SAFE_EXPONENT) return true;
  if (exponent < LEAST_EXPONENT || exponent > MOST_EXPONENT) return false;
  const read = Number(`0.${digits}e${exponent}`);
  return Number.isFinite(read) && read !== 0 && significantDigits(read) === `${digits}e${exponent}`;
}

/** The exponent's value; with more than 12 digits it is effectively infinite. */
function writtenExponent(bytes: Uint8Array, start: number, end: number): number {
  let p = start;
  const negative = bytes[p] === 0x2d;
  if (negative || bytes[p] === 0x2b) p += 1;
  let value = 0;
  for (; p < end && value < 1e12; p++) value = value * 10 + ((bytes[p] as number) - 0x30);
  return negative ? -value : value;
}

/** The digits of a positive double's ES6 text without the zeros around them, and the power of ten of `0.digits`. */
function significantDigits(value: number): string {
  const [mantissa = "", written = "0"] = String(value).split("e");
  const [whole = "", fraction = ""] = mantissa.split(".");
  const all = whole + fraction;
  const kept = all.replace(/^0+/, "");
  const exponent = whole.length - (all.length - kept.length) + Number(written);
  return `${kept.replace(/0+$/, "")}e${exponent}`;
}

const WORDS = ["true", "false", "null"].map((word) => new TextEncoder().encode(word));

/** The end of the number, `true`, `false` or `null` at `p`, where `p < end`; 0 if there is none, or a lossy number. */
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
