/**
 * The schema check of one record after another, without building them. Records of a file look alike: the same members
 * in the same order, most of them free text. What has been accepted once is recognized by its bytes; everything else
 * goes through `validate`. Building every record instead takes three quarters of a verification.
 */
import type { TSchema } from "typebox";
import { check } from "../schema/validate.ts";
import type { JsonKind, JsonObject, JsonOutline, JsonValue } from "./json.ts";

/** How many orders of members are remembered: with and without a body, and some. */
const MAX_SHAPES = 4;

interface ShapeMember {
  readonly name: string;
  readonly kind: JsonKind;
  /** Absent where every value of this kind is fine: free text, an object of the producer's own. */
  readonly schema: TSchema | undefined;
  /** The last text that was accepted there. */
  accepted: string;
}

/** Whether the record that `outline` lists fits the schema. What its own objects hold is not looked at. */
export type RecordTest = (outline: JsonOutline) => boolean;

/** `schema` is of an object whose members are judged one by one, and whose objects hold anything. */
export function createRecordTest(schema: TSchema): RecordTest {
  const properties = propertiesOf(schema);
  const shapes: ShapeMember[][] = [];
  return (outline) => {
    if (outline.kind(outline.root) !== "object") return false;
    for (const shape of shapes) if (fitsShape(outline, shape)) return true;
    if (!check(schema, shallowRecord(outline))) return false;
    if (shapes.length === MAX_SHAPES) shapes.shift();
    shapes.push(shapeOf(outline, properties));
    return true;
  };
}

/** Builds nothing for what it recognizes: there may be millions of records. */
function fitsShape(outline: JsonOutline, shape: readonly ShapeMember[]): boolean {
  const end = outline.next(outline.root);
  let node = outline.root;
  for (const member of shape) {
    node = node === outline.root ? node + 1 : outline.next(node);
    if (node >= end) return false;
    if (!outline.isNamed(node, member.name) || outline.kind(node) !== member.kind) return false;
    if (member.schema === undefined || outline.isString(node, member.accepted)) continue;
    const text = outline.string(node);
    if (text === undefined || !check(member.schema, text)) return false;
    member.accepted = text;
  }
  return (shape.length === 0 ? outline.root + 1 : outline.next(node)) === end;
}

function shapeOf(outline: JsonOutline, properties: ReadonlyMap<string, Property>): ShapeMember[] {
  return outline.children(outline.root).map((node) => {
    const name = outline.name(node) ?? "";
    const kind = outline.kind(node);
    const property = properties.get(name);
    const isFree = property === undefined || property.free === kind;
    return { name, kind, accepted: outline.string(node) ?? "", schema: isFree ? undefined : property.schema };
  });
}

interface Property {
  readonly schema: TSchema;
  /** The kind of which it takes every value. */
  readonly free: unknown;
}

const known = new WeakMap<TSchema, ReadonlyMap<string, Property>>();

function propertiesOf(schema: TSchema): ReadonlyMap<string, Property> {
  let properties = known.get(schema);
  if (properties === undefined) {
    const { properties: all = {} } = schema as { properties?: { [name: string]: TSchema } };
    properties = new Map(Object.entries(all).map(([name, each]) => [name, { schema: each, free: freeKind(each) }]));
    known.set(schema, properties);
  }
  return properties;
}

/** The kind that `schema` asks for, where it asks for nothing else. */
function freeKind(schema: TSchema): unknown {
  const { type, title: _title, description: _description, ...rest } = schema as { [keyword: string]: unknown };
  return Object.keys(rest).length === 0 ? type : undefined;
}

/** The record's own members, with what its objects and lists hold left out; `undefined` where it is no object. */
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
