/**
 * Writes every vector that is made by code: `npm run vectors`. With `--check` it only compares; with `--artifacts FOLDER` it
 * also writes each hostile artifact there, including those that tests make on demand.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { parseArgs } from "node:util";
import { ED25519_JSON, ed25519VectorsText } from "./ed25519.ts";
import { VECTORS } from "./hostile/table.ts";
import { HOSTILE_JSON, hostileTable } from "./hostile.ts";
import { GOLDEN_SOURCE, goldenText } from "./selftest.ts";

const ROOT = join(import.meta.dir, "../..");

const FILES: readonly (readonly [path: string, text: () => string | Promise<string>])[] = [
  [ED25519_JSON, ed25519VectorsText],
  [HOSTILE_JSON, hostileTable],
  [GOLDEN_SOURCE, goldenText],
];

const { values } = parseArgs({ options: { check: { type: "boolean" }, artifacts: { type: "string" } } });

for (const [path, text] of FILES) {
  const name = relative(ROOT, path);
  const made = await text();
  const isSame = readFileSync(path, "utf8") === made;
  if (!isSame && values.check === true) {
    process.stderr.write(`${name} differs from its generator's output: run \`npm run vectors\`\n`);
    process.exitCode = 1;
  } else {
    if (!isSame) writeFileSync(path, made);
    process.stdout.write(`${isSame ? "unchanged" : "written  "}  ${name}\n`);
  }
}

if (values.artifacts !== undefined) {
  mkdirSync(values.artifacts, { recursive: true });
  for (const each of VECTORS) writeFileSync(join(values.artifacts, `${each.name}.zip`), await each.bytes());
  process.stdout.write(`${VECTORS.length} artifacts in ${values.artifacts}\n`);
}
