/**
 * The npm packages of a release: `node scripts/bun.mjs scripts/release/npm-package.ts [dist/release]` writes dist/npm. `gait` is
 * the library and a launcher; `@gait-dev/<target>` holds an executable; npm installs the matching one. With `--library`
 * only `gait` is written, which needs no release. They stay private until someone publishes them: that is a decision,
 * not part of a build.
 */
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { reportTemplate } from "../report.ts";
import { runOrThrow } from "./sealed-root.ts";
import { fileName, TARGETS, type Target } from "./target.ts";

const ROOT = dirname(dirname(import.meta.dir));
const { version, description, license, dependencies } = packageJson;
const ABOUT = { version, description, license, private: true };
/** The imports of `src/core` and `src/schema`. */
const LIBRARY_DEPENDENCIES = ["@noble/ed25519", "@noble/hashes", "@zip.js/zip.js", "typebox"] as const;

const ENTRIES = [
  "core/library.ts",
  "host/platform/node-library.ts",
  "host/platform/bun-library.ts",
  "host/recorder/file-log.ts",
];

/** @param executables the file for each target with a package */
export async function writeNpmPackages(out: string, executables: ReadonlyMap<Target, string>): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  for (const [target, file] of executables) writeExecutablePackage(join(out, "gait-dev", target.name), target, file);
  const folder = join(out, "gait");
  compileLibrary(join(folder, "lib"));
  writeBuilt(join(folder, "lib"), await reportTemplate());
  mkdirSync(join(folder, "bin"));
  copyFileSync(join(import.meta.dir, "npm/gait.mjs"), join(folder, "bin/gait.mjs"));
  chmodSync(join(folder, "bin/gait.mjs"), 0o755);
  for (const file of ["LICENSE", "README.md"]) copyFileSync(join(ROOT, file), join(folder, file));
  const types = (path: string): object => ({ types: `${path}.d.ts`, default: `${path}.js` });
  writeJson(join(folder, "package.json"), {
    name: "gait",
    ...ABOUT,
    type: "module",
    engines: { node: ">=20.12" },
    bin: { gait: "bin/gait.mjs" },
    exports: {
      ".": {
        bun: types("./lib/host/platform/bun-library"),
        node: types("./lib/host/platform/node-library"),
        default: types("./lib/core/library"),
      },
      // For Node and Bun, whatever bundles the program: a browser has no files.
      "./log": types("./lib/host/recorder/file-log"),
      "./package.json": "./package.json",
    },
    files: ["bin", "lib"],
    sideEffects: false,
    dependencies: Object.fromEntries(LIBRARY_DEPENDENCIES.map((name) => [name, dependencies[name]])),
    optionalDependencies: Object.fromEntries([...executables.keys()].map(({ name }) => [`@gait-dev/${name}`, version])),
  });
}

function writeExecutablePackage(folder: string, target: Target, file: string): void {
  const name = target.os === "win32" ? "gait.exe" : "gait";
  mkdirSync(join(folder, "bin"), { recursive: true });
  copyFileSync(file, join(folder, "bin", name));
  chmodSync(join(folder, "bin", name), 0o755);
  copyFileSync(join(ROOT, "LICENSE"), join(folder, "LICENSE"));
  const libc = target.libc === undefined ? {} : { libc: [target.libc] };
  const fits = { os: [target.os], cpu: [target.cpu], ...libc, files: ["bin"], preferUnplugged: true };
  writeJson(join(folder, "package.json"), { name: `@gait-dev/${target.name}`, ...ABOUT, ...fits });
}

/** One JavaScript file and one of types for each source file: bundlers include only what is used. */
function compileLibrary(out: string): void {
  const config = join(ROOT, "dist", `.tsconfig.tmp-${process.pid}.json`);
  mkdirSync(dirname(config), { recursive: true });
  const compilerOptions = {
    noEmit: false,
    outDir: out,
    rootDir: join(ROOT, "src"),
    typeRoots: [join(ROOT, "node_modules/@types")],
    declaration: true,
    rewriteRelativeImportExtensions: true,
  };
  const files = ENTRIES.map((file) => join(ROOT, "src", file));
  writeJson(config, { extends: join(ROOT, "tsconfig.json"), compilerOptions, files, include: [] });
  try {
    runOrThrow([process.execPath, join(ROOT, "node_modules/typescript/bin/tsc"), "-p", config], { cwd: ROOT });
  } finally {
    rmSync(config);
  }
  // The compiler rewrites the names in code, but not in types.
  for (const name of readdirSync(out, { recursive: true, encoding: "utf8" }).filter((file) => file.endsWith(".d.ts"))) {
    const path = join(out, name);
    const text = readFileSync(path, "utf8");
    writeFileSync(path, text.replace(/((?:from|import\() ?"\.{1,2}\/[^"]+)\.ts"/g, '$1.js"'));
  }
}

/** What the executable gets from its build: the version, and the page of reports. */
function writeBuilt(lib: string, page: string): void {
  const built = {
    "core/platform/program-version.js": ["PROGRAM_VERSION", version],
    "core/report/page/built.js": ["BUILT_PAGE", page],
  };
  for (const [name, [constant, value]] of Object.entries(built)) {
    const path = join(lib, name);
    if (!readFileSync(path, "utf8").includes(`export const ${constant} = `))
      throw new Error(`${name} has no ${constant}`);
    writeFileSync(path, `export const ${constant} = ${JSON.stringify(value)};\n`);
  }
}

function writeJson(path: string, value: object): void {
  writeFileSync(path, `${JSON.stringify(value, undefined, 2)}\n`);
}

if (import.meta.main) {
  const out = join(ROOT, "dist/npm");
  const args = process.argv.slice(2);
  const isLibraryOnly = args[0] === "--library";
  const release = resolve(args[0] ?? join(ROOT, "dist/release"));
  const files = isLibraryOnly
    ? []
    : TARGETS.map((target) => [target, join(release, fileName(target, version))] as const);
  const missing = files.filter(([, file]) => !existsSync(file)).map(([{ name }]) => name);
  if (missing.length > 0) {
    process.stderr.write(`npm-package: ${release} has no ${missing.join(", ")}: make it with \`npm run release\`\n`);
    process.exitCode = 1;
  } else {
    await writeNpmPackages(out, new Map(files));
    process.stdout.write(`${out}\n`);
  }
}
