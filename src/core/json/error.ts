/** An error in a JSON text and its place. The place is computed only on error, so that parsing is not slowed down. */
import { decodeString, stringEnd } from "./string.ts";

/**
 * - `json_invalid`: not a JSON text (RFC 8259), or followed by something.
 * - `json_duplicate_name`: a member name twice in one object, however escaped (RFC 7493 section 2.3).
 * - `json_number_lossy`: a number that a double can't hold as written (RFC 7493 section 2.2).
 * - `json_too_deep`: arrays and objects nested deeper than the limit.
 * - `json_encoding_invalid`: ill-formed UTF-8, a byte-order mark, or a lone surrogate (RFC 7493 section 2.1).
 */
export type JsonErrorCode =
  | "json_invalid"
  | "json_duplicate_name"
  | "json_number_lossy"
  | "json_too_deep"
  | "json_encoding_invalid";

/** The error for a refused JSON text. `message` does not include the place. */
export class JsonError extends Error {
  override readonly name = "JsonError";
  readonly code: JsonErrorCode;
  /** In bytes from the first byte of the text. */
  readonly offset: number;
  /** From 1, or from the `line` that the caller gave; LF ends a line. */
  readonly line: number;
  /** From 1, in code points. */
  readonly column: number;
  /** The value at which parsing stopped: `$.intents[3].args["odd name"]`; a long path is cut in the middle. */
  readonly path: string;
  /** What to do about it, as a sentence. */
  readonly hint: string | undefined;

  constructor(code: JsonErrorCode, message: string, place: JsonPlace, hint?: string) {
    super(message);
    this.code = code;
    this.offset = place.offset;
    this.line = place.line;
    this.column = place.column;
    this.path = place.path;
    this.hint = hint;
  }
}

export interface JsonPlace {
  readonly offset: number;
  readonly line: number;
  readonly column: number;
  readonly path: string;
}

/** Maximum code points of a name in a path or message: names come from the input and may be huge. */
const SHOWN_NAME = 64;
/** How many outer and inner segments of a deep path are shown. */
const SHOWN_OUTER = 24;
const SHOWN_INNER = 8;

/**
 * The place of `at` in the text that starts at `start`, given that `bytes[start, at)` is well-formed. `name` is the
 * member concerned, if its name is at `at`.
 */
export function jsonPlace(bytes: Uint8Array, start: number, at: number, firstLine: number, name?: string): JsonPlace {
  let line = firstLine;
  let column = 1;
  for (let p = start; p < at; p++) {
    const byte = bytes[p] as number;
    if (byte === 0x0a) {
      line += 1;
      column = 1;
    } else if ((byte & 0xc0) !== 0x80) {
      column += 1;
    }
  }
  return { offset: at - start, line, column, path: formatPath(pathAt(bytes, start, at), name) };
}

/** An open array (`name` unused) or object (`index` is -1), and its current element or member. */
interface OpenContainer {
  index: number;
  name: { readonly start: number; readonly end: number } | undefined;
}

function pathAt(bytes: Uint8Array, start: number, at: number): string[] {
  const open: OpenContainer[] = [];
  let nameNext = false;
  for (let p = start; p < at; p++) {
    const byte = bytes[p];
    const top = open.at(-1);
    if (byte === 0x22) {
      const end = stringEnd(bytes, p + 1, at);
      // Parsing stopped within this string, so nothing follows it.
      if (end < 0) break;
      if (nameNext && top !== undefined) top.name = { start: p, end };
      p = end - 1;
    } else if (byte === 0x3a) {
      nameNext = false;
    } else if (byte === 0x2c && top !== undefined) {
      nameNext = top.index < 0;
      top.name = undefined;
      if (top.index >= 0) top.index += 1;
    } else if (byte === 0x7b || byte === 0x5b) {
      nameNext = byte === 0x7b;
      open.push({ index: nameNext ? -1 : 0, name: undefined });
    } else if (byte === 0x7d || byte === 0x5d) {
      nameNext = false;
      open.pop();
    }
  }
  return open.flatMap(({ index, name }) => {
    if (index >= 0) return [`[${index}]`];
    return name === undefined ? [] : [nameSegment(decodeString(bytes, name.start, name.end))];
  });
}

/** A name for messages: a JSON string, cut, with control and bidi characters escaped. */
export function showName(name: string): string {
  const characters = [...name.slice(0, 2 * SHOWN_NAME + 2)];
  const shown = characters.length > SHOWN_NAME ? `${characters.slice(0, SHOWN_NAME).join("")}…` : name;
  return JSON.stringify(shown).replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    const units = character.split("").map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
    return units.join("");
  });
}

function nameSegment(name: string): string {
  return /^[A-Za-z_][A-Za-z0-9_]{0,63}$/.test(name) ? `.${name}` : `[${showName(name)}]`;
}

function formatPath(segments: string[], name: string | undefined): string {
  const all = name === undefined ? segments : [...segments, nameSegment(name)];
  if (all.length <= SHOWN_OUTER + SHOWN_INNER) return `$${all.join("")}`;
  return `$${all.slice(0, SHOWN_OUTER).join("")}…${all.slice(-SHOWN_INNER).join("")}`;
}
