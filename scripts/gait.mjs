#!/usr/bin/env node
// `npx gait` inside the checkout: the executable of this source, built first where it is missing or older than the source.
import { spawnSync } from "node:child_process";
import { readdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const executable = join(root, "dist", process.platform === "win32" ? "gait.exe" : "gait");

if (!isCurrent()) {
  // Standard output belongs to the command.
  const { status } = spawnSync(process.execPath, [join(root, "scripts/bun.mjs"), join(root, "scripts/build.ts")], {
    stdio: ["ignore", 2, 2],
  });
  if (status !== 0) process.exit(status ?? 1);
}
const { status, signal, error } = spawnSync(executable, process.argv.slice(2), { stdio: "inherit" });
if (error !== undefined) process.stderr.write(`scripts/gait.mjs: ${executable} can't be started: ${error.message}\n`);
if (signal !== null) process.kill(process.pid, signal);
process.exitCode = status ?? 1;

function isCurrent() {
  const built = statSync(executable, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const inputs = ["src", "scripts"].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true }).map((name) => join(root, folder, name)),
  );
  return [...inputs, join(root, "package.json")].every((path) => statSync(path).mtimeMs <= built);
}
