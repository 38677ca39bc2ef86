#!/usr/bin/env node
// Runs the pinned Bun with the given arguments, on a machine that has Node 20 and npm and nothing else:
//
//   node scripts/bun.mjs scripts/test.ts --only-failures
//
// It makes `node_modules` agree with package-lock.json first (`npm ci --ignore-scripts`, only when it does not agree),
// then starts the binary inside `@oven/bun-<platform>`. No install script is run, and no Bun of the PATH is used.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { constants } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const modules = join(root, "node_modules");

try {
  const stale = whyStale();
  if (stale !== undefined) {
    install(stale);
  }
  run(findBun(), process.argv.slice(2));
} catch (error) {
  process.stderr.write(`scripts/bun.mjs: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
}

/** Why `node_modules` differs from package-lock.json, or undefined if it matches. */
function whyStale() {
  const wanted = readJson(join(root, "package-lock.json"))?.packages;
  if (wanted === undefined) {
    throw new Error("package-lock.json is missing or damaged: take it from version control");
  }
  // npm's own record of what it installed; it leaves out the project itself and foreign platforms.
  const installed = readJson(join(modules, ".package-lock.json"))?.packages;
  if (installed === undefined) {
    return "node_modules is missing";
  }
  for (const [path, entry] of Object.entries(wanted)) {
    const there = installed[path];
    if (path === "" || (there === undefined && entry.optional === true && !fitsThisMachine(entry))) {
      continue;
    }
    if (there?.version !== entry.version || there?.integrity !== entry.integrity || !existsSync(join(root, path))) {
      return `${path} is not ${entry.version}`;
    }
  }
  const extra = Object.keys(installed).find((path) => wanted[path] === undefined);
  return extra === undefined ? undefined : `${extra} is not in package-lock.json`;
}

/** npm's rule for `os`, `cpu` and `libc` of a package; a leading `!` excludes. */
function fitsThisMachine(entry) {
  const fits = (list, value) =>
    list === undefined ||
    (list.some((item) => item.startsWith("!")) ? !list.includes(`!${value}`) : list.includes(value));
  return (
    fits(entry.os, process.platform) &&
    fits(entry.cpu, process.arch) &&
    (process.platform !== "linux" || entry.libc === undefined || fits(entry.libc, libc()))
  );
}

function libc() {
  process.report.excludeNetwork = true;
  return process.report.getReport().header.glibcVersionRuntime === undefined ? "musl" : "glibc";
}

function install(why) {
  process.stderr.write(`${why}: npm ci --ignore-scripts\n`);
  // Under `npm run` npm gives its path; elsewhere it is on the PATH (on Windows as npm.cmd, which needs a shell).
  const npm = process.env.npm_execpath?.endsWith(".js") ? [process.execPath, process.env.npm_execpath] : ["npm"];
  const result = spawnSync(npm[0], [...npm.slice(1), "ci", "--ignore-scripts", "--no-audit", "--no-fund"], {
    cwd: root,
    shell: npm[0] === "npm" && process.platform === "win32",
    // Standard output belongs to the script that runs afterwards.
    stdio: ["ignore", 2, 2],
  });
  if (result.error !== undefined) {
    throw new Error(`npm can't be started (${result.error.message}): install Node.js 20 or later, npm included`);
  }
  if (result.status !== 0) {
    throw new Error("npm ci failed: see its messages above");
  }
}

/**
 * Path of the Bun that package.json pins: in its platform package, or where the install script of the `bun` package has
 * moved it from there.
 */
function findBun() {
  const pinned = readJson(join(root, "package.json")).devDependencies.bun;
  const folder = join(modules, "@oven");
  const failures = [];
  const executable = process.platform === "win32" ? "bun.exe" : "bun";
  const moved = join(modules, "bun/bin/bun.exe");
  // An npm that knows no `libc` installs the glibc and the musl package: the one that starts is the right one. The
  // same goes for a `-baseline` package (a processor without AVX2), in versions of Bun that have one.
  const packages = existsSync(folder) ? readdirSync(folder).filter((name) => name.startsWith("bun-")) : [];
  const places = packages.sort().map((name) => [name, join(folder, name, "bin", executable)]);
  for (const [name, path] of [...places, ["bun", moved]]) {
    if (!existsSync(path) || (path === moved && isPlaceholder(path))) {
      continue;
    }
    const { status, signal, stdout, error } = spawnSync(path, ["--version"], {
      encoding: "utf8",
      // The caller's options are for the script, not for this check.
      env: { ...process.env, BUN_OPTIONS: "", BUN_BE_BUN: "" },
    });
    if (status === 0 && stdout.trim() === pinned) {
      return path;
    }
    failures.push(
      `${name}: ${error?.message ?? signal ?? (status === 0 ? `version ${stdout.trim()}` : `exit ${status}`)}`,
    );
  }
  throw new Error(
    failures.length === 0
      ? `no Bun ${pinned} for ${process.platform} ${process.arch}: package-lock.json lists the platforms there are`
      : `no Bun ${pinned} that runs on ${process.platform} ${process.arch} (${failures.join("; ")})`,
  );
}

/** Before its install script the `bun` package has a short text in the place of the executable. */
function isPlaceholder(path) {
  return statSync(path).size < 1024 * 1024;
}

/** Runs `path` in this process's place: same streams, signals passed on, same exit. */
function run(path, args) {
  const child = spawn(path, args, { stdio: "inherit" });
  const signals = ["SIGINT", "SIGTERM", "SIGHUP"];
  for (const signal of signals) {
    process.on(signal, () => child.kill(signal));
  }
  child.on("error", (error) => {
    process.stderr.write(`scripts/bun.mjs: ${path} can't be started: ${error.message}\n`);
    process.exitCode = 1;
  });
  child.on("exit", (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
      return;
    }
    // Ends as the child ended, so that a caller sees the signal; where that is impossible, with the shell's number.
    for (const name of signals) {
      process.removeAllListeners(name);
    }
    process.exitCode = 128 + constants.signals[signal];
    process.kill(process.pid, signal);
  });
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}
