/**
 * JSON as agents write it: strict as everywhere else, but a number that no double holds and half a surrogate pair are no
 * reason to lose a record. Both are marked in the value, and `plainValue` says what becomes of them.
 */
import type { JsonObject, JsonValue } from "../../../schema/document/primitives.ts";
import { JsonError } from "../../json/error.ts";
import { isExactNumber, numberEnd } from "../../json/number.ts";
import { scanJson } from "../../json/parse.ts";
import { decodeText, PLAIN } from "../../json/string.ts";
import { spanValue } from "../../json/text.ts";

export interface SourceJson {
  readonly value: JsonValue;
  /** Nothing in it is marked. */
  readonly isExact: boolean;
}

/** Why a text is no JSON: `cut` where it only ends too early. */
export type JsonRefusal = "cut" | "invalid";

/** What a value holds that can't be recorded as it is. */
export interface Marks {
  numbers: number;
  surrogates: number;
}

/** Begins a string that is the text of a number. Every lone surrogate of the source is `LONE`, so that none can be this. */
const NUMBER = "\ud800";
const LONE = "\udfff";
const LONE_EVERYWHERE = /\udfff/g;
/** An error so near to the end may be due to it: half a character, an escape, a word. */
const NEAR_END = 16;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const LETTER_U = 0x75;

/** The value of one JSON text, or why there is none. */
export function readSourceJson(bytes: Uint8Array, start = 0, end = bytes.length): SourceJson | JsonRefusal {
  try {
    scanJson(bytes, { start, end });
    return { value: spanValue(bytes, { start, end }), isExact: true };
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    const isMarkable = error.code === "json_number_lossy" || error.code === "json_encoding_invalid";
    return isMarkable ? markedJson(bytes.subarray(start, end)) : refusalOf(error, end - start);
  }
}

/** The same of a text that is the value of a string. */
export function readJsonText(text: string): SourceJson | JsonRefusal {
  const escaped = text.isWellFormed() ? text : text.replace(LONE_EVERYWHERE, "\\udfff");
  return readSourceJson(new TextEncoder().encode(escaped));
}

function refusalOf(error: JsonError, length: number): JsonRefusal {
  return error.code === "json_invalid" && error.offset >= length - NEAR_END ? "cut" : "invalid";
}

/** A part of the text that a mark takes the place of. */
interface Replaced {
  readonly start: number;
  readonly end: number;
  readonly mark: string;
}

function markedJson(bytes: Uint8Array): SourceJson | JsonRefusal {
  // What is proven to be strict has stand-ins of the same length in the place of what gets a mark.
  const proof = bytes.slice();
  const replaced: Replaced[] = [];
  for (let p = 0; p < bytes.length; ) {
    const byte = bytes[p] as number;
    if (byte === QUOTE) p = stringParts(bytes, p, proof, replaced);
    else if (byte === MINUS || (byte >= 0x30 && byte <= 0x39)) p = numberPart(bytes, p, proof, replaced);
    else p += 1;
  }
  try {
    scanJson(proof);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    if (error.code === "json_encoding_invalid") return error.offset >= bytes.length - 4 ? "cut" : "invalid";
    return refusalOf(error, bytes.length);
  }
  let text = "";
  let at = 0;
  for (const { start, end, mark } of replaced) {
    text += decodeText(bytes, at, start) + mark;
    at = end;
  }
  text += decodeText(bytes, at, bytes.length);
  return { value: JSON.parse(text) as JsonValue, isExact: replaced.length === 0 };
}

function numberPart(bytes: Uint8Array, start: number, proof: Uint8Array, replaced: Replaced[]): number {
  const end = numberEnd(bytes, start, bytes.length);
  if (end < 0) return ~end + 1;
  if (!isExactNumber(bytes, start, end)) {
    proof.fill(0x20, start, end);
    proof[start] = 0x30;
    replaced.push({ start, end, mark: `"\\ud800${decodeText(bytes, start, end)}"` });
  }
  return end;
}

/** The end of the string whose quote is at `quote`. */
function stringParts(bytes: Uint8Array, quote: number, proof: Uint8Array, replaced: Replaced[]): number {
  let p = quote + 1;
  while (p < bytes.length) {
    const byte = bytes[p] as number;
    if (byte === QUOTE) return p + 1;
    if (byte !== BACKSLASH) {
      p += 1;
      while (p < bytes.length && PLAIN[bytes[p] as number] === 1) p += 1;
      continue;
    }
    const unit = codeUnit(bytes, p);
    if (unit === undefined || (unit & 0xf800) !== 0xd800) {
      p += 2;
      continue;
    }
    const low = unit < 0xdc00 ? codeUnit(bytes, p + 6) : undefined;
    if (low !== undefined && (low & 0xfc00) === 0xdc00) {
      p += 12;
      continue;
    }
    proof.set(ESCAPED_REPLACEMENT, p);
    replaced.push({ start: p, end: p + 6, mark: "\\udfff" });
    p += 6;
  }
  return p;
}

const ESCAPED_REPLACEMENT = new TextEncoder().encode("\\ufffd");

/** The code unit that `\uXXXX` at `p` stands for. */
function codeUnit(bytes: Uint8Array, p: number): number | undefined {
  if (p + 6 > bytes.length || bytes[p] !== BACKSLASH || bytes[p + 1] !== LETTER_U) return undefined;
  const digits = String.fromCharCode(...bytes.subarray(p + 2, p + 6));
  return /^[0-9A-Fa-f]{4}$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

/** The value with a text for each marked number, and U+FFFD for each lone surrogate; both are counted in `marks`. */
export function plainValue(value: JsonValue, marks: Marks): JsonValue {
  if (typeof value === "string") return markedText(value, marks);
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => plainValue(element, marks));
  const plain: [string, JsonValue][] = [];
  for (const name of Object.keys(value)) {
    plain.push([markedText(name, marks), plainValue((value as JsonObject)[name] as JsonValue, marks)]);
  }
  return Object.fromEntries(plain);
}

function markedText(text: string, marks: Marks): string {
  if (text.isWellFormed()) return text;
  if (text.startsWith(NUMBER)) {
    marks.numbers += 1;
    return text.slice(1);
  }
  return text.replace(LONE_EVERYWHERE, () => {
    marks.surrogates += 1;
    return "\ufffd";
  });
}

/** A name or id: as `plainValue` of it, and not counted. */
export function plainText(text: string): string {
  return text.isWellFormed() ? text : markedText(text, { numbers: 0, surrogates: 0 });
}

/** The number that a text is, marked where no double holds it. */
export function numberOfText(text: string): JsonValue {
  const bytes = new TextEncoder().encode(text);
  return isExactNumber(bytes, 0, bytes.length) ? Number(text) : NUMBER + text;
}

/** Whether a value that reads as text was written as a number. */
export function isMarkedNumber(value: JsonValue | undefined): boolean {
  return typeof value === "string" && value.startsWith(NUMBER) && value.length > 1 && !value.includes(LONE);
}
