/** The machine that this runs on. */
import { availableParallelism, release } from "node:os";

/** The recording host for a run's `env`, in Go's naming, as always in runpacks (contract 1.3). */
const GO_OS: Readonly<Record<string, string>> = { win32: "windows", sunos: "solaris" };
const GO_ARCH: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };

export function machineInGoNaming(): { os: string; arch: string } {
  const { platform, arch } = process;
  return { os: GO_OS[platform] ?? platform, arch: GO_ARCH[arch] ?? arch };
}

export interface Machine {
  /** `linux 6.1.0` */
  readonly os: string;
  /** `x64`, `arm64` */
  readonly arch: string;
  /** Processors that this process may use. */
  readonly cpus: number;
  /** `glibc 2.36`; undefined if unknown. */
  readonly libc: string | undefined;
}

export function thisMachine(target: string): Machine {
  const { platform, arch } = process;
  return { os: `${platform} ${release()}`.trim(), arch, cpus: availableParallelism(), libc: libcOf(target) };
}

/** Only glibc tells its version. A program built for musl runs on no other. */
function libcOf(target: string): string | undefined {
  if (target.endsWith("-musl")) return "musl";
  try {
    const { header } = process.report.getReport() as { header?: { glibcVersionRuntime?: string } };
    return header?.glibcVersionRuntime === undefined ? undefined : `glibc ${header.glibcVersionRuntime}`;
  } catch {
    // The report reads /proc, which a bare root may not have.
    return undefined;
  }
}
