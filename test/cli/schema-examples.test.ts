/** The documents that `gait schema show --example` prints fit the schemas that they are examples of. */
import { expect, test } from "bun:test";
import Ajv2020 from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { EXAMPLES } from "../../src/cli/commands/schema/examples.ts";
import { PUBLISHED_SCHEMAS } from "../../src/schema/published.ts";
import { renderSchema } from "../../src/schema/render.ts";

for (const [name, example] of Object.entries(EXAMPLES)) {
  test(`the example of ${name} fits its published schema, and without a member it does not`, () => {
    const published = PUBLISHED_SCHEMAS.find(({ path }) => path === name);
    if (published === undefined) throw new Error(`${name} is not published`);
    const validate = addFormats(new Ajv2020({ strict: false })).compile(JSON.parse(renderSchema(published)));
    expect([validate(example), validate.errors]).toEqual([true, null]);
    expect(validate(name === "runpack/record" ? { ...example, intents: 1 } : { ...example, schema_version: "0" })).toBe(
      false,
    );
  });
}

test("each kind of evidence that guard pack takes has one", () => {
  const inputs = PUBLISHED_SCHEMAS.filter(({ description }) => description === "Input of `gait guard pack`.");
  expect(inputs.map(({ path }) => path).filter((path) => EXAMPLES[path] === undefined)).toEqual([]);
});
