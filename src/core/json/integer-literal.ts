/**
 * Integer members are integer literals (contract 0.3): `1.0` and `2e0` are other texts of the same number, which the Go
 * implementation refuses and a parsed value no longer shows. So the text is walked along its schema, but only one that
 * fits the schema and has such a number anywhere; records with arguments of their own are never walked.
 */
import type { TSchema } from "typebox";
import { pathOf, type SchemaIssue } from "../../schema/validate/issue.ts";
import { numberEnd } from "./number.ts";
import { skipSpace } from "./scanner.ts";
import { decodeString, decodeText, stringEnd } from "./string.ts";
import { type JsonTextOptions, textRange } from "./text.ts";

const QUOTE = 0x22;
const COMMA = 0x2c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** The parts of a schema that lead to an integer. */
interface Shape {
  readonly type?: string;
  readonly properties?: Readonly<Record<string, TSchema>>;
  readonly items?: TSchema;
  readonly anyOf?: readonly TSchema[];
}

/** The first integer of `schema` that is written with a point or an exponent, in a strict text that fits the schema. */
export function fractionalInteger(
  bytes: Uint8Array,
  options: JsonTextOptions,
  schema: TSchema,
): SchemaIssue | undefined {
  const { start, end } = textRange(bytes, options);
  const walk = new IntegerWalk(bytes, end);
  walk.value(skipSpace(bytes, start, end), [schema as Shape], []);
  return walk.found;
}

class IntegerWalk {
  found: SchemaIssue | undefined;
  readonly #bytes: Uint8Array;
  readonly #end: number;

  constructor(bytes: Uint8Array, end: number) {
    this.#bytes = bytes;
    this.#end = end;
  }

  /** The end of the value at `start`; `shapes` are its alternatives, none for a value of any kind. */
  value(start: number, shapes: readonly Shape[], place: readonly (string | number)[]): number {
    if (shapes.length === 0) return this.#passed(start);
    const alternatives = shapes.flatMap((shape) => (shape.anyOf as readonly Shape[] | undefined) ?? [shape]);
    const first = this.#bytes[start];
    if (first === QUOTE) return stringEnd(this.#bytes, start + 1, this.#end);
    if (first === OPEN_OBJECT) return this.#object(start, alternatives, place);
    if (first === OPEN_ARRAY) return this.#array(start, alternatives, place);
    const end = numberEnd(this.#bytes, start, this.#end);
    // `true`, `false` or `null`.
    if (end < 0) return this.#passed(start);
    if (alternatives.some(({ type }) => type === "integer")) this.#check(start, end, place);
    return end;
  }

  #object(start: number, shapes: readonly Shape[], place: readonly (string | number)[]): number {
    const bytes = this.#bytes;
    let p = this.#skip(start + 1);
    while (bytes[p] !== CLOSE_OBJECT) {
      const nameEnd = stringEnd(bytes, p + 1, this.#end);
      const name = decodeString(bytes, p, nameEnd);
      const members = shapes.flatMap(({ properties }) => {
        const member = properties !== undefined && Object.hasOwn(properties, name) ? properties[name] : undefined;
        return member === undefined ? [] : [member as Shape];
      });
      // Past the colon.
      p = this.#skip(this.#skip(nameEnd) + 1);
      p = this.#next(this.value(p, members, [...place, name]));
    }
    return p + 1;
  }

  #array(start: number, shapes: readonly Shape[], place: readonly (string | number)[]): number {
    const items = shapes.flatMap(({ items: each }) => (each === undefined ? [] : [each as Shape]));
    let p = this.#skip(start + 1);
    for (let index = 0; this.#bytes[p] !== CLOSE_ARRAY; index += 1) {
      p = this.#next(this.value(p, items, [...place, index]));
    }
    return p + 1;
  }

  #check(start: number, end: number, place: readonly (string | number)[]): void {
    const literal = decodeText(this.#bytes, start, end);
    if (this.found !== undefined || !/[.eE]/.test(literal)) return;
    const expected = "an integer without point or exponent";
    const message = `must be ${expected}, but is ${literal}`;
    this.found = { path: pathOf(place), message, expected, actual: literal };
  }

  /** The end of a value in which nothing is declared. */
  #passed(start: number): number {
    const bytes = this.#bytes;
    let depth = 0;
    let p = start;
    do {
      const byte = bytes[p];
      if (byte === QUOTE) p = stringEnd(bytes, p + 1, this.#end);
      else {
        if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) depth += 1;
        else if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) depth -= 1;
        p += 1;
      }
    } while (depth > 0);
    // Of a number or word only the first byte has been passed.
    if (isScalarByte(bytes[start] as number)) while (p < this.#end && isScalarByte(bytes[p] as number)) p += 1;
    return p;
  }

  /** The start of the next member or element, or the closing bracket. */
  #next(end: number): number {
    const p = this.#skip(end);
    return this.#bytes[p] === COMMA ? this.#skip(p + 1) : p;
  }

  #skip(p: number): number {
    return skipSpace(this.#bytes, p, this.#end);
  }
}

/** A byte of a number or of `true`, `false` and `null`. */
function isScalarByte(byte: number): boolean {
  return (byte >= 0x61 && byte <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || [0x2b, 0x2d, 0x2e, 0x45].includes(byte);
}
