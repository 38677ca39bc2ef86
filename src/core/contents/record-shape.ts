/**
 * Validates records one by one without building them. Records in a file look alike: the same members in the same order,
 * mostly free text. Accepted values are recognized by their bytes; everything else goes through `validate`. Building
 * every record instead takes three quarters of a verification.
 */

import { foldedNameIssues } from "../../schema/validate/folded-name.ts";
import { TIMESTAMP_CODE } from "../../schema/validate/format.ts";
import type { RecordValidator } from "../../schema/validate/validator.ts";
import type { JsonOutline } from "../json/outline.ts";
import type { JsonKind } from "../json/text.ts";
import type { Compilable } from "../platform/platform.ts";
import { shallowRecord } from "./shallow-record.ts";

/** How many member orders are cached: with and without a body, and a few more. */
const MAX_SHAPES = 4;

interface ShapeMember {
  readonly name: string;
  readonly kind: JsonKind;
  /** Absent if any value of this kind is valid: free text, or a free-form object. */
  readonly fits: ((value: unknown) => boolean) | undefined;
  /** The last accepted text. */
  accepted: string;
}

/** Whether the record in `outline` matches the schema. The content of its objects is not checked. */
export type RecordTest = (outline: JsonOutline) => boolean;

/** `validator` must be for an object with independent members, whose own objects are free-form. */
export function createRecordTest(validator: RecordValidator): RecordTest {
  const shapes: ShapeMember[][] = [];
  /** By form, the shape with the same names: texts of one form have the same names. */
  const ofForms = new WeakMap<object, readonly ShapeMember[]>();
  return (outline) => {
    const { form } = outline;
    const known = form && ofForms.get(form);
    if (known !== undefined && fitsValues(outline, known)) return true;
    if (outline.kind(outline.root) !== "object") return false;
    for (const shape of shapes) {
      if (!isNamedAs(outline, shape) || !fitsValues(outline, shape)) continue;
      if (form !== undefined) ofForms.set(form, shape);
      return true;
    }
    const record = shallowRecord(outline);
    // A record of a known shape has its names.
    if (!validator.fits(record) || foldedNameIssues(validator.schema, record).length > 0) return false;
    if (shapes.length === MAX_SHAPES) shapes.shift();
    shapes.push(shapeOf(outline, validator));
    return true;
  };
}

/** Whether the record has these members, in this order, and no others. Builds nothing, as below. */
function isNamedAs(outline: JsonOutline, shape: readonly ShapeMember[]): boolean {
  const end = outline.next(outline.root);
  let node = outline.root + 1;
  for (const { name } of shape) {
    if (node >= end || !outline.isNamed(node, name)) return false;
    node = outline.next(node);
  }
  return node === end;
}

/**
 * Whether the record's members, which have the names of `shape`, have valid values. Hot: there may be millions of
 * records.
 */
function fitsValues(outline: JsonOutline, shape: readonly ShapeMember[]): boolean {
  let node = outline.root + 1;
  for (const member of shape) {
    if (outline.kind(node) !== member.kind) return false;
    if (member.fits !== undefined && !outline.isString(node, member.accepted)) {
      const text = outline.string(node);
      if (text === undefined || !member.fits(text)) return false;
      member.accepted = text;
    }
    node = outline.next(node);
  }
  return true;
}

/** What a test of records does for each of them. */
export const RECORD_CODE: readonly Compilable[] = [fitsValues, isNamedAs, ...TIMESTAMP_CODE];

function shapeOf(outline: JsonOutline, { members }: RecordValidator): ShapeMember[] {
  return outline.children(outline.root).map((node) => {
    const name = outline.name(node) ?? "";
    const kind = outline.kind(node);
    const fits = Object.hasOwn(members, name) ? members[name] : undefined;
    return { name, kind, accepted: outline.string(node) ?? "", fits };
  });
}
