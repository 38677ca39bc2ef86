/**
 * In the page TypeBox's schemas are plain data, as in the executable, and small: without descriptions, which no code reads,
 * and with what several have in common written once. TypeBox itself is not in it.
 */
import { join } from "node:path";
import { type BunPlugin, Glob } from "bun";
import { MAKES_SCHEMAS, SCHEMA_MODULE, schemaValues } from "./schema-literals.ts";

const ROOT = join(import.meta.dir, "..");
/** The module that has the common parts. */
const PARTS = "schema-parts";
/** A part shorter than this is no longer than its name. */
const SHORTEST = 16;
/** Members whose own members are named by the documents. */
const NAMED = new Set(["properties", "patternProperties", "$defs"]);

type Values = Readonly<Record<string, unknown>>;

/** @param read the modules that make schemas, by path, with what they export */
export function sharedSchemas(read: ReadonlyMap<string, Values>): BunPlugin {
  const { parts, modules } = sharedText(read);
  return {
    name: "shared-schemas",
    setup(build) {
      build.onResolve({ filter: new RegExp(`^${PARTS}$`) }, () => ({ path: PARTS, namespace: PARTS }));
      build.onLoad({ filter: /.*/, namespace: PARTS }, () => ({ contents: parts, loader: "js" }));
      build.onLoad({ filter: SCHEMA_MODULE }, async ({ path }) => {
        const contents = modules.get(path);
        return contents === undefined
          ? { contents: await Bun.file(path).text(), loader: "ts" }
          : { contents, loader: "js" };
      });
    },
  };
}

/** The modules of src/schema that make schemas. */
export async function schemaModules(): Promise<ReadonlyMap<string, Values>> {
  const found = new Map<string, Values>();
  for (const file of [...new Glob("src/schema/**/*.ts").scanSync({ cwd: ROOT })].sort()) {
    const path = join(ROOT, file);
    if (MAKES_SCHEMAS.test(await Bun.file(path).text())) found.set(path, schemaValues(await import(path), path));
  }
  return found;
}

/** The text of the module of parts, and that of each of the modules. */
export function sharedText(read: ReadonlyMap<string, Values>): {
  readonly parts: string;
  readonly modules: ReadonlyMap<string, string>;
} {
  const bare = [...read].map(([path, values]) => [path, withoutDescriptions(values, true) as Values] as const);
  const counts = new Map<string, number>();
  for (const [, values] of bare) for (const value of Object.values(values)) count(value, counts);
  const names = new Map<string, string>();
  const parts: string[] = [];
  const modules = bare.map(([path, values]) => {
    const used = new Set<string>();
    const written = Object.entries(values).map(
      ([name, value]) => `export const ${name} = ${text(value, (part) => named(part, used))};\n`,
    );
    const imports = used.size === 0 ? "" : `import { ${[...used].join(", ")} } from "${PARTS}";\n`;
    return [path, imports + written.join("")] as const;
  });
  return { parts: parts.join(""), modules: new Map(modules) };

  /** The name of a part that occurs again, which is defined behind the parts in it. */
  function named(part: object, used?: Set<string>): string | undefined {
    const key = JSON.stringify(part);
    if (key.length < SHORTEST || (counts.get(key) ?? 0) < 2) return undefined;
    let name = names.get(key);
    if (name === undefined) {
      const definition = members(part, named);
      name = `part${names.size}`;
      names.set(key, name);
      parts.push(`export const ${name} = ${definition};\n`);
    }
    used?.add(name);
    return name;
  }
}

/** How often each object and array occurs, by its JSON; what is in one that occurs again is counted once. */
function count(value: unknown, counts: Map<string, number>): void {
  if (typeof value !== "object" || value === null) return;
  const key = JSON.stringify(value);
  const before = counts.get(key) ?? 0;
  counts.set(key, before + 1);
  if (before === 0) for (const member of Object.values(value)) count(member, counts);
}

function text(value: unknown, named: (part: object) => string | undefined): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return named(value) ?? members(value, named);
}

function members(value: object, named: (part: object) => string | undefined): string {
  if (Array.isArray(value)) return `[${value.map((each) => text(each, named)).join(",")}]`;
  return `{${Object.entries(value)
    .map(([name, member]) => `${JSON.stringify(name)}:${text(member, named)}`)
    .join(",")}}`;
}

/** @param isNamed the members of `value` are named by a document: one may be called description */
export function withoutDescriptions(value: unknown, isNamed = false): unknown {
  if (Array.isArray(value)) return value.map((each) => withoutDescriptions(each));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([name, member]) => isNamed || name !== "description" || typeof member !== "string")
      .map(([name, member]) => [name, withoutDescriptions(member, !isNamed && NAMED.has(name))]),
  );
}
