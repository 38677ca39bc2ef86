/**
 * What a program hands over, as JSON: the form that `JSON.stringify` gives it, except that nothing gets lost or changed in
 * silence. It never throws: the program is an agent at work, and its values are its own affair.
 */
import type { JsonValue } from "../../schema/document/primitives.ts";

/** Told of what is not recorded as it was. `place` is the value's, `$.args.query`. */
export type Notice = (kind: string, place: string) => void;

export const NOT_JSON = "has no JSON form, and is left out";
export const NUMBER_AS_TEXT = "a number that JSON has not, kept as text";
export const SURROGATE = "a lone surrogate, replaced by U+FFFD";
const HOLE = "a list's place without a value, kept as null";
const TOO_DEEP = `${NOT_JSON}: it is nested too deep, or in a circle`;

/** The record around it has some levels too, and 512 are the limit of a document. */
const MOST_LEVELS = 500;

/** A value that is left out. */
type Absent = undefined;

/** @returns the value, or `undefined` for one that has no JSON form; it shares nothing with `value` */
export function jsonValue(value: unknown, place: string, notice: Notice): JsonValue | Absent {
  return new Snapshot(notice).of(value, place, 0);
}

/** The text with what UTF-8 can write. */
export function wellFormed(text: string, place: string, notice: Notice): string {
  if (text.isWellFormed()) return text;
  notice(SURROGATE, place);
  return text.toWellFormed();
}

class Snapshot {
  readonly #notice: Notice;

  constructor(notice: Notice) {
    this.#notice = notice;
  }

  of(value: unknown, place: string, depth: number): JsonValue | Absent {
    switch (typeof value) {
      case "string":
        return wellFormed(value, place, this.#notice);
      case "boolean":
        return value;
      case "number":
        return Number.isFinite(value) ? value : this.#textOf(value, place);
      case "bigint":
        return this.#textOf(value, place);
      case "undefined":
        return undefined;
      case "object":
        return value === null ? null : this.#object(value, place, depth);
      default:
        return this.#leftOut(NOT_JSON, place);
    }
  }

  #textOf(value: number | bigint, place: string): string {
    this.#notice(NUMBER_AS_TEXT, place);
    return String(value);
  }

  #leftOut(kind: string, place: string): Absent {
    this.#notice(kind, place);
    return undefined;
  }

  #object(object: object, place: string, depth: number): JsonValue | Absent {
    if (depth === MOST_LEVELS) return this.#leftOut(TOO_DEEP, place);
    try {
      if (Array.isArray(object)) return this.#list(object, place, depth + 1);
      if (object instanceof Error) return this.#members(errorMembers(object), place, depth + 1);
      const own = (object as { toJSON?: unknown }).toJSON;
      if (typeof own === "function") return this.of(own.call(object, ""), place, depth + 1);
      // A Map, a Uint8Array or a Promise would become `{}`, or one member for each byte.
      const isMembers = Object.prototype.toString.call(object) === "[object Object]";
      return isMembers ? this.#members(object, place, depth + 1) : this.#leftOut(NOT_JSON, place);
    } catch {
      // A getter, a proxy or a `toJSON` of the program's own.
      return this.#leftOut(NOT_JSON, place);
    }
  }

  #list(list: readonly unknown[], place: string, depth: number): JsonValue {
    // By index: a hole has a place too.
    return Array.from({ length: list.length }, (_, index) => {
      const element = this.of(list[index], `${place}[${index}]`, depth);
      if (element !== undefined) return element;
      if (list[index] === undefined) this.#notice(HOLE, `${place}[${index}]`);
      return null;
    });
  }

  #members(object: object, place: string, depth: number): JsonValue {
    // Without a prototype, `__proto__` is a member like any other.
    const copy = Object.create(null) as { [name: string]: JsonValue };
    for (const name of Object.keys(object)) {
      const written = wellFormed(name, place, this.#notice);
      const member = this.of((object as { [name: string]: unknown })[name], `${place}.${written}`, depth);
      if (member !== undefined) copy[written] = member;
    }
    return copy;
  }
}

/** An error's name and words, as OpenTelemetry's `exception.type` and `exception.message`; never its stack. */
export function errorMembers(error: Error): { readonly type: string; readonly message: string } {
  return { type: String(error.name), message: String(error.message) };
}
