/** The layer rules of biome.json, each with a file that follows it and one that breaks it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Glob } from "bun";

const ROOT = dirname(import.meta.dir);
const LAYERS = {
  imports: "lint/style/noRestrictedImports",
  globals: "lint/style/noRestrictedGlobals",
  properties: "lint/nursery/noJsRestrictedProperties",
  node: "lint/correctness/noNodejsModules",
  bun: "lint/nursery/noBunModules",
  defaultExport: "lint/style/noDefaultExport",
  any: "lint/suspicious/noExplicitAny",
} as const;

interface Case {
  rule: string;
  /** Folder below src. */
  folder: string;
  code: string;
  /** The expected diagnostic; none for a case that must pass. */
  broken?: keyof typeof LAYERS;
  /** If the name of the file matters. */
  file?: string;
}

const CASES: readonly Case[] = [
  { rule: "schema imports schema", folder: "schema", code: 'export { a } from "./pack.ts";' },
  { rule: "schema imports typebox", folder: "schema", code: 'export { Type } from "typebox";' },
  { rule: "schema imports no core", folder: "schema", code: 'export { a } from "../core/jcs.ts";', broken: "imports" },
  {
    rule: "schema imports no host",
    folder: "schema",
    code: 'export { a } from "../host/files.ts";',
    broken: "imports",
  },
  { rule: "schema imports no cli", folder: "schema", code: 'export { a } from "../cli/exit.ts";', broken: "imports" },
  { rule: "schema has no process", folder: "schema", code: "export const a = process.pid;", broken: "globals" },

  { rule: "core imports core", folder: "core/zip", code: 'export { a } from "../error.ts";' },
  { rule: "core imports schema", folder: "core/zip", code: 'export { a } from "../../schema/pack.ts";' },
  { rule: "core imports its dependencies", folder: "core", code: 'export { a } from "@noble/hashes/sha2.js";' },
  { rule: "core imports no host", folder: "core", code: 'export { a } from "../host/files.ts";', broken: "imports" },
  {
    rule: "core imports no host from a folder",
    folder: "core/zip",
    code: 'export { a } from "../../host/files.ts";',
    broken: "imports",
  },
  {
    rule: "core imports no type of host",
    folder: "core",
    code: 'import type { A } from "../host/files.ts";\nexport type B = A;',
    broken: "imports",
  },
  {
    rule: "core imports no host later",
    folder: "core",
    code: 'export const a = () => import("../host/files.ts");',
    broken: "imports",
  },
  { rule: "core imports no cli", folder: "core", code: 'export { a } from "../cli/exit.ts";', broken: "imports" },
  { rule: "core imports no node:*", folder: "core", code: 'export { readFileSync } from "node:fs";', broken: "node" },
  {
    rule: "core imports no bare module of Node",
    folder: "core",
    code: 'import fs from "fs";\nexport const a = fs;',
    broken: "node",
  },
  {
    rule: "core imports no bun",
    folder: "core",
    code: 'import { $ } from "bun";\nexport const a = $;',
    broken: "imports",
  },
  {
    rule: "core imports no bun:*",
    folder: "core",
    code: 'import { Database } from "bun:sqlite";\nexport const a = Database;',
    broken: "bun",
  },
  { rule: "core has no Bun", folder: "core", code: "export const a = Bun.version;", broken: "globals" },
  {
    rule: "core has no Bun by globalThis",
    folder: "core",
    code: "export const a = globalThis.Bun;",
    broken: "properties",
  },
  { rule: "core has no process", folder: "core", code: "export const a = process.env;", broken: "globals" },
  { rule: "core has no Buffer", folder: "core", code: "export const a = Buffer.alloc(1);", broken: "globals" },
  { rule: "core does not print", folder: "core", code: 'console.log("a");', broken: "globals" },
  { rule: "core has no clock", folder: "core", code: "export const a = Date.now();", broken: "properties" },
  { rule: "core has no randomness", folder: "core", code: "export const a = Math.random();", broken: "properties" },
  {
    rule: "core has no secure randomness",
    folder: "core",
    code: "export const a = crypto.randomUUID();",
    broken: "properties",
  },
  {
    rule: "core has Uint8Array and WebCrypto's digests",
    folder: "core",
    code: "export const a = [new Uint8Array(1), crypto.subtle];",
  },

  {
    rule: "host imports core and node:*",
    folder: "host",
    code: 'export { a } from "../core/error.ts";\nexport { readFileSync } from "node:fs";',
  },
  { rule: "host imports no cli", folder: "host", code: 'export { a } from "../cli/exit.ts";', broken: "imports" },
  {
    rule: "host uses Bun and its own process id",
    folder: "host",
    code: "export const a = [Bun.version, process.pid, process.platform];",
  },
  { rule: "host does not print by console", folder: "host", code: 'console.log("a");', broken: "globals" },
  { rule: "host does not print by stdout", folder: "host", code: 'process.stdout.write("a");', broken: "properties" },
  { rule: "host does not print by Bun", folder: "host", code: "export const a = Bun.stdout;", broken: "properties" },
  { rule: "host does not exit", folder: "host", code: "process.exit(1);", broken: "properties" },
  {
    rule: "host does not read the environment",
    folder: "host",
    code: 'export const a = process.env["A"];',
    broken: "properties",
  },
  {
    rule: "host does not get process by another route",
    folder: "host",
    code: 'export { exit } from "node:process";',
    broken: "imports",
  },

  {
    rule: "cli imports every layer",
    folder: "cli/commands",
    code: 'export { a } from "../../host/files.ts";\nexport { b } from "../../core/error.ts";',
  },
  {
    rule: "output.ts prints",
    folder: "cli/terminal",
    file: "output.ts",
    code: 'process.stdout.write("a");\nconsole.log("b");',
  },
  {
    rule: "main.ts exits and reads the environment",
    folder: "cli",
    file: "main.ts",
    code: 'export const a = process.env["A"];\nprocess.exit(1);',
  },
  { rule: "a command does not print by console", folder: "cli/commands", code: 'console.log("a");', broken: "globals" },
  {
    rule: "a command does not print by stdout",
    folder: "cli/commands",
    code: 'process.stdout.write("a");',
    broken: "properties",
  },
  { rule: "a command does not exit", folder: "cli/commands", code: "process.exit(1);", broken: "properties" },
  {
    rule: "a command does not read the environment",
    folder: "cli/commands",
    code: 'export const a = process.env["A"];',
    broken: "properties",
  },

  {
    rule: "viewer imports core and schema",
    folder: "viewer",
    code: 'export { a } from "../core/error.ts";\nexport { b } from "../schema/pack.ts";',
  },
  {
    rule: "viewer imports no host",
    folder: "viewer",
    code: 'export { a } from "../host/files.ts";',
    broken: "imports",
  },
  { rule: "viewer imports no cli", folder: "viewer", code: 'export { a } from "../cli/exit.ts";', broken: "imports" },
  {
    rule: "viewer imports no node:*",
    folder: "viewer",
    code: 'export { readFileSync } from "node:fs";',
    broken: "node",
  },
  { rule: "viewer has no Bun", folder: "viewer", code: "export const a = Bun.version;", broken: "globals" },
  { rule: "viewer fetches nothing", folder: "viewer", code: 'export const a = fetch("b");', broken: "globals" },
  {
    rule: "viewer sends no beacon",
    folder: "viewer",
    code: 'navigator.sendBeacon("b");',
    broken: "properties",
  },
  { rule: "viewer keeps nothing", folder: "viewer", code: "export const a = localStorage.length;", broken: "globals" },
  {
    rule: "viewer has a document and a clock",
    folder: "viewer",
    code: "export const a = [document, performance.now()];",
  },
  { rule: "core imports no viewer", folder: "core", code: 'export { a } from "../viewer/dom.ts";', broken: "imports" },
  { rule: "host imports no viewer", folder: "host", code: 'export { a } from "../viewer/dom.ts";', broken: "imports" },
  {
    rule: "schema imports no viewer",
    folder: "schema",
    code: 'export { a } from "../viewer/dom.ts";',
    broken: "imports",
  },

  { rule: "exports have names", folder: "core", code: "export default 1;", broken: "defaultExport" },
  { rule: "nothing is any", folder: "core", code: "export const a = (b: any) => b;", broken: "any" },
];

