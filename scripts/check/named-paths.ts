/**
 * Documents and comments name existing things: files, folders and npm scripts in documents, files in comments of the
 * code. After a move this finds mentions of the old place. `bun scripts/check/named-paths.ts`
 */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { Glob } from "bun";
import packageJson from "../../package.json" with { type: "json" };
import { commentsOf } from "./citations.ts";

const ROOT = join(import.meta.dir, "../..");
const FOLDERS = "(?:src|scripts|test|docs|schemas|examples|\\.github|\\.ci)";
/** From the root: `src/core/zip`, `schemas/v1/{pack,job}/*.json`. */
const FROM_ROOT = new RegExp(String.raw`(?<![\w./@-])${FOLDERS}/[\w./{},*@-]*[\w*}/]`, "g");
const LINK = /\]\(([\w./-]+)(?:#[\w-]*)?\)/g;
const NPM_SCRIPT = /\bnpm run (?:-\w+ )*([\w:-]+)/g;
/** In a comment the folder alone goes before the name, or a longer end of the path: `json/scanner.ts`. */
const FILE = /(?<![\w./@-])(?:\.{1,2}\/)*((?:[\w-]+\/)+[\w.-]+\.(?:ts|mjs|css|html|md|json|py|sh))\b/g;

/** The existing names. */
export interface Tree {
  /** Paths of all files, from the root. */
  readonly files: readonly string[];
  /** Names of the scripts in package.json. */
  readonly npmScripts: readonly string[];
}

/** One line for each missing thing that the document at `path` names. */
export function absentInDocument(path: string, text: string, { files, npmScripts }: Tree): string[] {
  const paths = [...text.matchAll(FROM_ROOT)].flatMap(([name]) => withoutBraces(name));
  const links = [...text.matchAll(LINK)].map(([, target = ""]) => join(dirname(path), target));
  const scripts = [...text.matchAll(NPM_SCRIPT)].map(([, name = ""]) => name);
  return [
    ...[...paths, ...links].filter((name) => !isThere(name, files)).map((name) => `${path}: there is no ${name}`),
    ...scripts
      .filter((name) => !npmScripts.includes(name))
      .map((name) => `${path}: package.json has no script ${name}`),
  ];
}

/** One line for each missing file that a comment of the source at `path` names. */
export function absentInComments(path: string, source: string, { files }: Tree): string[] {
  return [...commentsOf(source).matchAll(FILE)]
    .map(([, name = ""]) => name)
    .filter((name) => !isMade(name) && !files.some((file) => file === name || file.endsWith(`/${name}`)))
    .map((name) => `${path}: a comment names ${name}, which is not there`);
}

/** Made by a build or a release, or installed by npm. */
function isMade(name: string): boolean {
  return /^(?:dist|node_modules|gait-out)\//.test(name);
}

function isThere(name: string, files: readonly string[]): boolean {
  const path = name.replace(/\/$/, "");
  if (path.includes("*")) {
    const glob = new Glob(path);
    return files.some((file) => glob.match(file));
  }
  return files.some((file) => file === path || file.startsWith(`${path}/`));
}

/** A name for each of the choices in braces. */
function withoutBraces(name: string): string[] {
  const [, before, choices, after] = /^([^{]*)\{([^}]*)\}(.*)$/.exec(name) ?? [];
  if (choices === undefined) return [name];
  return choices.split(",").flatMap((choice) => withoutBraces(`${before}${choice}${after}`));
}

/** Everything named in the repository that does not exist. */
export function absentIn(root: string): string[] {
  const files = filesOf(root, ["*", "{src,scripts,test,docs,schemas,examples,.github,.ci}/**/*"]).filter(
    (file) => !file.includes("node_modules/"),
  );
  const tree = { files, npmScripts: Object.keys(packageJson.scripts) };
  // CHANGELOG.md describes the past; the READMEs of vectors name files inside archives.
  const documents = files.filter((file) => /\.md$/.test(file) && !/^(?:CHANGELOG\.md|test\/vectors\/)/.test(file));
  const sources = files.filter((file) => /^(?:src|scripts|test|examples)\/.*\.(?:ts|mjs)$/.test(file));
  const read = (file: string): string => readFileSync(join(root, file), "utf8");
  return [
    ...documents.sort().flatMap((file) => absentInDocument(file, read(file), tree)),
    ...sources.sort().flatMap((file) => absentInComments(file, read(file), tree)),
  ];
}

function filesOf(root: string, patterns: readonly string[]): string[] {
  return patterns.flatMap((pattern) => [...new Glob(pattern).scanSync({ cwd: root, dot: true })]);
}

if (import.meta.main) {
  const lines = absentIn(ROOT);
  for (const line of lines) process.stderr.write(`${line}\n`);
  process.exitCode = lines.length > 0 ? 1 : 0;
}
