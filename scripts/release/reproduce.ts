/**
 * Two builds of one release in two folders, compared byte for byte: `node scripts/bun.mjs scripts/release/reproduce.ts`.
 * The second is built as if from a source archive: in a folder with a different name and depth, without a repository.
 * Both are signed with the test key, so that signatures are compared too. dist/release is kept.
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { commit } from "../build.ts";
import { runOrThrow } from "./sealed-root.ts";

const ROOT = dirname(dirname(import.meta.dir));
const KEY = "test/vectors/keys/test_private.key";

const folder = mkdtempSync(join(tmpdir(), "gait-reproduce-"));
try {
  const other = join(folder, "another place");
  copySources(other);
  const env = {
    ...(process.env as Record<string, string>),
    GAIT_COMMIT: commit(),
    SOURCE_DATE_EPOCH:
      process.env["SOURCE_DATE_EPOCH"] ?? runOrThrow(["git", "-C", ROOT, "log", "-1", "--format=%ct"]).trim(),
  };
  for (const place of [ROOT, other]) {
    // The builder's settings must not matter.
    const surroundings = place === ROOT ? env : { ...env, TZ: "Asia/Kolkata", LC_ALL: "C", NODE_ENV: "test" };
    const command = [process.execPath, "scripts/release.ts", "--private-key", KEY];
    const ran = Bun.spawnSync(command, { cwd: place, env: surroundings, stdio: ["ignore", "inherit", "inherit"] });
    if (ran.exitCode !== 0) throw new Error(`the release in ${place} failed`);
  }
  const differences = Bun.spawnSync(["diff", "-r", join(ROOT, "dist/release"), join(other, "dist/release")]);
  if (differences.exitCode !== 0)
    throw new Error(`the two releases differ\n${differences.stdout}${differences.stderr}`);
  process.stdout.write("two builds in two folders: the same bytes\n");
} catch (error) {
  process.stderr.write(`reproduce: ${error instanceof Error ? error.message : error}\n`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** The files that version control would archive from this tree, and the installed packages. */
function copySources(to: string): void {
  const files = runOrThrow(["git", "-C", ROOT, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
  for (const file of files.split("\0").filter((name) => name !== "")) {
    mkdirSync(dirname(join(to, file)), { recursive: true });
    cpSync(join(ROOT, file), join(to, file));
  }
  runOrThrow(["cp", "-a", join(ROOT, "node_modules"), join(to, "node_modules")]);
}
