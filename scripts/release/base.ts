/**
 * The Bun of a target: the binary inside its npm package, of exactly the version and digest that package-lock.json has.
 * Bun's own `--target` would download it by name and check nothing.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import lock from "../../package-lock.json" with { type: "json" };

const ROOT = dirname(dirname(import.meta.dir));
/** Packages from npm. They are checked each time they are read, so it does not matter who wrote them. */
const CACHE = join(ROOT, "node_modules/.cache/gait-release");

export interface Locked {
  readonly version: string;
  /** `sha512-<base64>` */
  readonly integrity: string;
}

export function lockedPackage(name: string): Locked {
  const packages: Record<string, { version?: string; integrity?: string }> = lock.packages;
  const { version, integrity } = packages[`node_modules/${name}`] ?? {};
  if (version !== undefined && integrity?.startsWith("sha512-") === true) return { version, integrity };
  throw new Error(`package-lock.json has no version and SHA-512 of ${name}`);
}

/** @throws Error when the bytes differ from the locked ones */
export function assertIntegrity(bytes: Uint8Array, name: string, { integrity }: Locked): void {
  const actual = `sha512-${createHash("sha512").update(bytes).digest("base64")}`;
  if (actual === integrity) return;
  throw new Error(`${name} is not what package-lock.json locks\n  expected  ${integrity}\n  actual    ${actual}`);
}

/** The bytes of a package's tar archive, from the cache or the registry, always checked against the lock. */
export function packageArchive(name: string, cache = CACHE): Uint8Array {
  const locked = lockedPackage(name);
  const file = `${name.replace(/^@/, "").replace("/", "-")}-${locked.version}.tgz`;
  const path = join(cache, file);
  if (existsSync(path)) {
    const cached = readFileSync(path);
    try {
      assertIntegrity(cached, name, locked);
      return gunzipSync(cached);
    } catch {
      // A truncated or tampered download: it is fetched again, and the new one must match.
    }
  }
  const folder = join(cache, `.tmp-${process.pid}`);
  mkdirSync(folder, { recursive: true });
  try {
    const spec = `${name}@${locked.version}`;
    const npm = process.platform === "win32" ? "npm.cmd" : "npm";
    const packed = Bun.spawnSync([npm, "pack", "--silent", "--ignore-scripts", spec], { cwd: folder, stdin: "ignore" });
    if (packed.exitCode !== 0) throw new Error(`npm pack ${spec} failed\n${packed.stderr}`);
    const fetched = readFileSync(join(folder, file));
    assertIntegrity(fetched, name, locked);
    writeFileSync(join(folder, "whole"), fetched);
    renameSync(join(folder, "whole"), path);
    return gunzipSync(fetched);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Writes the Bun of a package into `folder`. @returns its path */
export function extractBase(name: string, folder: string): string {
  const archive = packageArchive(name);
  for (const wanted of ["bin/bun", "bin/bun.exe"]) {
    const bytes = tarEntry(archive, `package/${wanted}`);
    if (bytes === undefined) continue;
    const path = join(folder, `${name.replace("@oven/", "")}${wanted.endsWith(".exe") ? ".exe" : ""}`);
    writeFileSync(path, bytes, { mode: 0o755 });
    return path;
  }
  throw new Error(`${name} contains no bin/bun`);
}

/** A file of a tar archive as npm makes them (POSIX.1-1988 ustar: 512-byte headers, octal sizes). */
export function tarEntry(archive: Uint8Array, wanted: string): Uint8Array | undefined {
  const text = (from: number, length: number): string =>
    new TextDecoder().decode(archive.subarray(from, from + length)).replace(/\0.*$/s, "");
  for (let at = 0; at + 512 <= archive.length; ) {
    const name = text(at, 100);
    if (name === "") return undefined;
    const size = Number.parseInt(text(at + 124, 12).trim(), 8);
    if (!Number.isSafeInteger(size) || at + 512 + size > archive.length) throw new Error("the tar archive is damaged");
    if (name === wanted) return archive.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return undefined;
}
