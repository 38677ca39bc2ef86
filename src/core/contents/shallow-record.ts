/** A record with empty objects and lists: that is all that a record schema checks. */
import type { JsonObject, JsonValue } from "../../schema/document/primitives.ts";
import type { JsonOutline } from "../json/outline.ts";

/** The record's members, with empty objects and lists; `undefined` if it is not an object. */
export function shallowRecord(outline: JsonOutline): JsonObject | undefined {
  if (outline.kind(outline.root) !== "object") return undefined;
  const record = Object.create(null) as JsonObject;
  for (const node of outline.children(outline.root)) {
    record[outline.name(node) ?? ""] = shallowValue(outline, node);
  }
  return record;
}

function shallowValue(outline: JsonOutline, node: number): JsonValue {
  const kind = outline.kind(node);
  if (kind === "object") return {};
  return kind === "array" ? [] : outline.value(node);
}
