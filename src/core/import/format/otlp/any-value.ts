/** Attributes, and the values that they have in OTLP JSON. */
import type { JsonObject, JsonValue } from "../../../../schema/document/primitives.ts";
import { isObject } from "../../../json/document.ts";
import { listOf, memberOf, objectOf, textOf } from "../../record/format.ts";
import { numberOfText } from "../../source/json.ts";
import type { SpanPayload } from "../../trace/span-facts.ts";

/** The attributes of a span, resource or event, read when they are asked for. */
export class Attributes {
  readonly #values = new Map<string, JsonValue>();

  /** Of something that has them, or should. */
  constructor(owner: JsonObject | undefined) {
    for (const entry of (owner && listOf(owner, "attributes")) ?? []) {
      const key = isObject(entry) ? textOf(entry, "key") : undefined;
      if (key !== undefined) this.#values.set(key, memberOf(entry as JsonObject, "value") ?? null);
    }
  }

  keys(): Iterable<string> {
    return this.#values.keys();
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  value(name: string): JsonValue | undefined {
    const value = this.#values.get(name);
    return value === undefined ? undefined : anyValue(value);
  }

  /** Its text, where that is not empty. */
  text(name: string): string | undefined {
    const value = this.#values.get(name);
    return isObject(value) ? textOf(value, "stringValue") || undefined : undefined;
  }

  /** The first of these texts that is there. */
  firstText(names: readonly string[]): string | undefined {
    for (const name of names) {
      const text = this.text(name);
      if (text !== undefined) return text;
    }
    return undefined;
  }

  /** The first of these that is there: JSON text where it is text, or text as it is. */
  payload(names: readonly string[], text: "JSON text" | "text"): SpanPayload | undefined {
    const name = names.find((each) => this.#values.has(each));
    if (name === undefined) return undefined;
    const value = this.#values.get(name);
    const json = isObject(value) && text === "JSON text" ? textOf(value, "stringValue") : undefined;
    return json === undefined ? { value: this.value(name) ?? null } : { text: json };
  }
}

/** The value of an AnyValue; one that says nothing is null. */
function anyValue(value: JsonValue): JsonValue {
  if (!isObject(value)) return null;
  const integer = memberOf(value, "intValue");
  if (integer !== undefined) return typeof integer === "string" ? integerOf(integer) : integer;
  const list = objectOf(value, "arrayValue");
  if (list !== undefined) return (listOf(list, "values") ?? []).map(anyValue);
  const map = objectOf(value, "kvlistValue");
  if (map !== undefined) {
    const entries = (listOf(map, "values") ?? []).filter((entry) => isObject(entry)) as JsonObject[];
    return Object.fromEntries(
      entries.map((entry) => [textOf(entry, "key") ?? "", anyValue(memberOf(entry, "value") ?? null)]),
    );
  }
  for (const name of ["stringValue", "boolValue", "doubleValue", "bytesValue"]) {
    const plain = memberOf(value, name);
    if (plain !== undefined) return plain;
  }
  return null;
}

/** 64 bits don't fit in a JSON number: integers are written as text. */
function integerOf(text: string): JsonValue {
  return /^-?(?:0|[1-9][0-9]*)$/.test(text) ? numberOfText(text) : text;
}
