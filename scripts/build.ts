/**
 * Builds the executable: `npm run build -- [--target linux-arm64] [--outfile FILE]`.
 * Without a target it builds for this machine, into dist/gait, else into dist/gait-<target>. The page that verifies in
 * browser is written beside them, as dist/verify.html.
 */
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import packageJson from "../package.json" with { type: "json" };
import type { Executable } from "./bundle.ts";
import { writeWithoutCrashReporter } from "./crash-reporter.ts";
import { extractBase } from "./release/base.ts";
import { targetNamed } from "./release/target.ts";

const ROOT = dirname(import.meta.dir);
const BINARY = join(ROOT, "dist", process.platform === "win32" ? "gait.exe" : "gait");

/**
 * @param options.base the Bun to put the program into; default: this one, or for another target that of its package
 * @returns path of the executable; it appears whole or not at all
 */
export function build(options: { target?: string; outfile?: string; base?: string } = {}): string {
  const target = options.target ?? thisTarget();
  const outfile = resolve(options.outfile ?? defaultOutfile(options.target));
  mkdirSync(dirname(outfile), { recursive: true });
  // The outfile's name is part of the bytes, so the temporary is a folder beside it.
  const folder = mkdtempSync(join(dirname(outfile), ".build.tmp-"));
  try {
    const staged = join(folder, basename(outfile));
    const base = join(folder, "runtime");
    writeWithoutCrashReporter(options.base ?? baseOf(options.target, folder), base);
    const constants = { GAIT_VERSION: packageJson.version, GAIT_COMMIT: commit(), GAIT_TARGET: target };
    // The executable carries this page (`gait viewer`), which is also a separate file of each release.
    run([process.execPath, join(ROOT, "scripts/viewer.ts")], { GAIT_COMMIT: constants.GAIT_COMMIT });
    // And the template of the reports (`gait pack report`).
    run([process.execPath, join(ROOT, "scripts/report.ts")]);
    const define = Object.fromEntries(Object.entries(constants).map(([name, value]) => [name, JSON.stringify(value)]));
    const executable: Executable = {
      define,
      compile: {
        outfile: staged,
        ...(options.target === undefined ? {} : { target: `bun-${options.target}` as Bun.Build.CompileTarget }),
        executablePath: base,
      },
    };
    run([process.execPath, join(ROOT, "scripts/bundle.ts"), JSON.stringify(executable)]);
    chmodSync(staged, 0o755);
    renameSync(staged, outfile);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  return outfile;
}

function baseOf(target: string | undefined, folder: string): string {
  return target === undefined ? process.execPath : extractBase(targetNamed(target).base, folder);
}

function defaultOutfile(target: string | undefined): string {
  const suffix = target?.startsWith("windows") ? ".exe" : "";
  return target === undefined ? BINARY : join(ROOT, "dist", `gait-${target}${suffix}`);
}

/**
 * The pinned Bun's own platform, from the name of its package: `@oven/bun-linux-aarch64-musl` is `linux-arm64-musl`. The
 * install script of the `bun` package moves the executable of the package that fits, and leaves the package.
 */
export function thisTarget(): string {
  const inPackage = /@oven[/\\]bun-([^/\\]+)/.exec(process.execPath)?.[1];
  const name = inPackage ?? emptyPackage(process.execPath);
  if (name === undefined) {
    throw new Error(`run it by \`npm run build\`: ${process.execPath} is not the pinned Bun`);
  }
  return name.replace("aarch64", "arm64").replace("-baseline", "");
}

/** The package that `bun/bin/bun.exe` was moved from: the one of this system and processor that has no executable. */
function emptyPackage(executable: string): string | undefined {
  if (!/[/\\]node_modules[/\\]bun[/\\]bin[/\\]bun\.exe$/.test(executable)) return undefined;
  const packages = join(dirname(dirname(dirname(executable))), "@oven");
  const names = readdirSync(packages).filter((name) => name.startsWith("bun-"));
  const empty = names.filter(
    (name) => !["bun", "bun.exe"].some((file) => existsSync(join(packages, name, "bin", file))),
  );
  return empty.length === 1 ? empty[0]?.slice("bun-".length) : undefined;
}

/** `GAIT_COMMIT`, else git's, with `-dirty` appended when the tree has changes; `unknown` outside a repository. */
export function commit(): string {
  const given = process.env["GAIT_COMMIT"];
  if (given !== undefined && given !== "") {
    return given;
  }
  const head = git("rev-parse", "--verify", "HEAD");
  if (head === undefined) {
    return "unknown";
  }
  return git("status", "--porcelain") === "" ? head : `${head}-dirty`;
}

function git(...args: string[]): string | undefined {
  try {
    const { success, stdout } = Bun.spawnSync(["git", "-C", ROOT, ...args], { stderr: "ignore" });
    return success ? stdout.toString().trim() : undefined;
  } catch {
    // There is no git on this machine.
    return undefined;
  }
}

function run(command: string[], env: Record<string, string> = {}): void {
  const { exitCode, stdout, stderr } = Bun.spawnSync(command, { cwd: ROOT, env: { ...process.env, ...env } });
  if (exitCode !== 0) {
    throw new Error(`${command.slice(1).join(" ")}\n${stdout}${stderr}`);
  }
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { target: { type: "string" }, outfile: { type: "string" } } });
  try {
    process.stdout.write(`${build(values)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
