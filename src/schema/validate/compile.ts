/**
 * A schema as a tree of closures, which say what is wrong with a value. A keyword or format that is not known here throws,
 * so that no rule is passed over in silence: `npm run validators` compiles every schema that it generates a check for
 * (TypeBox lets an unknown format pass).
 */
import { FORMATS } from "./format.ts";
import type { Issues, SchemaIssue } from "./issue.ts";

/** The JSON Schema keywords in use (draft 2020-12). */
export interface Keywords {
  readonly title?: string;
  readonly type?: string;
  readonly const?: string | number | boolean;
  readonly enum?: readonly (string | number)[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly items?: Keywords;
  readonly properties?: { readonly [name: string]: Keywords };
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean;
  readonly dependentSchemas?: { readonly [name: string]: Keywords };
  readonly anyOf?: readonly Keywords[];
}

/** Whether a value fits. Without `issues` it stops at the first thing wrong; with them it collects until they are full. */
export type Test = (value: unknown, issues: Issues | undefined) => boolean;

type Predicate = (value: unknown) => boolean;

/** The test of `schema`; throws `TypeError` where it uses what is not known here. */
export function compile(schema: Keywords): Test {
  // What is asked of the value itself: one question with one answer, and so with one message.
  const predicates: Predicate[] = [];
  const parts: Test[] = [];
  let isObjectTested = false;
  for (const keyword of Object.keys(schema)) {
    switch (keyword) {
      case "$schema":
      case "$id":
      case "title":
      case "description":
        break;
      case "properties":
      case "required":
      case "additionalProperties":
      case "dependentSchemas":
        if (!isObjectTested) parts.push(objectTest(schema));
        isObjectTested = true;
        break;
      case "items":
        parts.push(itemsTest(schema));
        break;
      case "anyOf":
        parts.push(anyOfTest(schema));
        break;
      default:
        predicates.push(predicate(keyword, schema));
    }
  }
  return combine(schema, predicates, parts);
}

function combine(schema: Keywords, predicates: readonly Predicate[], parts: readonly Test[]): Test {
  const fits = every(predicates);
  const [part, second] = parts;
  if (part === undefined) return (value, issues) => fits(value) || wrong(schema, value, issues);
  if (second === undefined)
    return (value, issues) => (fits(value) ? part(value, issues) : wrong(schema, value, issues));
  return (value, issues) => {
    if (!fits(value)) return wrong(schema, value, issues);
    let good = true;
    for (const each of parts) {
      if (each(value, issues)) continue;
      if (issues === undefined || issues.full) return false;
      good = false;
    }
    return good;
  };
}

function wrong(schema: Keywords, value: unknown, issues: Issues | undefined): false {
  issues?.wrong(describeSchema(schema), value);
  return false;
}

function every(predicates: readonly Predicate[]): Predicate {
  const [first, second] = predicates;
  if (first === undefined) return () => true;
  if (second === undefined) return first;
  return (value) => {
    for (const predicate of predicates) if (!predicate(value)) return false;
    return true;
  };
}

function predicate(keyword: string, schema: Keywords): Predicate {
  const { const: constant, enum: allowed = [], pattern = "", format = "", minimum = 0, maximum = 0 } = schema;
  switch (keyword) {
    case "type":
      return typePredicate(schema.type);
    case "const":
      return (value) => value === constant;
    case "enum":
      return (value) => (allowed as readonly unknown[]).includes(value);
    case "pattern": {
      const regExp = new RegExp(pattern, "u");
      return (value) => typeof value !== "string" || regExp.test(value);
    }
    case "format": {
      const isFormat = FORMATS.get(format);
      if (isFormat === undefined) throw new TypeError(`schema format not supported: ${format}`);
      return (value) => typeof value !== "string" || isFormat(value);
    }
    case "minLength":
      // Lengths are in code points; for 1, the only one in use, UTF-16 units agree.
      if (schema.minLength !== 1) throw new TypeError("schema keyword not supported: minLength other than 1");
      return (value) => value !== "";
    case "minimum":
      return (value) => typeof value !== "number" || value >= minimum;
    case "maximum":
      return (value) => typeof value !== "number" || value <= maximum;
    case "minItems":
      if (schema.minItems !== 1) throw new TypeError("schema keyword not supported: minItems other than 1");
      return (value) => !Array.isArray(value) || value.length > 0;
    default:
      throw new TypeError(`schema keyword not supported: ${keyword}`);
  }
}

function typePredicate(type: string | undefined): Predicate {
  switch (type) {
    case "array":
      return Array.isArray;
    case "boolean":
      return (value) => typeof value === "boolean";
    case "integer":
      return Number.isInteger;
    case "number":
      return Number.isFinite;
    case "null":
      return (value) => value === null;
    case "object":
      return isObject;
    case "string":
      return (value) => typeof value === "string";
    default:
      throw new TypeError(`schema type not supported: ${type}`);
  }
}

function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

interface Member {
  readonly name: string;
  readonly schema: Keywords;
  readonly test: Test;
  readonly required: boolean;
}

function objectTest(schema: Keywords): Test {
  const { properties = {}, required = [] } = schema;
  const members: Member[] = [];
  for (const name of Object.keys(properties))
    members.push(memberOf(name, properties[name] ?? {}, required.includes(name)));
  const bare = required.filter((name) => !Object.hasOwn(properties, name));
  const closed = schema.additionalProperties === false;
  const dependents: Member[] = [];
  for (const [name, each] of Object.entries(schema.dependentSchemas ?? {}))
    dependents.push(memberOf(name, each, false));

  return (value, issues) => {
    if (!isObject(value)) return true;
    let good = true;
    let known = 0;
    for (const { name, test, required, schema } of members) {
      if (Object.hasOwn(value, name)) {
        known += 1;
        issues?.enter(name);
        const fits = test(value[name], issues);
        issues?.leave();
        if (fits) continue;
      } else {
        if (!required) continue;
        issues?.missing(name, describeSchema(schema));
      }
      if (issues === undefined || issues.full) return false;
      good = false;
    }
    for (const name of bare) {
      if (Object.hasOwn(value, name)) continue;
      if (issues === undefined) return false;
      issues.missing(name, "present");
      good = false;
    }
    if (closed && Object.keys(value).length !== known) {
      if (issues === undefined) return false;
      for (const name of Object.keys(value)) if (!Object.hasOwn(properties, name)) issues.unknown(name, value[name]);
      good = false;
    }
    for (const { name, test } of dependents) {
      if (!Object.hasOwn(value, name) || test(value, issues)) continue;
      if (issues === undefined || issues.full) return false;
      good = false;
    }
    return good;
  };
}

function memberOf(name: string, schema: Keywords, required: boolean): Member {
  return { name, schema, test: compile(schema), required };
}

function itemsTest(schema: Keywords): Test {
  const test = compile(schema.items ?? {});
  return (value, issues) => {
    if (!Array.isArray(value)) return true;
    let good = true;
    for (let index = 0; index < value.length; index += 1) {
      issues?.enter(index);
      const fits = test(value[index], issues);
      issues?.leave();
      if (fits) continue;
      if (issues === undefined || issues.full) return false;
      good = false;
    }
    return good;
  };
}

function anyOfTest(schema: Keywords): Test {
  const alternatives = (schema.anyOf ?? []).map(compile);
  return (value, issues) => {
    for (const test of alternatives) if (test(value, undefined)) return true;
    if (issues === undefined) return false;
    // Reports the fault in the closest alternative; if the value fits none of them at all
    // (a number instead of text or null), the allowed kinds.
    let closest: readonly SchemaIssue[] | undefined;
    for (const test of alternatives) {
      const branch = issues.branch();
      test(value, branch);
      if (branch.list.some((issue) => issues.isHere(issue))) continue;
      if (closest === undefined || branch.list.length < closest.length) closest = branch.list;
    }
    if (closest === undefined) return wrong(schema, value, issues);
    for (const issue of closest) issues.add(issue);
    return false;
  };
}

/** What a schema asks of the value itself, as a noun phrase. */
function describeSchema(schema: Keywords): string {
  if (schema.title !== undefined) return schema.title;
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum !== undefined) return `one of ${schema.enum.map((each) => JSON.stringify(each)).join(", ")}`;
  if (schema.anyOf !== undefined && schema.type === undefined) {
    return [...new Set(schema.anyOf.map(describeSchema))].join(" or ");
  }
  switch (schema.type) {
    case "array":
      return schema.minItems === undefined ? "a list" : "a list of at least one";
    case "boolean":
      return "true or false";
    case "integer":
      return `a whole number from ${schema.minimum ?? "any"} to ${schema.maximum ?? "any"}`;
    case "null":
      return "null";
    case "number":
      return "a number";
    case "object":
      return "an object";
    case "string":
      return "text";
    default:
      return "anything";
  }
}