const found = new Map<string, string[]>();
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "gait-layers-"));
  cpSync(join(ROOT, "biome.json"), join(folder, "biome.json"));
  cpSync(join(ROOT, "package.json"), join(folder, "package.json"));
  for (const [index, { code }] of CASES.entries()) {
    const path = join(folder, pathOf(index));
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, `${code}\n`);
  }
  const biome = join(ROOT, "node_modules/@biomejs/biome/bin/biome");
  const { stdout } = Bun.spawnSync([process.execPath, biome, "lint", "--reporter=json", "--max-diagnostics=none"], {
    cwd: folder,
  });
  const { diagnostics } = JSON.parse(stdout.toString()) as {
    diagnostics: { category: string; location: { path: string } }[];
  };
  for (const { category, location } of diagnostics) {
    found.set(location.path, [...(found.get(location.path) ?? []), category]);
  }
});

afterAll(() => rmSync(folder, { recursive: true }));

function pathOf(index: number): string {
  const { folder: layer = "", file = `case-${index}.ts` } = CASES[index] ?? {};
  return `src/${layer}/${file}`;
}

describe("layers", () => {
  for (const [index, { rule, broken }] of CASES.entries()) {
    test(rule, () => {
      const layerCategories: readonly string[] = Object.values(LAYERS);
      const categories = (found.get(pathOf(index)) ?? []).filter((category) => layerCategories.includes(category));
      expect([...new Set(categories)]).toEqual(broken === undefined ? [] : [LAYERS[broken]]);
    });
  }
});

test("no file has a meaningless name", async () => {
  const nameless = /(^|\/)(utils?|helpers?|common|misc|shared|stuff|lib)(\.|\/|$)/;
  const files = await Array.fromAsync(new Glob("{src,scripts,test}/**/*.{ts,mjs}").scan({ cwd: ROOT }));
  expect(files.length).toBeGreaterThan(10);
  expect(files.filter((file) => nameless.test(file.replaceAll("\\", "/")))).toEqual([]);
});
