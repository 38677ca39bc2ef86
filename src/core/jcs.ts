/**
 * Canonical JSON (RFC 8785): members sorted by the UTF-16 code units of their names, no space, ES6 number text, the
 * shortest escapes. `JSON.stringify` writes all that but the order, so a value whose members happen to be in order is
 * left to it as a whole.
 */
import type { JsonValue } from "../schema/primitives.ts";
import { GaitError } from "./error.ts";
import { MAX_JSON_DEPTH } from "./json.ts";

const PLAIN_NAME = /^[ !#-[\]-~]*$/;

/**
 * The canonical text of `value`. Throws `GaitError("invalid_input")` for what has none: a number that is not finite, a
 * lone surrogate (RFC 8785 section 3.2.2.2), `undefined` or another thing that is no JSON value, nesting that
 * `parseJson` would not read back (a cycle among them).
 */
export function canonicalize(value: JsonValue): string {
  return reordered(value, 0) ?? JSON.stringify(value);
}

/** The canonical text of `value` in UTF-8. */
export function canonicalBytes(value: JsonValue): Uint8Array {
  return new TextEncoder().encode(canonicalize(value));
}

/** The canonical text, or `undefined` when `JSON.stringify` gives it as well. */
function reordered(value: unknown, depth: number): string | undefined {
  switch (typeof value) {
    case "string":
      assertWellFormed(value);
      return undefined;
    case "number":
      if (!Number.isFinite(value)) throw noJson(`the number ${value}`);
      return undefined;
    case "boolean":
      return undefined;
    case "object":
      if (value === null) return undefined;
      if (depth === MAX_JSON_DEPTH) throw noJson(`nesting deeper than ${MAX_JSON_DEPTH}`);
      return Array.isArray(value) ? reorderedArray(value, depth + 1) : reorderedObject(value, depth + 1);
    default:
      throw noJson(`a value of type ${typeof value}`);
  }
}

function reorderedArray(array: readonly unknown[], depth: number): string | undefined {
  let text: string | undefined;
  for (let i = 0; i < array.length; i++) {
    const element = array[i];
    const elementText = reordered(element, depth);
    if (text === undefined) {
      if (elementText === undefined) continue;
      // The first element that must be written here: those before it are as they stand.
      text = "[";
      for (let before = 0; before < i; before++) text += separator(before) + JSON.stringify(array[before]);
    }
    text += separator(i);
    text += elementText ?? JSON.stringify(element);
  }
  return text === undefined ? undefined : `${text}]`;
}

function reorderedObject(object: object, depth: number): string | undefined {
  // A Date, a Map or a Uint8Array would come out as something that it is not.
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) throw noJson("an object with a class of its own");
  const members = object as { readonly [name: string]: unknown };
  const names = Object.keys(members);
  let text: string | undefined;
  if (!isSorted(names)) {
    // The default order is by UTF-16 code units (RFC 8785 section 3.2.3).
    names.sort();
    text = "{";
  }
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    assertWellFormed(name);
    const member = members[name];
    const memberText = reordered(member, depth);
    if (text === undefined) {
      if (memberText === undefined) continue;
      // The first member that must be written here: those before it are as they stand.
      text = "{";
      for (let before = 0; before < i; before++) {
        const earlier = names[before] as string;
        text += `${separator(before)}${nameText(earlier)}${JSON.stringify(members[earlier])}`;
      }
    }
    text += separator(i);
    text += nameText(name);
    text += memberText ?? JSON.stringify(member);
  }
  return text === undefined ? undefined : `${text}}`;
}

/** A name with its colon. Most need no escape, and seeing that is quicker than looking for one. */
function nameText(name: string): string {
  return PLAIN_NAME.test(name) ? `"${name}":` : `${JSON.stringify(name)}:`;
}

function separator(index: number): string {
  return index === 0 ? "" : ",";
}

function isSorted(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) {
    if ((names[i - 1] as string) > (names[i] as string)) return false;
  }
  return true;
}

function assertWellFormed(text: string): void {
  if (!text.isWellFormed()) throw noJson("a lone surrogate");
}

function noJson(what: string): GaitError {
  return new GaitError("invalid_input", `${what} has no canonical JSON text`);
}
