/**
 * Makes a release: `npm run release -- [--out DIR] [--target NAME]... [--private-key FILE | --private-key-env VAR]`.
 * The folder (dist/release) appears whole. The same commit, key and kind of build machine give the same bytes.
 */
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import packageJson from "../package.json" with { type: "json" };
import type { Signer } from "../src/core/signature/signature.ts";
import { type KeySource, loadPrivateKey } from "../src/host/keys.ts";
import { hostPlatform } from "../src/host/platform/bun.ts";
import { build, commit, thisTarget } from "./build.ts";
import { ENTRY_POINTS, SETTINGS } from "./bundle.ts";
import { extractBase, lockedPackage } from "./release/base.ts";
import { bundledPackages, licencesText } from "./release/bundled.ts";
import { checkCodeSignature, signAdHoc } from "./release/macho.ts";
import { type Material, releaseRecord, type Step } from "./release/release-record.ts";
import { type Executable, sbomText } from "./release/sbom.ts";
import { sha256OfFile, signSums, sumsText, writePublicKey } from "./release/sums.ts";
import { fileName, TARGETS, type Target, targetNamed } from "./release/target.ts";

const ROOT = dirname(import.meta.dir);
const { version } = packageJson;
const BUN_VERSION = packageJson.devDependencies.bun;
const PACK = `gait-${version}-release.zip`;
/** Copied unchanged. */
const COPIES = ["LICENSE", "schemas", "scripts/install.sh", "docs/air-gap.md", "docs/platforms.md"];

interface Built {
  readonly executable: Executable;
  readonly step: Step;
  readonly material: Material;
}

/** @returns the folder of the release */
export async function release(options: {
  readonly out: string;
  readonly targets?: readonly Target[];
  readonly key?: KeySource;
}): Promise<string> {
  const out = resolve(options.out);
  assertReplaceable(out);
  // An unreadable key fails now, not after the builds.
  const signer = options.key === undefined ? undefined : await signerFrom(options.key);
  mkdirSync(dirname(out), { recursive: true });
  const folder = mkdtempSync(join(dirname(out), ".release.tmp-"));
  const work = mkdtempSync(join(dirname(out), ".release-work.tmp-"));
  try {
    const builtAt = buildTime();
    const built = (options.targets ?? TARGETS).map((target) => buildTarget(target, folder, work));
    const packages = bundledPackages();
    const executables = built.map(({ executable }) => executable);
    writeFileSync(
      join(folder, "sbom.cdx.json"),
      sbomText({ version, builtAt, bunVersion: BUN_VERSION, packages, executables }),
    );
    writeFileSync(join(folder, "LICENCES.txt"), licencesText(packages, BUN_VERSION));
    writeFileSync(join(folder, "RELEASE-NOTES.md"), releaseNotes(readFileSync(join(ROOT, "CHANGELOG.md"), "utf8")));
    // Each build made the same one, also printed by `gait viewer`.
    cpSync(join(ROOT, "dist/verify.html"), join(folder, `gait-${version}-verify.html`));
    for (const path of COPIES) cpSync(join(ROOT, path), join(folder, basename(path)), { recursive: true });
    if (signer !== undefined) writePublicKey(folder, signer);
    writeFileSync(join(folder, "SHA256SUMS"), sumsText(folder));
    if (signer !== undefined) await signSums(folder, signer);
    const record = releaseRecord({
      version,
      commit: commit(),
      builtAt,
      bunVersion: BUN_VERSION,
      steps: [...built.map(({ step }) => step), sumsStep(folder)],
      materials: built.map(({ material }) => material),
    });
    packRelease(record, folder, work, options.key);
    // Both were made readable by their owner only.
    chmodSync(join(folder, PACK), 0o644);
    chmodSync(folder, 0o755);
    rmSync(out, { recursive: true, force: true });
    renameSync(folder, out);
  } finally {
    for (const path of [folder, work]) rmSync(path, { recursive: true, force: true });
  }
  return out;
}

async function signerFrom(key: KeySource): Promise<Signer> {
  const { signer, warning } = await loadPrivateKey(key, hostPlatform);
  if (warning !== undefined) process.stderr.write(`warning: ${warning}\n`);
  return signer;
}

/** Only a release or an empty folder is ever removed. */
function assertReplaceable(out: string): void {
  if (!existsSync(out) || existsSync(join(out, "SHA256SUMS")) || readdirSync(out).length === 0) return;
  throw new Error(`${out} exists and is not a release: give another folder with --out`);
}

/** `SOURCE_DATE_EPOCH`, else the time of the commit, else the start of ZIP's calendar; RFC 3339, UTC. */
function buildTime(): string {
  const given = process.env["SOURCE_DATE_EPOCH"] ?? "";
  const seconds = /^\d{1,11}$/.test(given) ? Number(given) : commitTime();
  return new Date(seconds * 1000).toISOString().replace(".000", "");
}

function commitTime(): number {
  try {
    const { success, stdout } = Bun.spawnSync(["git", "-C", ROOT, "log", "-1", "--format=%ct"], { stderr: "ignore" });
    if (success) return Number(stdout.toString());
  } catch {
    // No git on this machine: a build from an archive of the sources.
  }
  return Date.UTC(1980, 0, 1) / 1000;
}

