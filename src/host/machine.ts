/** The recording host as a run's `env` names it: in Go's naming, which is what runpacks have always had (contract 1.3). */
const GO_OS: Readonly<Record<string, string>> = { win32: "windows", sunos: "solaris" };
const GO_ARCH: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

export function machineInGoNaming(): { os: string; arch: string } {
  const { platform, arch } = process;
  return { os: GO_OS[platform] ?? platform, arch: GO_ARCH[arch] ?? arch };
}
