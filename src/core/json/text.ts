/** A JSON text in memory, its values, and the byte ranges of its parts. */
import type { JsonValue } from "../../schema/document/primitives.ts";
import { decodeText } from "./string.ts";

/** Default limit for the nesting of arrays and objects. */
export const MAX_JSON_DEPTH = 512;

/**
 * The byte range of the text; by default all bytes. `start` and `end` are offsets in bytes, `maxDepth` counts open
 * arrays and objects.
 */
export interface JsonTextOptions {
  readonly start?: number;
  readonly end?: number;
  readonly maxDepth?: number;
  /** Number of the text's first line, for errors: the line's own number when the text is a line of JSONL. */
  readonly line?: number;
}

export type JsonKind = "object" | "array" | "string" | "number" | "boolean" | "null";

/** A value in a text: `bytes[start, end)`, and its name if it is a member of an object. */
export interface JsonSpan {
  readonly name: string | undefined;
  readonly start: number;
  readonly end: number;
  readonly kind: JsonKind;
}

/** The options with their defaults. Throws `RangeError` for a range outside `bytes` or beyond 4 GiB. */
export function textRange(bytes: Uint8Array, options: JsonTextOptions): Required<JsonTextOptions> {
  const { start = 0, end = bytes.length, maxDepth = MAX_JSON_DEPTH, line = 1 } = options;
  if (!(start >= 0 && start <= end && end <= bytes.length && end < 2 ** 32)) {
    throw new RangeError(`bytes ${start} to ${end} are not a range of ${bytes.length} bytes below 4 GiB`);
  }
  return { start, end, maxDepth, line };
}

/** The kind of a value by its first byte, in a proven text. */
export function kindOf(first: number | undefined): JsonKind {
  switch (first) {
    case 0x7b:
      return "object";
    case 0x5b:
      return "array";
    case 0x22:
      return "string";
    case 0x74:
    case 0x66:
      return "boolean";
    case 0x6e:
      return "null";
    default:
      return "number";
  }
}

/**
 * The value of a scanned span; nothing is checked again. The native parser makes every name, even `__proto__`, an own
 * property.
 */
export function spanValue(bytes: Uint8Array, span: { readonly start: number; readonly end: number }): JsonValue {
  return JSON.parse(decodeText(bytes, span.start, span.end)) as JsonValue;
}

/** The same for a span from the start of one array element to the end of a later one. */
export function spanValues(bytes: Uint8Array, span: { readonly start: number; readonly end: number }): JsonValue[] {
  return JSON.parse(`[${decodeText(bytes, span.start, span.end)}]`) as JsonValue[];
}
