/** `args` and `result` of a record, and what a reference is of, as canonical JSON. */
import type { JsonValue } from "../../schema/document/primitives.ts";
import { isObject } from "../json/document.ts";
import { canonicalize } from "../json/jcs.ts";
import { MAX_LINE_BYTES } from "../json/lines.ts";
import { jsonValue, NOT_JSON, type Notice } from "./json-value.ts";

/** For the rest of a record's line, and for the log's around it. */
const LINE_ROOM = 64 * 1024;

/** An object as it is, anything else as `{"value": …}`; `undefined` for what is absent or has no JSON form. */
export function payloadText(value: unknown, place: string, notice: Notice): string | undefined {
  return textOf(value, place, notice, (json) => (isObject(json) ? json : { value: json }));
}

/** The canonical text of the value itself. */
export function canonicalOf(value: unknown, place: string, notice: Notice): string | undefined {
  return textOf(value, place, notice, (json) => json);
}

function textOf(
  value: unknown,
  place: string,
  notice: Notice,
  wrap: (json: JsonValue) => JsonValue,
): string | undefined {
  try {
    const json = jsonValue(value, place, notice);
    return json === undefined ? undefined : canonicalize(wrap(json));
  } catch {
    // Larger than a text can be.
    notice(NOT_JSON, place);
    return undefined;
  }
}

/** Whether a record with this text may be longer than the limit of a line. */
export function isTooLarge(text: string): boolean {
  const room = MAX_LINE_BYTES - LINE_ROOM;
  if (text.length * 3 <= room) return false;
  return text.length > room || new TextEncoder().encode(text).length > room;
}