function buildTarget(target: Target, folder: string, work: string): Built {
  const { base } = target;
  const file = fileName(target, version);
  const bun = extractBase(base, work);
  const path = build({ target: target.name, base: bun, outfile: join(folder, file) });
  const baseSha256 = sha256OfFile(bun);
  rmSync(bun);
  if (target.os === "darwin") assertSigned(path);
  const sha256 = sha256OfFile(path);
  process.stderr.write(`built ${file}\n`);
  const { version: baseVersion, integrity } = lockedPackage(base);
  return {
    executable: { file, sha256 },
    step: {
      id: `build_${target.name}`,
      tool: "bun.build",
      args: {
        target: target.name,
        base,
        base_version: baseVersion,
        base_integrity: integrity,
        settings: SETTINGS,
        entry_points: ENTRY_POINTS,
      },
      result: { file, sha256 },
    },
    material: {
      id: `base_${target.name}`,
      locator: `pkg:npm/${base.replace("@", "%40")}@${baseVersion}`,
      sha256: baseSha256,
    },
  };
}

/** Bun leaves the signature of its own binary in that of darwin-x64, whose pages differ. */
function assertSigned(path: string): void {
  writeFileSync(path, signAdHoc(new Uint8Array(readFileSync(path)), "gait"));
  const { wrong } = checkCodeSignature(new Uint8Array(readFileSync(path)));
  if (wrong.length > 0) throw new Error(`${basename(path)}: ${wrong.length} pages do not fit their signature`);
}

export function sumsStep(folder: string): Step {
  const files = readFileSync(join(folder, "SHA256SUMS"), "utf8").trimEnd().split("\n");
  return {
    id: "sums",
    tool: "sha256sum",
    args: { files: files.length },
    result: {
      file: "SHA256SUMS",
      sha256: sha256OfFile(join(folder, "SHA256SUMS")),
      sums: Object.fromEntries(files.map((line) => [line.slice(66), line.slice(0, 64)])),
    },
  };
}

/** The section of this version in the changelog. @throws Error when there is none */
export function releaseNotes(changelog: string, wanted = version): string {
  const section = changelog.split(/^(?=## )/m).find((part) => part.startsWith(`## ${wanted}\n`));
  if (section === undefined) throw new Error(`CHANGELOG.md has no section "## ${wanted}"`);
  return `${section.replace(/^## /, "# gait ").trimEnd()}\n`;
}

/** gait vouches for gait: the executable for this machine, as released, makes the pack. */
function packRelease(record: object, folder: string, work: string, key: KeySource | undefined): void {
  const input = join(work, "record.json");
  writeFileSync(input, JSON.stringify(record));
  const gait = executableForThisMachine(folder, work);
  const signing = key === undefined ? ["--key-mode", "none"] : keyFlags(key);
  runGait(gait, ["run", "record", "--input", input, "--out-dir", work, ...signing], key);
  const runpack = join(work, `runpack_release_gait_${version}.zip`);
  const pack = ["pack", "build", "--type", "run", "--from", runpack, "--out", join(folder, PACK)];
  runGait(gait, [...pack, ...signing], key);
}

function executableForThisMachine(folder: string, work: string): string {
  const target = targetNamed(thisTarget());
  const path = join(folder, fileName(target, version));
  if (existsSync(path)) return path;
  return build({ target: target.name, base: extractBase(target.base, work), outfile: join(work, basename(path)) });
}

function keyFlags(key: KeySource): string[] {
  return "env" in key ? ["--private-key-env", key.env] : ["--private-key", resolve(key.path)];
}

function runGait(gait: string, args: readonly string[], key: KeySource | undefined): void {
  const env = key !== undefined && "env" in key ? { [key.env]: key.value } : {};
  const { exitCode, stderr } = Bun.spawnSync([gait, ...args], { env, stdin: "ignore" });
  if (exitCode !== 0) throw new Error(`gait ${args.slice(0, 2).join(" ")}: exit ${exitCode}\n${stderr}`);
}

function keyFrom(path: string | undefined, env: string | undefined): KeySource | undefined {
  if (path !== undefined && env !== undefined) throw new Error("give --private-key or --private-key-env, not both");
  if (path !== undefined) return { path };
  return env === undefined ? undefined : { env, value: process.env[env] };
}

if (import.meta.main) {
  try {
    const { values } = parseArgs({
      options: {
        out: { type: "string", default: join(ROOT, "dist/release") },
        target: { type: "string", multiple: true },
        "private-key": { type: "string" },
        "private-key-env": { type: "string" },
      },
    });
    const key = keyFrom(values["private-key"], values["private-key-env"]);
    const targets = values.target === undefined ? {} : { targets: values.target.map(targetNamed) };
    process.stdout.write(`${await release({ out: values.out, ...targets, ...(key === undefined ? {} : { key }) })}\n`);
    if (key === undefined) {
      process.stderr.write(
        "\nUNSIGNED: this release has no signature. Give --private-key or --private-key-env to sign it.\n",
      );
    }
  } catch (error) {
    process.stderr.write(`release: ${error instanceof Error ? error.message : error}\n`);
    process.exitCode = 1;
  }
}
