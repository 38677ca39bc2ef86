/** The schemas in the executable: data equal to TypeBox's schemas. */
import { afterAll, expect, test } from "bun:test";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { literalsOf, schemaLiterals } from "../../scripts/schema-literals.ts";
import * as pack from "../../src/schema/document/pack.ts";
import * as primitives from "../../src/schema/document/primitives.ts";

const SCHEMA = join(import.meta.dir, "../../src/schema");

const folder = mkdtempSync(join(tmpdir(), "gait-literals-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("every schema of a module comes back the same, without its functions", async () => {
  for (const module of [pack, primitives]) {
    const text = literalsOf(module, "module");
    const path = join(folder, `${text.length}.js`);
    writeFileSync(path, text);
    const back = (await import(path)) as Record<string, unknown>;
    const data = Object.entries(module).filter(([, value]) => typeof value !== "function");
    expect(data.length).toBeGreaterThan(2);
    expect(Object.keys(back).sort()).toEqual(data.map(([name]) => name).sort());
    // As text: messages follow the order of the members.
    for (const [name, value] of data) expect([name, JSON.stringify(back[name])]).toEqual([name, JSON.stringify(value)]);
  }
});

test.each([
  ["a map", new Map([["a", 1]])],
  ["a pattern", { pattern: /a/ }],
  ["an undefined member", { a: undefined }],
  ["no number", Number.NaN],
])("%s is refused", (_, value) => {
  expect(() => literalsOf({ Bad: value }, "src/schema/bad.ts")).toThrow("src/schema/bad.ts: Bad is no JSON");
});

test("every module of src/schema becomes data, in any folder", async () => {
  const names = readdirSync(SCHEMA, { recursive: true, encoding: "utf8" }).filter((name) => name.endsWith(".ts"));
  const makers = names.filter((name) => /from "typebox"/.test(readFileSync(join(SCHEMA, name), "utf8")));
  expect(new Set(makers.map((name) => name.split(/[/\\]/).length))).toEqual(new Set([1, 2, 3]));
  for (const name of names) {
    const { outputs } = await Bun.build({ entrypoints: [join(SCHEMA, name)], plugins: [schemaLiterals] });
    expect([name, (await outputs[0]?.text())?.includes("node_modules/typebox/")]).toEqual([name, false]);
  }
});

test("TypeBox is in the bundle only on request", async () => {
  const entrypoints = [join(import.meta.dir, "../../src/core/verify/verify.ts")];
  const sizes: number[] = [];
  for (const plugins of [[], [schemaLiterals]]) {
    const { outputs } = await Bun.build({ entrypoints, plugins });
    const text = await outputs[0]?.text();
    expect([plugins.length, text?.includes("node_modules/typebox/")]).toEqual([plugins.length, plugins.length === 0]);
    sizes.push(text?.length ?? 0);
  }
  expect(sizes[1]).toBeLessThan(sizes[0] ?? 0);
});
