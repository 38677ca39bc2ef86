/**
 * The libraries of a musl system, on Debian, which has musl but no libstdc++ for it. The executable's libstdc++
 * is linked from Debian's own objects (libstdc++.a, libgcc_eh.a) with a few stand-ins. It is not for shipping:
 * it is enough to run the executable, and on Alpine, Alpine's is used.
 */
import { copyFileSync, mkdirSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { runOrThrow } from "./sealed-root.ts";

const STAND_IN = join(import.meta.dir, "stand-in/libstdcxx-musl.c");

const TOOLCHAINS = {
  "linux-x64-musl": { gcc: "gcc", objects: "/usr/lib/gcc/x86_64-linux-gnu/12" },
  "linux-arm64-musl": {
    gcc: "aarch64-linux-gnu-gcc-12",
    objects: "/usr/lib/gcc-cross/aarch64-linux-gnu/12",
  },
} as const;

/** Links `usr/lib/libstdc++.so.6` below `root`. It uses the C library that the executable has loaded. */
export function linkLibstdcxx(name: keyof typeof TOOLCHAINS, executable: string, root: string): void {
  const { gcc, objects } = TOOLCHAINS[name];
  const out = join(root, "usr/lib/libstdc++.so.6");
  mkdirSync(dirname(out), { recursive: true });
  const symbols = wantedSymbols(executable).map((symbol) => `-Wl,-u,${symbol}`);
  const libraries = ["crtbeginS.o", "libstdc++.a", "libgcc_eh.a", "libgcc.a"].map((file) => join(objects, file));
  const inputs = [...symbols, STAND_IN, ...libraries, join(objects, "crtendS.o")];
  runOrThrow([gcc, "-shared", "-nostdlib", "-O1", "-fPIC", "-Wl,-soname,libstdc++.so.6", "-o", out, ...inputs]);
}

/** Undefined symbols and copied data of C++'s run time. */
function wantedSymbols(executable: string): string[] {
  const symbols = new Set<string>();
  for (const line of runOrThrow(["readelf", "-Ws", "--dyn-syms", executable]).split("\n")) {
    const [, , , , , , section, name] = line.trim().split(/\s+/);
    if (section === "UND" && name !== undefined) symbols.add(name);
  }
  for (const line of runOrThrow(["readelf", "-rW", executable]).split("\n")) {
    const [, , kind = "", , name] = line.trim().split(/\s+/);
    if (kind.endsWith("_COPY") && name !== undefined) symbols.add(name);
  }
  const isRuntime = /^(_Z|__cxa_(?!finalize|thread_atexit_impl)|__gxx|__dynamic_cast|__(de)?register_frame|_Unwind)/;
  return [...symbols].map((name) => name.replace(/@.*/, "")).filter((name) => isRuntime.test(name));
}

/** Debian's musl for arm64, on a machine without packages for that architecture: apt checks its signature. */
export function fetchArm64Musl(work: string, to: string): void {
  const state = join(work, "apt");
  for (const folder of ["lists/partial", "archives/partial", "root"]) {
    mkdirSync(join(state, folder), { recursive: true });
  }
  const options = {
    "APT::Architecture": "arm64",
    "APT::Architectures::": "arm64",
    "APT::Sandbox::User": "root",
    "Dir::State::lists": join(state, "lists"),
    "Dir::Cache": state,
  };
  const flags = Object.entries(options).flatMap(([name, value]) => ["-o", `${name}=${value}`]);
  runOrThrow(["apt-get", ...flags, "update"]);
  runOrThrow(["apt-get", ...flags, "download", "musl:arm64"], { cwd: state });
  const [archive] = readdirSync(state).filter((file) => file.endsWith("_arm64.deb"));
  if (archive === undefined) throw new Error("apt-get download left no package of musl for arm64");
  runOrThrow(["dpkg", "-x", join(state, archive), join(state, "root")]);
  copyFileSync(join(state, "root/lib/aarch64-linux-musl/libc.so"), to);
}
