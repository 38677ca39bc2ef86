/**
 * Holds a value against a schema. TypeBox's own engines were measured and left out: `typebox/schema` takes 35 µs a
 * small document and 2 ms of every start, its compiler 4 ms and `eval`, which a content security policy may forbid.
 * Here a schema becomes closures at its first use: one code path for one document and for 200,000 records. The tests
 * hold every verdict against ajv's and TypeBox's.
 */
import type { Static, TSchema } from "typebox";
import { compile, type Test } from "./compile.ts";
import { Issues, type SchemaIssue } from "./issue.ts";

export { MAX_SCHEMA_ISSUES, type SchemaIssue } from "./issue.ts";

/** Whether `value` fits `schema`. */
export function check<Schema extends TSchema>(schema: Schema, value: unknown): value is Static<Schema> {
  return testOf(schema)(value, undefined);
}

/**
 * All that is wrong with `value`, in the order of the schema, at most `MAX_SCHEMA_ISSUES`; empty when it fits.
 * `place` is where the value stands in its document: `["intents", 3]` gives paths like `intents[3].args`.
 */
export function validate(schema: TSchema, value: unknown, place: readonly (string | number)[] = []): SchemaIssue[] {
  const issues = new Issues(place);
  testOf(schema)(value, issues);
  return issues.list;
}

const tests = new WeakMap<object, Test>();

function testOf(schema: TSchema): Test {
  let test = tests.get(schema);
  if (test === undefined) {
    test = compile(schema);
    tests.set(schema, test);
  }
  return test;
}
