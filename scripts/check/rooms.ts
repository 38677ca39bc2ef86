/**
 * The rooms of the source: which folders there are, in which order they stand, and the rules that hold in each of them.
 * A new folder gets its line in `layers.ts` first, and one in the table of ARCHITECTURE.md.
 */
import { posix } from "node:path";
import { Glob } from "bun";
import { LAYERS, type Layer } from "./layers.ts";

/** The library's faces: only these have re-exports that outside programs may import. */
const LIBRARY_FACE = /^src\/(core\/(library|browser-making)|host\/platform\/(node|bun)-library)\.ts$/;

/** A file may repeat the noun of its folder behind one of these: `pack/build-pack`. */
const VERBS: readonly string[] = ["build", "check", "find", "read", "record", "select", "verify", "write"];

export const MAX_FILES = 15;

export interface SourceFile {
  /** From the root of the repository, with `/`. */
  readonly path: string;
  /** Empty for files other than TypeScript. */
  readonly text: string;
}

export type RoomRule =
  | "unknown folder"
  | "arrow back"
  | "circle of files"
  | "full folder"
  | "type name twice"
  | "re-export"
  | "repeated folder name";

export interface RoomFault {
  readonly path: string;
  /** From 1. */
  readonly line: number;
  readonly rule: RoomRule;
  /** The fault, and a hint. */
  readonly message: string;
}

/** One line for each fault, in the format of compilers. */
export function faultText({ path, line, rule, message }: RoomFault): string {
  return `${path}:${line}: ${rule}: ${message}`;
}

/** The files of the repository in `root` that the rules cover. */
export async function roomFiles(root: string): Promise<SourceFile[]> {
  const paths = await Array.fromAsync(new Glob("{src,test}/**/*").scan({ cwd: root, onlyFiles: true }));
  return await Promise.all(
    paths.toSorted().map(async (name) => {
      const path = name.replaceAll("\\", "/");
      return { path, text: path.endsWith(".ts") ? await Bun.file(posix.join(root, path)).text() : "" };
    }),
  );
}

/** All faults of the files under `src` and `test`. */
export function roomFaults(files: readonly SourceFile[]): RoomFault[] {
  const sources = files.filter(({ path }) => path.startsWith("src/"));
  const scripts = sources.filter(({ path }) => path.endsWith(".ts"));
  const known = sources.filter(({ path }) => roomOf(path) !== undefined);
  const unknown = sources.filter((file) => !known.includes(file));
  const imports = new Map(scripts.map((file) => [file.path, importsOf(file)]));
  return [
    ...unknown.map(({ path }) => unknownFolder(path)),
    ...known.flatMap(({ path }) => (imports.get(path) ?? []).flatMap((each) => arrowBack(path, each))),
    ...circles(imports),
    ...fullFolders(files),
    ...typeNamesTwice(scripts),
    ...scripts.flatMap(reExports),
    ...known.flatMap(({ path }) => repeatedFolderName(path)),
  ];
}

interface Room {
  readonly layer: Layer;
  /** Its place in the layer's list. */
  readonly place: number;
}

function roomOf(path: string): Room | undefined {
  const [, name, ...rest] = path.split("/");
  const layer = LAYERS.find((candidate) => candidate.name === name);
  if (layer === undefined || rest.length === 0) return undefined;
  const place = layer.folders.indexOf(rest.length === 1 ? "." : rest.slice(0, -1).join("/"));
  return place < 0 ? undefined : { layer, place };
}

function unknownFolder(path: string): RoomFault {
  const message = `${posix.dirname(path)} is in no list: give it its place in LAYERS of scripts/check/layers.ts`;
  return { path, line: 1, rule: "unknown folder", message };
}

interface Import {
  readonly line: number;
  /** The file that is imported, from the root of the repository. */
  readonly target: string;
}

/** `from "…"`, `import "…"`, `import("…")` and the type `import("…")`. */
const SPECIFIER = /\b(?:from|import)\s*\(?\s*"(\.[^"]*)"/g;

function importsOf(file: SourceFile): Import[] {
  const code = withoutComments(file.text);
  return [...code.matchAll(SPECIFIER)].map((match) => ({
    line: lineAt(code, match.index),
    target: posix.join(posix.dirname(file.path), match[1] ?? ""),
  }));
}

/** Blanks out comments, keeping lines. The formatter puts each on separate lines. */
function withoutComments(text: string): string {
  return text.replace(/^[ \t]*(?:\/\/.*|\/\*[\s\S]*?\*\/)/gm, (comment) => comment.replace(/[^\n]/g, " "));
}

