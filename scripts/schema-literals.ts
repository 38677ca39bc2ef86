/**
 * In the executable TypeBox's schemas are plain data: building them at every start
 * took a fifth of a small verification. The page and the npm package make them with TypeBox, as the tests of the source
 * do.
 */
import type { BunPlugin } from "bun";

const SCHEMA_MODULE = /[/\\]src[/\\]schema[/\\].+\.ts$/;
const MAKES_SCHEMAS = /^import \{.*\bType\b.*\} from "typebox";$/m;

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
  const lines: string[] = [];
  for (const [name, value] of Object.entries(module)) {
    if (typeof value === "function") continue;
    const literal = JSON.stringify(value);
    if (!Bun.deepEquals(JSON.parse(literal), value, true)) throw new Error(`${path}: ${name} is no JSON`);
    lines.push(`export const ${name} = ${literal};\n`);
  }
  return lines.join("");
}
