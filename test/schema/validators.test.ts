/** The checked-in validators that TypeBox generates. */
import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import fc from "fast-check";
import { type TSchema, Type } from "typebox";
import { checkExpression, findValidatorDrift, writeValidators } from "../../scripts/validators.ts";
import type { RecordInput } from "../../src/schema/document/run-record.ts";
import { PUBLISHED_SCHEMAS } from "../../src/schema/published.ts";
import { issuesOf } from "../../src/schema/validate/explain.ts";
import {
  recordIntentValidator,
  recordRefsValidator,
  recordResultValidator,
  recordRunValidator,
} from "../../src/schema/validator/run-record.ts";
import { intentValidator, resultValidator } from "../../src/schema/validator/runpack.ts";
import { TIME } from "./cases/case.ts";
import { changed, changes, RUNS } from "./cases/changes.ts";
import { type Check, VALIDATORS } from "./cases/checks.ts";
import { RUNPACK_CASES } from "./cases/runpack.ts";

const SOURCE = join(import.meta.dir, "../../src/schema/validator");

test("match TypeBox's output for src/schema today", async () => {
  expect(await findValidatorDrift()).toEqual([]);
});

test("drift is named: differs, missing, surplus", async () => {
  const folder = mkdtempSync(join(tmpdir(), "gait-validators-"));
  try {
    await writeValidators(folder);
    expect(await findValidatorDrift(folder)).toEqual([]);
    const pack = readFileSync(join(folder, "pack.ts"), "utf8");
    writeFileSync(join(folder, "pack.ts"), pack.replace("contents", "content"));
    rmSync(join(folder, "job.ts"));
    writeFileSync(join(folder, "old.ts"), "");
    expect(await findValidatorDrift(folder)).toEqual(["differs: pack.ts", "missing: job.ts", "surplus: old.ts"]);
    await writeValidators(folder);
    expect(await findValidatorDrift(folder)).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("every published schema of a document has one, except those that are only written, or have one spelling", () => {
  const validated = new Set(VALIDATORS.map(({ schema }) => schema));
  const without = PUBLISHED_SCHEMAS.filter(({ schema }) => !validated.has(schema)).map(({ path }) => path);
  expect(without.filter((path) => !path.startsWith("output/"))).toEqual([
    ...["guard/retention-report", "pack/diff", "runpack/diff", "runpack/reduce-report"],
    // The lines of a journal are checked each by the schema of its kind.
    ...["session/journal", "receipt", "collection/entry"],
  ]);
});

test("nothing is compiled at run time, and nothing of TypeBox is loaded", () => {
  for (const name of readdirSync(SOURCE)) {
    const text = readFileSync(join(SOURCE, name), "utf8");
    expect([name, /\beval\b|\bFunction\(|"typebox/.test(text)]).toEqual([name, false]);
  }
});

/** Parts of a document that the recorder checks one by one, and members of records. */
describe("parts of documents, changed at random: the code, our walk and ajv agree", () => {
  const ajv = new Ajv2020({ strict: true, strictRequired: false });
  addFormats(ajv);
  const record = RUNPACK_CASES.find(({ path }) => path === "runpack/record")?.good as RecordInput;
  const parts: readonly (readonly [name: string, part: { readonly schema: TSchema; fits: Check }, good: unknown])[] = [
    ["run", recordRunValidator, record.run],
    ["refs", recordRefsValidator, record.refs],
    ["intent", recordIntentValidator, record.intents?.[0]],
    ["result", recordResultValidator, record.results?.[0]],
    ...Object.entries({ intent: intentValidator, result: resultValidator }).flatMap(([kind, validator]) =>
      Object.entries(validator.members).map(([name, fits]) => {
        const { properties } = validator.schema as { properties?: Record<string, TSchema & { const?: string }> };
        const schema = properties?.[name] ?? {};
        return [`${kind}.${name}`, { schema, fits }, properties?.[name]?.const ?? TIME] as const;
      }),
    ),
  ];
  for (const [name, { schema, fits }, good] of parts) {
    test(name, () => {
      const judge = ajv.compile(JSON.parse(JSON.stringify(schema)));
      fc.assert(
        fc.property(changes, (each) => {
          const { value } = changed({ value: good }, each) as { value?: unknown };
          if (value === undefined) return;
          const verdicts = [fits(value), issuesOf(schema, value).length === 0, judge(value)];
          expect(new Set(verdicts).size).toBe(1);
        }),
        { numRuns: RUNS },
      );
    });
  }
});

describe("a schema is refused if its check would disagree with the explanation", () => {
  const schemas: readonly [rule: string, schema: object, message: string][] = [
    ["an unknown format", Type.String({ format: "email" }), "format not supported: email"],
    ["an unknown keyword", Type.Array(Type.String(), { uniqueItems: true }), "keyword not supported: uniqueItems"],
    ["a member of Object.prototype", Type.Object({ valueOf: Type.String() }), "has a member named valueOf"],
  ];
  for (const [rule, schema, message] of schemas)
    test(rule, () => expect(() => checkExpression("Bad", schema, new Map())).toThrow(message));
});
