/**
 * Strict JSON: RFC 8259 in UTF-8, and nothing ambiguous. Refused with a `JsonError`: repeated member names, byte-order
 * marks, ill-formed UTF-8, lone surrogates, numbers that a double can't preserve, nesting beyond a limit. The scanner
 * proves the bytes first (`json/scanner.ts`); the native parser then builds values.
 */
import type { JsonValue } from "../../schema/document/primitives.ts";
import { JsonScanner } from "./scanner.ts";
import { type JsonTextOptions, spanValue, textRange } from "./text.ts";

/** Scanning makes no callbacks, so one scanner can be shared. */
const scanner = new JsonScanner(0);

/** Throws `JsonError` unless the range is one strict JSON text. */
export function scanJson(bytes: Uint8Array, options: JsonTextOptions = {}): void {
  const { start, end, maxDepth, line } = textRange(bytes, options);
  scanner.scan(bytes, start, end, maxDepth, line);
}

/** A strict text's value, and what it no longer shows. */
export interface ParsedText {
  readonly value: JsonValue;
  /** A number somewhere in the text is written with a point or an exponent. */
  readonly hasFractions: boolean;
}

/** As `parseJson`, for a text whose integers have to be literals (`integer-literal.ts`). */
export function parseJsonText(bytes: Uint8Array, options: JsonTextOptions = {}): ParsedText {
  scanJson(bytes, options);
  const { hasFractions } = scanner;
  return { value: spanValue(bytes, textRange(bytes, options)), hasFractions };
}

/**
 * The value of one strict JSON text in UTF-8.
 * @throws JsonError with the place, for anything that is not strict JSON or that two parsers could read differently
 */
export function parseJson(bytes: Uint8Array, options: JsonTextOptions = {}): JsonValue {
  scanJson(bytes, options);
  return spanValue(bytes, textRange(bytes, options));
}
