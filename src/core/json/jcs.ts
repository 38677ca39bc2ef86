/**
 * Canonical JSON (RFC 8785): members sorted by the UTF-16 code units of their names, no space, ES6 number text, the
 * shortest escapes. `JSON.stringify` does everything but the sorting, so it gets a value with sorted members: the value
 * itself if it is sorted already, otherwise with unsorted objects and their parents copied.
 */
import type { JsonValue } from "../../schema/document/primitives.ts";
import { GaitError } from "../finding/error.ts";
import { MAX_JSON_DEPTH } from "./text.ts";

const PLAIN_NAME = /^[ !#-[\]-~]*$/;
/** Up to this many names, an insertion sort in place beats `Array.sort`. */
const FEW_NAMES = 16;

/**
 * The canonical text of `value` (RFC 8785): equal values give equal text.
 * @throws GaitError `invalid_input` for what has no canonical text: a number that is not finite, a lone surrogate (RFC 8785
 * section 3.2.2.2), `undefined` or anything else that is not a JSON value, and nesting that `parseJson` would not read back
 * (which includes a cycle)
 */
export function canonicalize(value: JsonValue): string {
  const ordered = inOrder(value, 0);
  return ordered === undefined ? canonicalText(value) : JSON.stringify(ordered);
}

/** The canonical text of `value` in UTF-8. */
export function canonicalBytes(value: JsonValue): Uint8Array {
  return new TextEncoder().encode(canonicalize(value));
}

/** The value with sorted members; `undefined` if an object can't keep that order. */
function inOrder(value: unknown, depth: number): unknown {
  if (typeof value !== "object" || value === null) {
    assertScalar(value);
    return value;
  }
  if (depth === MAX_JSON_DEPTH) throw tooDeep();
  return Array.isArray(value) ? arrayInOrder(value, depth + 1) : objectInOrder(value, depth + 1);
}

function arrayInOrder(array: readonly unknown[], depth: number): readonly unknown[] | undefined {
  let copy: unknown[] | undefined;
  for (let i = 0; i < array.length; i++) {
    const element = array[i];
    const ordered = inOrder(element, depth);
    if (ordered === undefined) return undefined;
    if (copy === undefined && ordered !== element) copy = array.slice(0, i);
    copy?.push(ordered);
  }
  return copy ?? array;
}

function objectInOrder(object: object, depth: number): object | undefined {
  assertPlain(object);
  const members = object as Members;
  const names = Object.keys(members);
  let copy: Members | undefined;
  if (!isSorted(names)) {
    sort(names);
    if (names.some(hasPlaceOfItsOwn)) return undefined;
    copy = {};
  }
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    assertWellFormed(name);
    const member = members[name];
    const ordered = inOrder(member, depth);
    if (ordered === undefined) return undefined;
    if (copy === undefined) {
      if (ordered === member) continue;
      if (names.some(hasPlaceOfItsOwn)) return undefined;
      // The first member that was copied; those before it are unchanged.
      copy = {};
      for (let before = 0; before < i; before++) {
        const earlier = names[before] as string;
        copy[earlier] = members[earlier];
      }
    }
    copy[name] = ordered;
  }
  return copy ?? object;
}

/** An object always lists integer names first, and assigning `__proto__` does not create a member. */
function hasPlaceOfItsOwn(name: string): boolean {
  const first = name.charCodeAt(0);
  return (first >= 0x30 && first <= 0x39) || name === "__proto__";
}

/** Builds the canonical text here: works for every value, but slower. */
export function canonicalText(value: unknown, depth = 0): string {
  if (typeof value !== "object" || value === null) {
    assertScalar(value);
    return typeof value === "string" ? JSON.stringify(value) : String(value);
  }
  if (depth === MAX_JSON_DEPTH) throw tooDeep();
  let text = "";
  if (Array.isArray(value)) {
    // By index: a hole must be refused.
    for (let i = 0; i < value.length; i++) {
      if (i > 0) text += ",";
      text += canonicalText(value[i], depth + 1);
    }
    return `[${text}]`;
  }
  assertPlain(value);
  const names = Object.keys(value);
  sort(names);
  for (let i = 0; i < names.length; i++) {
    const name = names[i] as string;
    assertWellFormed(name);
    if (i > 0) text += ",";
    // Most names need no escape; this test is faster than escaping.
    text += PLAIN_NAME.test(name) ? `"${name}":` : `${JSON.stringify(name)}:`;
    text += canonicalText((value as Members)[name], depth + 1);
  }
  return `{${text}}`;
}

interface Members {
  [name: string]: unknown;
}

function isSorted(names: readonly string[]): boolean {
  for (let i = 1; i < names.length; i++) {
    if ((names[i - 1] as string) > (names[i] as string)) return false;
  }
  return true;
}

/** In place, by UTF-16 code units (RFC 8785 section 3.2.3), as JavaScript compares strings. */
function sort(names: string[]): void {
  if (names.length > FEW_NAMES) {
    names.sort();
    return;
  }
  for (let i = 1; i < names.length; i++) {
    const name = names[i] as string;
    let at = i;
    for (; at > 0 && (names[at - 1] as string) > name; at--) names[at] = names[at - 1] as string;
    names[at] = name;
  }
}

function assertScalar(value: unknown): void {
  switch (typeof value) {
    case "string":
      assertWellFormed(value);
      return;
    case "number":
      if (!Number.isFinite(value)) throw noJson(`the number ${value}`);
      return;
    case "boolean":
      return;
    default:
      if (value !== null) throw noJson(`a value of type ${typeof value}`);
  }
}

/** A Date, a Map or a Uint8Array would be serialized as something else. */
function assertPlain(object: object): void {
  const prototype: unknown = Object.getPrototypeOf(object);
  if (prototype !== Object.prototype && prototype !== null) throw noJson("an instance of a class");
}

function assertWellFormed(text: string): void {
  if (!text.isWellFormed()) throw noJson("a lone surrogate");
}

function tooDeep(): GaitError {
  return noJson(`nesting deeper than ${MAX_JSON_DEPTH}`);
}

function noJson(what: string): GaitError {
  return new GaitError("invalid_input", `${what} has no canonical JSON text`);
}
