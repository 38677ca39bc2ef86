/** The schemas as the page has them: the same but for their descriptions, and what is common written once. */
import { afterAll, describe, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { schemaModules, sharedText, withoutDescriptions } from "../../scripts/schema-parts.ts";

const folder = mkdtempSync(join(tmpdir(), "gait-schema-parts-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const read = await schemaModules();
const { parts, modules } = sharedText(read);
writeFileSync(join(folder, "parts.mjs"), parts);

describe("each module exports the same values without descriptions", () => {
  for (const [index, [path, values]] of [...read].entries()) {
    test(path.slice(path.indexOf("src/schema/")), async () => {
      const file = join(folder, `${index}.mjs`);
      writeFileSync(file, (modules.get(path) ?? "").replace('"schema-parts"', '"./parts.mjs"'));
      const written = await import(file);
      const bare = withoutDescriptions(values, true) as Record<string, unknown>;
      expect(Object.keys(written).sort()).toEqual(Object.keys(bare).sort());
      // As text: messages follow the order of the members.
      for (const [name, value] of Object.entries(bare))
        expect([name, JSON.stringify(written[name])]).toEqual([name, JSON.stringify(value)]);
    });
  }
});

test("there are such modules, and parts that they share", () => {
  expect(read.size).toBeGreaterThan(20);
  expect(parts.match(/^export const /gm)?.length).toBeGreaterThan(20);
});

test("no part is written twice", () => {
  const definitions = parts
    .trimEnd()
    .split("\n")
    .map((line) => line.slice(line.indexOf("=")));
  expect(new Set(definitions).size).toBe(definitions.length);
});

test("only the description of a schema is left out, not a member that is called so", () => {
  const schema = {
    description: "a thing",
    type: "object",
    required: ["description"],
    properties: { description: { description: "its words", type: "string" }, properties: { description: "x" } },
    items: { const: { description: 5 } },
  };
  expect(withoutDescriptions(schema)).toEqual({
    type: "object",
    required: ["description"],
    properties: { description: { type: "string" }, properties: {} },
    items: { const: { description: 5 } },
  });
});

test("what occurs once is where it was; what occurs again is a part, with the parts in it before it", () => {
  const inner = { pattern: "^[0-9a-f]{64}$" };
  const outer = { anyOf: [inner, { type: "null" }] };
  const shared = sharedText(
    new Map([
      ["a", { A: outer, B: { not: inner } }],
      ["b", { C: { items: outer }, D: { type: "boolean" } }],
    ]),
  );
  expect(shared.parts.split("\n").map((line) => line.slice(0, 40))).toEqual([
    'export const part0 = {"pattern":"^[0-9a-',
    'export const part1 = {"anyOf":[part0,{"t',
    "",
  ]);
  expect(shared.modules.get("a")).toBe(
    'import { part1, part0 } from "schema-parts";\nexport const A = part1;\nexport const B = {"not":part0};\n',
  );
  expect(shared.modules.get("b")).toBe(
    'import { part1 } from "schema-parts";\nexport const C = {"items":part1};\nexport const D = {"type":"boolean"};\n',
  );
});
