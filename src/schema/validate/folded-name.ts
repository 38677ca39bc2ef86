/**
 * Members that a reader of another language takes for known ones: Go's encoding/json matches names whatever their letter
 * case, U+017F (ſ) for s and U+212A (the Kelvin sign) for k included, and the last of two counts. A document that has
 * `Status` beside `status` says two things. Closed documents refuse every unknown member anyway.
 */
import type { TSchema } from "typebox";
import type { Keywords } from "./compile.ts";
import { Issues, type SchemaIssue } from "./issue.ts";

/** Members of `value`, and of the objects that its schema declares in it, that fold onto a known one; `value` fits. */
export function foldedNameIssues(schema: TSchema, value: unknown): SchemaIssue[] {
  const walk = walkOf(schema as Keywords);
  if (walk === undefined) return [];
  const issues = new Issues([]);
  walk(value, issues);
  return issues.list;
}

type Walk = (value: unknown, issues: Issues) => void;

const walks = new WeakMap<object, { readonly walk: Walk | undefined }>();

function walkOf(schema: Keywords): Walk | undefined {
  const known = walks.get(schema);
  if (known !== undefined) return known.walk;
  const walk = compileWalk(schema);
  walks.set(schema, { walk });
  return walk;
}

/** `undefined` where there is nothing in it to look at. */
function compileWalk({ properties, additionalProperties, items, anyOf = [] }: Keywords): Walk | undefined {
  const parts: Walk[] = anyOf.flatMap((each) => walkOf(each) ?? []);
  const each = items === undefined ? undefined : walkOf(items);
  if (each !== undefined) parts.push((value, issues) => walkList(value, each, issues));
  if (properties !== undefined) {
    const inside = Object.entries(properties).flatMap(([name, schema]): [string, Walk][] => {
      const walk = walkOf(schema);
      return walk === undefined ? [] : [[name, walk]];
    });
    const isOpen = additionalProperties !== false;
    // Made for the first unknown member: most documents have none.
    let names: ReadonlyMap<string, string> | undefined;
    const known = (name: string): string | undefined => {
      names ??= new Map(Object.keys(properties).map((each) => [foldedName(each), each]));
      return names.get(foldedName(name));
    };
    if (isOpen || inside.length > 0)
      parts.push((value, issues) => {
        if (typeof value !== "object" || value === null || Array.isArray(value)) return;
        if (isOpen) lookAtNames(value, properties, known, issues);
        walkMembers(value, inside, issues);
      });
  }
  const [first] = parts;
  if (parts.length <= 1) return first;
  return (value, issues) => {
    for (const part of parts) part(value, issues);
  };
}

function walkList(value: unknown, each: Walk, issues: Issues): void {
  if (!Array.isArray(value)) return;
  for (let index = 0; index < value.length && !issues.full; index += 1) {
    issues.enter(index);
    each(value[index], issues);
    issues.leave();
  }
}

function walkMembers(value: object, inside: readonly (readonly [string, Walk])[], issues: Issues): void {
  for (const [name, walk] of inside) {
    if (!Object.hasOwn(value, name)) continue;
    issues.enter(name);
    walk((value as { readonly [name: string]: unknown })[name], issues);
    issues.leave();
  }
}

function lookAtNames(
  value: object,
  properties: object,
  knownOf: (name: string) => string | undefined,
  issues: Issues,
): void {
  for (const name in value) {
    if (Object.hasOwn(properties, name)) continue;
    const known = knownOf(name);
    if (known === undefined) continue;
    issues.enter(name);
    issues.folded(name, known);
    issues.leave();
  }
}

/** As Go folds names; those of the formats are ASCII in small letters. */
function foldedName(name: string): string {
  return name
    .replace(/\u017f/g, "s")
    .replace(/\u212a/g, "k")
    .replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}
