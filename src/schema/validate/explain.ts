/**
 * Why a validator refused a value: which member, and what was expected there. TypeBox's generated code decides, this walk
 * only explains. TypeBox's own engines were measured and left out: `typebox/schema` takes 35 µs a small document and 2 ms
 * of every start, its compiler 4 ms and `eval`, which a content security policy may forbid.
 */
import type { TSchema } from "typebox";
import { compile, type Test } from "./compile.ts";
import { Issues, type SchemaIssue } from "./issue.ts";
import type { Validator } from "./validator.ts";

/**
 * All that is wrong with a value that the validator refused, in the order of the schema, at most `MAX_SCHEMA_ISSUES`.
 * @throws Error where the walk finds nothing, so that a refusal never passes for an acceptance
 */
export function explain({ schema }: Validator, value: unknown): readonly [SchemaIssue, ...SchemaIssue[]] {
  const [first, ...others] = issuesOf(schema, value);
  if (first === undefined) throw new Error("a validator refused a value that fits its schema");
  return [first, ...others];
}

/**
 * What the walk alone finds. `place` is where the value is in its document: `["intents", 3]` gives paths like
 * `intents[3].args`.
 */
export function issuesOf(schema: TSchema, value: unknown, place: readonly (string | number)[] = []): SchemaIssue[] {
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
