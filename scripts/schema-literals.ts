/**
 * In the executable TypeBox's schemas are plain data: building them at every start
 * took a fifth of a small verification. `schema-parts.ts` does more for the page; the npm package makes them with
 * TypeBox, as the tests of the source do.
 */
import type { BunPlugin } from "bun";

export const SCHEMA_MODULE = /[/\\]src[/\\]schema[/\\].+\.ts$/;
export const MAKES_SCHEMAS = /^import \{.*\bType\b.*\} from "typebox";$/m;

export const schemaLiterals: BunPlugin = {
  name: "schema-literals",
  setup(build) {
    build.onLoad({ filter: SCHEMA_MODULE }, async ({ path }) => {
      const contents = await Bun.file(path).text();
      if (!MAKES_SCHEMAS.test(contents)) return { contents, loader: "ts" };
      return { contents: literalsOf(await import(path), path), loader: "js" };
    });
  },
};

/**
 * The values that a module exports, as a module. Functions are left out: the bundler reports any use of one.
 * @throws Error if a value would not come back the same
 */
export function literalsOf(module: Readonly<Record<string, unknown>>, path: string): string {
  return Object.entries(schemaValues(module, path))
    .map(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`)
    .join("");
}

/**
 * The same values, by name.
 * @throws Error if a value would not come back the same
 */
export function schemaValues(module: Readonly<Record<string, unknown>>, path: string): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === "function") continue;
    const read = JSON.parse(JSON.stringify(value));
    if (!Bun.deepEquals(read, value, true)) throw new Error(`${path}: ${name} is no JSON`);
    values[name] = read;
  }
  return values;
}
