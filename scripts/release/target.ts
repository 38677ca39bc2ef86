/** The targets of a release, and the npm package of the pinned Bun that each executable is made from. */
export interface Target {
  /** As in `gait version` and in the file's name. */
  readonly name: string;
  readonly base: string;
  readonly os: "linux" | "darwin" | "win32";
  readonly cpu: "x64" | "arm64";
  readonly libc?: "glibc" | "musl";
}

export const TARGETS: readonly Target[] = [
  { name: "linux-x64", base: "@oven/bun-linux-x64", os: "linux", cpu: "x64", libc: "glibc" },
  { name: "linux-x64-musl", base: "@oven/bun-linux-x64-musl", os: "linux", cpu: "x64", libc: "musl" },
  { name: "linux-arm64", base: "@oven/bun-linux-aarch64", os: "linux", cpu: "arm64", libc: "glibc" },
  { name: "linux-arm64-musl", base: "@oven/bun-linux-aarch64-musl", os: "linux", cpu: "arm64", libc: "musl" },
  { name: "darwin-x64", base: "@oven/bun-darwin-x64", os: "darwin", cpu: "x64" },
  { name: "darwin-arm64", base: "@oven/bun-darwin-aarch64", os: "darwin", cpu: "arm64" },
  { name: "windows-x64", base: "@oven/bun-windows-x64", os: "win32", cpu: "x64" },
  { name: "windows-arm64", base: "@oven/bun-windows-aarch64", os: "win32", cpu: "arm64" },
];

/** `gait-<version>-<os>-<arch>[-musl][.exe]` */
export function fileName(target: Target, version: string): string {
  return `gait-${version}-${target.name}${target.os === "win32" ? ".exe" : ""}`;
}

export function targetNamed(name: string): Target {
  const target = TARGETS.find((known) => known.name === name);
  if (target !== undefined) return target;
  throw new Error(`there is no target ${name}: choose from ${TARGETS.map((known) => known.name).join(", ")}`);
}
