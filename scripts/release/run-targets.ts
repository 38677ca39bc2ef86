/**
 * Runs every executable of a release that can be run here, and shows that each makes the same pack:
 * `node scripts/bun.mjs scripts/release/run-targets.ts [dist/release]`. Those that can't run are listed with the reason; with
 * CI=true that is a failure, except for targets that nothing on Linux can run: for those the file itself is checked.
 */
import {
  chmodSync,
  chownSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import packageJson from "../../package.json" with { type: "json" };
import { checkCodeSignature, parseMachO } from "./macho.ts";
import { fetchArm64Musl, linkLibstdcxx } from "./musl-files.ts";
import { ROOT_FILES } from "./root-files.ts";
import { fillRoot, runOrThrow, sealed } from "./sealed-root.ts";
import { sha256OfFile } from "./sums.ts";
import { fileName, TARGETS, type Target } from "./target.ts";

const ROOT = dirname(dirname(import.meta.dir));
const NOBODY = 65534;

/** How an executable is run on this machine. */
interface World {
  readonly how: string;
  /** `args` of gait; paths in them are relative to `work`. */
  command(args: readonly string[]): string[];
  readonly env?: Record<string, string>;
  /** A call may not end for reasons of this world. */
  readonly mayHang?: true;
}

interface Row {
  readonly target: string;
  readonly size: number;
  readonly how: string;
  /** Milliseconds, the best of five. */
  readonly startUp?: number;
  /** SHA-256 of the pack that it built. */
  readonly pack?: string;
  readonly problem?: string;
}

/** Prepares the environment of `target`. @throws Error when part of it is missing on this machine */
function worldOf(target: Target, executable: string, folder: string): World {
  const root = join(folder, "root");
  const work = join(folder, "work");
  mkdirSync(root, { recursive: true });
  chmodSync(root, 0o755);
  if (target.os === "win32") return wineWorld(executable, folder, work);
  const name = target.name as keyof typeof ROOT_FILES;
  fillRoot(root, ROOT_FILES[name]);
  if (name === "linux-arm64-musl") fetchArm64Musl(folder, join(root, "lib/ld-musl-aarch64.so.1"));
  if (name === "linux-x64-musl" || name === "linux-arm64-musl") linkLibstdcxx(name, executable, root);
  copyFileSync(executable, join(root, "gait"));
  chmodSync(join(root, "gait"), 0o755);
  if (target.cpu === "arm64") {
    const files = ROOT_FILES[name].length;
    return {
      how: `qemu-aarch64 with ${files} files`,
      command: (args) => ["env", "-C", work, "qemu-aarch64", "-L", root, join(root, "gait"), ...args],
    };
  }
  return {
    how: `chroot of ${ROOT_FILES[name].length + 1} files and /proc: nobody, read-only, no network`,
    command: (args) => sealed(root, work, ["/gait", ...args.map((arg) => arg.replace(/^\.\//, "/work/"))]),
  };
}

function wineWorld(executable: string, folder: string, work: string): World {
  const wine = "/usr/lib/wine/wine64";
  const program = join(folder, "root/gait.exe");
  copyFileSync(executable, program);
  const standIn = join(import.meta.dir, "stand-in/bcryptprimitives.c");
  const dll = join(folder, "root/bcryptprimitives.dll");
  runOrThrow(["x86_64-w64-mingw32-gcc", "-shared", "-o", dll, standIn, "-ladvapi32"]);
  const env = { ...process.env, HOME: folder, WINEPREFIX: join(folder, "wine"), WINEDEBUG: "-all" } as Record<
    string,
    string
  >;
  runOrThrow([wine, "wineboot", "--init"], { env });
  return {
    how: "Wine, a stand-in for ProcessPrng",
    mayHang: true,
    env,
    command: (args) => ["env", "-C", work, wine, program, ...args],
  };
}

interface Exercised {
  /** SHA-256 of the pack. */
  readonly pack: string;
  /** Calls that did not end, and were made again: one at the most. */
  readonly again: number;
}

/** Record, pack, verify; a changed pack must fail. */
function exercise(world: World, work: string): Exercised {
  let again = 0;
  gait(["selftest"], 0);
  gait(["run", "record", "--input", "./run.json", "--out-dir", "./out"], 0);
  const source = ["--type", "run", "--from", "./out/runpack_run_fix_rounding.zip"];
  gait(["pack", "build", ...source, "--out", "./run.zip", "--private-key", "./private.key"], 0);
  const answer = JSON.parse(gait(["pack", "verify", "./run.zip", "--public-key", "./public.key", "--json"], 0));
  const { verdict } = answer.verify;
  if (verdict !== "authentic") throw new Error(`the verdict is ${verdict}, not authentic`);
  const bytes = readFileSync(join(work, "run.zip"));
  bytes[100] = (bytes[100] ?? 0) ^ 1;
  writeFileSync(join(work, "changed.zip"), bytes);
  gait(["pack", "verify", "./changed.zip", "--public-key", "./public.key"], 2);
  return { pack: sha256OfFile(join(work, "run.zip")), again };

  function gait(args: readonly string[], exit: number): string {
    const call = () =>
      Bun.spawnSync(world.command(args), { env: world.env ?? process.env, stdin: "ignore", timeout: 120_000 });
    let ran = call();
    // Under Wine one call in some hundred says all that it has to say, and its process then does not end.
    if (ran.exitCode === null && world.mayHang === true && again === 0) {
      again += 1;
      ran = call();
    }
    if (ran.exitCode === exit) return ran.stdout.toString();
    throw new Error(
      `gait ${args.slice(0, 2).join(" ")}: exit ${ran.exitCode}, not ${exit}\n${ran.stdout}${ran.stderr}`,
    );
  }
}

function startUp(world: World): number {
  const times = Array.from({ length: 5 }, () => {
    const before = performance.now();
    Bun.spawnSync(world.command(["version"]), { env: world.env ?? process.env, stdin: "ignore" });
    return performance.now() - before;
  });
  return Math.round(Math.min(...times));
}

function fillWork(work: string): void {
  mkdirSync(work, { recursive: true });
  copyFileSync(join(ROOT, "docs/examples/run.json"), join(work, "run.json"));
  for (const half of ["private", "public"]) {
    copyFileSync(join(ROOT, `test/vectors/keys/test_${half}.key`), join(work, `${half}.key`));
  }
  if (process.getuid?.() !== 0) return;
  for (const path of [work, ...["run.json", "private.key", "public.key"].map((file) => join(work, file))]) {
    chownSync(path, NOBODY, NOBODY);
  }
}

/** Checks an executable that can't run here. */
function checkFile(target: Target, executable: string): string {
  const bytes = new Uint8Array(readFileSync(executable));
  if (target.os === "win32") {
    const view = new DataView(bytes.buffer);
    const at = view.getUint32(0x3c, true);
    if (view.getUint32(at, true) !== 0x4550) throw new Error("not a PE file");
    if (view.getUint16(at + 4, true) !== 0xaa64) throw new Error("not for arm64");
    return "not run here: PE header read, machine arm64";
  }
  const { cpu, segments } = parseMachO(bytes);
  if (cpu !== target.cpu) throw new Error(`it is for ${cpu}`);
  const { pages, wrong, isAdHoc } = checkCodeSignature(bytes);
  if (wrong.length > 0 || !isAdHoc) throw new Error(`${wrong.length} of ${pages} pages do not fit the signature`);
  return `not run here: ${segments.length} segments read, ${pages} page hashes right, ad hoc signature`;
}

export function runTarget(target: Target, release: string): Row {
  const executable = join(release, fileName(target, packageJson.version));
  const row = { target: target.name, size: statSync(executable).size };
  const folder = mkdtempSync(join(tmpdir(), "gait-target-"));
  // The sealed root runs as a different user, who needs access.
  chmodSync(folder, 0o755);
  const isForeign = target.os === "darwin" || (target.os === "win32" && target.cpu === "arm64");
  try {
    if (isForeign) return { ...row, how: checkFile(target, executable) };
    fillWork(join(folder, "work"));
    const world = worldOf(target, executable, folder);
    const { pack, again } = exercise(world, join(folder, "work"));
    const how = again > 0 ? `${world.how}; a call that did not end was made again` : world.how;
    return { ...row, how, startUp: startUp(world), pack };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { ...row, how: "FAILED", problem };
  } finally {
    if (target.os === "win32") {
      const env = { ...process.env, WINEPREFIX: join(folder, "wine") };
      Bun.spawnSync(["/usr/lib/wine/wineserver", "-k"], { env });
    }
    rmSync(folder, { recursive: true, force: true });
  }
}

if (import.meta.main) {
  const release = resolve(process.argv[2] ?? join(ROOT, "dist/release"));
  const rows = TARGETS.map((target) => {
    const row = runTarget(target, release);
    const figures = [
      `${(row.size / 1e6).toFixed(1)} MB`,
      row.startUp === undefined ? "-" : `${row.startUp} ms`,
      row.pack ?? "-",
    ];
    process.stdout.write(`| ${[row.target, ...figures, row.how].join(" | ")} |\n`);
    if (row.problem !== undefined) process.stderr.write(`${row.target}: ${row.problem}\n`);
    return row;
  });
  const packs = new Set(rows.flatMap(({ pack }) => pack ?? []));
  const failed = rows.filter(({ problem }) => problem !== undefined);
  const ran = rows.filter(({ pack }) => pack !== undefined).length;
  process.stdout.write(`${ran} of ${rows.length} run, ${packs.size} different pack${packs.size === 1 ? "" : "s"}\n`);
  process.exitCode = failed.length === 0 && packs.size === 1 ? 0 : 1;
}
