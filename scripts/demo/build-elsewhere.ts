/** The executable of a checkout that can't be written, built from a copy that is removed at the end. */
import { cpSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { commit } from "../build.ts";

const LEFT_OUT = new Set([".git", "dist", "demo", "node_modules", "test"]);

/** @returns path of the executable, which is there until this process ends */
export function buildElsewhere(checkout: string): string {
  const copy = mkdtempSync(join(tmpdir(), "gait-demo-build-"));
  process.once("exit", () => rmSync(copy, { recursive: true, force: true }));
  cpSync(checkout, copy, { recursive: true, filter: (path) => !LEFT_OUT.has(relative(checkout, path)) });
  symlinkSync(join(checkout, "node_modules"), join(copy, "node_modules"));
  const { success, stdout, stderr } = Bun.spawnSync([process.execPath, join(copy, "scripts/build.ts")], {
    cwd: copy,
    env: { ...process.env, GAIT_COMMIT: commit() },
  });
  if (!success) throw new Error(`${stderr}`);
  return stdout.toString().trim();
}
