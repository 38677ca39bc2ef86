/**
 * A root file system with only the given files, and programs run in it: as `nobody`, read-only, with no
 * network, no other process to see, and one folder to write to. Needs root, as for CI, or user namespaces.
 */
import { copyFileSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import type { RootFile } from "./root-files.ts";

export function runOrThrow(
  command: readonly string[],
  options: { cwd?: string; env?: Record<string, string> } = {},
): string {
  const { exitCode, stdout, stderr } = Bun.spawnSync([...command], { stdin: "ignore", ...options });
  if (exitCode === 0) return stdout.toString();
  throw new Error(`${command.join(" ").slice(0, 200)}: exit ${exitCode}\n${stdout}${stderr}`);
}

/** Makes `root` of `files`; the caller provides those without a source. */
export function fillRoot(root: string, files: readonly RootFile[]): void {
  for (const { path, debian, linkTo } of files) {
    const to = join(root, path);
    mkdirSync(dirname(to), { recursive: true });
    if (linkTo !== undefined) symlinkSync(linkTo, to);
    else if (debian !== undefined) copyFileSync(debian, to);
  }
  for (const folder of ["proc", "work"]) mkdirSync(join(root, folder), { recursive: true });
}

/** $1 is the root, $2 the folder that becomes /work; then the command. */
const ENTER = `set -e
mount --bind "$1" "$1"
mount --bind "$2" "$1/work"
mount -t proc proc "$1/proc"
mount -o remount,ro,bind "$1"
root=$1
shift 2
cd "$root"
exec chroot --userspec=65534:65534 . "$@"`;

/** The command that runs `command` in `root`, where `work` is /work. */
export function sealed(root: string, work: string, command: readonly string[]): string[] {
  return [
    "unshare",
    "--mount",
    "--net",
    "--ipc",
    "--uts",
    "--pid",
    "--fork",
    "bash",
    "-c",
    ENTER,
    "sealed",
    root,
    work,
    ...command,
  ];
}