function lineAt(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}

function arrowBack(path: string, { line, target }: Import): RoomFault[] {
  const from = roomOf(path) as Room;
  const to = roomOf(target);
  if (!target.startsWith("src/") && target.endsWith(".ts")) {
    const message = `imports ${target}: the source imports nothing of scripts and tests`;
    return [{ path, line, rule: "arrow back", message }];
  }
  // A page of `dist/`, or `package.json`; and an unknown folder has its own fault.
  if (to === undefined) return [];
  const isBelow = to.layer === from.layer ? to.place <= from.place : from.layer.uses.includes(to.layer.name);
  if (isBelow) return [];
  const message =
    `imports ${target}, and ${posix.dirname(target)} is not before ${posix.dirname(path)} in LAYERS of ` +
    "scripts/check/layers.ts: move what both need to the lower folder, or take it as an argument";
  return [{ path, line, rule: "arrow back", message }];
}

/** Each circle once, at its alphabetically first file. */
function circles(imports: ReadonlyMap<string, readonly Import[]>): RoomFault[] {
  const faults: RoomFault[] = [];
  const done = new Set<string>();
  const visit = (path: string, trail: readonly string[]): void => {
    const start = trail.indexOf(path);
    if (start >= 0) {
      const circle = trail.slice(start);
      const first = circle.toSorted()[0] ?? path;
      const next = circle[(circle.indexOf(first) + 1) % circle.length] ?? first;
      const line = imports.get(first)?.find(({ target }) => target === next)?.line ?? 1;
      const message = `${[...circle, path].join(" -> ")}: move what they share to a file that imports none of them`;
      faults.push({ path: first, line, rule: "circle of files", message });
      return;
    }
    if (done.has(path)) return;
    for (const { target } of imports.get(path) ?? []) visit(target, [...trail, path]);
    done.add(path);
  };
  for (const path of [...imports.keys()].toSorted()) visit(path, []);
  return faults;
}

/** Test data: vectors, and expected outputs. */
const DATA = /^test\/(?:vectors\/|(?:.*\/)?golden\/)/;

function fullFolders(files: readonly SourceFile[]): RoomFault[] {
  const folders = Map.groupBy(
    files.filter(({ path }) => !DATA.test(path)),
    ({ path }) => posix.dirname(path),
  );
  return [...folders].flatMap(([folder, inside]) => {
    if (inside.length <= MAX_FILES) return [];
    const message = `${inside.length} files, and ${MAX_FILES} are the most: give one of its nouns a folder`;
    return [{ path: folder, line: 1, rule: "full folder" as const, message }];
  });
}

const TYPE_NAME = /^export (?:declare )?(?:abstract )?(?:interface|type|class|enum) (\w+)/gm;

function typeNamesTwice(scripts: readonly SourceFile[]): RoomFault[] {
  const first = new Map<string, string>();
  return scripts.flatMap(({ path, text }) =>
    [...text.matchAll(TYPE_NAME)].flatMap((match) => {
      const name = match[1] ?? "";
      const other = first.get(name);
      if (other === undefined) first.set(name, path);
      if (other === undefined || other === path) return [];
      const message = `${name} is also exported by ${other}: name each for what it is`;
      return [{ path, line: lineAt(text, match.index), rule: "type name twice" as const, message }];
    }),
  );
}

const EXPORT_LIST = /^export (?:type )?[{*]/gm;

function reExports({ path, text }: SourceFile): RoomFault[] {
  if (LIBRARY_FACE.test(path)) return [];
  return [...text.matchAll(EXPORT_LIST)].map((match) => ({
    path,
    line: lineAt(text, match.index),
    rule: "re-export",
    message: "export a name where it is declared, and import it from there",
  }));
}

function repeatedFolderName(path: string): RoomFault[] {
  const folder = posix.basename(posix.dirname(path));
  const name = posix.basename(path).split(".")[0] ?? "";
  const [first = "", ...rest] = name.split("-");
  // `job/job` is the noun itself.
  if (rest.length === 0) return [];
  const repeats = [first, ...rest].some((word) => singular(word) === singular(folder));
  if (!repeats || (VERBS.includes(first) && singular(first) !== singular(folder))) return [];
  const message = `the folder is named ${folder} already: leave that out of the file's name`;
  return [{ path, line: 1, rule: "repeated folder name", message }];
}

function singular(word: string): string {
  return word.replace(/s$/, "");
}
