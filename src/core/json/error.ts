/** What is wrong with a JSON text, and where. The place is worked out after the fact: reading pays nothing for it. */
import { decodeString, stringEnd } from "./string.ts";

/**
 * - `json_invalid`: no JSON text (RFC 8259), or something after it.
 * - `json_duplicate_name`: a member name twice in one object, however escaped (RFC 7493 section 2.3).
 * - `json_number_lossy`: a number that a double can't hold as written (RFC 7493 section 2.2).
 * - `json_too_deep`: arrays and objects nested deeper than the limit.
 * - `json_encoding_invalid`: no well-formed UTF-8, a byte-order mark, or a lone surrogate (RFC 7493 section 2.1).
 */
export type JsonErrorCode =
  | "json_invalid"
  | "json_duplicate_name"
  | "json_number_lossy"
  | "json_too_deep"
  | "json_encoding_invalid";

/** A refused JSON text. `message` says what, without the place. */
export class JsonError extends Error {
  override readonly name = "JsonError";
  readonly code: JsonErrorCode;
  /** In bytes from the first byte of the text. */
  readonly offset: number;
  /** From 1, or from the `line` that the caller gave; LF ends a line. */
  readonly line: number;
  /** From 1, in code points. */
  readonly column: number;
  /** The value at which reading stopped: `$.intents[3].args["odd name"]`; its middle is left out when it is long. */
  readonly path: string;
  /** What to do about it, as a sentence, where there is something to say. */
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

/** Longest part of a name that a path or message repeats, in code points: names are the input's, and may be huge. */
const SHOWN_NAME = 64;
/** Of a deep path, the outermost and the innermost segments that are shown. */
const SHOWN_OUTER = 24;
const SHOWN_INNER = 8;

/**
 * The place of `at` in the text that starts at `start`, given that `bytes[start, at)` was found to be well-formed so
 * far. `name` is the member that `at` is about, when its name stands at `at` itself.
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

/** An open array (`name` unused) or object (`index` is -1), and the element or member that it has got to. */
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
      // Reading stopped within this string, so it begins the last thing there is.
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

/** A name as messages show it: a JSON string, cut, and with nothing in it that a terminal or bidi text would act upon. */
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
