/** The text of a published schema, as written to a file under `schemas/v1`: to the byte. */
import { DIALECT, type PublishedSchema } from "./published.ts";

/** The keywords in the order in which they are written; `properties` keep the order of the source. */
const KEYWORDS = [
  "$schema",
  "$id",
  "title",
  "description",
  "type",
  "const",
  "enum",
  "format",
  "pattern",
  "minLength",
  "minimum",
  "maximum",
  "minItems",
  "items",
  "properties",
  "required",
  "additionalProperties",
  "dependentSchemas",
  "anyOf",
];

/** Keywords whose value maps names to schemas. */
const MAPS = new Set(["properties", "dependentSchemas"]);

function ordered(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(ordered);
  if (typeof schema !== "object" || schema === null) return schema;
  const entries = Object.entries(schema);
  const unknown = entries.find(([keyword]) => !KEYWORDS.includes(keyword));
  if (unknown !== undefined) throw new Error(`schema keyword without a place in the order: ${unknown[0]}`);
  entries.sort(([left], [right]) => KEYWORDS.indexOf(left) - KEYWORDS.indexOf(right));
  return Object.fromEntries(
    entries.map(([keyword, value]) => [keyword, MAPS.has(keyword) ? orderedMap(value) : ordered(value)]),
  );
}

function orderedMap(map: object): object {
  return Object.fromEntries(Object.entries(map).map(([name, schema]) => [name, ordered(schema)]));
}

/** JSON, two spaces to a level, ended by `\n`. */
export function renderSchema({ id, title, description, schema }: PublishedSchema): string {
  return `${JSON.stringify(ordered({ $schema: DIALECT, $id: id, ...schema, title, description }), null, 2)}\n`;
}
