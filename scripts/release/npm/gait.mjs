#!/usr/bin/env node
// Runs the executable for this machine, from its optional package: same streams, same signals, same exit.
import { spawn, spawnSync } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";

const require = createRequire(import.meta.url);

function targets() {
  const target = `${process.platform === "win32" ? "windows" : process.platform}-${process.arch}`;
  if (process.platform !== "linux") return [target];
  process.report.excludeNetwork = true;
  const isGlibc = process.report.getReport().header.glibcVersionRuntime !== undefined;
  return isGlibc ? [target] : [`${target}-musl`];
}

function executable() {
  const wanted = targets();
  for (const target of wanted) {
    try {
      return require.resolve(`@gait-dev/${target}/bin/gait${process.platform === "win32" ? ".exe" : ""}`);
    } catch {
      // Not installed.
    }
  }
  process.stderr.write(
    `gait: the package @gait-dev/${wanted[0]} is not installed: install gait without --no-optional, on a platform that there is one for\n`,
  );
  process.exit(1);
}

const path = executable();
const args = process.argv.slice(2);
if (process.platform === "win32") {
  const { status, error } = spawnSync(path, args, { stdio: "inherit" });
  if (error) process.stderr.write(`gait: ${path} can't be started: ${error.message}\n`);
  process.exit(status ?? 1);
}
const child = spawn(path, args, { stdio: "inherit" });
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
child.on("error", (error) => {
  process.stderr.write(`gait: ${path} can't be started: ${error.message}\n`);
  process.exit(1);
});
child.on("exit", (code, signal) => process.exit(code ?? 128 + constants.signals[signal]));
