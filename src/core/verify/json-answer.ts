/** The answers of `--json` (contract 6.1) as text: one object with the same bytes on every platform. */
import type { Envelope, ErrorOutput } from "../../schema/answer/answer.ts";
import { jsonEscape, printableJson, withoutLogCommands } from "../text/printable.ts";

/**
 * One line of JSON, members sorted by UTF-16 code units, ending with `\n`. Undefined members are left out. Characters
 * that are unsafe in a terminal or an HTML page are written as `\u` escapes.
 */
export function jsonLine(value: unknown): string {
  return [...jsonPieces(value)].join("");
}

/** The same in pieces, so that an answer with 100,000 calls is never in memory whole. No string of `value` is cut. */
export function* jsonPieces(value: unknown): Generator<string> {
  let piece = "";
  for (const text of textsOf(value)) {
    piece += text;
    if (piece.length < CHARACTERS_IN_PIECE) continue;
    yield safe(piece);
    piece = "";
  }
  yield `${safe(piece)}\n`;
}

const CHARACTERS_IN_PIECE = 128 * 1024;
/** Elements of an array whose text is made at once. */
const ELEMENTS_AT_ONCE = 64;

/** Outside of strings JSON has none of these, so the whole text can be escaped. */
function safe(text: string): string {
  return withoutLogCommands(printableJson(text.replace(/[<>&]/g, jsonEscape)));
}

/** An answer with the members that every answer has. */
export function envelope<Members extends object>(
  { schemaId, operation }: { readonly schemaId: string; readonly operation: string },
  ok: boolean,
  members: Members,
): Members & Envelope {
  return { ...members, schema_id: schemaId, schema_version: SCHEMA_VERSION, operation, ok };
}

/** Checked against the schema by type only: loading the schema would slow every start. */
const SCHEMA_VERSION: ErrorOutput["schema_version"] = "1.0.0";

// Not JCS: an answer must be printable whatever it contains, including lone surrogates and undefined members.
function* textsOf(value: unknown): Generator<string> {
  if (typeof value !== "object" || value === null) {
    yield JSON.stringify(value) ?? "null";
  } else if (Array.isArray(value)) {
    yield "[";
    for (let at = 0; at < value.length; at += ELEMENTS_AT_ONCE) {
      if (at > 0) yield ",";
      yield* elementTexts(value.slice(at, at + ELEMENTS_AT_ONCE));
    }
    yield "]";
  } else {
    const object = value as Members;
    let before = "{";
    for (const name of Object.keys(object).sort()) {
      const member = object[name];
      if (member === undefined) continue;
      yield `${before}${JSON.stringify(name)}:`;
      yield* textsOf(member);
      before = ",";
    }
    yield before === "{" ? "{}" : "}";
  }
}

/** Made by the native serializer, which takes a quarter of the time, where it keeps the order of the members. */
function* elementTexts(elements: readonly unknown[]): Generator<string> {
  const ordered = elements.map((element) => inOrder(element));
  if (!ordered.includes(NO_ORDER)) {
    yield JSON.stringify(ordered).slice(1, -1);
    return;
  }
  for (const [at, element] of elements.entries()) {
    if (at > 0) yield ",";
    yield* textsOf(element);
  }
}

interface Members {
  [name: string]: unknown;
}

const NO_ORDER = Symbol("no order");

/** The value with sorted members; `NO_ORDER` where an object would not keep them so. */
function inOrder(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (Array.isArray(value)) {
    const elements = value.map(inOrder);
    return elements.includes(NO_ORDER) ? NO_ORDER : elements;
  }
  const object = value as Members;
  const copy: Members = {};
  for (const name of sortedNames(object)) {
    if (hasPlaceOfItsOwn(name)) return NO_ORDER;
    const member = inOrder(object[name]);
    if (member === NO_ORDER) return NO_ORDER;
    copy[name] = member;
  }
  return copy;
}

/** An object lists integer names first; assigning `__proto__` makes no member; a function named `toJSON` would be called. */
function hasPlaceOfItsOwn(name: string): boolean {
  const first = name.charCodeAt(0);
  return (first >= 0x30 && first <= 0x39) || name === "__proto__" || name === "toJSON";
}

let lastNames: readonly string[] = [];
let lastSorted: readonly string[] = [];

/** The records of a list mostly have the same names in the same order. */
function sortedNames(object: Members): readonly string[] {
  const names = Object.keys(object);
  if (names.length !== lastNames.length || !names.every((name, at) => name === lastNames[at])) {
    lastNames = names;
    lastSorted = [...names].sort();
  }
  return lastSorted;
}
