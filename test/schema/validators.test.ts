/** The validators that TypeBox generates and that are checked in. */
import { describe, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Type } from "typebox";
import { checkExpression, findValidatorDrift, writeValidators } from "../../scripts/validators.ts";
import { PUBLISHED_SCHEMAS } from "../../src/schema/published.ts";
import { VALIDATORS } from "./cases/checks.ts";

const SOURCE = join(import.meta.dir, "../../src/schema/validator");

test("are what TypeBox makes of src/schema today", async () => {
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

test("every published schema of a document has one, the comparison aside, which is only written", () => {
  const validated = new Set(VALIDATORS.map(({ schema }) => schema));
  const without = PUBLISHED_SCHEMAS.filter(({ schema }) => !validated.has(schema)).map(({ path }) => path);
  expect(without.filter((path) => !path.startsWith("output/"))).toEqual(["pack/diff"]);
});

test("nothing is compiled at run time, and nothing of TypeBox is loaded", () => {
  for (const name of readdirSync(SOURCE)) {
    const text = readFileSync(join(SOURCE, name), "utf8");
    expect([name, /\beval\b|\bFunction\(|"typebox/.test(text)]).toEqual([name, false]);
  }
});

describe("a schema is refused whose check would say something else than the explanation", () => {
  const schemas: readonly [rule: string, schema: object, message: string][] = [
    ["an unknown format", Type.String({ format: "email" }), "format not supported: email"],
    ["an unknown keyword", Type.Array(Type.String(), { uniqueItems: true }), "keyword not supported: uniqueItems"],
    ["a member that every object has", Type.Object({ valueOf: Type.String() }), "has a member named valueOf"],
  ];
  for (const [rule, schema, message] of schemas)
    test(rule, () => expect(() => checkExpression("Bad", schema, new Map())).toThrow(message));
});
