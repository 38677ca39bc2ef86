/**
 * Writes `schemas/v1/**.schema.json` from the TypeBox schemas of `src/schema`. With `--check` it writes nothing and
 * exits 1 when a file differs, is missing, or belongs to no schema.
 */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, sep } from "node:path";
import { parseArgs } from "node:util";
import { PUBLISHED_SCHEMAS } from "../src/schema/published.ts";
import { renderSchema } from "../src/schema/render.ts";

const ENDING = ".schema.json";

/** The expected files, by path below `schemas/v1`, with `/`. */
export function renderSchemas(): Map<string, string> {
  return new Map(PUBLISHED_SCHEMAS.map((each) => [`${each.path}${ENDING}`, renderSchema(each)]));
}

/** The files below `root`, by path with `/`. */
function filesBelow(root: string): string[] {
  if (!existsSync(root)) return [];
  const entries = readdirSync(root, { recursive: true, withFileTypes: true, encoding: "utf8" });
  const files = entries.filter((entry) => !entry.isDirectory());
  return files.map((entry) => relative(root, join(entry.parentPath, entry.name)).split(sep).join("/"));
}

/** Each unexpected file below `root`, as `differs: PATH`, `missing: PATH` or `surplus: PATH`. */
export function findDrift(root: string): string[] {
  const wanted = renderSchemas();
  const there = new Set(filesBelow(root));
  const drift: string[] = [];
  for (const [path, content] of wanted) {
    if (!there.delete(path)) drift.push(`missing: ${path}`);
    else if (readFileSync(join(root, path), "utf8") !== content) drift.push(`differs: ${path}`);
  }
  for (const path of there) drift.push(`surplus: ${path}`);
  return drift.sort();
}

/** Writes the expected files below `root`. */
export function writeSchemas(root: string): void {
  const wanted = renderSchemas();
  for (const [path, content] of wanted) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  for (const path of filesBelow(root)) if (path.endsWith(ENDING) && !wanted.has(path)) rmSync(join(root, path));
}

function main(): void {
  const { values } = parseArgs({ options: { check: { type: "boolean" } } });
  const root = join(import.meta.dir, "..", "schemas", "v1");
  if (!values.check) {
    writeSchemas(root);
    return;
  }
  const drift = findDrift(root);
  if (drift.length === 0) return;
  console.error([...drift, "schemas/v1 differs from src/schema: run `npm run schemas`."].join("\n"));
  process.exitCode = 1;
}

if (import.meta.main) main();
